"""The markers that open a unit of a plan: 一、 （一） 1. (1) ① 一是 一要 一方面.

A mark counts only at the head of a line or after a closed sentence, and only in its turn (the
second after the first). That keeps 双随机、一公开 and 版本2.0 out without any list of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xinglin.plan.reading.numerals import parse_numeral

_HAN = "[一二三四五六七八九十]{1,3}"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第({_HAN})(?:部分|章|篇)[ 、:]?")),
    ("han", re.compile(rf"({_HAN}) ?[、.]")),
    ("han_bracket", re.compile(rf"\(({_HAN})\)[、.]?")),
    ("is", re.compile(rf"({_HAN})[是要]")),
    ("digit", re.compile(r"(\d{1,2}) ?(?:[.．](?!\d)|、)")),
    ("digit_bracket", re.compile(r"[(](\d{1,2})[)]|(\d{1,2})[)]")),
    ("circled", re.compile(r"([①-⑳])")),
    ("aspect", re.compile(r"(另?)一方面,")),
)
_FIRST_LETTERS = re.compile(r"[一二三四五六七八九十第另(①-⑳\d]")

# How far a list may jump and still be the same list: authors and copyists drop a number.
_LARGEST_GAP = 2
_LONGEST_TITLE = 30
# How many marks ahead the second unit of a list is looked for.
_FAR = 200


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker (一、 1. 一是) at a place where a unit may open."""

    style: str
    ordinal: int
    start: int
    end: int
    at_line_start: bool
    loose: bool = False
    after_words: bool = False


def candidates(text: str) -> Iterator[Marker]:
    """Everything that looks like a mark and stands where a mark may stand."""
    at = 0
    while match := _FIRST_LETTERS.search(text, at):
        mark = _mark_at(text, match.start())
        if mark:
            yield mark
        at = mark.end if mark else match.end()


def _mark_at(text: str, at: int) -> Marker | None:
    before = at
    while before and text[before - 1] == " ":
        before -= 1
    previous = text[before - 1] if before else "\n"
    line_start = previous == "\n"
    for style, pattern in _STYLES:
        match = pattern.match(text, at)
        if match is None:
            continue
        ordinal = _ordinal(style, next((g for g in match.groups() if g is not None), ""))
        if ordinal is None:
            continue
        place = _place(style, line_start, previous, spaced=before < at)
        if place:
            words = previous not in "\n。;:"
            return Marker(style, ordinal, at, match.end(), line_start, place == "loose", words)
    return None


def _place(style: str, line_start: bool, previous: str, *, spaced: bool) -> str:
    """Whether a mark of this style may stand here: "firm", "loose" or not at all ("")."""
    if line_start or previous == "。":
        return "firm"
    if style == "is":
        return "loose" if previous in ":,;" else ""
    if style in ("aspect", "part"):
        return ""
    if style in ("digit_bracket", "circled") and previous in ";:":
        return "firm"
    # Pages that lost their line breaks keep a space before each unit.
    return "firm" if spaced else ""


def _ordinal(style: str, written: str) -> int | None:
    if style == "aspect":
        return 2 if written else 1
    if style == "circled":
        return ord(written) - ord("①") + 1
    return int(written) if written.isdigit() else parse_numeral(written)


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark that was found to open a unit, with the styles of its parents and itself."""

    mark: Marker
    depth: int


def accepted(marks: tuple[Marker, ...], restarts: tuple[int, ...]) -> tuple[Placed, ...]:
    """The marks that come in their turn, each with its depth in the tree (0 at the top).

    `restarts` are the offsets where a part of the file begins and every list starts anew.
    """
    stack: list[Marker] = []
    last: dict[str, int] = {}
    waiting = list(restarts)
    placed: list[Placed] = []
    for index, mark in enumerate(marks):
        while waiting and mark.start >= waiting[0]:
            waiting.pop(0)
            stack, last = [], {}
        if not _in_turn(mark, stack, last, marks, index):
            continue
        stack = _below(mark, stack)
        placed.append(Placed(mark, len(stack)))
        stack.append(mark)
        last[mark.style] = mark.ordinal
    return tuple(placed)


def _below(mark: Marker, stack: list[Marker]) -> list[Marker]:
    """The open units that hold this one."""
    if mark.style in ("aspect", "part"):
        return []
    for depth, open_mark in enumerate(stack):
        if open_mark.style == mark.style:
            return stack[:depth]
    return stack


def _in_turn(mark: Marker, stack: list[Marker], last: dict[str, int], marks: tuple[Marker, ...], index: int) -> bool:
    styles = {open_mark.style for open_mark in stack}
    if mark.style == "aspect":
        return mark.at_line_start and "han" not in styles
    if mark.loose and not _firm_list(mark, marks, index, last.get("is", 0)):
        return False
    if mark.ordinal == 1:
        return mark.at_line_start or _has_second(mark, marks, index) or _under_title(mark, stack)
    step = mark.ordinal - last.get(mark.style, 0)
    if mark.style in styles:
        # Some plans number 1. 2. 3. on through all their chapters; others start anew in each.
        return step == 1 or (mark.at_line_start and 1 < step <= _LARGEST_GAP)
    return step == 1 and last.get(mark.style, 0) > 0


def _under_title(mark: Marker, stack: list[Marker]) -> bool:
    """A lone unit right behind the title of its parent: (二)强化队伍 (1)抓培训."""
    return mark.after_words and bool(stack) and mark.start - stack[-1].end <= _LONGEST_TITLE


def _firm_list(mark: Marker, marks: tuple[Marker, ...], index: int, previous: int) -> bool:
    """After a colon 一是 opens a unit if its list goes on in sentences, not within one sentence."""
    if mark.ordinal != 1:
        return False
    following = next((m for m in marks[index + 1 : index + _FAR] if m.style == "is"), None)
    return following is not None and following.ordinal == 2 and not following.loose


def _has_second(mark: Marker, marks: tuple[Marker, ...], index: int) -> bool:
    """A list within a line is a list only if a second unit follows before its parent is closed."""
    for following in marks[index + 1 : index + _FAR]:
        if following.style == mark.style:
            return following.ordinal in (1, 2)
    return False
