"""Check digits of municipal numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WEIGHTS = (2, 3, 4, 5, 6, 7)


def modulus11(body: str) -> int:
    """The check digit for the digits before it: modulus 11, weights 2 to 7 from the right, again and again.

    11 − remainder; remainders 0 and 1 give 0. Source: reference/code_lists.md `atena_number_check_digit`
    (住民記録システム標準仕様書 1.1.13; what remainder 1 gives is not said there: taken as 0).
    """
    total = sum(int(digit) * _WEIGHTS[place % 6] for place, digit in enumerate(reversed(body)))
    remainder = total % 11
    return 0 if remainder <= 1 else 11 - remainder


def fails_modulus11(values: pa.Array, length: int) -> pa.Array:
    """True where a value of exactly ``length`` digits carries a wrong check digit; false for all else."""
    judged = pc.fill_null(pc.match_substring_regex(values, rf"^[0-9]{{{length}}}$"), False)
    digits = _matrix(values.filter(judged), length)
    weights = np.array([_WEIGHTS[place % 6] for place in range(length - 1)][::-1], dtype=np.int64)
    remainder = digits[:, :-1].astype(np.int64) @ weights % 11
    expected = np.where(remainder <= 1, 0, 11 - remainder)
    wrong = np.zeros(len(values), dtype=bool)
    wrong[judged.to_numpy(zero_copy_only=False)] = expected != digits[:, -1]
    return pa.array(wrong)


def _matrix(values: pa.Array, length: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """One row of digits (0-9) for each value; every value is exactly ``length`` ASCII digits long."""
    data = "".join(values.to_pylist()).encode()
    return (np.frombuffer(data, dtype=np.uint8) - ord("0")).reshape(len(values), length)
