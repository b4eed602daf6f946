"""Stocks: amounts of the rows in force on a day, for every place and every day at once.

Reads `xl_scan` and `xl_up`; adds to `xl_amount` under kind 'point' the amount from `end_day` on until the next point
of the same tally and place. Any day is answered by the last point up to it, so that days cost nothing to store.

Rows come and go as +1 and -1 on days, added up in the order of days. For distinct counts each row adds only the days
of its person at that place that earlier rows leave open (gaps and islands), so overlapping rows count once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from xinglin.indicators.flows import LEAVES
from xinglin.indicators.rendering import MICRO
from xinglin.indicators.scans import Counted, Scan


def stock_statements(scan: Scan, first: date, last: date) -> Iterator[str]:
    """The statements that work out all stocks of a scan, right on any day from `first` to `last`."""
    additive = [member for member in scan.members if member.tally.count != "distinct"]
    yield _in_force(first, last)
    if additive:
        yield _additive(additive, last)
    for number, of in enumerate(scan.subjects):
        members = [m for m in scan.members if m.tally.count == "distinct" and m.tally.of == of]
        yield _distinct(members, f"s_{number}", last)


def _in_force(first: date, last: date) -> str:
    """Only rows in force on one of the days, cut at the first."""
    return f"""CREATE OR REPLACE TEMP TABLE xl_scan AS
SELECT * REPLACE (greatest(since_day, DATE '{first}') AS since_day) FROM xl_scan
WHERE since_day <= DATE '{last}' AND end_day > DATE '{first}' AND end_day > since_day"""


def _additive(members: Sequence[Counted], last: date) -> str:
    """Rows and sums. k_n counts the rows that have an amount: a sum of none is null."""
    coming = ", ".join(_coming(m) for m in members)
    going = ", ".join(f"-n_{m.number}, -k_{m.number}" for m in members)
    names = ", ".join(f"n_{m.number}, k_{m.number}" for m in members)
    total = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in names.split(", "))
    return f"""INSERT INTO xl_amount
WITH coming AS (
  SELECT leaf, since_day, end_day, {coming} FROM {LEAVES} GROUP BY leaf, since_day, end_day
), changes AS (
  SELECT leaf, since_day AS day, {names} FROM coming
  UNION ALL SELECT leaf, end_day, {going} FROM coming WHERE end_day <= DATE '{last}'
), placed AS (
  SELECT u.place, c.day, {total} FROM changes AS c JOIN xl_up AS u ON u.leaf = c.leaf GROUP BY u.place, c.day
), running AS MATERIALIZED ({_running(members)}
)
{_points(members)}"""


def _distinct(members: Sequence[Counted], subject: str, last: date) -> str:
    flags = ", ".join(f"w_{m.number}" for m in members)
    reached = ", ".join(f"max(end_day) FILTER (w_{m.number}) OVER earlier AS e_{m.number}" for m in members)
    changes = "\n  UNION ALL ".join(part for m in members for part in _person_changes(m, last))
    total = ", ".join(
        f"sum(change) FILTER (tally = {m.number}) AS n_{m.number}, "
        f"count(*) FILTER (tally = {m.number} AND change <> 0) AS k_{m.number}"
        for m in members
    )
    zeros = ", ".join(f"coalesce(n_{m.number}, 0) AS n_{m.number}, k_{m.number}" for m in members)
    return f"""INSERT INTO xl_amount
WITH present AS (
  SELECT u.place, s.{subject} AS subject, s.since_day, s.end_day, {flags}
  FROM {LEAVES.replace(" AS leaves", " AS s")} JOIN xl_up AS u ON u.leaf = s.leaf WHERE s.{subject} IS NOT NULL
), ordered AS MATERIALIZED (
  SELECT *, {reached} FROM present
  WINDOW earlier AS (PARTITION BY place, subject ORDER BY since_day, end_day
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), changes AS (
  {changes}
), summed AS (
  SELECT place, day, {total} FROM changes GROUP BY place, day
), placed AS (
  SELECT place, day, {zeros} FROM summed
), running AS MATERIALIZED ({_running(members, distinct=True)}
)
{_points(members)}"""


def _coming(member: Counted) -> str:
    number = member.number
    if member.tally.sum is None:
        return f"count(*) FILTER (w_{number}) AS n_{number}, count(*) FILTER (w_{number}) AS k_{number}"
    return (
        f"coalesce(sum(x_{number}) FILTER (w_{number}), 0) AS n_{number}, "
        f"count(x_{number}) FILTER (w_{number}) AS k_{number}"
    )


def _person_changes(member: Counted, last: date) -> tuple[str, str]:
    """From when a row first adds its person, until when: what earlier rows do not cover already."""
    number = member.number
    adds = f"w_{number} AND end_day > coalesce(e_{number}, since_day)"
    start = f"greatest(since_day, coalesce(e_{number}, since_day))"
    return (
        f"SELECT {number} AS tally, place, {start} AS day, 1 AS change FROM ordered WHERE {adds}",
        f"SELECT {number}, place, end_day, -1 FROM ordered WHERE {adds} AND end_day <= DATE '{last}'",
    )


def _running(members: Sequence[Counted], *, distinct: bool = False) -> str:
    def columns(member: Counted) -> str:
        number = member.number
        changed = f"k_{number} <> 0" if distinct else f"(n_{number} <> 0 OR k_{number} <> 0)"
        return (
            f"sum(n_{number}) OVER days AS r_{number}, sum(k_{number}) OVER days AS q_{number}, "
            f"{changed} AS changed_{number}"
        )

    return f"""
  SELECT place, day, {", ".join(columns(m) for m in members)}
  FROM placed WINDOW days AS (PARTITION BY place ORDER BY day)"""


def _points(members: Sequence[Counted]) -> str:
    def select(member: Counted) -> str:
        number = member.number
        amount = f"CAST(r_{number} AS DOUBLE)"
        if member.tally.sum is not None:
            amount = f"CASE WHEN q_{number} > 0 THEN {amount} / {MICRO} END"
        return f"SELECT {number}, place, 'point', day, {amount} FROM running WHERE changed_{number}"

    return "\nUNION ALL ".join(select(member) for member in members)
