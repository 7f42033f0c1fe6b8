"""What the steps ask of ``municipality.yml``."""

from __future__ import annotations

from kasane.contracts.municipality import load_municipality
from kasane.settings import Settings


def municipality_name(settings: Settings) -> str:
    """The municipality's name from the configuration, else of the invented ward."""
    return load_municipality(settings).name


def is_encrypted_at_rest(settings: Settings) -> bool:
    """Whether the build file and the releases' restricted files are to be encrypted (``at_rest: encrypted``)."""
    return load_municipality(settings).at_rest == "encrypted"
