"""Disclosure control (秘匿): which counts may leave the office, decided by linear programming, judged by an attacker.

``policy`` and ``areas`` say what the rules are, ``figures`` reads the marts, ``table`` is what suppressor
(``suppress``, ``solver``) and attacker (``attack``) both work on, ``register`` remembers every release, ``published``
and ``csv_files`` write it down.
"""
