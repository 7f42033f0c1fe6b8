"""Columns of numbers that grow: the whole ward lives in a few numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]
Rng = np.random.Generator


class Table:
    """Named columns of one length; rows are only ever appended, so that a row's place is its identity."""

    def __init__(self, columns: Mapping[str, tuple[str, Any]], capacity: int = 1024) -> None:
        """``columns``: name → (numpy type, value of a row that doesn't say)."""
        self._defaults = {name: default for name, (_, default) in columns.items()}
        self._data = {name: np.full(capacity, default, kind) for name, (kind, default) in columns.items()}
        self.size = 0

    def __getitem__(self, name: str) -> Ints:
        return self._data[name][: self.size]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(self._data)

    def append(self, count: int, **values: Any) -> Ints:
        """Append ``count`` rows; returns their places."""
        first, last = self.size, self.size + count
        capacity = len(next(iter(self._data.values())))
        if last > capacity:
            self._grow(max(last, capacity + capacity // 4))
        for name, value in values.items():
            self._data[name][first:last] = value
        self.size = last
        return np.arange(first, last)

    def _grow(self, capacity: int) -> None:
        for name, old in self._data.items():
            new = np.full(capacity, self._defaults[name], old.dtype)
            new[: self.size] = old[: self.size]
            self._data[name] = new


def padded(mask: Ints, size: int, fill: Any) -> Ints:
    """The array made ``size`` long with ``fill`` behind it."""
    if len(mask) >= size:
        return mask
    return np.concatenate([mask, np.full(size - len(mask), fill, mask.dtype)])


def some(rng: Rng, mask: Bools, probability: Any) -> Ints:
    """Places where ``mask`` holds and a coin of this probability (one, or one a place) falls."""
    places = np.flatnonzero(mask)
    chance = probability[places] if isinstance(probability, np.ndarray) else probability
    result: Ints = places[rng.random(len(places)) < chance]
    return result


def check_digit(nine_digits: Ints) -> Ints:
    """Modulus 11 with weights 2 to 7 from the right; remainders 0 and 1 give 0."""
    weights = np.array([2, 3, 4, 5, 6, 7, 2, 3, 4])
    total = sum(((nine_digits // 10**i) % 10) * weights[i] for i in range(9))
    rest = np.asarray(total) % 11
    return np.where(rest < 2, 0, 11 - rest)
