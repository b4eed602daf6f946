"""Pieces of page contexts that several pages share, beside their macros in `templates/parts.html`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from xinglin.core.text import Language
from xinglin.web.words import phrase

#: From which entry on a list is shown. Beyond this no list reaches, nor do all databases count.
Start = Annotated[int, Query(le=1_000_000_000)]


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice that is a link."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a drop-down list."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a long list stands and the way to the pages before and after; "" where there is none."""

    words: str
    previous: str
    next: str


def pages(language: Language, *, start: int, here: int, size: int, count: int, at: Callable[[int], str]) -> Pages:
    """The pages of a list of `count`, of which `here` from `start` on are shown. `at`: the address of an offset."""
    words = phrase("app_shown_of", language, first=start + 1 if here else 0, last=start + here, all=f"{count:,}")
    before = at(max(0, start - size)) if start else ""
    return Pages(words, before, at(start + size) if start + here < count else "")
