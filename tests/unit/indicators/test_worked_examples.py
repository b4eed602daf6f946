"""Worked examples: what does not hold, and what is written wrongly, is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xinglin.indicators.examples import check_example
from xinglin.packs.example import Example
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library

VISITS = """
    patient | residence_area | institution | day
    p1      | 990101001001   | east        | 2025-03-01
    p2      | 990101001001   | east        | 2025-03-02
    p2      | 990101001001   | east        | 2025-03-02
"""
RIGHT = """
    place           | period  | value
    990101          | 2025-03 | 3
    east            | 2025-03 | 3
    area:990101002  | 2025-03 | 0
    institution:west| 2025-03 | 0
    990101          | 2026    | null
"""


def problems(library: Library, **parts: Any) -> list[str]:
    given = {"title": "t", "given": {"a.visit": VISITS}, "as_of": date(2025, 12, 31), "expect": {"a.visits": RIGHT}}
    return [str(problem) for problem in check_example(Example.model_validate(given | parts), library, "packs/a/x.yaml")]


def test_an_example_that_holds_has_no_problem(library: Library) -> None:
    """Places may be written as a code or as kind:code; null expects no value."""
    assert problems(library) == []


WRONG = [
    ({"expect": {"a.visits": "place | period | value\n990101 | 2025-03 | 2"}}, "value is 3.0."),
    ({"expect": {"a.visits": "place | period | value\n990101 | 2025-03 |"}}, "value is 3.0."),
    ({"expect": {"a.visits": "place | period | value\n990101 | 2025-03 | many"}}, "value is 3.0."),
    ({"expect": {"a.visits": "place | period | value | numerator\n990101 | 2025-03 | 3 | 4"}}, "numerator is 3.0."),
    ({"expect": {"a.visit": RIGHT}}, "indicator 'a.visit' is not known.\n  Remedy: Did you mean 'a.visits'?"),
    ({"expect": {"a.visits": "place | period | value\n990109 | 2025-03 | 2"}}, "place '990109' is not one"),
    ({"expect": {"a.contracts": "place | period | value\neast | 2025-03 | 2"}}, "place 'east' is not one"),
    ({"expect": {"a.visits": "place | period | value\n990101 | 2025-13 | 2"}}, "'2025-13' is not a period."),
    ({"expect": {"a.contracts": "place | period | value\n990101 | 2025-W02 | 2"}}, "not worked out by week"),
    ({"given": {"a.visits": VISITS}}, "view 'a.visits' is not known.\n  Remedy: Did you mean 'a.visit'?"),
    ({"given": {"a.visit": "dai\n2025-01-01"}}, "column 'dai' is not in the view.\n  Remedy: Did you mean 'day'?"),
    ({"given": {"a.visit": "day\n2025-02-30"}}, "day is '2025-02-30'.\n  Expected: a value of type date"),
    ({"given": {"a.visit": "cost\nmuch"}}, "cost is 'much'."),
    ({"given": {"a.visit": "good\nperhaps"}}, "good is 'perhaps'."),
    ({"places": "sort | code\narea | 990101"}, "the table of places has wrong columns."),
]


@pytest.mark.parametrize(
    ("parts", "found"), WRONG, ids=[found.split("\n")[0] + str(n) for n, (_, found) in enumerate(WRONG)]
)
def test_what_is_wrong_is_told_with_its_place(library: Library, parts: dict[str, Any], found: str) -> None:
    """Each fault names the file, the example and the row, and gives the nearest right name."""
    told = problems(library, **parts)
    assert any(found in problem for problem in told), told
    assert all(problem.startswith("packs/a/x.yaml 't'") for problem in told)


def test_an_indicator_that_does_not_fit_its_view_is_told(library: Library) -> None:
    """A pack with a wrong condition does not hold its examples: it says why."""
    indicators = dict(library.of(Indicator))
    tally = indicators["a.visits"].numerator.model_copy(update={"where": "cots > 1"})
    indicators["a.visits"] = indicators["a.visits"].model_copy(update={"numerator": tally})
    told = check_example(
        Example(title="t", given={"a.visit": VISITS}, as_of=date(2025, 12, 31), expect={"a.visits": RIGHT}),
        Library(contents={**library.contents, Indicator: indicators}),
    )
    assert [problem.found for problem in told] == ["column 'cots' is not in the view."]
