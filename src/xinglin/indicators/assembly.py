"""Amounts put together to figures: value, note and provenance for a grid of indicators, places and periods.

The same SQL serves a whole run (`compute`) and a question to the store; both give it the tables that `amounts` names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from xinglin.core.period import Period, PeriodKind
from xinglin.indicators.figures import SHARES, Figure
from xinglin.indicators.scans import Counted, counted
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.tally import Tally

#: Columns of a table of figures, in order.
COLUMNS = (
    "indicator", "place_kind", "place", "kind", "start_day", "end_day",
    "numerator", "denominator", "value", "provenance", "note", "finished",
)  # fmt: skip


@dataclass(frozen=True)
class Numbering:
    """Tallies of a run by number: equal tallies have one."""

    numbers: Mapping[str, int]
    tallies: tuple[Tally, ...]
    kinds: tuple[frozenset[PeriodKind], ...] = ()

    def number(self, tally: Tally) -> int:
        return self.numbers[tally_key(tally)]


def tally_key(tally: Tally) -> str:
    """A tally as text: equal texts count the same."""
    return tally.model_dump_json()


def numbered(indicators: Sequence[Indicator]) -> Numbering:
    """Every different tally of the indicators, numbered from 0 in the order met, and for which periods it is wanted."""
    unique = {tally_key(tally): tally for indicator in indicators for tally in indicator.tallies}
    kinds: dict[str, set[PeriodKind]] = {key: set() for key in unique}
    for indicator in indicators:
        for tally in indicator.tallies:
            kinds[tally_key(tally)].update(indicator.periods)
    numbers = {key: number for number, key in enumerate(unique)}
    return Numbering(numbers, tuple(unique.values()), tuple(frozenset(kinds[key]) for key in unique))


def counted_all(numbering: Numbering, library: Library) -> list[Counted]:
    """The tallies ready to run. Raises InputError with every problem of the first that does not fit its view."""
    pairs = zip(numbering.tallies, numbering.kinds, strict=True)
    return [counted(number, tally, kinds, library) for number, (tally, kinds) in enumerate(pairs)]


def indicator_table(indicators: Sequence[Indicator], numbering: Numbering) -> pa.Table:
    """`xl_indicator`: what to divide by what, and for which places and periods."""
    denominators = [i.denominator for i in indicators]
    return pa.table(
        {
            "indicator": pa.array([i.id for i in indicators], pa.string()),
            "numerator_tally": pa.array([numbering.number(i.numerator) for i in indicators], pa.int32()),
            "denominator_tally": pa.array(
                [None if d is None else numbering.number(d) for d in denominators], pa.int32()
            ),
            "per": pa.array([i.per for i in indicators], pa.float64()),
            "is_share": pa.array([i.unit in SHARES for i in indicators], pa.bool_()),
            "has_flow": pa.array([any(not t.is_stock for t in i.tallies) for i in indicators], pa.bool_()),
            "place_kinds": pa.array([list(i.places) for i in indicators], pa.list_(pa.string())),
            "kinds": pa.array([list(i.periods) for i in indicators], pa.list_(pa.string())),
        }
    )


def tally_table(tallies: Sequence[Tally], numbers: Sequence[int]) -> pa.Table:
    """`xl_tally`: is_stock, and is_count: whether no row means 0 (a count) or nothing known (a sum)."""
    unique = dict(zip(numbers, tallies, strict=True))
    return pa.table(
        {
            "tally": pa.array(unique, pa.int32()),
            "is_stock": pa.array([tally.is_stock for tally in unique.values()], pa.bool_()),
            "is_count": pa.array([tally.sum is None for tally in unique.values()], pa.bool_()),
        }
    )


def figures_sql(first: date, as_of: date) -> str:
    """Figures of `xl_indicator` × `xl_place` × `xl_period`, with `COLUMNS`. Data run from `first` to `as_of`."""
    return f"""
WITH grid AS (
  SELECT i.*, p.id AS place_id, p.kind AS place_kind, p.code AS place, t.kind, t.start_day, t.end_day, t.as_of_day,
    t.end_day >= DATE '{first}' AND t.start_day <= DATE '{as_of}' AS inside
  FROM xl_indicator AS i
  JOIN xl_place AS p ON list_contains(i.place_kinds, p.kind)
  JOIN xl_period AS t ON list_contains(i.kinds, t.kind)
), needed AS (
  SELECT numerator_tally AS tally, place_id, kind, end_day, as_of_day FROM grid WHERE inside
  UNION SELECT denominator_tally, place_id, kind, end_day, as_of_day FROM grid
    WHERE inside AND denominator_tally IS NOT NULL
), flow AS (
  SELECT n.tally, n.place_id, n.kind, n.end_day, a.amount, t.is_count, f."text" AS source
  FROM needed AS n JOIN xl_tally AS t ON t.tally = n.tally AND NOT t.is_stock
  LEFT JOIN xl_amount AS a
    ON a.tally = n.tally AND a.place = n.place_id AND a.kind = n.kind AND a.end_day = n.end_day
  LEFT JOIN xl_provenance AS f
    ON f.tally = n.tally AND f.place = n.place_id AND f.kind = n.kind AND f.end_day = n.end_day
), stock_needed AS (
  SELECT n.*, t.is_count, 'point' AS point FROM needed AS n JOIN xl_tally AS t ON t.tally = n.tally AND t.is_stock
), stock_amount AS (
  SELECT n.*, a.amount FROM stock_needed AS n ASOF LEFT JOIN xl_amount AS a
    ON a.tally = n.tally AND a.place = n.place_id AND a.kind = n.point AND a.end_day <= n.as_of_day
), stock AS (
  SELECT n.tally, n.place_id, n.kind, n.end_day, n.amount, n.is_count, f."text" AS source
  FROM stock_amount AS n ASOF LEFT JOIN xl_provenance AS f
    ON f.tally = n.tally AND f.place = n.place_id AND f.kind = n.point AND f.end_day <= n.as_of_day
), found AS (
  SELECT tally, place_id, kind, end_day, CASE WHEN is_count THEN coalesce(amount, 0) ELSE amount END AS amount,
    coalesce(source, '') AS source
  FROM (SELECT * FROM flow UNION ALL SELECT * FROM stock)
), parts AS (
  SELECT g.*, n.amount AS numerator, d.amount AS denominator, coalesce(n.source, '') AS numerator_source,
    coalesce(d.source, '') AS denominator_source
  FROM grid AS g
  LEFT JOIN found AS n ON n.tally = g.numerator_tally AND n.place_id = g.place_id AND n.kind = g.kind
    AND n.end_day = g.end_day
  LEFT JOIN found AS d ON d.tally = g.denominator_tally AND d.place_id = g.place_id AND d.kind = g.kind
    AND d.end_day = g.end_day
)
SELECT indicator, place_kind, place, kind, start_day, end_day, numerator, denominator,
  CASE WHEN denominator_tally IS NULL THEN per * numerator
    WHEN denominator <> 0 THEN per * numerator / denominator END AS value,
  CASE WHEN numerator_source = denominator_source OR denominator_source = '' THEN numerator_source
    WHEN numerator_source = '' THEN denominator_source
    ELSE numerator_source || '；' || denominator_source END AS provenance,
  {_note_sql(first, as_of)} AS note,
  end_day <= DATE '{as_of}' AS finished
FROM parts"""


def _note_sql(first: date, as_of: date) -> str:
    notes = (
        ("outside", "NOT inside"),
        ("partial", f"inside AND has_flow AND start_day < DATE '{first}'"),
        ("unfinished", f"inside AND end_day > DATE '{as_of}'"),
        ("no-records", "inside AND numerator IS NULL"),
        ("denominator-missing", "inside AND denominator_tally IS NOT NULL AND denominator IS NULL"),
        ("denominator-zero", "denominator = 0"),
        ("above-denominator", "is_share AND denominator <> 0 AND numerator > denominator"),
    )
    cases = ", ".join(f"CASE WHEN {test} THEN '{note}' END" for note, test in notes)
    return f"concat_ws(' ', {cases})"


def figure_of(row: Sequence[Any]) -> Figure:
    """A row of `COLUMNS` as a figure."""
    indicator, place_kind, place, kind, start, end, numerator, denominator, value, source, note, finished = row
    period = Period(kind, start, end)
    return Figure(indicator, place_kind, place, period, numerator, denominator, value, source, note, finished)
