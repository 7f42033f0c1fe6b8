"""Phone numbers as offices write them."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kasane.normalise.phones import phone_key


def key(phone: str | None) -> str | None:
    result: str | None = phone_key(pa.array([phone], pa.string()))[0].as_py()
    return result


@pytest.mark.parametrize(
    "phone",
    [
        "03-1234-5678", "０３（１２３４）５６７８", "03 1234 5678", "0312345678", "+81-3-1234-5678",
        "+81 (0)3 1234 5678", "TEL 03-1234-5678", "03-1234-5678 内線12", "03-1234-5678(内12)", "03-1234-5678 ext. 9",
        "0081-3-1234-5678",
        "03-1234-5678／090-1111-2222", "03-1234-5678（呼出）", "312345678",
    ],
)  # fmt: skip
def test_ways_of_writing_a_number_are_one(phone: str) -> None:
    assert key(phone) == "0312345678"


def test_mobile_numbers() -> None:
    assert key("+81 90-1111-2222") == key("090-1111-2222") == key("9011112222") == "09011112222"


@pytest.mark.parametrize("phone", ["", "なし", "1234-5678", "000-0000-0000", "999-9999-9999", "090-1111-22223", None])
def test_what_is_no_number_has_no_key(phone: str | None) -> None:
    assert key(phone) is None


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=20))
def test_no_text_makes_it_fail_and_a_key_is_its_own_key(text: str) -> None:
    found = key(text)
    assert found is None or (found.isdecimal() and key(found) == found)
