"""A tally: how rows of one view become an amount. Indicators are made of one or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinglin.core.errors import Problem
from xinglin.packs.expression_tree import Expression, ValueType
from xinglin.packs.expressions import parse_expression
from xinglin.packs.faults import nearest
from xinglin.packs.nouns import Library
from xinglin.packs.view import ColumnType, View


class Tally(BaseModel):
    """How rows of one view become an amount.

    Exactly one of `on` (flow: the row counts in the period that holds this date) and `since` (stock: the row counts
    as of the period's last day when since <= day and (until is null or until >= day): as in FHIR, the end is inside).
    Exactly one of `count` ("rows", or "distinct" with `of`) and `sum`.
    `where`, `sum`, `provenance` and `among` are scalar SQL expressions over the view's columns.
    `latest`: of each `of` only the last row in the period (by `on`, then the row's key) is considered, before `where`;
    with `among`, the last of the rows for which it holds.
    `at_least`: with count distinct, only those of `of` with this many rows in the period.
    `area`, `institution`: the columns that say where a row belongs; None where the view has none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: str
    where: str = ""
    on: str | None = None
    since: str | None = None
    until: str | None = None
    count: Literal["rows", "distinct"] | None = None
    of: str = "resident"
    sum: str | None = None
    latest: bool = False
    among: str = ""
    at_least: int = Field(default=1, ge=1)
    area: str | None = "area"
    institution: str | None = "institution"
    provenance: str = ""

    @model_validator(mode="after")
    def _one_of_each(self) -> Tally:
        if (self.on is None) == (self.since is None):
            raise ValueError("give either 'on' (flow) or 'since' (stock)")
        if self.until and self.since is None:
            raise ValueError("'until' goes with 'since'")
        if (self.count is None) == (self.sum is None):
            raise ValueError("give either 'count' or 'sum'")
        if (self.latest or self.at_least > 1) and (self.on is None or self.count != "distinct"):
            raise ValueError("'latest' and 'at_least' need 'on' and 'count: distinct'")
        if self.latest and self.at_least > 1:
            raise ValueError("'latest' and 'at_least' do not go together")
        if self.among and not self.latest:
            raise ValueError("'among' goes with 'latest'; elsewhere write the condition into 'where'")
        return self

    @property
    def is_stock(self) -> bool:
        return self.since is not None


_TYPES: dict[str, ValueType] = {"where": "boolean", "among": "boolean", "sum": "number", "provenance": "text"}


def check_tally(where: str, tally: Tally, library: Library) -> Iterator[Problem]:
    """Problems of a tally against the columns of its view: unknown view or column, ill-typed expression.

    `area` and `institution` may name no column of the view only where they are left at their defaults.
    """
    view = library.of(View).get(tally.view)
    if view is None:
        known = list(library.of(View))
        yield Problem(where, f"view {tally.view!r} is not known.", ", ".join(known), nearest(tally.view, known))
        return
    columns = view.all_columns()
    for part in ("on", "since", "until"):
        yield from _check_column(f"{where}.{part}", getattr(tally, part), columns, "date")
    for part in ("area", "institution"):
        if part in tally.model_fields_set:
            yield from _check_column(f"{where}.{part}", getattr(tally, part), columns, "string")
    if tally.count == "distinct":
        yield from _check_column(f"{where}.of", tally.of, columns, "string")
    for part in _TYPES:
        yield from _check_expression(f"{where}.{part}", getattr(tally, part), columns, _TYPES[part])


def _check_column(
    where: str, name: str | None, columns: Mapping[str, ColumnType], wanted: ColumnType
) -> Iterator[Problem]:
    if name is None:
        return
    fitting = [column for column, kind in columns.items() if kind == wanted]
    if name not in columns:
        remedy = nearest(name, fitting or list(columns))
        yield Problem(where, f"column {name!r} is not in the view.", ", ".join(fitting or columns), remedy)
    elif columns[name] != wanted:
        found = f"column {name!r} has type {columns[name]}."
        yield Problem(where, found, f"a {wanted} column" + (f": {', '.join(fitting)}" if fitting else ""))


def _check_expression(
    where: str, text: str | None, columns: Mapping[str, ColumnType], wanted: ValueType
) -> Iterator[Problem]:
    if not text:
        return
    parsed = parse_expression(where, text, columns)
    if not isinstance(parsed, Expression):
        yield from parsed
    elif parsed.type != wanted:
        yield Problem(where, f"{text!r} gives a {parsed.type}.", f"a {wanted}")
