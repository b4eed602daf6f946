"""JSON Schemas of a pack's files, from the classes that read them, so that editors complete and check them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from xinglin.packs.example import Example
from xinglin.packs.loading import known_nouns
from xinglin.packs.nouns import Pack

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, dict[str, Any]]:
    """By file name (`indicator.schema.json`), the schema of pack.yaml, of each noun's files and of examples."""
    models: dict[str, type[BaseModel]] = {"pack": Pack}
    models.update({noun.name: noun.model for noun in known_nouns()})
    models["example"] = Example
    return {f"{name}.schema.json": _schema(model) for name, model in models.items()}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": _DRAFT, **model.model_json_schema(by_alias=True)}
