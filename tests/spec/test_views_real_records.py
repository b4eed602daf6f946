"""Views over public records (Synthea, FHIR R4): the engines agree, and nothing is left out."""

from __future__ import annotations

import json

import pytest

from shared_material import PUBLIC
from xinglin.views.run import run_view, view_from_json

VIEWS, RECORDS = PUBLIC / "views", PUBLIC / "fhir-small"
NAMES = ("condition", "encounter", "observation", "observation_component", "patient")


@pytest.mark.skipif(not VIEWS.is_dir() or not RECORDS.is_dir(), reason="no public records in ../shared/data")
@pytest.mark.parametrize("name", NAMES)
def test_engines_agree_on_real_records(name: str) -> None:
    """Each of five views gives the same rows, as many and in the same order within a resource, on both engines."""
    definition = json.loads((VIEWS / f"{name}.json").read_bytes())
    view = view_from_json(definition)
    file = RECORDS / f"{definition['resource']}.ndjson"
    referee, fast = (run_view(view, [file], engine=engine) for engine in ("referee", "duckdb"))
    assert referee
    assert sorted(map(repr, fast)) == sorted(map(repr, referee))
