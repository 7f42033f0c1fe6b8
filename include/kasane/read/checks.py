"""The rules of a single field, judged on the distinct values of a column.

Every check takes trimmed values (blank = empty string) and says what the lake holds, what sends the row to
quarantine, and what is only doubtful. Source of the rules: source_layouts.md, "What a bad delivery gets".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from kasane.contracts.model import Field
from kasane.normalise.arrays import blank_to_null, has_gaiji
from kasane.normalise.dates import IMPOSSIBLE, MONTH, RANGE, UNKNOWN, YEAR, parse_dates
from kasane.normalise.numbers import fails_modulus11
from kasane.read.refusal import Reason, Warned

_LARGEST_DIGITS = 18
_DECIMAL = r"^[+-]?([0-9]{1,15}(\.[0-9]{0,15})?|\.[0-9]{1,15})([eE][+-]?[0-9]{1,2})?$"
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?) ?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
# Circled digits stand side by side without a separator, ①③, and NFKC makes 13 of them.
_CIRCLED = re.compile(r"[\u2460-\u2473]")
_BETWEEN_CODES = re.compile(r"[,;、・/\s]+")
_BETWEEN_TOKENS = re.compile(r"[,;、\s]+")


@dataclass(frozen=True)
class Rules:
    """The code lists and fix tables that contracts name."""

    codes: Mapping[str, frozenset[str]]
    fixes: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Judged:
    """What became of a column. ``columns``: the lake's columns; ``reason``: null where good, or None where all are.

    ``warnings``: true where doubtful, by code; ``dropped``: true where the value must not pass the door.
    """

    columns: dict[str, pa.Array]
    reason: pa.Array | None = None
    warnings: dict[str, pa.Array] = field(default_factory=dict)
    dropped: pa.Array | None = None

    def spread(self, indices: pa.Array) -> Judged:
        """From distinct values to the rows that hold them."""
        return Judged(
            {name: values.take(indices) for name, values in self.columns.items()},
            None if self.reason is None else self.reason.take(indices),
            {code: flags.take(indices) for code, flags in self.warnings.items()},
            None if self.dropped is None else self.dropped.take(indices),
        )


def judge(rule: Field, delivered: pa.Array, rules: Rules) -> Judged:
    """Judge one column as delivered; a null (of a record that could not be cut) gives null and no reason."""
    if rule.type == "digits":
        return _judge(rule, delivered, rules)
    encoded = delivered.dictionary_encode()
    return _judge(rule, encoded.dictionary, rules).spread(encoded.indices)


def _judge(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    trimmed = pc.utf8_trim_whitespace(values)
    dropped = _dropped(rule, trimmed)
    if dropped is not None:
        trimmed = pc.if_else(dropped, "", trimmed)
    text = values if rule.type in ("text", "name", "kana", "date") else trimmed
    judged = _CHECKS[rule.type](rule, pc.if_else(pc.equal(trimmed, ""), "", text), rules)
    reason = judged.reason
    if rule.required:
        missing = _reason(pc.equal(trimmed, ""), Reason.KEY_MISSING)
        reason = missing if reason is None else reason if missing is None else pc.coalesce(missing, reason)
    warnings = {code: flags for code, flags in judged.warnings.items() if pc.any(flags).as_py()}
    return replace(judged, reason=reason, warnings=warnings, dropped=dropped)


def _dropped(rule: Field, trimmed: pa.Array) -> pa.Array | None:
    """Where a value must not pass the door, in whatever width or with whatever leading zeros it is written."""
    if not rule.drop_values:
        return None
    barred = {value.lstrip("0") for value in rule.drop_values}
    plain = (unicodedata.normalize("NFKC", text or "").strip().lstrip("0") for text in trimmed.to_pylist())
    flags = pa.array([text in barred for text in plain], pa.bool_())
    return flags if pc.any(flags).as_py() else None


def _reason(wrong: pa.Array, reason: Reason) -> pa.Array | None:
    """The reason where ``wrong`` is true; None where nothing is."""
    if not pc.any(wrong).as_py():
        return None
    return pc.if_else(pc.fill_null(wrong, False), reason.value, pa.scalar(None, pa.string()))


def _filled(values: pa.Array) -> pa.Array:
    return pc.not_equal(values, "")


def _check_text(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    if rule.many:
        values = pa.array([_joined(_tokens(text or "", _BETWEEN_TOKENS)) for text in values.to_pylist()], pa.string())
    return Judged({rule.name: blank_to_null(values)}, warnings={Warned.GAIJI: has_gaiji(values)})


def _tokens(text: str, between: re.Pattern[str]) -> list[str]:
    """The values in one cell, in NFKC."""
    plain = unicodedata.normalize("NFKC", _CIRCLED.sub(lambda found: f" {found[0]} ", text))
    return [token for token in between.split(plain) if token]


def _joined(tokens: Iterable[str]) -> str:
    """Several values as the lake holds them: as delivered in order, each once."""
    return ";".join(dict.fromkeys(tokens))


def _check_digits(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    count = f"{{{rule.length}}}" if rule.length else "+"
    good = pc.match_substring_regex(values, f"^[0-9]{count}$")
    if rule.pattern:
        good = pc.or_(good, pc.match_substring_regex(values, f"^(?:{rule.pattern})$"))
    warnings: dict[str, pa.Array] = {}
    if rule.check_digit and rule.length:
        warnings[Warned.CHECK_DIGIT] = fails_modulus11(values, rule.length)
    wrong = _reason(pc.and_(_filled(values), pc.invert(good)), Reason.LENGTH)
    return Judged({rule.name: blank_to_null(values)}, wrong, warnings)


def _check_code(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    fixes, known = _plain_fixes(rules.fixes.get(rule.fixes or "", {})), rules.codes[rule.codes or ""]
    if rule.many:
        return _check_codes(rule, values, fixes, known)
    delivered = values.to_pylist()
    mended = [_mended(text, rule, fixes) for text in delivered]
    wrong = pa.array([bool(text) and not _is_known(text, rule, known) for text in mended], pa.bool_())
    changed = pa.array([_is_numeral(old) and new != old for new, old in zip(mended, delivered, strict=True)])
    return Judged(
        {rule.name: blank_to_null(pa.array(mended, pa.string()))},
        _reason(wrong, Reason.CODE_UNKNOWN),
        {Warned.CODE_MENDED: changed.cast(pa.bool_())},
    )


def _check_codes(rule: Field, values: pa.Array, fixes: Mapping[str, str], known: frozenset[str]) -> Judged:
    """Several codes in one cell; `1` is `01` where all codes of the list are numbers of two digits."""
    widths = {len(code) if _is_numeral(code) else 0 for code in known}
    width = widths.pop() if len(widths) == 1 else 0
    cells = [_tokens(text or "", _BETWEEN_CODES) for text in values.to_pylist()]
    codes = [
        [_mended(token.zfill(width) if _is_numeral(token) else token, rule, fixes) for token in cell] for cell in cells
    ]
    wrong = pa.array([any(code and code not in known for code in cell) for cell in codes], pa.bool_())
    joined = pa.array([_joined(code for code in cell if code) for cell in codes], pa.string())
    return Judged({rule.name: blank_to_null(joined)}, _reason(wrong, Reason.CODE_UNKNOWN))


def _plain_fixes(fixes: Mapping[str, str]) -> dict[str, str]:
    return {_squeezed(raw): code for raw, code in fixes.items()}


def _squeezed(text: str) -> str:
    """A value without its width and spaces: how wide a hand wrote it never means anything."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _is_numeral(text: str | None) -> bool:
    """Whether a value looks like a code: then mending it is doubtful, while a word is only put into a code."""
    plain = _squeezed(text or "")
    return plain.isascii() and plain.isdigit()


def _mended(text: str | None, rule: Field, fixes: Mapping[str, str]) -> str | None:
    """By the fix table; joined codes get back the leading zero that a spreadsheet took."""
    if not text:
        return text
    plain = _squeezed(text)
    if plain in fixes:
        return fixes[plain]
    lost = rule.joined is not None and text.isascii() and text.isdigit()
    short = len(text) % rule.joined.width if lost and rule.joined else 0
    return "0" * (rule.joined.width - short) + text if short and rule.joined else text


def _is_known(text: str | None, rule: Field, known: frozenset[str]) -> bool:
    if not text or rule.joined is None:
        return text in known
    width = rule.joined.width
    steps = [text[start : start + width] for start in range(0, len(text), width)]
    return len(steps) <= rule.joined.most and all(step in known for step in steps)


def _check_integer(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    good = pc.match_substring_regex(values, f"^[+-]?[0-9]{{1,{_LARGEST_DIGITS}}}$")
    wrong = pc.and_(_filled(values), pc.invert(good))
    digits = pc.utf8_ltrim(pc.if_else(good, values, pa.scalar(None, pa.string())), "+")
    return Judged({rule.name: pc.cast(digits, pa.int64())}, _reason(wrong, Reason.NUMBER_INVALID))


def _check_decimal(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    good = pc.match_substring_regex(values, _DECIMAL)
    wrong = pc.and_(_filled(values), pc.invert(good))
    numbers = pc.utf8_ltrim(pc.if_else(good, values, pa.scalar(None, pa.string())), "+")
    return Judged({rule.name: pc.cast(numbers, pa.float64())}, _reason(wrong, Reason.NUMBER_INVALID))


def _check_timestamp(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    times = pa.array([_time_as_written(text) for text in values.to_pylist()], pa.timestamp("us"))
    wrong = pc.and_(_filled(values), pc.is_null(times))
    return Judged({rule.name: times}, _reason(wrong, Reason.DATE_IMPOSSIBLE))


def _time_as_written(text: str | None) -> datetime | None:
    """An ISO time as the clock on the wall showed it; an offset behind it is left out."""
    found = _TIMESTAMP.fullmatch(text or "")
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}") if found else None
    except ValueError:
        return None


def _check_flag(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    yes, no = {"1"}, {"0"}
    if rule.yes:
        yes, no = _words(rule.yes), _words(rule.no)
        values = pa.array([None if text is None else _squeezed(text) for text in values.to_pylist()], pa.string())
    good = pc.is_in(values, pa.array(sorted(yes | no)))
    wrong = pc.and_(_filled(values), pc.invert(good))
    flags = pc.if_else(good, pc.is_in(values, pa.array(sorted(yes))), pa.scalar(None, pa.bool_()))
    return Judged({rule.name: flags}, _reason(wrong, Reason.CODE_UNKNOWN))


def _words(words: Iterable[str]) -> set[str]:
    return {_squeezed(word) for word in words}


def _check_date(rule: Field, values: pa.Array, rules: Rules) -> Judged:
    parsed = parse_dates(values, rule.shape, rule.role == "birth")
    precision = parsed.field("precision")
    impossible = pc.equal(precision, IMPOSSIBLE)
    partly = pc.is_in(precision, pa.array([MONTH, YEAR, RANGE, UNKNOWN]))
    warnings: dict[str, pa.Array] = {Warned.DATE_PARTLY_UNKNOWN: partly, Warned.ERA_OVERRUN: parsed.field("overrun")}
    if rule.role == "birth":
        warnings[Warned.BIRTH_DATE_IMPOSSIBLE] = impossible
    columns = {f"{rule.name}_{part}": parsed.field(part) for part in ("text", "precision", "earliest", "latest")}
    wrong = None if rule.role == "birth" else _reason(impossible, Reason.DATE_IMPOSSIBLE)
    return Judged(columns, wrong, warnings)


_CHECKS: dict[str, Callable[[Field, pa.Array, Rules], Judged]] = {
    "text": _check_text,
    "name": _check_text,
    "kana": _check_text,
    "digits": _check_digits,
    "code": _check_code,
    "integer": _check_integer,
    "decimal": _check_decimal,
    "timestamp": _check_timestamp,
    "flag": _check_flag,
    "date": _check_date,
}
