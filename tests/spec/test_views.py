"""Spec tables of views: the same definitions and resources on every engine, and nothing of the tree without a table."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from xinglin.views import duck, nodes, referee
from xinglin.views.definition import read_view
from xinglin.views.errors import LeftOut, ViewError
from xinglin.views.resolve import FUNCTIONS
from xinglin.views.run import Engine, run_view, view_from_json

TABLES = {
    file.stem: yaml.safe_load(file.read_text("utf-8")) for file in sorted((Path(__file__).parent / "views").glob("*"))
}
CASES = [
    pytest.param(table, case, id=f"{name}: {case['promise']}")
    for name, table in TABLES.items()
    for case in table["cases"]
]
ENGINES: tuple[Engine, ...] = ("referee", "duckdb")


def _view(table: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    if "view" in case:
        definition = dict(case["view"])
    else:
        column = {"name": "v", "path": case["path"], "type": case["type"], "collection": case.get("collection", False)}
        definition = {"select": [{"column": [column]}]}
    return {"resource": table["given"][0]["resourceType"], "constant": table.get("constant", []), **definition}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
    return value


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("table", "case"), CASES)
def test_spec_table(engine: Engine, table: dict[str, Any], case: dict[str, Any]) -> None:
    """Each case of each table has the rows, the fault or the refusal that it states, on each engine."""
    definition = _view(table, case)
    if "refused" in case:
        with pytest.raises(ViewError, match=re.escape(case["refused"])):
            run_view(view_from_json(definition), table["given"], engine=engine)
        return
    left_out: list[LeftOut] = []
    rows = run_view(view_from_json(definition), table["given"], engine=engine, left_out=left_out)
    assert {fault.reason for fault in left_out} == ({case["fault"]} if "fault" in case else set())
    if "fault" in case and "rows" not in case:
        return
    expected = case.get("rows") or [{"v": value} for value in case["values"]]
    assert sorted(map(repr, _plain(rows))) == sorted(map(repr, _plain(_like(expected, rows))))


def _like(expected: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """YAML writes a decimal of no fraction as a whole number."""
    decimals = {name for row in rows for name, value in row.items() if isinstance(value, Decimal)}
    return [
        {name: float(value) if name in decimals and isinstance(value, int) else value for name, value in row.items()}
        for row in expected
    ]


def _trees() -> list[nodes.Table]:
    trees = []
    for table in TABLES.values():
        for case in table["cases"]:
            if "refused" not in case:
                trees.append(read_view(view_from_json(_view(table, case))))
    return trees


def _classes(value: Any) -> set[type]:
    found: set[type] = set()
    if is_dataclass(value):
        found.add(type(value))
        for entry in fields(value):
            found |= _classes(getattr(value, entry.name))
    elif isinstance(value, tuple):
        for inner in value:
            found |= _classes(inner)
    return found


def test_each_node_has_both_engines_and_a_table() -> None:
    """Every expression node is known to DuckDB and to the referee, and stands in at least one spec table."""
    known = set(nodes.Node.__subclasses__())
    assert {node for node in known if node.__module__ == nodes.__name__} == set(duck.SQL) == set(referee.EVALUATE)
    shown = set().union(*(_classes(tree) for tree in _trees()))
    selects = {nodes.Columns, nodes.Product, nodes.Union, nodes.Each, nodes.Repeat}
    assert (set(duck.SQL) | selects) - shown == set()


def test_each_function_has_a_table() -> None:
    """Every function of FHIRPath that is offered stands in at least one spec table."""
    text = repr(TABLES)
    assert [name for name in FUNCTIONS if f"{name}(" not in text] == []
