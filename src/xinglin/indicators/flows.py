"""Flows: amounts of the rows whose date lies in a period, for every place and every period of a run at once.

Reads `xl_scan` (see `scans`), `xl_up` (a place and each place it lies in) and `xl_calendar` (a day and each period
that holds it); adds to `xl_amount` (tally, place, kind, end_day, amount). Only amounts of a row or more are added.
Statements come as text, so that `opened` shows what is run.

Distinct counts are never summed: persons are first made unique per place and day, then per place and period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from xinglin.core.period import PeriodKind
from xinglin.indicators.rendering import MICRO
from xinglin.indicators.scans import Counted, Scan

#: Rows of the scan once by area and once by institution, each under the place it was recorded at.
LEAVES = (
    "(SELECT area_id AS leaf, * FROM xl_scan WHERE area_id IS NOT NULL"
    "\n    UNION ALL SELECT institution_id AS leaf, * FROM xl_scan WHERE institution_id IS NOT NULL) AS leaves"
)


def flow_statements(scan: Scan) -> Iterator[str]:
    """The statements that work out all flows of a scan."""
    kinds = scan.kinds
    additive = [member for member in scan.members if member.tally.count != "distinct"]
    if additive:
        yield _additive(additive, kinds)
    for number, of in enumerate(scan.subjects):
        members = [m for m in scan.members if m.tally.count == "distinct" and m.tally.of == of]
        plain = [member for member in members if not member.tally.latest]
        latest = [member for member in members if member.tally.latest]
        if latest:
            yield _latest(latest, f"s_{number}", kinds)
        if plain:
            yield _placed(plain, f"s_{number}")
            yield from (_distinct(plain, kind) for kind in kinds if kind != "ytd")
            if "ytd" in kinds:
                yield _distinct_to_date(plain)
            yield "DROP TABLE xl_placed"


def insert(members: Iterable[Counted], source: str, amount: Callable[[Counted], str]) -> str:
    """Each tally's column of the CTE `source` as rows of `xl_amount`."""
    selects = [
        f"SELECT {m.number}, place, kind, end_day, CAST({amount(m)} AS DOUBLE) FROM {source} WHERE {_some(m)}"
        for m in members
    ]
    return "\nUNION ALL ".join(selects)


def _some(member: Counted) -> str:
    column = f"n_{member.number}"
    return f"{column} IS NOT NULL" if member.tally.sum else f"{column} > 0"


def amount_sql(member: Counted) -> str:
    """A tally's column as its amount: counts as they are, sums from millionths."""
    column = f"n_{member.number}"
    return f"CAST({column} AS DOUBLE) / {MICRO}" if member.tally.sum else column


def tallied(member: Counted) -> str:
    """The aggregate of a tally over rows of the scan, in whole rows or millionths; null for a sum of nothing."""
    number = member.number
    amount = f"sum(x_{number})" if member.tally.sum else "count(*)"
    return f"{amount} FILTER (w_{number}) AS n_{number}"


def sums(members: Iterable[Counted]) -> str:
    return ", ".join(f"sum(n_{m.number}) AS n_{m.number}" for m in members)


def _additive(members: Sequence[Counted], kinds: Sequence[PeriodKind]) -> str:
    """Rows and sums: by place and day, then rolled up the places, then up the periods."""
    return f"""INSERT INTO xl_amount
WITH recorded AS (
  SELECT leaf, day, {", ".join(tallied(m) for m in members)}
  FROM {LEAVES} GROUP BY leaf, day
), placed AS (
  SELECT u.place, r.day, {sums(members)}
  FROM recorded AS r JOIN xl_up AS u ON u.leaf = r.leaf GROUP BY u.place, r.day
), totals AS MATERIALIZED (
  SELECT p.place, c.kind, c.end_day, {sums(members)}
  FROM placed AS p JOIN xl_calendar AS c ON c.day = p.day AND c.kind IN ({_listed(kinds)})
  GROUP BY p.place, c.kind, c.end_day
)
{insert(members, "totals", amount_sql)}"""


def _latest(members: Sequence[Counted], subject: str, kinds: Sequence[PeriodKind]) -> str:
    """Each subject's last row in a period is the one followed by none in it; it counts where that row was recorded."""
    counts = ", ".join(f"count(*) FILTER (w_{m.number}) AS n_{m.number}" for m in members)
    flags = ", ".join(f"w_{m.number}" for m in members)
    return f"""INSERT INTO xl_amount
WITH followed AS (
  SELECT area_id, institution_id, day, {flags}, lead(day) OVER person AS next_day
  FROM xl_scan WHERE {subject} IS NOT NULL AND day <= (SELECT max(day) FROM xl_calendar)
  WINDOW person AS (PARTITION BY {subject} ORDER BY day, row_key, row_number)
), last_rows AS MATERIALIZED (
  SELECT area_id, institution_id, c.kind, c.end_day, {counts}
  FROM followed AS f JOIN xl_calendar AS c ON c.day = f.day AND c.kind IN ({_listed(kinds)})
  WHERE f.next_day IS NULL OR f.next_day > c.end_day GROUP BY area_id, institution_id, c.kind, c.end_day
), recorded AS (
  SELECT area_id AS leaf, * FROM last_rows UNION ALL SELECT institution_id AS leaf, * FROM last_rows
), totals AS MATERIALIZED (
  SELECT u.place, r.kind, r.end_day, {sums(members)}
  FROM recorded AS r JOIN xl_up AS u ON u.leaf = r.leaf GROUP BY u.place, r.kind, r.end_day
)
{insert(members, "totals", amount_sql)}"""


def _listed(kinds: Sequence[PeriodKind]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _placed(members: Sequence[Counted], subject: str) -> str:
    """Persons once per place and day, with how many rows each had."""
    any_of = " OR ".join(f"w_{m.number}" for m in members)
    return f"""CREATE TEMP TABLE xl_placed AS
WITH recorded AS (
  SELECT leaf, day, {subject} AS subject, {", ".join(tallied(m) for m in members)}
  FROM {LEAVES} WHERE {subject} IS NOT NULL AND ({any_of}) GROUP BY leaf, day, {subject}
)
SELECT u.place, r.day, r.subject, {sums(members)}
FROM recorded AS r JOIN xl_up AS u ON u.leaf = r.leaf GROUP BY u.place, r.day, r.subject"""


def _distinct(members: Sequence[Counted], kind: PeriodKind) -> str:
    """Persons with enough rows in each period of a kind."""
    counts = ", ".join(f"count(*) FILTER (n_{m.number} >= {m.tally.at_least}) AS n_{m.number}" for m in members)
    return f"""INSERT INTO xl_amount
WITH persons AS (
  SELECT p.place, c.end_day, p.subject, {sums(members)}
  FROM xl_placed AS p JOIN xl_calendar AS c ON c.day = p.day AND c.kind = '{kind}'
  GROUP BY p.place, c.end_day, p.subject
), totals AS MATERIALIZED (
  SELECT place, '{kind}' AS kind, end_day, {counts} FROM persons GROUP BY place, end_day
)
{insert(members, "totals", amount_sql)}"""


def _distinct_to_date(members: Sequence[Counted]) -> str:
    """Year to date: a person counts from the day on which they have had enough rows that year."""
    running = ", ".join(
        f"sum(n_{m.number}) OVER so_far AS r_{m.number}" if m.tally.at_least > 1 else f"n_{m.number} AS r_{m.number}"
        for m in members
    )
    days = ", ".join(f"min(day) FILTER (r_{m.number} >= {m.tally.at_least}) AS d_{m.number}" for m in members)
    events = "\n  UNION ALL ".join(
        f"SELECT {m.number} AS tally, place, d_{m.number} AS day, count(*) AS n FROM reached"
        f" WHERE d_{m.number} IS NOT NULL GROUP BY place, d_{m.number}"
        for m in members
    )
    return f"""INSERT INTO xl_amount
WITH running AS (
  SELECT place, subject, day, {running} FROM xl_placed
  WINDOW so_far AS (PARTITION BY place, subject, year(day) ORDER BY day)
), reached AS MATERIALIZED (
  SELECT place, subject, {days} FROM running GROUP BY place, subject, year(day)
), events AS (
  {events}
)
SELECT e.tally, e.place, c.kind, c.end_day, CAST(sum(e.n) AS DOUBLE)
FROM events AS e JOIN xl_calendar AS c ON c.day = e.day AND c.kind = 'ytd'
GROUP BY e.tally, e.place, c.kind, c.end_day"""
