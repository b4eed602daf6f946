"""Reading expressions: what is refused, and how it is said."""

from __future__ import annotations

import pytest

from xinglin.core.text import Text
from xinglin.packs.expression_tree import Expression
from xinglin.packs.expressions import parse_expression
from xinglin.packs.nouns import Library
from xinglin.packs.tally import Tally, check_tally
from xinglin.packs.view import ColumnType, View

COLUMNS: dict[str, ColumnType] = {
    "disease": "string", "since": "date", "until": "date", "value": "decimal", "at": "dateTime", "done": "boolean",
}  # fmt: skip

REFUSED = [
    ("desease = 'x'", "'desease' is not in the view", "Did you mean 'disease'?"),
    ("value = 'x'", "mixes a number with text", ""),
    ("disease AND done", "is text", ""),
    ("since > 'yesterday'", "mixes a date with text", ""),
    ("disease = NULL", "compares with NULL", ""),
    ("(SELECT 1)", "is not allowed", ""),
    ("done; DROP TABLE x", "cannot be read", ""),
    ("done) FROM x WHERE (TRUE", "is not one expression", ""),
    ("done), (TRUE", "is not one expression", ""),
    ("", "is empty", ""),
    ("value BETWEEN SYMMETRIC 1 AND 2", "is not allowed", ""),
    ("value +", "cannot be read", ""),
    ("lower(disease) = 'x'", "function 'lower' is not known", ""),
    ("age_ad(since, until) > 3", "function 'age_ad' is not known", "Did you mean 'age_at'?"),
    ("age_at(since) > 3", "needs two values", ""),
    ("read_csv('/etc/passwd') = 'x'", "is not known", ""),
    ("at > '2025-01-01'", "a dateTime", ""),
    ("at = at", "compares a dateTime", ""),
    ("done < TRUE", "compares a condition", ""),
    ("disease IN (disease)", "needs a list of literals", ""),
    ("disease LIKE disease", "needs a literal pattern", ""),
    ("disease LIKE 'a' ESCAPE 'b'", "is not allowed", ""),
    ("disease IN (SELECT 1)", "is not allowed", ""),
    ("substr(disease, -1, 2) = 'x'", "needs whole numbers", ""),
    ("x.disease = 'a'", "names a table", ""),
    ("CAST(value AS DATE) = since", "converts a type", ""),
    ("DATE '2025-02-30' = since", "is not a date", ""),
    ("value = 1e400", "is too long", ""),
    ("value = 0.00000000001", "is too long", ""),
    ("done IS TRUE", "is not allowed", ""),
    ("CASE WHEN done THEN 1 ELSE 'a' END = 1", "mixes", ""),
    ("minutes_between(since, until) > 1", "is a date", "at"),
    ("*", "is not allowed", ""),
    ("count(*) > 1", "is not known", ""),
    ("sum(value) OVER () > 1", "is not allowed", ""),
    ("?", "is not allowed", ""),
    ("(" * 4000 + "done" + ")" * 4000, "nested too deeply", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found", "remedy"), REFUSED, ids=[text[:30] for text, _, _ in REFUSED])
def test_what_is_not_allowed_is_refused_with_a_remedy(text: str, found: str, remedy: str) -> None:
    """Everything outside the list is a problem that says what was found, with the nearest right name."""
    problems = parse_expression("here", text, COLUMNS)
    assert not isinstance(problems, Expression)
    assert any(found in problem.found and remedy in problem.remedy for problem in problems), problems
    assert all(problem.where == "here" for problem in problems)


def test_every_problem_is_found_at_once() -> None:
    """An expression with three faults gives three problems."""
    problems = parse_expression("here", "desease = 'x' AND value = 'y' AND lower(disease) = 'z'", COLUMNS)
    assert not isinstance(problems, Expression)
    assert len(problems) == 3


def test_an_expression_tells_its_type_and_columns() -> None:
    """A checked expression knows what it gives and what it reads."""
    expression = parse_expression("here", "coalesce(value, 0) / 2 + days_between(since, until)", COLUMNS)
    assert isinstance(expression, Expression)
    assert expression.type == "number"
    assert expression.columns == {"value", "since", "until"}


def library() -> Library:
    select = ({"column": [{"name": name, "path": "x", "type": kind} for name, kind in COLUMNS.items()]},)
    view = View(id="a.b", title=Text(zh="", en=""), resource="Patient", select=select)
    return Library(contents={View: {"a.b": view}})


TALLIES = [
    ({"view": "a.c", "on": "since", "count": "rows"}, "view 'a.c' is not known"),
    ({"view": "a.b", "on": "sinse", "count": "rows"}, "column 'sinse' is not in the view"),
    ({"view": "a.b", "on": "at", "count": "rows"}, "column 'at' has type dateTime"),
    ({"view": "a.b", "since": "disease", "count": "rows"}, "column 'disease' has type string"),
    ({"view": "a.b", "since": "since", "until": "value", "count": "rows"}, "column 'value' has type decimal"),
    ({"view": "a.b", "on": "since", "count": "distinct"}, "column 'resident' is not in the view"),
    ({"view": "a.b", "on": "since", "sum": "disease"}, "gives a text"),
    ({"view": "a.b", "on": "since", "count": "rows", "where": "value"}, "gives a number"),
    ({"view": "a.b", "on": "since", "count": "rows", "provenance": "value"}, "gives a number"),
    ({"view": "a.b", "on": "since", "count": "rows", "area": "town"}, "column 'town' is not in the view"),
]  # fmt: skip


@pytest.mark.parametrize(("tally", "found"), TALLIES, ids=[found for _, found in TALLIES])
def test_a_tally_must_fit_its_view(tally: dict[str, str], found: str) -> None:
    """A tally that names what its view has not, or what has another type, is a problem."""
    problems = list(check_tally("here", Tally.model_validate(tally), library()))
    assert [problem for problem in problems if found in problem.found], problems


def test_a_fitting_tally_has_no_problem() -> None:
    """Default places may be absent from a view; a right tally gives no problem."""
    tally = Tally(view="a.b", since="since", until="until", sum="value", where="disease = 'x'", provenance="disease")
    assert list(check_tally("here", tally, library())) == []
