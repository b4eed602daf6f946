"""Which tallies share one pass over a view, and the table that the pass makes.

A *scan* is one reading of one view for all tallies with the same dates and places. Its table `xl_scan` has, for each
row that any of them counts: day (flow) or since_day and end_day (stock, first day that no longer counts), area_id and
institution_id (`xl_place`), has_area and has_institution (a code is written, known or not); s_0, s_1 ... (columns that
tallies count); and for tally n: w_n (its `where` holds), x_n (amount in millionths), p_n (provenance). Rows outside of
`among` are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xinglin.core.errors import InputError
from xinglin.core.period import KINDS, PeriodKind
from xinglin.indicators.rendering import micro_sql, quoted, to_sql
from xinglin.packs.expression_tree import Expression
from xinglin.packs.expressions import parse_expression
from xinglin.packs.nouns import Library
from xinglin.packs.tally import Tally, check_tally
from xinglin.packs.view import ColumnType, View

#: Beyond any day of data: the end of what has no end.
FAR = date(9999, 12, 30)


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally ready to run. `number` names it in tables; expressions are checked against the view's columns.

    `kinds`: of which kinds of period it is wanted.
    """

    number: int
    tally: Tally
    kinds: frozenset[PeriodKind]
    where: Expression | None
    sum: Expression | None
    provenance: Expression | None
    among: Expression | None


@dataclass(frozen=True, slots=True)
class Scan:
    """One pass: a view, its columns, and the tallies counted in it."""

    view: str
    columns: Mapping[str, ColumnType]
    members: tuple[Counted, ...]

    @property
    def first(self) -> Tally:
        return self.members[0].tally

    @property
    def is_stock(self) -> bool:
        return self.first.is_stock

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        """The kinds of period that any member is wanted for."""
        return tuple(kind for kind in KINDS if any(kind in member.kinds for member in self.members))

    @property
    def subjects(self) -> tuple[str, ...]:
        """The columns whose distinct values are counted."""
        return tuple(dict.fromkeys(m.tally.of for m in self.members if m.tally.count == "distinct"))

    def area_column(self) -> str | None:
        return _present(self.first.area, self.columns)

    def institution_column(self) -> str | None:
        return _present(self.first.institution, self.columns)


def counted(number: int, tally: Tally, kinds: frozenset[PeriodKind], library: Library) -> Counted:
    """The tally with its expressions checked. Raises InputError with every problem of it."""
    problems = tuple(check_tally(f"tally over {tally.view}", tally, library))
    if problems:
        raise InputError(problems)
    columns = library.of(View)[tally.view].all_columns()
    read = [_expression(text, columns) for text in (tally.where, tally.sum, tally.provenance, tally.among)]
    return Counted(number, tally, kinds, *read)


def scans_of(tallies: Sequence[Counted], library: Library) -> tuple[Scan, ...]:
    """The fewest passes: tallies of one view with the same dates, places and `among` go together."""
    groups: dict[tuple[str | None, ...], list[Counted]] = {}
    for member in tallies:
        t = member.tally
        groups.setdefault((t.view, t.on, t.since, t.until, t.area, t.institution, t.among), []).append(member)
    views = library.of(View)
    return tuple(
        Scan(members[0].tally.view, views[members[0].tally.view].all_columns(), tuple(members))
        for members in groups.values()
    )


def area_code_sql(scan: Scan, row: str, institution: str) -> str:
    """Where a row belongs: its area, else where its person lives, else where its institution stands."""
    named = [name for name in (scan.area_column(), _present("residence_area", scan.columns)) if name]
    parts = [f"{row}.{quoted(name)}" for name in dict.fromkeys(named)]
    if scan.institution_column():
        parts.append(f"{institution}.area")
    return f"coalesce({', '.join(parts)})" if parts else "CAST(NULL AS VARCHAR)"


def scan_sql(scan: Scan) -> str:
    """The SELECT that makes `xl_scan`."""
    column = scan.institution_column()
    institution = f"v.{quoted(column)}" if column else "CAST(NULL AS VARCHAR)"
    area = area_code_sql(scan, "v", "i")
    wanted = [
        *_dates(scan),
        *(f"v.{quoted(of)} AS s_{number}" for number, of in enumerate(scan.subjects)),
        *(part for member in scan.members for part in _amounts(member)),
        f"{area} IS NOT NULL AS has_area",
        f"{institution} IS NOT NULL AS has_institution",
        "a.id AS area_id",
        "i.id AS institution_id",
    ]
    if any(member.tally.latest for member in scan.members):
        wanted += ["v._key AS row_key", "v._row AS row_number"]
        kept = ""
    else:
        kept = f"\nWHERE {' OR '.join(f'w_{member.number}' for member in scan.members)}"
    inner = ",\n    ".join(wanted)
    among = scan.members[0].among
    considered = f"\n  WHERE {to_sql(among, 'v')}" if among else ""
    return (
        f"SELECT * FROM (\n  SELECT\n    {inner}\n  FROM {quoted(scan.view)} AS v"
        f"\n  LEFT JOIN xl_place AS i ON i.kind = 'institution' AND i.code = {institution}"
        f"\n  LEFT JOIN xl_place AS a ON a.kind = 'area' AND a.code = {area}{considered}\n) AS scanned{kept}"
    )


def _dates(scan: Scan) -> list[str]:
    tally = scan.first
    if tally.on:
        return [f"v.{quoted(tally.on)} AS day"]
    until = f"coalesce(v.{quoted(tally.until)}, DATE '{FAR}')" if tally.until else f"DATE '{FAR}'"
    return [f"v.{quoted(tally.since or '')} AS since_day", f"CAST({until} + 1 AS DATE) AS end_day"]


def _amounts(member: Counted) -> list[str]:
    where = f"coalesce({to_sql(member.where, 'v')}, FALSE)" if member.where else "TRUE"
    parts = [f"{where} AS w_{member.number}"]
    if member.sum:
        parts.append(f"{micro_sql(member.sum, 'v')} AS x_{member.number}")
    if member.provenance:
        parts.append(f"{to_sql(member.provenance, 'v')} AS p_{member.number}")
    return parts


def _expression(text: str | None, columns: Mapping[str, ColumnType]) -> Expression | None:
    parsed = parse_expression("", text, columns) if text else None
    return parsed if isinstance(parsed, Expression) else None


def _present(name: str | None, columns: Mapping[str, ColumnType]) -> str | None:
    return name if name in columns else None
