"""One target beside the tree: its sentence, where it stands, what answers it, what was reported by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xinglin.cases.model import Case
from xinglin.cases.rules import may_see
from xinglin.core.text import Language
from xinglin.packs.indicator import Indicator
from xinglin.plan.candidates import candidates
from xinglin.plan.reading.model import Commitment, Target
from xinglin.plan.scorecard import Scorecard
from xinglin.plan.store import Binding, Report, StoredPlan
from xinglin.web import charts, formats
from xinglin.web.guard import Visitor
from xinglin.web.naming import state_title, user_name
from xinglin.web.parts import Link
from xinglin.web.standing import Standing
from xinglin.web.words import phrase


@dataclass(frozen=True, slots=True)
class Sentence:
    """The commitment's text in five pieces: before, the target up to its value, the value, the rest of it, after."""

    before: str
    target_before: str
    value: str
    target_after: str
    after: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month's colour; `note` tells when it was another colour first."""

    label: str
    colour: str
    note: str


@dataclass(frozen=True, slots=True)
class Bound:
    """What answers the target, on whose word. `href` is empty where its place is outside the visitor's scope."""

    indicator: str
    title: str
    place: str
    by: str
    at: str
    why: str
    href: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An indicator that could answer the target. `score` in percent."""

    indicator: str
    title: str
    score: int
    reasons: str


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place the binding can speak of, as kind:code."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class HandReport:
    """A value reported by hand. `evidence_href` is empty without a file."""

    day: str
    value: str
    sentence: str
    evidence: str
    evidence_href: str
    by: str


@dataclass(frozen=True, slots=True)
class TargetPart:
    """Everything about one target that its visitor may see and do. `href`: its address, under which commands stand."""

    id: str
    href: str
    title: str
    text: str
    commitment: str
    owners: str
    colour: str
    reason: str
    value: tuple[str, str]
    goal: str
    expected: str
    forecast: str
    sentence: Sentence
    months: tuple[Month, ...]
    curve: dict[str, Any] | None
    bound: Bound | None
    offers: tuple[Offer, ...]
    places: tuple[PlaceChoice, ...]
    reports: tuple[HandReport, ...]
    may_bind: bool
    may_report: bool
    slip: Link | None
    may_slip: bool
    unit: str
    today: str


def build_part(visitor: Visitor, standing: Standing, target: Target, card: Scorecard) -> TargetPart:
    language, house, plan = visitor.language, visitor.house, standing.plan
    commitment = next((one for one in plan.reading.commitments if one.id == target.commitment), None)
    binding = house.plans.bindings(plan.id).get(target.id)
    reports = house.plans.reports(plan.id).get(target.id, [])
    may_bind = visitor.may("bind_targets")
    slip = _slip(visitor, plan.id, card)
    return TargetPart(
        id=target.id,
        href=standing.href(target.id),
        title=target.indicator,
        text=target.text,
        commitment=commitment.title if commitment else "",
        owners="、".join(commitment.responsible) if commitment else "",
        colour=card.colour,
        reason=card.reason[language],
        value=formats.bare_amount(card.value, card.unit, language),
        goal=_goal(target, card, language),
        expected=formats.amount(card.expected, card.unit, language),
        forecast=formats.amount(card.forecast, card.unit, language),
        sentence=_sentence(plan.text, target, commitment),
        months=tuple(_months(visitor, card)),
        curve=progress_curve(visitor, card, plan.year),
        bound=_bound(visitor, binding) if binding else None,
        offers=tuple(_offers(visitor, plan, target)) if may_bind else (),
        places=tuple(_places(visitor)) if may_bind else (),
        reports=tuple(_report(visitor, standing.href(target.id), each, card.unit) for each in reversed(reports)),
        may_bind=may_bind,
        may_report=visitor.may("report_targets"),
        slip=slip,
        may_slip=slip is None and visitor.may("supervise"),
        unit=formats.unit_name(card.unit, language),
        today=house.as_of.isoformat(),
    )


def progress_curve(visitor: Visitor, card: Scorecard, year: int) -> dict[str, Any] | None:
    """The plan year month by month: value, expected path, forecast to December. None before the first value."""
    if card.goal is None or all(month.value is None for month in card.months):
        return None
    language, done = visitor.language, len(card.months)
    ahead: list[float | None] = [None] * 12
    if card.forecast is not None and 0 < done < 12:
        ahead[done - 1], ahead[11] = card.months[-1].value, card.forecast
    path = _path(card)
    series = [
        charts.line(
            phrase("curve_actual", language), "actual", [*(m.value for m in card.months), *[None] * (12 - done)]
        ),
        charts.line(phrase("curve_target", language), "target", path),
    ]
    if done < 12 and card.forecast is not None:
        series.append(charts.line(phrase("curve_forecast", language), "forecast", ahead))
    labels = [f"{year}-{month:02}" for month in range(1, 13)]
    return charts.curve(labels, series, unit=formats.unit_name(card.unit, language))


def _path(card: Scorecard) -> list[float | None]:
    """The expected path, which is a straight line, led on to the goal in December."""
    known: list[float | None] = [month.expected for month in card.months]
    last = known[-1] if known else None
    if last is None or card.goal is None or len(known) == 12:
        return known + [card.goal] * (12 - len(known))
    step = (card.goal - last) / (12 - len(known))
    return [*known, *(last + step * ahead for ahead in range(1, 13 - len(known)))]


def _goal(target: Target, card: Scorecard, language: Language) -> str:
    if card.goal is None:
        return target.value_text
    written = formats.amount(card.goal, card.unit, language)
    return written if target.comparator in ("=", "approx", "all") else f"{_SIGN.get(target.comparator, '')}{written}"


_SIGN = {">=": "≥ ", "<=": "≤ ", "increase_by": "↑ ", "decrease_by": "↓ "}


def _sentence(text: str, target: Target, commitment: Commitment | None) -> Sentence:
    if commitment:
        start, end = commitment.start, commitment.end
    else:
        start = text.rfind("\n", 0, target.start) + 1
        line_end = text.find("\n", target.end)
        end = len(text) if line_end < 0 else line_end
    start, end = min(start, target.start), max(end, target.end)
    value_start = min(max(target.value_start, target.start), target.end)
    value_end = min(max(target.value_end, value_start), target.end)
    return Sentence(
        text[start : target.start],
        text[target.start : value_start],
        text[value_start:value_end],
        text[value_end : target.end],
        text[target.end : end].rstrip(),
    )


def _months(visitor: Visitor, card: Scorecard) -> Iterator[Month]:
    for month in card.months:
        earlier = month.earlier_colour
        note = (
            phrase("target_restated", visitor.language, colour=phrase(f"colour_{earlier}", visitor.language))
            if earlier
            else ""
        )
        number = int(month.month[-2:])
        yield Month(f"{number}月" if visitor.language == "zh" else month.month[-2:], month.colour, note)


def slip_key(plan_id: int, target_id: str, month: str) -> str:
    """Under which key a target's slip of a month is open; the same as the nightly work opens them under."""
    return f"target:{plan_id}.{target_id}:{month}"


def open_slip(visitor: Visitor, plan_id: int, card: Scorecard) -> Case | None:
    """The slip that is open for the target, of whichever month, where the visitor may see it."""
    store, now = visitor.house.cases, visitor.house.clock()
    for month in reversed(card.months):
        case = store.open_for(slip_key(plan_id, card.target_id, month.month), at=now)
        if case is not None and may_see(case, visitor.user, visitor.scope):
            return case
    return None


def _slip(visitor: Visitor, plan_id: int, card: Scorecard) -> Link | None:
    case = open_slip(visitor, plan_id, card)
    return Link(f"{case.id} {state_title(visitor, case.loop, case.state)}", f"/cases/{case.id}") if case else None


def _bound(visitor: Visitor, binding: Binding) -> Bound:
    indicator = visitor.house.library.of(Indicator).get(binding.indicator)
    place = next((p for p in visitor.places.all if (p.kind, p.code) == (binding.place_kind, binding.place)), None)
    may_see_it = place is not None and visitor.scope.allows(place.kind, place.code)
    return Bound(
        indicator=binding.indicator,
        title=indicator.title[visitor.language] if indicator else binding.indicator,
        place=place.name if place else binding.place,
        by=user_name(visitor, binding.by),
        at=formats.moment(binding.at, visitor.language),
        why=binding.why,
        href=f"/indicators/{binding.indicator}?kind={binding.place_kind}&place={binding.place}" if may_see_it else "",
    )


def _offers(visitor: Visitor, plan: StoredPlan, target: Target) -> Iterator[Offer]:
    indicators = visitor.house.library.of(Indicator).values()
    for one in candidates(target, indicators, context=plan.commitment_text(target)):
        reasons = "；".join(reason[visitor.language] for reason in one.reasons)
        yield Offer(one.indicator, one.title[visitor.language], round(100 * one.score), reasons)


def _places(visitor: Visitor) -> Iterator[PlaceChoice]:
    shown = ("city", "county", "town")
    for place in visitor.places.of_kind("area", shown):
        yield PlaceChoice(f"area:{place.code}", place.name)
    for place in visitor.places.of_kind("institution", ("county-hospital", "tcm-hospital", "mch-hospital")):
        yield PlaceChoice(f"institution:{place.code}", place.name)


def _report(visitor: Visitor, href: str, report: Report, unit: str) -> HandReport:
    return HandReport(
        day=formats.day(report.day, visitor.language),
        value=formats.amount(report.value, unit, visitor.language),
        sentence=report.sentence,
        evidence=report.evidence.partition("/")[2] or report.evidence,
        evidence_href=f"{href}/evidence/{report.evidence.partition('/')[0]}" if report.evidence else "",
        by=user_name(visitor, report.by),
    )
