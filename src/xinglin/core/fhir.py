"""FHIR R4: which elements each type has, from HL7's own definitions (`tools/fhir_definitions.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import orjson

TypeKind = Literal["resource", "complex-type", "primitive-type", "backbone", "logical"]


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a type. A choice (`value[x]`) has several `types`.

    `codes` is empty unless a required binding lists them.
    """

    name: str
    types: tuple[str, ...]
    required: bool
    many: bool
    codes: frozenset[str]

    @property
    def is_choice(self) -> bool:
        return self.name.endswith("[x]")


@dataclass(frozen=True, slots=True)
class FhirType:
    """A resource type, data type or backbone element (`Observation.component`) and its elements by name."""

    name: str
    kind: TypeKind
    elements: dict[str, Element]


@cache
def _digest() -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(files("xinglin.core").joinpath("fhir_r4.json").read_bytes())
    return loaded


@cache
def fhir_type(name: str) -> FhirType | None:
    """The definition of a type, or None when R4 has no type of this name."""
    entry = _digest().get(name)
    if entry is None:
        return None
    elements = {
        key: Element(key, tuple(e["types"]), bool(e.get("min")), bool(e.get("many")), frozenset(e.get("codes", ())))
        for key, e in entry["elements"].items()
    }
    return FhirType(name, entry["kind"], elements)


@cache
def resource_types() -> frozenset[str]:
    """Names of all R4 resource types."""
    abstract = {"Resource", "DomainResource"}
    return frozenset(name for name, entry in _digest().items() if entry["kind"] == "resource") - abstract
