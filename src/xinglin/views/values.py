"""The referee's values: numbers to six places, dates of different precision, literal references."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_PLACES = Decimal("0.000001")
_LARGEST = Decimal(10) ** 12
_YEAR = r"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
#: A whole date, not in year 0; a dateTime with time and offset. Both engines go by these.
DATE = _YEAR + r"-[0-9]{2}-[0-9]{2}"
MOMENT = DATE + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_REFERENCE = re.compile(r"(?:[^#?]*/)?([A-Z][A-Za-z]+)/([^/#?|]+)(?:/_history/[^/#?|]+)?", re.ASCII)


def decimal_of(value: Any) -> Decimal | None:
    """A number to six places, half away from zero; None when it does not fit 18 digits."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if abs(exact) > _LARGEST:
        return None
    rounded = exact.quantize(_PLACES, ROUND_HALF_UP) + 0  # there is no negative zero
    return rounded if abs(rounded) < _LARGEST else None


def date_of(text: str) -> date | None:
    """The local date of a date or dateTime as written; None for a partial or impossible one."""
    if not re.fullmatch(DATE, text[:10]):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def moment_of(text: str) -> int | None:
    """Microseconds since 1970 of a dateTime with time and offset, else None."""
    if not re.fullmatch(MOMENT, text):
        return None
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Offset by hand: the first hours of year 1 are in year 0 elsewhere, which Python's own conversion refuses.
    offset = written.utcoffset() or timedelta()
    return (written.replace(tzinfo=UTC) - _EPOCH - offset) // _MICROSECOND


def compare(operator: str, left: Any, right: Any) -> bool:
    """`left operator right` of two comparable values."""
    match operator:
        case "=":
            return bool(left == right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def compare_dates(operator: str, left: str, right: str) -> bool | None:
    """Two dates or dateTimes as written; None when they agree as far as both are written, but one goes on."""
    if len(left) > 10 and len(right) > 10:
        a, b = moment_of(left), moment_of(right)
        return None if a is None or b is None else compare(operator, a, b)
    common = min(len(left), len(right), 10)
    if left[:common] != right[:common]:
        return compare(operator, left[:common], right[:common])
    return "=" in operator if len(left) == len(right) else None


def padded_time(text: str) -> str:
    """A time with its fraction written out, so that texts order as times do."""
    return (text if "." in text else text + ".").ljust(18, "0")[:18]


def reference_key(text: str, target: str | None) -> str | None:
    """`Type/id` of a literal reference, or None when it is none or of another type than `target`."""
    found = _REFERENCE.fullmatch(text)
    if found is None or target not in (None, found.group(1)):
        return None
    return f"{found.group(1)}/{found.group(2)}"


def arithmetic(operator: str, left: Any, right: Any, *, whole: bool) -> Any:
    """The result of + - * /, or None when there is none or it does not fit."""
    if whole:
        result = {"+": left + right, "-": left - right, "*": left * right}[operator]
        return result if -(2**63) <= result < 2**63 else None
    a, b = decimal_of(left), decimal_of(right)
    if a is None or b is None or (operator == "/" and b == 0):
        return None
    match operator:
        case "+":
            return decimal_of(a + b)
        case "-":
            return decimal_of(a - b)
        case "*":
            return decimal_of(a * b)
        case _:
            return decimal_of(a / b)


def boundary(kind: str, text: str, *, low: bool) -> str | None:
    """Earliest or latest moment that a date, dateTime or time as written may mean."""
    fraction = ".000" if low else ".999"
    if kind == "time":
        return text + fraction if len(text) == 8 else text
    if len(text) > 10:
        return re.sub(r"^(.{19})(Z|[+-]\d{2}:\d{2})$", rf"\g<1>{fraction}\g<2>", text) if kind == "dateTime" else None
    day = _boundary_day(text, low=low)
    if kind == "date" or day is None:
        return day
    return day + ("T00:00:00.000+14:00" if low else "T23:59:59.999-12:00")


def _boundary_day(text: str, *, low: bool) -> str | None:
    match len(text):
        case 4:
            return text + ("-01-01" if low else "-12-31")
        case 7:
            try:
                last = monthrange(int(text[:4]), int(text[5:]))[1]
            except (ValueError, IndexError):
                return text + "-01" if low else None
            return text + ("-01" if low else f"-{last:02}")
        case 10:
            return text
    return None
