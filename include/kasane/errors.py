"""The errors that a user meets: each names the file, the line, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it is, and what the reader of the message can do about it."""

    what: str
    remedy: str = ""
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        where = self.file or ""
        if self.line is not None:
            where += f":{self.line}"
        return f"{where + ': ' if where else ''}{self.what}{' → ' + self.remedy if self.remedy else ''}"


class KasaneError(Exception):
    """A mistake that a user can mend; carries every problem at once and is shown without a traceback."""

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ContractError(KasaneError):
    """A contract, seed or configuration file breaks its own rules."""


class DeliveryRefusedError(KasaneError):
    """A delivered file can't be taken; nothing of it is loaded."""


class KeyMissingError(KasaneError):
    """There is data that was made with a secret key, and the key is not there."""


class BuildFailedError(KasaneError):
    """The warehouse could not be built or did not pass its checks; the old release stays in force."""


class ServingFailedError(KasaneError):
    """The serving PostgreSQL could not be loaded; it holds the release before, and the one on files is in force."""


class StepFailedError(KasaneError):
    """A library failed on a record; its own words may quote it and are withheld."""


class DiskFullError(KasaneError):
    """There is no space left; what was in force stays in force, and the run can be started again."""
