"""The fast gate: a JSON Schema for each resource type, made from HL7's definitions and compiled when first needed."""

from __future__ import annotations

from collections.abc import Mapping

import jsonschema_rs

from xinglin.core.fhir import Element, FhirType, fhir_type
from xinglin.intake.codes import Schema, known_code
from xinglin.intake.keywords import KEYWORDS
from xinglin.intake.primitives import primitive_schemas, reference_pattern

#: Any resource: those inside others are checked one by one where they stand (`check`).
_RESOURCE: Schema = {"type": "object", "required": ["resourceType"]}
_ELEMENT: Schema = {"$ref": "#/$defs/Element"}
_KEYWORDS: dict[str, Schema] = {
    "Identifier": {"checkedIdentifier": True},
    "Period": {"orderedPeriod": True},
}


class Gates:
    """Compiled validators by resource type, for dates up to `last_year` and codes as `codes` has them."""

    def __init__(self, codes: Mapping[str, Schema], last_year: int) -> None:
        self._coding = known_code(codes)
        self._primitives = primitive_schemas(last_year)
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator | None] = {}

    def of(self, kind: str) -> jsonschema_rs.Draft202012Validator | None:
        """The gate for a resource type; None for a type that R4 does not have."""
        if kind not in self._compiled:
            definition = fhir_type(kind)
            known = definition is not None and definition.kind == "resource" and not kind.endswith("Resource")
            self._compiled[kind] = self._compile(definition) if known and definition else None
        return self._compiled[kind]

    def _compile(self, definition: FhirType) -> jsonschema_rs.Draft202012Validator:
        schema = schema_of(definition, self._primitives)
        schema["$defs"].get("Coding", {}).update(self._coding)
        return jsonschema_rs.Draft202012Validator(
            schema,
            keywords=KEYWORDS,
            pattern_options=jsonschema_rs.RegexOptions(),
        )


def schema_of(definition: FhirType, primitives: Mapping[str, Schema]) -> Schema:
    """The schema of a resource with all data types it reaches."""
    schemas: dict[str, Schema] = {}
    waiting = ["Element", definition.name]
    while waiting:
        name = waiting.pop()
        found = fhir_type(name)
        if name in schemas or name in primitives or name == "Resource" or found is None:
            continue
        schemas[name] = _object(found, primitives)
        waiting.extend(kind for element in found.elements.values() for kind in element.types)
    top = schemas.pop(definition.name)
    top["properties"]["resourceType"] = {"const": definition.name}
    top["properties"]["id"] = primitives["id"]
    return {**top, "$defs": schemas}


def _object(definition: FhirType, primitives: Mapping[str, Schema]) -> Schema:
    properties: Schema = {}
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required, choices = [], []
    for element in definition.elements.values():
        if element.is_choice:
            choices.append(element)
        elif element.required:
            required.append(element.name)
        for name, kind in names_of(element):
            _add(properties, name, kind, element, primitives)
    if definition.name == "Reference":
        properties["reference"] = {"type": "string", "pattern": reference_pattern()}
    if required:
        schema["required"] = required
    if choices:
        schema["allOf"] = [_choice(element, definition.name) for element in choices]
    return schema | _KEYWORDS.get(definition.name, {})


def names_of(element: Element) -> list[tuple[str, str]]:
    """The names an element may have in JSON, each with its type: `value[x]` is `valueString`, `valueCode` ..."""
    if not element.is_choice:
        return [(element.name, element.types[0])]
    stem = element.name.removesuffix("[x]")
    return [(stem + kind[0].upper() + kind[1:], kind) for kind in element.types]


def _add(properties: Schema, name: str, kind: str, element: Element, primitives: Mapping[str, Schema]) -> None:
    primitive = primitives.get(kind)
    if primitive is None:
        one: Schema = _RESOURCE if kind == "Resource" else {"$ref": f"#/$defs/{kind}"}
        properties[name] = {"type": "array", "minItems": 1, "items": one} if element.many else one
        return
    one = {"type": "string", "enum": sorted(element.codes)} if element.codes else primitive
    if element.many:
        # An item may be null where `_name` carries its extension instead.
        nullable = {**one, "type": [one["type"], "null"]}
        if "enum" in one:
            nullable["enum"] = [*one["enum"], None]
        properties[name] = {"type": "array", "minItems": 1, "items": nullable}
        properties[f"_{name}"] = {"type": "array", "items": {"anyOf": [_ELEMENT, {"type": "null"}]}}
    else:
        properties[name] = one
        properties[f"_{name}"] = _ELEMENT


def _choice(element: Element, owner: str) -> Schema:
    present: list[Schema] = [{"required": [name]} for name, _ in names_of(element)]
    if element.required:
        return {"oneOf": present}
    at_most_one: Schema = {"oneOf": [*present, {"not": {"anyOf": present}}]}
    # A url and one more property is nearly every extension: no need to try fifty forms of value.
    return {"anyOf": [{"maxProperties": 2}, at_most_one]} if owner == "Extension" else at_most_one
