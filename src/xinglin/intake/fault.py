"""One fault of a thing received. Says where and what kind, never a person's own values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from xinglin.core.text import Text
from xinglin.intake.reasons import REASONS

NOTHING = Text(zh="", en="")
_CODE_LIKE = re.compile(r"[A-Za-z][A-Za-z0-9.+*\-]{0,23}")


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` is FHIR's: `Patient.identifier[0].value`, or "" when the thing could not be read at all."""

    code: str
    path: str
    found: Text = NOTHING
    expected: Text = NOTHING

    @property
    def title(self) -> Text:
        return REASONS[self.code].title

    @property
    def remedy(self) -> Text:
        return REASONS[self.code].remedy

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "path": self.path, "found": dict(self.found), "expected": dict(self.expected)}


def fault_from_json(kept: dict[str, Any]) -> Fault:
    return Fault(kept["code"], kept["path"], Text(**kept["found"]), Text(**kept["expected"]))


def described(value: Any) -> Text:
    """A value by its kind and size, so that a message carries nobody's name or number."""
    match value:
        case None:
            return Text(zh="空值", en="null")
        case bool():
            return Text(zh="布尔值", en="a boolean")
        case int() | float():
            return Text(zh="数字", en="a number")
        case str():
            return Text(zh=f"{len(value)} 个字符的文本", en=f"a text of {len(value)} characters")
        case list():
            return Text(zh=f"{len(value)} 项的列表", en=f"a list of {len(value)}")
        case dict():
            return Text(zh="对象", en="an object")
        case _:
            return NOTHING


def shown_code(value: Any) -> Text:
    """A code as it was written, if it looks like one; a text in its place is only described."""
    if isinstance(value, str) and _CODE_LIKE.fullmatch(value):
        return Text(zh=value, en=value)
    return described(value)


def same(words: str) -> Text:
    """What is written alike in both languages: names of elements, forms, codes."""
    return Text(zh=words, en=words)
