"""Spec tables of figures: given rows, one indicator, the figures that come out, on the engine and on the referee."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from xinglin.core.text import Text
from xinglin.indicators.examples import check_example
from xinglin.packs.example import Example
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.tally import Tally
from xinglin.packs.view import ColumnType, View

COLUMNS: dict[str, dict[str, ColumnType]] = {
    "a.visit": {"patient": "string", "institution": "string", "area": "string", "day": "date", "cost": "decimal",
                "kind": "string", "source": "string"},
    "a.contract": {"patient": "string", "institution": "string", "since": "date", "until": "date"},
    "a.people": {"area": "string", "value": "integer", "since": "date", "until": "date", "source": "string"},
}  # fmt: skip

PLACES = """
kind        | code         | name   | level    | parent    | area
area        | 990101       | County | county   |           |
area        | 990101001    | East   | town     | 990101    |
area        | 990101001001 | East 1 | village  | 990101001 |
area        | 990101001002 | East 2 | village  | 990101001 |
area        | 990101002    | West   | town     | 990101    |
institution | e            | East   | township |           | 990101001
institution | w            | West   | township |           | 990101002
institution | n            | None   | other    |           |
"""


def view(name: str) -> View:
    select = ({"column": [{"name": n, "path": "x", "type": kind} for n, kind in COLUMNS[name].items()]},)
    return View(id=name, title=Text(zh=name, en=name), resource="Encounter", select=select)


def indicator(**parts: Any) -> Indicator:
    title = Text(zh="数", en="number")
    given = {"unit": "%", "formula": title, "id": "a.number", "title": title, "periods": KINDS, **parts}
    return Indicator.model_validate(given)


KINDS = ("day", "week", "month", "quarter", "half", "year", "ytd")
DISTINCT = {"view": "a.visit", "on": "day", "count": "distinct"}
ROWS = {"view": "a.visit", "on": "day", "count": "rows"}
COST = {"view": "a.visit", "on": "day", "sum": "cost"}
CONTRACTS = {"view": "a.contract", "since": "since", "until": "until", "count": "distinct"}
PEOPLE = {"view": "a.people", "since": "since", "until": "until", "sum": "value", "provenance": "source"}


@dataclass(frozen=True)
class Case:
    """`promise`: what the table shows. `given`: rows by view. `parts`: of the indicator."""

    promise: str
    given: dict[str, str]
    parts: dict[str, Any]
    expect: str
    as_of: date = field(default=date(2025, 12, 31))


VISITS = """
patient | residence_area | institution | area         | day        | cost | kind
p1      | 990101001001   | e           |              | 2024-12-31 | 1    | a
p1      | 990101001001   | e           |              | 2025-01-01 | 2    | a
p1      | 990101001001   | w           |              | 2025-01-31 | 4.5  | b
p1      | 990101001001   | e           |              | 2025-02-01 |      | a
p2      | 990101001002   | e           |              | 2025-01-31 | 8    | a
p2      | 990101001002   | e           | 990101002    | 2025-01-31 | 16   | b
p3      |                | w           |              | 2025-03-31 | 0.5  | b
p4      |                | n           |              | 2025-03-31 | 64   | a
        | 990101001001   | e           |              | 2025-03-31 | 128  | a
p5      | 999999         | e           |              | 2025-03-31 | 256  | a
p6      | 990101001001   | x           |              |            | 512  | a
p1      | 990101001001   | e           |              | 2026-01-01 | 1024 | a
"""

CASES = [
    Case(
        "Rows are counted in each period that holds their date, and at each area above theirs",
        {"a.visit": VISITS},
        {"numerator": ROWS, "unit": "次"},
        """
        place        | period        | value
        990101       | 2024-12-31    | 1
        990101       | 2025-01       | 4
        990101001    | 2025-01       | 3
        990101001001 | 2025-01       | 2
        990101002    | 2025-01       | 1
        990101       | 2025-Q1       | 7
        990101       | 2025-H1       | 7
        990101       | 2025          | 7
        990101       | 2025-W05      | 4
        990101       | YTD2025-01-31 | 4
        990101       | YTD2025-02-15 | 5
        990101       | 2025-04       | 0
        990101       | 2025-H2       | 0
        """,
    ),
    Case(
        "A row without area goes to where its person lives, then to where its institution stands, then nowhere",
        {"a.visit": VISITS},
        {"numerator": ROWS, "unit": "次"},
        """
        place     | period     | value
        990101    | 2025-03-31 | 2
        990101002 | 2025-03-31 | 1
        n         | 2025-03-31 | 1
        e         | 2025-03-31 | 2
        w         | 2025-03-31 | 1
        """,
    ),
    Case(
        "A person counts once at every place and in every period, however many rows",
        {"a.visit": VISITS},
        {"numerator": DISTINCT, "unit": "人"},
        """
        place        | period        | value
        990101       | 2025-01       | 2
        990101001    | 2025-01       | 2
        990101002    | 2025-01       | 1
        990101       | 2025-Q1       | 3
        990101       | 2025          | 3
        990101       | YTD2025-01-30 | 1
        990101       | YTD2025-01-31 | 2
        990101       | YTD2025-12-31 | 3
        e            | 2025          | 3
        w            | 2025          | 2
        """,
    ),
    Case(
        "A sum adds what is there; of rows without amount, and of no rows, nothing is known",
        {"a.visit": VISITS},
        {"numerator": COST, "unit": "元", "per": 10},
        """
        place     | period        | numerator | value
        990101    | 2025-01       | 30.5      | 305
        990101001 | 2025-01       | 14.5      | 145
        990101    | 2025-02       |           |
        990101    | 2025-04       |           |
        990101    | YTD2025-03-31 | 159       | 1590
        w         | 2025-Q1       | 5         | 50
        """,
    ),
    Case(
        "A condition that is not known does not hold",
        {"a.visit": VISITS},
        {"numerator": {**ROWS, "where": "cost > 1 OR kind = 'b'"}, "unit": "次"},
        """
        place  | period  | value
        990101 | 2025-01 | 4
        990101 | 2025-02 | 0
        990101 | 2025-03 | 2
        """,
    ),
    Case(
        "at_least counts those with enough rows at the place in the period",
        {"a.visit": VISITS},
        {"numerator": {**DISTINCT, "at_least": 2}, "unit": "人"},
        """
        place     | period        | value
        990101    | 2025-01       | 2
        990101001 | 2025-01       | 1
        990101002 | 2025-01       | 0
        990101    | 2025          | 2
        990101    | YTD2025-01-30 | 0
        990101    | YTD2025-01-31 | 2
        e         | 2025-01       | 1
        e         | 2025          | 2
        """,
    ),
    Case(
        "latest considers the last row of each person in the period, at that row's places, before the condition",
        {"a.visit": VISITS},
        {"numerator": {**DISTINCT, "latest": True, "where": "kind = 'b'"}, "unit": "人"},
        """
        place        | period        | value
        990101       | 2025-01       | 2
        990101001    | 2025-01       | 1
        990101002    | 2025-01       | 1
        w            | 2025-01       | 1
        e            | 2025-01       | 1
        990101       | YTD2025-01-30 | 0
        990101       | YTD2025-01-31 | 2
        990101       | 2025          | 2
        990101001001 | 2025          | 0
        990101       | 2025-02       | 0
        """,
    ),
    Case(
        "latest among: the last of the rows for which a condition holds",
        {"a.visit": VISITS},
        {"numerator": {**DISTINCT, "latest": True, "among": "kind = 'a'", "where": "cost >= 2"}, "unit": "人"},
        """
        place  | period  | value
        990101 | 2025-01 | 2
        990101 | 2025    | 1
        990101 | 2024    | 0
        """,
    ),
    Case(
        "A stock counts who is in force on the period's last day, that day included at both ends",
        {
            "a.contract": """
            patient | residence_area | institution | since      | until
            p1      | 990101001001   | e           | 2024-02-29 | 2025-01-31
            p1      | 990101001001   | w           | 2025-01-15 | 2025-02-28
            p2      | 990101001002   | e           | 2025-01-31 |
            p3      | 990101002      | w           | 2025-03-02 | 2025-03-01
            p4      | 990101002      | w           |            | 2025-03-01
            p5      |                | n           | 2025-01-01 |
            """
        },
        {"numerator": CONTRACTS, "unit": "人"},
        """
        place     | period        | value
        990101    | 2024-02-28    | 0
        990101    | 2024-02-29    | 1
        990101    | 2025-01-30    | 1
        990101    | 2025-01-31    | 2
        990101    | 2025-01       | 2
        990101    | 2025-02       | 2
        990101    | 2025-03       | 1
        990101    | 2025          | 1
        990101    | YTD2025-02-14 | 2
        990101001 | 2025-W05      | 2
        e         | 2025-01-31    | 2
        e         | 2025-02-01    | 1
        w         | 2025-02-28    | 1
        w         | 2025-03-01    | 0
        n         | 2025          | 1
        """,
    ),
    Case(
        "A period that has not ended is looked at on the last day with data; later rows do not count",
        {
            "a.contract": """
            patient | residence_area | institution | since      | until
            p1      | 990101001001   | e           | 2025-01-01 | 2025-06-30
            p2      | 990101001001   | e           | 2025-07-01 |
            """
        },
        {"numerator": CONTRACTS, "unit": "人"},
        """
        place  | period     | value
        990101 | 2025-01    | 1
        990101 | 2025       | 1
        990101 | 2025-06    | 1
        990101 | 2026       |
        """,
        as_of=date(2025, 6, 15),
    ),
    Case(
        "A rate divides by a denominator of its own view; without one, or with zero, there is no value",
        {
            "a.visit": VISITS,
            "a.people": """
            area      | value | since      | until      | source
            990101001 | 2     | 2025-01-01 | 2025-12-31 | 统计局
            990101002 | 0     | 2025-01-01 | 2025-12-31 | 公安局
            """,
        },
        {"numerator": DISTINCT, "denominator": PEOPLE, "per": 100},
        """
        place        | period  | numerator | denominator | value
        990101       | 2025-01 | 2         | 2           | 100
        990101       | 2025    | 3         | 2           | 150
        990101001    | 2025    | 2         | 2           | 100
        990101002    | 2025    | 2         | 0           |
        990101001001 | 2025    | 1         |             |
        990101       | 2024    | 1         |             |
        """,
    ),
    Case(
        "A ratio of sums is not a mean of ratios",
        {"a.visit": VISITS},
        {"numerator": COST, "denominator": ROWS, "unit": "元"},
        """
        place  | period  | value
        990101 | 2025-01 | 7.625
        990101 | 2025-02 |
        990101 | 2025-04 |
        """,
    ),
    Case(
        "Stocks of rows and of sums go up and down with their rows; with none in force a sum is not known",
        {
            "a.people": """
            area         | value | since      | until      | source
            990101001    | 5     | 2025-01-01 | 2025-01-31 | x
            990101001001 | 7     | 2025-01-10 | 2025-02-10 | y
            990101001001 |       | 2025-01-10 |            | y
            """
        },
        {"numerator": PEOPLE, "denominator": {**PEOPLE, "sum": None, "count": "rows"}, "unit": "人"},
        """
        place     | period     | numerator | denominator | value
        990101001 | 2025-01-09 | 5         | 1           | 5
        990101    | 2025-01-10 | 12        | 3           | 4
        990101    | 2025-02-01 | 7         | 2           | 3.5
        990101    | 2025-02-11 |           | 1           |
        990101    | 2024-12-31 |           | 0           |
        """,
    ),
    Case(
        "What is counted, and the columns of place, may be others than the usual ones",
        {"a.visit": VISITS},
        {"numerator": {**DISTINCT, "of": "kind", "area": None, "institution": None}, "unit": "种"},
        """
        place     | period  | value
        990101    | 2025-01 | 2
        990101001 | 2025-01 | 2
        990101002 | 2025-01 | 0
        990101    | 2025-03 | 1
        e         | 2025-01 | 0
        """,
    ),
]


def library(case: Case) -> Library:
    return Library(contents={View: {n: view(n) for n in COLUMNS}, Indicator: {"a.number": indicator(**case.parts)}})


@pytest.mark.parametrize("case", CASES, ids=[case.promise for case in CASES])
def test_both_engines_give_the_table(case: Case) -> None:
    """The engine and the referee give the figures in the table, and agree on all other places of the periods in it."""
    example = Example(
        title=case.promise, given=case.given, places=PLACES, as_of=case.as_of, expect={"a.number": case.expect}
    )
    assert [str(problem) for problem in check_example(example, library(case))] == []


def test_every_way_to_tally_is_in_the_tables() -> None:
    """No field of a tally may lack a spec table."""
    used = {
        name
        for case in CASES
        for part in ("numerator", "denominator")
        for name, value in case.parts.get(part, {}).items()
    }
    assert set(Tally.model_fields) - used == set()
