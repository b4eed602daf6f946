"""The generated JSON Schemas, as an editor would use them on our own packs."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from xinglin.packs.content import builtin_folder
from xinglin.packs.document import read_document
from xinglin.packs.loading import known_nouns
from xinglin.packs.schemas import json_schemas

SCHEMAS = json_schemas()
SCHEMA_OF = {noun.folder: noun.name for noun in known_nouns()} | {"examples": "example"}
FILES = sorted(file for file in builtin_folder().rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_our_files_are_valid_by_their_schema(file: Path) -> None:
    """What loads is what the schema allows: an editor underlines nothing in our packs."""
    name = "pack" if file.name == "pack.yaml" else SCHEMA_OF[file.parent.name]
    document = read_document(file.name, file.read_text(encoding="utf-8"))
    validator = jsonschema_rs.Draft202012Validator(SCHEMAS[f"{name}.schema.json"])
    assert [error.message for error in validator.iter_errors(document.value)] == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_mistyped_key_is_underlined(name: str) -> None:
    """Each schema refuses a key that its kind of file has not."""
    validator = jsonschema_rs.Draft202012Validator(SCHEMAS[name])
    assert any("titel" in error.message for error in validator.iter_errors({"titel": "x"}))
