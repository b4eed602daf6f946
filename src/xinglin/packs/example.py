"""Worked examples of a pack: a few given rows and the figures that must come out of them.

Read here, executed by `xinglin.indicators.examples`: a pack whose examples do not hold does not load.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

#: A county with two towns of two villages each, its hospital, two township hospitals and a village clinic.
SMALL_COUNTY = """
kind        | code         | name     | level             | parent    | area
area        | 990101       | 杏林县   | county            |           |
area        | 990101001    | 东镇     | town              | 990101    |
area        | 990101001001 | 东一村   | village           | 990101001 |
area        | 990101001002 | 东二村   | village           | 990101001 |
area        | 990101002    | 西镇     | town              | 990101    |
area        | 990101002001 | 西一村   | village           | 990101002 |
area        | 990101002002 | 西二村   | village           | 990101002 |
institution | county       | 县医院   | county-hospital   |           | 990101001
institution | east         | 东镇卫生院 | township-hospital |           | 990101001
institution | west         | 西镇卫生院 | township-hospital |           | 990101002
institution | clinic       | 东一村卫生室 | village-clinic  | east      | 990101001001
"""


def read_table(text: str) -> list[dict[str, str | None]]:
    """The rows of a table written as `a | b` lines under a line of column names.

    An empty cell, and a cell missing at the end of a line, is None. Blank lines are left out.
    Raises ValueError for a table without column names, a name given twice, or a line with too many cells.
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError("a table begins with a line of column names")
    names = lines[0]
    if len(set(names)) < len(names) or "" in names:
        raise ValueError(f"column names must be distinct and not empty: {' | '.join(names)}")
    for number, cells in enumerate(lines[1:], start=1):
        if len(cells) > len(names):
            raise ValueError(f"row {number} has {len(cells)} cells for {len(names)} columns")
    return [
        {name: cell or None for name, cell in zip(names, _padded(cells, len(names)), strict=True)}
        for cells in lines[1:]
    ]


def _padded(cells: list[str], length: int) -> list[str]:
    return cells + [""] * (length - len(cells))


def _is_table(text: str) -> str:
    read_table(text)
    return text


def _is_expectation(text: str) -> str:
    names = set(text.strip().splitlines()[0].replace(" ", "").split("|")) if text.strip() else set()
    if missing := {"place", "period", "value"} - names:
        raise ValueError(f"expected figures need the columns {', '.join(sorted(missing))}")
    if unknown := names - {"place", "period", "value", "numerator", "denominator"}:
        raise ValueError(f"expected figures have no column {', '.join(sorted(unknown))}")
    return _is_table(text)


Table = Annotated[str, AfterValidator(_is_table)]
Expectation = Annotated[str, AfterValidator(_is_expectation)]


class Example(BaseModel):
    """Rows of views, and the figures of indicators that they must give.

    `given`: by view id, a table with columns of `View.all_columns()`; those left out are null. Patients and
    institutions are written without `Patient/` and `Organization/`. What the session joins to a row is written in the
    table too; when left out, the resident's columns come from the table of foundation.patient, if any (else the patient
    is a resident of its own), and `institution_type` is the institution's level in `places`. A column `_key` may give
    rows of one record the same key; otherwise each row is a record of its own, with keys in the order of the rows.
    `places`: columns kind, code, name, level, parent, area; by default `SMALL_COUNTY`.
    `as_of`: the last day with data. `expect`: by indicator id, a table with the columns place (a code), period (a
    code), value and, where wished, numerator and denominator; an empty cell expects null.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    given: dict[str, Table] = Field(min_length=1)
    places: Table = SMALL_COUNTY
    as_of: date
    expect: dict[str, Expectation] = Field(min_length=1)
