"""Spec table of expressions: one row, one expression, one value, on DuckDB and on the referee."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from xinglin.indicators.given import ARROW
from xinglin.indicators.referee_expressions import EVALUATORS, evaluator, micro
from xinglin.indicators.rendering import RENDERERS, micro_sql, to_sql
from xinglin.packs.expression_tree import OPERATORS, Expression, Operation, walk
from xinglin.packs.expressions import parse_expression
from xinglin.packs.view import ColumnType

COLUMNS: dict[str, ColumnType] = {
    "t": "string", "u": "string", "none": "string", "han": "string", "odd": "string", "i": "integer", "d": "decimal",
    "nil": "integer", "yes": "boolean", "no": "boolean", "maybe": "boolean", "born": "date", "day": "date",
    "never": "date", "at": "dateTime", "later": "dateTime", "loose": "dateTime", "unset": "dateTime",
    "select": "string", "Größe \"x\"": "integer",
}  # fmt: skip
ROW: dict[str, Any] = {
    "t": "I10.x00", "u": "abc", "none": None, "han": "中医😀院", "odd": "50%_o'k\\", "i": 7, "d": Decimal("2.500000"),
    "nil": None, "yes": True, "no": False, "maybe": None, "born": date(2000, 2, 29), "day": date(2025, 2, 28),
    "never": None, "at": "2025-01-01T08:00:00+08:00", "later": "2025-01-01T00:30:30.5Z", "loose": "2025-01-01T08:00:00",
    "unset": None, "select": "word", "Größe \"x\"": 1,
}  # fmt: skip

SPEC: list[tuple[str, Any]] = [
    ("t = 'I10.x00'", True),
    ("t = 'i10.x00'", False),
    ("none = 'a'", None),
    ("t <> 'x'", True),
    ("none <> 'x'", None),
    ("i = 7.0", True),
    ("d = 2.5", True),
    ("i < 7.5", True),
    ("i <= 7", True),
    ("i > d", True),
    ("i >= nil", None),
    ("t < 'I11'", True),
    ("u > 'ab'", True),
    ("han > 'zzz'", True),
    ("day >= '2025-02-28'", True),
    ("day < DATE '2025-02-28'", False),
    ("never = day", None),
    ("yes = TRUE", True),
    ("maybe <> no", None),
    ("t IN ('a', 'I10.x00')", True),
    ("t IN ('a', 'b')", False),
    ("none IN ('a', 'b')", None),
    ("t NOT IN ('a')", True),
    ("none NOT IN ('a')", None),
    ("i IN (1, 7.0, -3)", True),
    ("day IN ('2025-02-28', '2024-01-01')", True),
    ("i BETWEEN 7 AND 8", True),
    ("i BETWEEN 8 AND 9", False),
    ("i BETWEEN nil AND 6", False),
    ("i BETWEEN nil AND 8", None),
    ("i NOT BETWEEN 1 AND 2", True),
    ("t BETWEEN 'I10' AND 'I15'", True),
    ("day BETWEEN '2025-01-01' AND '2025-02-28'", True),
    ("yes AND no", False),
    ("no AND maybe", False),
    ("yes AND maybe", None),
    ("yes OR maybe", True),
    ("no OR maybe", None),
    ("no OR no", False),
    ("NOT maybe", None),
    ("NOT no AND yes", True),
    ("none IS NULL", True),
    ("t IS NOT NULL", True),
    ("(maybe AND no) IS NULL", False),
    ("t LIKE 'I10%'", True),
    ("t LIKE 'I1_'", False),
    ("none LIKE '%'", None),
    ("han LIKE '中_😀_'", True),
    ("odd LIKE '50%o''k\\'", True),
    ("odd LIKE '50\\%%'", False),
    ("t NOT LIKE 'J%'", True),
    ("CASE WHEN maybe THEN 'a' WHEN yes THEN 'b' ELSE 'c' END", "b"),
    ("CASE WHEN no THEN 1 END", None),
    ("CASE t WHEN 'x' THEN 1 WHEN 'I10.x00' THEN i ELSE nil END", 7.0),
    ("CASE WHEN yes THEN NULL ELSE day END", None),
    ("i + d", 9.5),
    ("i - 10", -3.0),
    ("d * 0.1", 0.25),
    ("0.1 + 0.2 = 0.3", False),
    ("i / 2", 3.5),
    ("i / 0", None),
    ("nil / 0", None),
    ("-i", -7.0),
    ("-(i + 0.5)", -7.5),
    ("-7 < i", True),
    ("i + nil", None),
    ("t || '-' || u", "I10.x00-abc"),
    ("t || none", None),
    ("coalesce(none, u)", "abc"),
    ("coalesce(nil, 3)", 3.0),
    ("coalesce(never, '2025-01-01')", date(2025, 1, 1)),
    ("coalesce(unset, at) IS NULL", False),
    ("abs(d - 5)", 2.5),
    ("abs(nil)", None),
    ("substr(t, 1, 3)", "I10"),
    ("substr(han, 2, 2)", "医😀"),
    ("substr(t, 20, 2)", ""),
    ("substr(t, 2, 0)", ""),
    ("substr(none, 1, 1)", None),
    ("left(han, 3)", "中医😀"),
    ("left(u, 9)", "abc"),
    ("starts_with(t, 'I1')", True),
    ("starts_with(t, none)", None),
    ("starts_with(han, '')", True),
    ("age_at(born, day)", 24),
    ("age_at(born, '2025-03-01')", 25),
    ("age_at(born, '2024-02-29')", 24),
    ("age_at(born, '2000-02-28')", -1),
    ("age_at(never, day)", None),
    ("age_at(born, day) >= 24", True),
    ("days_between('2024-02-28', '2024-03-01')", 2),
    ("days_between(day, born) < 0", True),
    ("days_between(day, never)", None),
    ("minutes_between(at, later)", 30.508333333333333),
    ("minutes_between(later, at) < 0", True),
    ("minutes_between(at, loose)", None),
    ("minutes_between(at, unset)", None),
    ("\"select\" = 'word'", True),
    ('"Größe ""x""" = 1', True),
    ("TRUE", True),
    ("'it''s'", "it's"),
    ("-- a remark\n i = 7", True),
]  # fmt: skip


def parsed(text: str) -> Expression:
    expression = parse_expression("here", text, COLUMNS)
    assert isinstance(expression, Expression), expression
    return expression


@pytest.fixture(scope="module")
def session() -> Any:
    connection = duckdb.connect()
    columns = {name: pa.array([ROW[name]], ARROW[kind]) for name, kind in COLUMNS.items()}
    connection.register("given", pa.table(columns))
    connection.execute("SET TimeZone = 'America/New_York'")
    return connection


@pytest.mark.parametrize(("text", "value"), SPEC, ids=[text for text, _ in SPEC])
def test_duckdb_gives_the_value(session: Any, text: str, value: Any) -> None:
    """DuckDB, running the rendered tree, gives the value in the table."""
    found = session.execute(f"SELECT {to_sql(parsed(text), 'r')} FROM given AS r").fetchone()[0]
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(("text", "value"), SPEC, ids=[text for text, _ in SPEC])
def test_the_referee_gives_the_value(text: str, value: Any) -> None:
    """The referee gives the value in the table."""
    found = evaluator(parsed(text))(ROW)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    "text", ["i", "d", "nil", "i / 3", "-i / 3", "0.0000005 * 1", "i * 0.0000015", "-d", "1e9", "d / 0"]
)
def test_amounts_to_sum_are_the_same_millionths(session: Any, text: str) -> None:
    """Both engines round an amount to the same whole number of millionths."""
    found = session.execute(f"SELECT {micro_sql(parsed(text), 'r')} FROM given AS r").fetchone()[0]
    assert found == micro(evaluator(parsed(text))(ROW))


def test_every_operator_is_rendered_evaluated_and_in_the_table() -> None:
    """No operator may lack a renderer, an evaluator or a row of this table."""
    used = {node.operator for text, _ in SPEC for node in walk(parsed(text).root) if isinstance(node, Operation)}
    assert set(OPERATORS) == set(RENDERERS) == set(EVALUATORS) == used
