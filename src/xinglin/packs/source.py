"""The noun *source*: how the rows of an outside format become records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinglin.core.errors import Problem
from xinglin.core.fhir import Element, FhirType, fhir_type, resource_types
from xinglin.packs.faults import nearest
from xinglin.packs.nouns import Content, Library, Noun, register

_STEP = re.compile(r"([A-Za-z]+)(?:\[[0-9]+\])?")


class SourceField(BaseModel):
    """One element of the record that a row becomes.

    `path`: the element, such as `group[0].measureScore.value`. Its value is the row's `column` or the fixed `value`.
    `codes`: what a column's words become. `template`: text around the column's value, `{}` being the value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    column: str | None = None
    value: str | float | bool | None = None
    type: Literal["text", "integer", "decimal", "date", "month"] = "text"
    required: bool = False
    codes: dict[str, str] = Field(default_factory=dict)
    template: str = "{}"

    @model_validator(mode="after")
    def _one_origin(self) -> SourceField:
        if (self.column is None) == (self.value is None):
            raise ValueError("give either 'column' or 'value'")
        if self.template.count("{}") != 1:
            raise ValueError("'template' holds {} once, where the value goes")
        return self


class Source(Content):
    """A table that institutions send: each row becomes one `resource`, its id made of the `key` columns."""

    format: Literal["csv", "excel"]
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    resource: str
    key: tuple[str, ...] = Field(min_length=1)
    fields: tuple[SourceField, ...] = Field(min_length=1)


def _check(where: str, source: Source, library: Library) -> Iterator[Problem]:
    if source.resource not in resource_types():
        remedy = nearest(source.resource, resource_types())
        yield Problem(f"{where} resource", f"resource {source.resource!r} is not a FHIR R4 type.", "", remedy)
        return
    columns = {part.column for part in source.fields if part.column}
    for place, name in enumerate(source.key):
        if name not in columns:
            found = f"column {name!r} is in the key but in no field."
            yield Problem(f"{where} key {place}", found, ", ".join(sorted(columns)), nearest(name, columns))
    paths = [part.path for part in source.fields]
    for place, path in enumerate(paths):
        if path in paths[:place]:
            yield Problem(f"{where} fields {place} path", f"element {path!r} is filled twice.")
        elif fault := _path_fault(source.resource, path):
            yield Problem(f"{where} fields {place} path", fault)
    yield from _missing_elements(where, source)


def _missing_elements(where: str, source: Source) -> Iterator[Problem]:
    definition = fhir_type(source.resource)
    written = {part.path.split(".")[0].split("[")[0] for part in source.fields}
    for element in definition.elements.values() if definition else ():
        if element.required and not any(_is(element, name) for name in written):
            yield Problem(f"{where} fields", f"{source.resource}.{element.name} is required and no field fills it.")


def _path_fault(resource: str, path: str) -> str | None:
    """Why `path` leads to no element of `resource`, or None when it does."""
    current: FhirType | None = fhir_type(resource)
    walked = resource
    for step in path.split("."):
        parsed = _STEP.fullmatch(step)
        if parsed is None or current is None:
            return f"{path!r} is no element path at {step!r}."
        name = parsed.group(1)
        element = next((e for e in current.elements.values() if _is(e, name)), None)
        if element is None:
            return f"{walked} has no element {name!r}. {nearest(name, current.elements)}".rstrip()
        current = fhir_type(_type_of(element, name))
        walked = f"{walked}.{name}"
    return None


def _is(element: Element, name: str) -> bool:
    """Whether `name` writes this element: `valueDate` writes the choice `value[x]`."""
    return name in _names(element)


def _names(element: Element) -> dict[str, str]:
    if not element.is_choice:
        return {element.name: element.types[0] if element.types else ""}
    stem = element.name.removesuffix("[x]")
    return {f"{stem}{kind[:1].upper()}{kind[1:]}": kind for kind in element.types}


def _type_of(element: Element, name: str) -> str:
    return _names(element)[name]


SOURCE = register(Noun("source", "sources", Source, _check))
