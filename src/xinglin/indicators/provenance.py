"""Where amounts come from: the distinct values of a tally's `provenance`, sorted and joined, by place and period.

Adds to `xl_provenance` (tally, place, kind, end_day, text); for stocks under kind 'point', as in `stocks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xinglin.indicators.flows import LEAVES
from xinglin.indicators.scans import Scan

JOINED = "；"


def provenance_statements(scan: Scan, last: date) -> Iterator[str]:
    """One statement for each tally of the scan that names its provenance. Stocks: after `stock_statements`."""
    for member in scan.members:
        if member.provenance is not None:
            yield _of_stock(member.number, last) if scan.is_stock else _of_flow(member.number)


def _of_flow(number: int) -> str:
    return f"""INSERT INTO xl_provenance
WITH named AS (
  SELECT DISTINCT leaf, day, p_{number} AS source FROM {LEAVES} WHERE w_{number} AND p_{number} IS NOT NULL
)
SELECT {number}, u.place, c.kind, c.end_day, string_agg(DISTINCT n.source, '{JOINED}' ORDER BY n.source)
FROM named AS n JOIN xl_up AS u ON u.leaf = n.leaf JOIN xl_calendar AS c ON c.day = n.day
GROUP BY u.place, c.kind, c.end_day"""


def _of_stock(number: int, last: date) -> str:
    return f"""INSERT INTO xl_provenance
WITH named AS MATERIALIZED (
  SELECT DISTINCT u.place, s.p_{number} AS source, s.since_day, s.end_day
  FROM {LEAVES.replace(" AS leaves", " AS s")} JOIN xl_up AS u ON u.leaf = s.leaf
  WHERE s.w_{number} AND s.p_{number} IS NOT NULL
), days AS (
  SELECT place, since_day AS day FROM named UNION SELECT place, end_day FROM named WHERE end_day <= DATE '{last}'
)
SELECT {number}, d.place, 'point', d.day, coalesce(string_agg(DISTINCT n.source, '{JOINED}' ORDER BY n.source), '')
FROM days AS d LEFT JOIN named AS n ON n.place = d.place AND n.since_day <= d.day AND n.end_day > d.day
GROUP BY d.place, d.day"""
