"""The public SQL on FHIR suite (FHIR/sql-on-fhir.js): what each engine answers right, and that the rest is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared_material import PUBLIC
from xinglin.views.errors import ViewError
from xinglin.views.run import Engine, run_view, view_from_json

SUITE = PUBLIC / "sql-on-fhir-tests"

#: Refused: no engine knows how precise a decimal was written; an element that R4 does not have is a fault.
REFUSED = {
    "fn_boundary.json: decimal lowBoundary",
    "fn_boundary.json: decimal highBoundary",
    "repeat.json: empty expression",
}


def _cases() -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    for file in sorted(SUITE.glob("*.json")):
        content = json.loads(file.read_bytes())
        for test in content.get("tests", ()):
            yield f"{file.name}: {test['title']}", test, content["resources"]


def _plain(value: Any) -> Any:
    match value:
        case bool():
            return value
        case int() | Decimal():
            return float(value)
        case date():
            return value.isoformat()
        case list():
            return [_plain(inner) for inner in value]
    return value


def _bag(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(repr(sorted((name, _plain(value)) for name, value in row.items())) for row in rows)


@pytest.mark.skipif(not SUITE.is_dir(), reason="the public suite is not in ../shared/data/sql-on-fhir-tests")
@pytest.mark.parametrize("engine", ["referee", "duckdb"])
def test_public_suite(engine: Engine) -> None:
    """Every case of the public suite holds, except those that are plainly refused: none is silently wrong."""
    passed, failed, refused = 0, [], []
    for name, test, resources in _cases():
        try:
            rows = run_view(view_from_json(test["view"]), resources, engine=engine)
        except ViewError:
            if test.get("expectError"):
                passed += 1
            elif name in REFUSED:
                refused.append(name)
            else:
                failed.append(name)
            continue
        right = not test.get("expectError") and _bag(rows) == _bag(test["expect"])
        if "expectColumns" in test:
            right = right and all(list(row) == test["expectColumns"] for row in rows)
        if right:
            passed += 1
        else:
            failed.append(name)
    assert failed == []
    assert (passed, sorted(refused)) == (145, sorted(REFUSED))
