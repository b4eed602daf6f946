"""Numbers of a plan put together: value, indicator, comparator, kind, scope and deadline."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from xinglin.plan.reading import comparators, kinds, wording
from xinglin.plan.reading.decoys import refusal
from xinglin.plan.reading.groups import Group, groups, latest
from xinglin.plan.reading.model import Target, TargetKind
from xinglin.plan.reading.numbers import Quantity, quantities
from xinglin.plan.reading.outline import Outline
from xinglin.plan.reading.page import Page
from xinglin.plan.reading.quantifiers import Quantifier, quantifiers

_EACH = re.compile(r"各(?:新增|新建|建成|建|有|配备|设立|设置|开展)?$")


@dataclass(frozen=True, slots=True)
class Found:
    """A target before it is bound to its commitment."""

    start: int
    end: int
    value_start: int
    value_end: int
    indicator: str
    comparison: comparators.Comparison
    value: float | None
    high: float | None
    unit: str
    per_unit: str | None
    kind: TargetKind
    rule: str
    note: str = ""


def read_targets(page: Page, outline: Outline, name: str) -> tuple[Target, ...]:
    """All targets of a plan in the order of their values."""
    year = kinds.plan_year(page.text, name)
    counted = [q for q in quantities(page.text) if refusal(page, outline, q) is None]
    ends = [q.end for q in counted]
    worded = [w for w in quantifiers(page) if not _overlaps(w, counted, ends)]
    found: list[Found] = []
    for group in groups(page, counted, worded):
        found.extend(_read_group(page, outline, group, worded, found))
    found.extend(_read_quantifier(page, outline, one, ends) for one in worded)
    found.sort(key=lambda one: (one.value_start, one.value_end))
    seen: dict[str | None, int] = {}
    targets = []
    for one in found:
        owner = outline.commitment_at(one.value_start)
        key = owner.id if owner else None
        seen[key] = seen.get(key, 0) + 1
        id = f"{key or name or 'plan'}#{seen[key]}"
        targets.append(_target(page, one, id, key, year))
    return tuple(targets)


def _read_group(
    page: Page, outline: Outline, group: Group, worded: list[Quantifier], earlier: list[Found]
) -> Iterator[Found]:
    first, last = group.values[0], group.values[-1]
    left = page.tight(group.left, first.start)
    right = page.tight(last.end, group.right)
    rate = first.style in ("rate", "points", "density", "times")
    name, _ = wording.before(page, group.left, first.start, rate=rate)
    names: tuple[str, ...] = ()
    if len(group.values) > 1:
        names = wording.members(name, len(group.values), rate=rate)
    elif _EACH.search(left) or (rate and not wording.behind(page, first.end, group.right)[0]):
        names = wording.members(name, None, rate=rate)
    for index, quantity in enumerate(group.values):
        base = _is_base(page, quantity, worded, left) or _is_fact(outline, quantity, right)
        made = _read_value(page, outline, quantity, group, left, right, base=base)
        if len(group.values) > 1 and len(names) == len(group.values):
            yield _named(page, made, names[index], "distributed")
        elif len(group.values) == 1 and len(names) > 1:
            yield from (_named(page, made, one, "shared") for one in _with_action(names))
        elif index and name:
            yield _named(page, made, name, "shared")
        else:
            yield _completed(page, made, earlier)


def _overlaps(one: Quantifier, counted: list[Quantity], ends: list[int]) -> bool:
    """Whether a number phrase already holds a word: 百分之百 of 全部."""
    index = bisect_right(ends, one.start)
    return index < len(counted) and counted[index].start < one.end


def _with_action(names: tuple[str, ...]) -> tuple[str, ...]:
    """新增A、B各1个 says 新增 of both."""
    verb = wording.verb_of(names[0])
    return tuple(one if wording.has_verb(one) else verb + one for one in names)


def _named(page: Page, made: Found, name: str, shape: str) -> Found:
    at = page.raw.rfind(name, page.sentence(made.value_start)[0], made.value_start)
    start = at if at >= 0 else made.start
    return _with(made, indicator=name, start=start, rule=f"{shape}/{made.comparison.cue}")


def _with(made: Found, *, indicator: str | None = None, start: int | None = None, rule: str | None = None) -> Found:
    return Found(
        made.start if start is None else start,
        made.end,
        made.value_start,
        made.value_end,
        made.indicator if indicator is None else indicator,
        made.comparison,
        made.value,
        made.high,
        made.unit,
        made.per_unit,
        made.kind,
        made.rule if rule is None else rule,
        made.note,
    )


def _completed(page: Page, made: Found, earlier: list[Found]) -> Found:
    """A name that leans on the words before it, made self-standing."""
    sentence_start = page.sentence(made.value_start)[0]
    clause_start = page.clause(made.value_start)[0]
    model = earlier[-1] if earlier and earlier[-1].value_start >= sentence_start else None
    own = made.indicator.lstrip("(（ ")
    if not own:
        if model:
            return _with(made, indicator=model.indicator)
        return _with(made, indicator=wording.earlier_name(page, clause_start, sentence_start))
    if model is None or made.unit == "%" or model.unit == "%":
        return _with(made, indicator=own)
    verb = wording.verb_of(model.indicator)
    if wording.is_bare_action(own) or wording.is_level(own):
        return _with(made, indicator=own + wording.noun_of(model.indicator))
    if wording.has_verb(own) or own[-2:] != model.indicator[-2:]:
        return _with(made, indicator=own)
    return _with(made, indicator=verb + own)


def _is_base(page: Page, quantity: Quantity, worded: list[Quantifier], left: str) -> bool:
    """A count whose clause goes on to say what all of them do is their number, not the promise."""
    if quantity.style != "count" or re.search(r"(?:新增|新建|建成|至少|不少于)$", left):
        return False
    end = page.clause(quantity.start)[1]
    index = bisect_left(worded, quantity.end, key=lambda w: w.start)
    if index < len(worded) and worded[index].start < end and worded[index].sort == "all":
        return True
    return re.search(r"100 ?%", page.text[quantity.end : end]) is not None


def _is_fact(outline: Outline, quantity: Quantity, right: str) -> bool:
    """The people whom a plan is for, named outside its work, or a figure of what is wrong."""
    owner = outline.commitment_at(quantity.start)
    if owner is None:
        return quantity.implied and kinds.is_populace(right)
    return kinds.tells_troubles(owner.path)


def _read_value(
    page: Page,
    outline: Outline,
    quantity: Quantity,
    group: Group,
    left: str,
    right: str,
    *,
    base: bool,
) -> Found:
    sentence = page.text[page.sentence(quantity.start)[0] : quantity.start]
    part = outline.kind_at(quantity.start)
    kind = kinds.target_kind(part, sentence, left, right, base=base)
    words = wording.word(page, quantity, group.left, group.right)
    comparison = comparators.comparison(
        quantity,
        left,
        right,
        reported=kind != "target",
        density=kinds.is_density(left),
    )
    end = max(words.end, quantity.end)
    per = quantity.per or _as_written(page, kinds.per_unit(left), group.left, quantity.start)
    notes = [comparison.note, "unit implied" if quantity.implied else ""]
    return Found(
        min(words.start, quantity.start),
        end,
        quantity.start,
        quantity.end,
        words.name,
        comparison,
        quantity.value,
        quantity.high,
        quantity.unit,
        per,
        kind,
        f"{words.shape}/{comparison.cue}",
        "; ".join(note for note in notes if note),
    )


def _as_written(page: Page, phrase: str | None, start: int, end: int) -> str | None:
    """A phrase found in folded text in the letters of the page."""
    at = page.text.find(phrase, start, end) if phrase else -1
    return page.raw[at : at + len(phrase)] if phrase and at >= 0 else phrase


def _read_quantifier(page: Page, outline: Outline, one: Quantifier, ends: list[int]) -> Found:
    start, end = page.clause(one.start)
    start = max(start, latest(ends, one.start))
    name, begin = wording.before(page, start, one.start, rate=True)
    behind = page.words(one.end, end)
    sentence = page.text[page.sentence(one.start)[0] : one.start]
    left = page.text[start : one.start]
    kind = kinds.target_kind(outline.kind_at(one.start), sentence, left, "", base=False)
    comparison, value, unit = _meaning(page, one, name, behind)
    whole_clause = one.rule in ("each", "every", "wholly", "compared")
    if one.rule in ("each", "every", "wholly", "half"):
        name = name + behind
    return Found(
        min(begin, one.start),
        max(one.end, end if whole_clause else one.end),
        one.start,
        one.end,
        name or behind,
        comparison,
        value,
        None,
        unit,
        None,
        kind,
        f"{one.sort}/{one.rule}",
        comparison.note,
    )


def _meaning(page: Page, one: Quantifier, name: str, behind: str) -> tuple[comparators.Comparison, float | None, str]:
    """The comparison, the value and the unit that a word stands for."""
    word = page.text[one.start : one.end]
    if one.sort == "first":
        return comparators.Comparison("=", one.rule, note="zero to first"), 1.0, "个"
    if one.sort == "half":
        return comparators.Comparison(">=", one.rule), 0.5, "%"
    if one.sort == "doubled":
        return comparators.Comparison("increase_by", one.rule), 3.0 if "两" in word else 1.0, "%"
    if one.sort == "compared":
        head = name[-3:] if name.endswith("率") else ""
        relative = behind if behind.endswith(("率", "量", "水平", "数")) else behind + head
        low = word in ("不低于", "不少于")
        return comparators.Comparison(">=" if low else "<=", one.rule, relative), None, ""
    return comparators.Comparison("all", one.rule), 1.0, "%"


def _target(page: Page, one: Found, id: str, commitment: str | None, year: str | None) -> Target:
    sentence_start, sentence_end = page.sentence(one.value_start)
    sentence = page.text[sentence_start:sentence_end]
    clause_start = page.clause(one.value_start)[0]
    reported = one.kind != "target"
    return Target(
        id=id,
        commitment=commitment,
        text=page.raw[one.start : one.end],
        start=one.start,
        end=one.end,
        value_text=page.raw[one.value_start : one.value_end],
        value_start=one.value_start,
        value_end=one.value_end,
        indicator=one.indicator,
        comparator=one.comparison.comparator,
        value=one.value,
        value_high=one.high,
        unit=one.unit,
        scope=kinds.scope(page.text[clause_start : one.value_start], one.indicator),
        deadline=None if reported else kinds.deadline(sentence, year),
        per_unit=one.per_unit,
        kind=one.kind,
        relative_to=one.comparison.relative_to,
        hedged=not reported and kinds.hedged(page.text[sentence_start : one.value_start]),
        rule=one.rule,
        note=one.note,
    )
