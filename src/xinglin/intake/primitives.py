"""FHIR R4's primitive types as regular expressions (https://hl7.org/fhir/R4/datatypes.html), dates with their calendar.

Dates that exist and lie in range are told apart from others by the expression itself, so the fast gate needs no
Python call for them.
"""

from __future__ import annotations

import re
from typing import Any

from xinglin.core.fhir import resource_types

FIRST_YEAR = 1850
YEARS_AHEAD = 100

_LONG, _SHORT = r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])", r"(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_MONTH_DAY = rf"(?:{_LONG}|{_SHORT}|02-(?:0[1-9]|1[0-9]|2[0-8]))"
_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_HOUR = r"(?:[01][0-9]|2[0-3])"
_CLOCK = rf"{_HOUR}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,9}})?"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
ID = r"[A-Za-z0-9\-.]{1,64}"

_ANY_DAY = rf"(?:[0-9]{{4}}-{_MONTH_DAY}|{_LEAP_YEAR}-02-29)"
_ANY_DATE = re.compile(rf"(?:[0-9]{{4}}(?:-(?:0[1-9]|1[0-2]))?|{_ANY_DAY}(?:T{_CLOCK}{_ZONE})?)")


def date_patterns(last_year: int) -> dict[str, str]:
    """Expressions for date, dateTime and instant with years from FIRST_YEAR to `last_year`."""
    year = _years(FIRST_YEAR, last_year)
    leap = _alternatives([f"{y}" for y in range(FIRST_YEAR, last_year + 1) if y % 4 == 0 and (y % 100 or y % 400 == 0)])
    day = rf"(?:{year}-{_MONTH_DAY}|{leap}-02-29)"
    moment = rf"{day}T{_CLOCK}{_ZONE}"
    partial = rf"{year}(?:-(?:0[1-9]|1[0-2]))?"
    return {"date": f"^(?:{partial}|{day})$", "dateTime": f"^(?:{partial}|{day}|{moment})$", "instant": f"^{moment}$"}


def is_date_out_of_range(written: str, last_year: int) -> bool:
    """True for a date that the calendar knows but whose year cannot be meant."""
    return _ANY_DATE.fullmatch(written) is not None and not FIRST_YEAR <= int(written[:4]) <= last_year


def reference_pattern() -> str:
    """`Type/id`, `Type/id/_history/v`, `Type?search`, `#contained` or an absolute http address."""
    kinds = "|".join(sorted(resource_types()))
    return rf"^(?:(?:{kinds})(?:/{ID}(?:/_history/{ID})?|\?[^\s]+)|#[^\s]*|https?://[^\s]+)$"


def primitive_schemas(last_year: int) -> dict[str, dict[str, Any]]:
    """JSON Schema of each primitive type."""
    text = {"type": "string", "minLength": 1}
    schemas: dict[str, dict[str, Any]] = {
        "boolean": {"type": "boolean"},
        "decimal": {"type": "number"},
        "integer": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
        "unsignedInt": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
        "positiveInt": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
        "string": text,
        "markdown": text,
        "xhtml": text,
    }
    patterns = {
        "code": r"^[^\s]+(?:\s[^\s]+)*$",
        "id": f"^{ID}$",
        "uri": r"^[^\s\x00-\x1f]+$",
        "oid": r"^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$",
        "uuid": r"^urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        "time": f"^{_CLOCK}$",
        "base64Binary": r"^[0-9A-Za-z+/=\s]+$",
        **date_patterns(last_year),
    }
    patterns["url"] = patterns["canonical"] = patterns["uri"]
    return schemas | {name: {"type": "string", "pattern": pattern} for name, pattern in patterns.items()}


def _years(first: int, last: int) -> str:
    """An expression for the years from `first` to `last`, whole decades in one piece."""
    decades = [f"{decade}[0-9]" for decade in range(-(-first // 10), (last + 1) // 10)]
    whole = range(-(-first // 10) * 10, (last + 1) // 10 * 10)
    return _alternatives([*decades, *(str(year) for year in range(first, last + 1) if year not in whole)])


def _alternatives(options: list[str]) -> str:
    return f"(?:{'|'.join(options)})"
