"""The list of mutations fits the code as it stands; whether each is killed, ``make mutants`` tells."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from run import load_mutants

LEAST = 30


def test_every_mutation_finds_its_line_once_and_says_what_it_is_about() -> None:
    mutants = load_mutants()
    assert len(mutants) >= LEAST
    assert all({*each} - {"tested_by"} == {"file", "find", "replace", "about"} for each in mutants)
    assert all(("tested_by" in each) == each["file"].startswith("include/") for each in mutants)
    assert len({(each["file"], each["find"], each["replace"]) for each in mutants}) == len(mutants)
