"""One view over any FHIR folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from xinglin.core.errors import InputError
from xinglin.views.errors import LeftOut, ViewError
from xinglin.views.fhirpath import parse_path
from xinglin.views.run import Engine, run_view, view_from_json

ENGINES: tuple[Engine, ...] = ("referee", "duckdb")


def _definition(*columns: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    column = [{"name": name, "path": path, "type": kind} for name, path, kind in columns]
    return {"resourceType": "ViewDefinition", "resource": "Patient", "select": [{"column": column}], **more}


FAMILY = view_from_json(_definition(("family", "name.family", "string")))


@pytest.mark.parametrize("engine", ENGINES)
def test_files_and_folders(engine: Engine, tmp_path: Path) -> None:
    """NDJSON files, and folders of them at any depth, are read; empty lines and other types are passed over."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ndjson").write_text(
        '{"resourceType":"Patient","id":"a","name":[{"family":"王"}]}\n\n{"resourceType":"Group","id":"g","name":"x"}\n'
    )
    (tmp_path / "b.ndjson").write_text('{"resourceType":"Patient","id":"b"}\r\n')
    assert run_view(FAMILY, [tmp_path / "b.ndjson", tmp_path / "in"], engine=engine) == [
        {"family": None},
        {"family": "王"},
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("patient", "reason"),
    [({"name": "one"}, "shape"), ({"name": [{"family": "a"}, {"family": "b"}]}, "many-values")],
)
def test_what_cannot_be_taken_is_told(engine: Engine, patient: dict[str, Any], reason: str) -> None:
    """A resource without a place in the view is told with its key and reason, never its values; the others go on."""
    resources = [{"resourceType": "Patient", "id": "x", **patient}, {"resourceType": "Patient", "id": "y"}]
    left_out: list[LeftOut] = []
    assert run_view(FAMILY, resources, engine=engine, left_out=left_out) == [{"family": None}]
    assert [(fault.key, fault.reason) for fault in left_out] == [("Patient/x", reason)]
    with pytest.raises(ViewError, match="Patient/x") as refused:
        run_view(FAMILY, resources, engine=engine)
    assert "one" not in str(refused.value)


def test_a_line_that_is_no_json_names_its_file_and_line(tmp_path: Path) -> None:
    """A broken line of a file stops the run and names where it stands."""
    (tmp_path / "a.ndjson").write_text('{"resourceType":"Patient"}\n{"resourceTy\n')
    with pytest.raises(InputError, match=r"a\.ndjson:2"):
        run_view(FAMILY, [tmp_path])


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    """A path where nothing is gives an error that names it."""
    with pytest.raises(InputError, match=r"none\.ndjson"):
        run_view(FAMILY, [tmp_path / "none.ndjson"])


@pytest.mark.parametrize("engine", ENGINES)
def test_unreadable_text_is_left_out(engine: Engine, tmp_path: Path) -> None:
    """Half a character in an element that no one reads costs one resource, on both engines."""
    half, part = b'"\\ud800"', b'"\xe4\xb8"'
    lines = [b'{"resourceType":"Patient","id":"a","language":' + text + b"}" for text in (half, part, b'"zh"')]
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(lines))
    left_out: list[LeftOut] = []
    assert run_view(FAMILY, [tmp_path], engine=engine, left_out=left_out) == [{"family": None}]
    assert [(fault.key, fault.reason) for fault in left_out] == [("a.ndjson:1", "not-json"), ("a.ndjson:2", "not-json")]


def test_a_long_line_is_read(tmp_path: Path) -> None:
    """A resource of 40 MB is read like any other."""
    text = "x" * 40_000_000
    resource = {"resourceType": "Patient", "id": "a", "name": [{"family": "王", "text": text}]}
    assert run_view(FAMILY, [resource]) == [{"family": "王"}]


def test_every_problem_of_a_definition_is_told_at_once() -> None:
    """A definition with several faults is refused with all of them, each with its part and path."""
    definition = _definition(("a", "nmae.family", "string"), ("b", "active", "date"), where=[{"path": "name"}])
    with pytest.raises(ViewError) as refused:
        run_view(view_from_json(definition), [])
    places = [problem.where for problem in refused.value.problems]
    assert len(places) == 3
    assert all(place.startswith("view local.view ") for place in places)


def test_a_definition_without_resource_is_refused() -> None:
    """What the standard requires of a ViewDefinition is required."""
    with pytest.raises(ViewError, match="resource"):
        view_from_json({"select": [{"column": [{"name": "id", "path": "id"}]}]})


def test_operators_bind_as_fhirpath_says() -> None:
    """The tree of an expression follows FHIRPath's table of precedence."""
    assert parse_path("a or b and c = d + e * -f.g") == parse_path("a or (b and (c = (d + (e * (-(f.g))))))")
    assert parse_path("a implies b or c") == parse_path("a implies (b or c)")
    assert parse_path("1 - 2 - 3") == parse_path("(1 - 2) - 3")
    assert parse_path("a // remark\n.b /* more */ [0]") == parse_path("a.b[0]")
