"""Values that share their words.

分别达60%、50%、40% is one group of three values, 新增床位90张 a group of one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from xinglin.plan.reading.numbers import Quantity
from xinglin.plan.reading.page import Page
from xinglin.plan.reading.quantifiers import Quantifier

_JOINS = re.compile(r"[ ]*(?:、|和|及|与|,)?[ ]*")


@dataclass(frozen=True, slots=True)
class Group:
    """Values that share their words: the 35%、15%、15% of 分别达, or a single value."""

    values: tuple[Quantity, ...]
    left: int
    right: int


def groups(page: Page, counted: list[Quantity], worded: list[Quantifier]) -> Iterator[Group]:
    """Values in order, those joined by nothing but 、 and of one style taken together."""
    ends = sorted([q.end for q in counted] + [w.end for w in worded])
    words = [w.start for w in worded]
    run: list[Quantity] = []
    edge = 0
    for index, quantity in enumerate(counted):
        start, end = page.clause(quantity.start)
        if not run:
            edge = max(start, latest(ends, quantity.start))
        run.append(quantity)
        after = counted[index + 1] if index + 1 < len(counted) else None
        if after and after.start < end and _joined(page, quantity, after):
            continue
        right = min(after.start, end) if after else end
        following = bisect_left(words, quantity.end)
        right = min(right, words[following]) if following < len(words) else right
        yield Group(tuple(run), edge, right)
        run = []


def latest(ends: list[int], at: int) -> int:
    """The last of some sorted ends that is not behind `at`, or 0."""
    index = bisect_right(ends, at)
    return ends[index - 1] if index else 0


def _joined(page: Page, one: Quantity, other: Quantity) -> bool:
    between = page.text[one.end : other.start]
    alike = one.style == other.style or {one.style, other.style} == {"density", "rate"}
    if not alike or not between.strip():
        return False
    return _JOINS.fullmatch(between) is not None
