"""The tree of a plan: parts, headings, commitments, and who is responsible for each.

A unit with marked units below it is a heading. The deepest marked unit is a commitment, unless it
stands in a section that states aims (总体要求, 指导思想) and no work.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from xinglin.plan.reading.markers import Placed, accepted, candidates
from xinglin.plan.reading.model import Commitment, Heading, PlanKind
from xinglin.plan.reading.owners import cut_owners, owners
from xinglin.plan.reading.page import fold, is_wrapped, join_wrapped_lines

# The longest first sentence that is a title of its own.
_LONGEST_TITLE = 30
_AIMS = re.compile(r"总体(?:工作)?(?:要求|思路|目标任务|目标$)|指导思想|^(?:\d{4}年)?工作思路|基本思路|基本原则")
_REPORT = re.compile(r"总结|回顾|(?:工作|完成|开展|进展|落实)情况|工作成效|工作成绩|主要成效|取得的?成[效绩就]")
_PLAN = re.compile(r"要点|计划|打算|安排|思路|部署|任务|举措|要求|目标|谋划|下一步|展望")
_PART_LINE = re.compile(r"^ *(?:第[一二]部分[ :、]*)?(?P<title>(?:\d{4}年)?[^。,;:!?\n]{2,30})$", re.M)
_GAP = re.compile(r"(?<=[^\s、,]) +(?=[^\s、,(])")
_SENTENCE = re.compile(r"[。!?\n]")
# What stands after the last unit and belongs to none: signature, date, notes on publication.
_TAIL = re.compile(
    r"(?:^|\n) *(?:附件?[:0-9一]|抄送|\(?此件|\(?联系人|信息来源|"
    r"\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日 *$|"
    r"[^。,;:\n]{2,25}(?:委员会|卫生健康局|办公室|卫健委|卫健局)(?:\n|$)|"
    r"[^\n]{0,20}(?:打印本页|关闭窗口|扫一扫))"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the file that is one document: last year's summary or this year's plan."""

    start: int
    end: int
    title: str
    kind: PlanKind


@dataclass(frozen=True, slots=True)
class Unit:
    """A marked unit: from its mark to the next mark of any kind."""

    placed: Placed
    start: int
    end: int
    part: Part
    title: str
    parents: tuple[Unit, ...]
    leaf: bool
    opening: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Headings, commitments, the stretches that are titles, and the parts of the file."""

    headings: tuple[Heading, ...]
    commitments: tuple[Commitment, ...]
    titles: tuple[tuple[int, int], ...]
    parts: tuple[Part, ...]
    marks: tuple[tuple[int, int], ...]
    text: str

    def commitment_at(self, at: int) -> Commitment | None:
        """The commitment whose text holds the code point `at`."""
        index = bisect_right(self.commitments, at, key=lambda one: one.start) - 1
        if index >= 0 and at < self.commitments[index].end:
            return self.commitments[index]
        return None

    def in_title(self, at: int) -> bool:
        """Whether `at` lies in a heading or in the run-in title of a commitment."""
        index = bisect_right(self.titles, at, key=lambda one: one[0]) - 1
        return index >= 0 and at < self.titles[index][1]

    def kind_at(self, at: int) -> PlanKind:
        """Whether the text at `at` reports a finished year or plans the next."""
        found = self.commitment_at(at)
        if found:
            return found.kind
        return next((part.kind for part in self.parts if part.start <= at < part.end), "plan")


def read_outline(raw: str, name: str) -> Outline:
    """Find the units of a plan; their ids begin with `name`.

    The outline's `text` is the folded text with the line breaks of a PDF healed.
    """
    text = fold(raw)
    parts = _parts(text)
    marks = tuple(mark for mark in candidates(text) if len(parts) == 1 or mark.style != "part")
    placed = accepted(marks, tuple(part.start for part in parts))
    starts = tuple(one.mark.start for one in placed)
    if is_wrapped(text):
        text = join_wrapped_lines(text, starts)
    units = _units(raw, text, parts, placed)
    headings: list[Heading] = []
    commitments: list[Commitment] = []
    titles: list[tuple[int, int]] = []
    seen: dict[str, int] = {}
    for unit in units:
        mark = unit.placed.mark
        title_end = _title_end(text, mark.end, unit.end)
        if unit.title:
            titles.append((unit.start, title_end))
        path = _path(unit, parts)
        written = "".join(raw[mark.start : mark.end].split())
        if not unit.leaf or _states_aims(unit):
            level = len(unit.parents) + 1
            end = _last_word(raw, mark.end, unit.end)
            headings.append(Heading(path, unit.start, end, level, written, unit.title))
            continue
        found = _commitment(raw, unit, path, _unique(_id(unit, name, parts, raw), seen))
        commitments.append(found)
    spans = tuple((one.mark.start, one.mark.end) for one in placed)
    return Outline(tuple(headings), tuple(commitments), tuple(titles), parts, spans, text)


def _parts(text: str) -> tuple[Part, ...]:
    """The summary and the plan of a file that holds both, by their title lines; else one plan."""
    found: list[tuple[int, int, str, PlanKind]] = []
    for match in _PART_LINE.finditer(text):
        title = match.group("title").strip()
        report = bool(re.search(r"(?:总结|回顾|完成情况|工作情况)$", title))
        plan = bool(re.search(r"(?:要点|计划|打算|安排|思路|工作重点)$", title))
        both = _REPORT.search(title) and _PLAN.search(title)
        if report != plan and not both and re.search(r"\d{4}年|工作", title):
            start = match.start()
            found.append((start, match.end(), title, "summary" if report else "plan"))
    kinds = {kind for *_, kind in found}
    if len(kinds) < 2:
        return (Part(0, len(text), "", "plan"),)
    # Of neighbouring lines of one kind the last is the title, those above belong to a cover.
    ends = [start for start, *_ in found[1:]] + [len(text)]
    parts = [
        Part(start, end, title, kind)
        for (start, _, title, kind), end in zip(found, ends, strict=True)
        if end - start > 4 * _LONGEST_TITLE
    ]
    if len({part.kind for part in parts}) < 2:
        return (Part(0, len(text), "", "plan"),)
    return (Part(0, parts[0].start, "", parts[0].kind), *parts)


def _units(raw: str, text: str, parts: tuple[Part, ...], placed: tuple[Placed, ...]) -> list[Unit]:
    units: list[Unit] = []
    stack: list[Unit] = []
    for index, one in enumerate(placed):
        start = one.mark.start
        part = next(p for p in reversed(parts) if p.start <= start)
        after = placed[index + 1] if index + 1 < len(placed) else None
        end = min(after.mark.start if after else len(text), part.end)
        last_of_part = after is None or after.mark.start >= part.end
        if last_of_part:
            end = _before_tail(text, one.mark.end, end)
        leaf = last_of_part or after is None or after.depth <= one.depth
        stack = [unit for unit in stack if unit.part is part][: one.depth]
        title = _title(raw, text, one.mark.end, end, leaf=leaf)
        opening = text[one.mark.end : one.mark.end + _LONGEST_TITLE].strip()
        unit = Unit(one, start, end, part, title, tuple(stack), leaf, opening)
        units.append(unit)
        stack.append(unit)
    return units


def _before_tail(text: str, start: int, end: int) -> int:
    """Where the signature, date and notes below the last unit begin."""
    first_line = text.find("\n", start, end)
    if first_line < 0:
        return end
    match = _TAIL.search(text, first_line, end)
    return match.start() if match else end


def _title_end(text: str, start: int, end: int) -> int:
    match = _SENTENCE.search(text, start, end)
    stop = match.start() if match else end
    spaced = _GAP.search(text, start + 3, stop)
    # 一、总体要求 坚持…: a page that lost its line breaks keeps a space behind the title.
    if spaced and match and spaced.start() - start <= _LONGEST_TITLE and stop - start > 30:
        return spaced.start()
    return stop


def _title(raw: str, text: str, start: int, end: int, *, leaf: bool) -> str:
    stop = _title_end(text, start, end)
    title = "".join(raw[start:stop].split("\n")).strip(" \u3000\t\r|")
    title = cut_owners(title).strip(" \u3000")
    if not leaf:
        return title
    more = text[stop:end].strip(" \n。!?")
    return title if len(title) <= _LONGEST_TITLE and more else ""


def _states_aims(unit: Unit) -> bool:
    for one in (*unit.parents, unit):
        titled = len(one.title) <= _LONGEST_TITLE and _AIMS.search(one.title)
        if titled or _AIMS.match(one.opening):
            return True
    return False


def _path(unit: Unit, parts: tuple[Part, ...]) -> tuple[str, ...]:
    part = (unit.part.title,) if len(parts) > 1 else ()
    own = (unit.title,) if unit.title else ()
    return (*part, *(one.title for one in unit.parents), *own)


def _kind(unit: Unit) -> PlanKind:
    top = (*unit.parents, unit)[0].title
    if unit.part.kind == "plan" and _REPORT.search(top) and not _PLAN.search(top):
        return "summary"
    return unit.part.kind


def _id(unit: Unit, name: str, parts: tuple[Part, ...], raw: str) -> str:
    steps = [name] if name else []
    if len(parts) > 1:
        steps.append("S" if unit.part.kind == "summary" else "P")
    for one in (*unit.parents, unit):
        mark = one.placed.mark
        written = raw[mark.start : mark.end]
        steps.append("".join(c for c in written if c not in "()（）.．、, ，:：\u3000"))
    return "/".join(steps)


def _unique(wanted: str, seen: dict[str, int]) -> str:
    """Numbering that starts anew under one heading would give two commitments one id."""
    seen[wanted] = seen.get(wanted, 0) + 1
    return wanted if seen[wanted] == 1 else _unique(f"{wanted}~{seen[wanted]}", seen)


def _last_word(raw: str, start: int, end: int) -> int:
    """The end of a unit without the spaces and table bars behind it."""
    return start + len(raw[start:end].rstrip(" \n\r\t\u3000\xa0|"))


def _commitment(raw: str, unit: Unit, path: tuple[str, ...], id: str) -> Commitment:
    mark = unit.placed.mark
    end = _last_word(raw, mark.end, unit.end)
    names, etc = owners(raw[unit.start : end])
    marker = "".join(raw[mark.start : mark.end].split())
    if mark.style in ("han", "digit", "aspect"):
        marker = marker.rstrip(",，")
    return Commitment(id, path, unit.start, end, names, etc, _kind(unit), unit.title, marker)
