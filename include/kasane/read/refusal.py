"""How a reader says that a whole file can't be taken, and the codes of rows and files.

The codes' labels and remedies live in seeds/codes/reason_code.csv and warning_code.csv; a test compares.
"""

from __future__ import annotations

from enum import StrEnum

from kasane.contracts.delivery import Refusal


class Reason(StrEnum):
    """Why a row is in quarantine."""

    KEY_MISSING = "key_missing"
    KEY_DUPLICATE = "key_duplicate"
    CODE_UNKNOWN = "code_unknown"
    DATE_IMPOSSIBLE = "date_impossible"
    LENGTH = "length"
    NUMBER_INVALID = "number_invalid"


class FileReason(StrEnum):
    """Why a whole file is refused by its content."""

    UNDECODABLE = "undecodable"
    UNPARSABLE = "unparsable"
    EMPTY_FILE = "empty_file"
    COLUMNS_UNKNOWN = "columns_unknown"
    COLUMNS_MISSING = "columns_missing"
    SHEET_UNKNOWN = "sheet_unknown"
    SHEET_MISSING = "sheet_missing"
    TRAILER_MISMATCH = "trailer_mismatch"
    TRAILER_MISSING = "trailer_missing"


class Warned(StrEnum):
    """What is doubtful but possible in a row that is loaded."""

    CHECK_DIGIT = "check_digit"
    DATE_PARTLY_UNKNOWN = "date_partly_unknown"
    BIRTH_DATE_IMPOSSIBLE = "birth_date_impossible"
    ERA_OVERRUN = "era_overrun"
    GAIJI = "gaiji"
    CODE_MENDED = "code_mended"
    H_RECORD_DATE = "h_record_date"


class RefusedError(Exception):
    """The file is refused whole; ends inside kasane.read as the manifest's refusal.

    ``rows_in``: the number of its records, where they could all be counted.
    """

    def __init__(self, code: FileReason, message: str, line: int | None = None, rows_in: int | None = None) -> None:
        super().__init__(message)
        self.refusal = Refusal(code.value, message, line)
        self.rows_in = rows_in
