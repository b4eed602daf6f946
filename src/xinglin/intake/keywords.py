"""What JSON Schema cannot say of a resource, as keywords that the generated schemas use: check digits, order of times.

Each is called with one small object (an Identifier, a Period). A keyword tells its finding as
`<reason>\\t<element>` in the error's message; `explain` reads it there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from xinglin.core.clock import CHINA
from xinglin.core.identifiers import credit_code_fault, id_card_fault
from xinglin.core.systems import AREA, CREDIT_CODE, ID_CARD
from xinglin.intake.codes import FORMS


class FindingError(ValueError):
    """A fault that a keyword found in its object."""

    def __init__(self, reason: str, element: str) -> None:
        super().__init__(f"{reason}\t{element}")


def _keyword(check: Callable[[dict[str, Any]], None]) -> type[Any]:
    class Keyword:
        def __init__(self, parent: dict[str, Any], value: Any, path: list[str | int]) -> None:
            pass

        def validate(self, instance: Any) -> None:
            if type(instance) is dict:
                check(instance)

    return Keyword


def _id_card(value: str) -> str | None:
    return _reason(id_card_fault(value), "identifier-check-digit")


def _credit_code(value: str) -> str | None:
    return _reason(credit_code_fault(value), "credit-code-check-digit")


def _reason(fault: str | None, wrong_check: str) -> str | None:
    if fault is None:
        return None
    return wrong_check if fault.startswith("check ") else "identifier-malformed"


_AREA = re.compile(FORMS[AREA])
_IDENTIFIERS: dict[str, Callable[[str], str | None]] = {
    ID_CARD: _id_card,
    CREDIT_CODE: _credit_code,
    AREA: lambda value: None if _AREA.fullmatch(value) else "identifier-malformed",
}


def _check_identifier(identifier: dict[str, Any]) -> None:
    system, value = identifier.get("system"), identifier.get("value")
    if not isinstance(system, str) or not isinstance(value, str):
        return
    check = _IDENTIFIERS.get(system)
    if check is not None and (reason := check(value)):
        raise FindingError(reason, "value")


def _check_period(period: dict[str, Any]) -> None:
    start, end = period.get("start"), period.get("end")
    if not isinstance(start, str) or not isinstance(end, str) or start == end:
        return
    alike = len(start) == len(end) and start[19:] == end[19:]
    try:
        reversed_ = end < start if alike else _latest(end) < _earliest(start)
    except (ValueError, OverflowError):
        return  # no dates at all, or of years that no clock reaches: their own patterns say so
    if reversed_:
        raise FindingError("period-reversed", "end")


def _earliest(written: str) -> datetime:
    """The first moment a partial date can mean, in China where it names no zone."""
    if "T" in written:
        return datetime.fromisoformat(written).astimezone(UTC)
    year, month, day = (*(int(part) for part in written.split("-")), 1, 1)[:3]
    return datetime.combine(date(year, month, day), time(), CHINA)


def _latest(written: str) -> datetime:
    if "T" in written:
        return _earliest(written)
    match [int(part) for part in written.split("-")]:
        case [year]:
            last = date(year, 12, 31)
        case [year, month]:
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        case [year, month, day]:
            last = date(year, month, day)
        case _:
            raise ValueError
    return datetime.combine(last, time.max, CHINA)


#: The keywords by the names that schemas use.
KEYWORDS: dict[str, type[Any]] = {
    "checkedIdentifier": _keyword(_check_identifier),
    "orderedPeriod": _keyword(_check_period),
}
