"""Kasane (重ね): a household-level welfare data warehouse for one municipality."""
