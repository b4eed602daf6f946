"""The referee: the same figures from plain rows in plain Python. Slow, obvious, and there only to be right.

Flows: a row counts in each period that holds its date, at each place it belongs to; distinct persons are sets.
Stocks: walk through the days, take rows in as they begin and put them out as they end, and look at what is there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from xinglin.core.period import Period, PeriodKind
from xinglin.core.place import PlaceKind, Places
from xinglin.indicators.figures import SHARES, Figure
from xinglin.indicators.referee_expressions import Evaluator, Row, evaluator, micro
from xinglin.packs.expression_tree import Expression
from xinglin.packs.expressions import parse_expression
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.tally import Tally
from xinglin.packs.view import View

Spot = tuple[PlaceKind, str]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Fact:
    """A row that meets a tally's condition, as far as the tally is concerned. `where`: every place it belongs to."""

    where: tuple[Spot, ...]
    start: date
    end: date | None
    subject: str | None
    amount: int | None
    source: str | None


@dataclass
class Amounts:
    """What one tally gives by period and place. Places and periods without rows are absent."""

    values: dict[Period, dict[Spot, int]]
    sources: dict[Period, dict[Spot, set[str]]]


def referee(
    rows: Rows,
    library: Library,
    indicators: Sequence[Indicator],
    places: Places,
    periods: Sequence[Period],
    first: date,
    as_of: date,
) -> Iterator[Figure]:
    """Figures of all `places` and `periods`, each indicator for the kinds it declares.

    `rows`: by view id, dicts of the view's columns (dates as datetime.date) with _key and _row. Data run from `first`
    to `as_of`. A tally is worked out when it is first needed and kept while the next indicator needs it.
    """
    wanted = list(dict.fromkeys(periods))
    spots = list(dict.fromkeys((place.kind, place.code) for place in places.all))
    uses = Counter(_key(tally) for indicator in indicators for tally in indicator.tallies)
    known: dict[str, Amounts] = {}
    for indicator in indicators:
        for tally in indicator.tallies:
            if _key(tally) not in known:
                known[_key(tally)] = tally_amounts(rows.get(tally.view, ()), tally, library, places, wanted, as_of)
        parts = [(tally, known[_key(tally)]) for tally in indicator.tallies]
        for period in wanted:
            for spot in spots:
                if spot[0] in indicator.places and period.kind in indicator.periods:
                    yield _figure(indicator, parts, spot, period, first, as_of)
        for tally in indicator.tallies:
            _count(uses, _key(tally), -1)
            if _key(tally) not in uses:
                known.pop(_key(tally), None)


def _key(tally: Tally) -> str:
    return tally.model_dump_json()


def tally_amounts(
    rows: Iterable[Row], tally: Tally, library: Library, places: Places, periods: Sequence[Period], as_of: date
) -> Amounts:
    """One tally for every place and period. Sums are in whole millionths."""
    among = _compiled(tally, tally.among, library)
    rows = [row for row in rows if among is None or among(row) is True]
    facts = list(_facts(_kept(rows, tally, as_of), tally, library, places, as_of))
    if tally.is_stock:
        return _stock(facts, tally, periods, as_of)
    sources = _sources(facts, periods) if tally.provenance else {}
    if tally.latest:
        return Amounts(_latest(rows, tally, library, places, periods, as_of), sources)
    return Amounts(_flow(facts, tally, periods), sources)


def _kept(rows: Sequence[Row], tally: Tally, as_of: date) -> Iterator[Row]:
    """Rows that have begun by the last day."""
    name = tally.on or tally.since or ""
    return (row for row in rows if row[name] is not None and row[name] <= as_of)


def _facts(rows: Iterable[Row], tally: Tally, library: Library, places: Places, as_of: date) -> Iterator[Fact]:
    where, amount, source = (_compiled(tally, text, library) for text in (tally.where, tally.sum, tally.provenance))
    lineages: dict[Any, tuple[Spot, ...]] = {}
    for row in rows:
        if where is None or where(row) is True:
            codes = _codes(row, tally, places)
            if codes not in lineages:
                lineages[codes] = tuple(_spots(codes, places))
            yield Fact(
                lineages[codes],
                row[tally.on or tally.since or ""],
                row[tally.until] if tally.until else None,
                row.get(tally.of) if tally.count == "distinct" else None,
                micro(amount(row)) if amount else None,
                source(row) if source else None,
            )


def _codes(row: Row, tally: Tally, places: Places) -> tuple[str | None, str | None]:
    """The area code and the institution code of a row."""
    institution = row.get(tally.institution) if tally.institution else None
    stands = places.get("institution", institution) if institution is not None else None
    own = row.get(tally.area) if tally.area else None
    for code in (own, row.get("residence_area"), stands.area or None if stands else None):
        if code is not None:
            return code, institution
    return None, institution


def _spots(codes: tuple[str | None, str | None], places: Places) -> Iterator[Spot]:
    area, institution = codes
    if area is not None:
        yield from (("area", place.code) for place in places.lineage("area", area))
    if institution is not None and places.get("institution", institution):
        yield "institution", institution


def _flow(facts: Sequence[Fact], tally: Tally, periods: Sequence[Period]) -> dict[Period, dict[Spot, int]]:
    """Kind by kind, to hold the persons of one kind of period at a time."""
    values: dict[Period, dict[Spot, int]] = {}
    for kind in dict.fromkeys(period.kind for period in periods):
        if tally.count == "distinct":
            values |= _persons(facts, tally, _Holding(kind, periods))
        else:
            values |= _totals(facts, tally, _Holding(kind, periods))
    return values


class _Holding:
    """For each period of a kind a dict to fill, and for each day those of the periods that hold it."""

    def __init__(self, kind: PeriodKind, periods: Sequence[Period]) -> None:
        self.of: dict[Period, dict[Any, Any]] = {period: {} for period in periods if period.kind == kind}
        self.on: dict[date, list[dict[Any, Any]]] = defaultdict(list)
        for period, filled in self.of.items():
            for number in range(period.start.toordinal(), period.end.toordinal() + 1):
                self.on[date.fromordinal(number)].append(filled)


def _persons(facts: Sequence[Fact], tally: Tally, holding: _Holding) -> dict[Period, dict[Spot, int]]:
    """How many persons have enough rows, by period and place."""
    for fact in facts:
        if fact.subject is not None:
            for filled in holding.on.get(fact.start, ()):
                for spot in fact.where:
                    persons = filled.setdefault(spot, {})
                    persons[fact.subject] = persons.get(fact.subject, 0) + 1
    return {
        period: {spot: sum(n >= tally.at_least for n in persons.values()) for spot, persons in filled.items()}
        for period, filled in holding.of.items()
    }


def _totals(facts: Sequence[Fact], tally: Tally, holding: _Holding) -> dict[Period, dict[Spot, int]]:
    """How many rows, or the sum of their amounts, by period and place."""
    for fact in facts:
        amount = 1 if tally.count == "rows" else fact.amount
        if amount is not None:
            for filled in holding.on.get(fact.start, ()):
                for spot in fact.where:
                    filled[spot] = filled.get(spot, 0) + amount
    return holding.of


def _sources(facts: Sequence[Fact], periods: Sequence[Period]) -> dict[Period, dict[Spot, set[str]]]:
    found: dict[Period, dict[Spot, set[str]]] = {}
    for kind in dict.fromkeys(period.kind for period in periods):
        holding = _Holding(kind, periods)
        for fact in facts:
            if fact.source is not None:
                for filled in holding.on.get(fact.start, ()):
                    for spot in fact.where:
                        filled.setdefault(spot, set()).add(fact.source)
        found |= holding.of
    return found


def _latest(
    rows: Sequence[Row], tally: Tally, library: Library, places: Places, periods: Sequence[Period], as_of: date
) -> dict[Period, dict[Spot, int]]:
    """Each subject's last row in each period; then the condition; then that row's places."""
    values: dict[Period, dict[Spot, int]] = {}
    begun = [row for row in _kept(rows, tally, as_of) if row.get(tally.of) is not None]
    for kind in dict.fromkeys(period.kind for period in periods):
        holding = _Holding(kind, periods)
        for row in begun:
            for filled in holding.on.get(row[tally.on or ""], ()):
                before = filled.get(row[tally.of])
                if before is None or _order(before, tally) < _order(row, tally):
                    filled[row[tally.of]] = row
        for period, last in holding.of.items():
            facts = _facts(last.values(), tally, library, places, as_of)
            values[period] = dict(Counter(spot for fact in facts for spot in fact.where))
    return values


def _order(row: Row, tally: Tally) -> tuple[date, str, int]:
    return row[tally.on or ""], row["_key"], row["_row"]


def _stock(facts: Sequence[Fact], tally: Tally, periods: Sequence[Period], as_of: date) -> Amounts:
    """Walk through the days on which a period is looked at."""
    asked: dict[date, list[Period]] = defaultdict(list)
    for period in periods:
        asked[min(period.end, as_of)].append(period)
    days = sorted(asked)
    moves = sorted(_moves(facts, tally, days), key=lambda move: move[0])
    there: dict[Spot, Counter[str | int | None]] = defaultdict(Counter)
    named: dict[Spot, Counter[str]] = defaultdict(Counter)
    values: dict[Period, dict[Spot, int]] = {period: {} for period in periods}
    sources: dict[Period, dict[Spot, set[str]]] = {period: {} for period in periods}
    by_day = {day: list(group) for day, group in groupby(moves, key=lambda move: move[0])}
    for number, day in enumerate(days):
        for _, sign, thing, fact in by_day.get(number, ()):
            for spot in fact.where:
                _count(there[spot], thing, sign)
                if fact.source is not None:
                    _count(named[spot], fact.source, sign)
        for spot, things in there.items():
            amount = _in_force(things, tally)
            for period in asked[day] if amount is not None else ():
                values[period][spot] = amount or 0
        for spot, names in named.items():
            for period in asked[day]:
                sources[period][spot] = set(names)
    return Amounts(values, sources)


def _moves(
    facts: Sequence[Fact], tally: Tally, days: Sequence[date]
) -> Iterator[tuple[int, int, str | int | None, Fact]]:
    """A row is in force from the first looked-at day not before its start, until the first after its end."""
    for fact in facts:
        begins = bisect_left(days, fact.start)
        ends = len(days) if fact.end is None else bisect_right(days, fact.end)
        thing = fact.subject if tally.count == "distinct" else fact.amount
        if begins < ends:
            yield begins, 1, thing, fact
            yield ends, -1, thing, fact


def _count(counter: Counter[Any], thing: Any, sign: int) -> None:
    counter[thing] += sign
    if counter[thing] == 0:
        del counter[thing]


def _in_force(things: Counter[str | int | None], tally: Tally) -> int | None:
    """What is there: distinct subjects, rows, or the sum of amounts (None when no row has one)."""
    if tally.count == "rows":
        return sum(things.values())
    if tally.count == "distinct":
        return sum(thing is not None for thing in things)
    amounts = [thing * times for thing, times in things.items() if isinstance(thing, int)]
    return sum(amounts) if amounts else None


def _figure(
    indicator: Indicator,
    parts: Sequence[tuple[Tally, Amounts]],
    spot: Spot,
    period: Period,
    first: date,
    as_of: date,
) -> Figure:
    inside = period.end >= first and period.start <= as_of
    found = [_amount(tally, amounts, spot, period) if inside else None for tally, amounts in parts]
    numerator, denominator = found[0], found[1] if len(found) > 1 else None
    value = None if numerator is None else indicator.per * numerator
    if indicator.denominator is not None:
        value = value / denominator if value is not None and denominator else None
    named = ["；".join(sorted(amounts.sources.get(period, {}).get(spot, ()))) for _, amounts in parts] if inside else []
    notes = {
        "outside": not inside,
        "partial": inside and period.start < first and any(not tally.is_stock for tally, _ in parts),
        "unfinished": inside and period.end > as_of,
        "no-records": inside and numerator is None,
        "denominator-missing": inside and indicator.denominator is not None and denominator is None,
        "denominator-zero": denominator == 0,
        "above-denominator": bool(indicator.unit in SHARES and denominator and (numerator or 0) > denominator),
    }
    return Figure(
        indicator.id, spot[0], spot[1], period, numerator, denominator, value,
        "；".join(dict.fromkeys(name for name in named if name)),
        " ".join(note for note, holds in notes.items() if holds),
        period.end <= as_of,
    )  # fmt: skip


def _amount(tally: Tally, amounts: Amounts, spot: Spot, period: Period) -> float | None:
    value = amounts.values.get(period, {}).get(spot)
    if tally.sum is not None:
        return None if value is None else value / 1_000_000
    return float(value or 0)


def _compiled(tally: Tally, text: str | None, library: Library) -> Evaluator | None:
    if not text:
        return None
    parsed = parse_expression(tally.view, text, library.of(View)[tally.view].all_columns())
    assert isinstance(parsed, Expression), "checked when the pack was loaded"
    return evaluator(parsed)
