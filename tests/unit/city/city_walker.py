"""A small check of a resource against the R4 definitions: every element name, cardinality, type, bound codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xinglin.core.fhir import Element, fhir_type

_FORMS = {
    "date": r"\d{4}(-\d{2}(-\d{2})?)?",
    "dateTime": r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?",
    "instant": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "code": r"[^\s]+(\s[^\s]+)*",
}


def faults(body: dict[str, Any]) -> list[str]:
    """What is wrong with a resource, as `path: fault`; empty when nothing is."""
    kind = body["resourceType"]
    return list(_object(kind, {k: v for k, v in body.items() if k != "resourceType"}, kind))


def _object(kind: str, value: Any, path: str) -> Iterator[str]:
    definition = fhir_type(kind)
    if definition is None:
        yield f"{path}: no R4 type {kind}"
        return
    if not isinstance(value, dict):
        yield f"{path}: not an object"
        return
    known = dict(_names(definition.elements.values()))
    for name, (element, _) in known.items():
        if element.required and not element.is_choice and name not in value:
            yield f"{path}.{name}: missing"
    for choice in (one for one in definition.elements.values() if one.is_choice):
        given = [name for name, (element, _) in known.items() if element is choice and name in value]
        if len(given) > 1 or (choice.required and not given):
            yield f"{path}.{choice.name}: {len(given)} given"
    for name, content in value.items():
        if name not in known:
            yield f"{path}.{name}: unknown"
        else:
            yield from _element(*known[name], content, f"{path}.{name}")


def _names(elements: Any) -> Iterator[tuple[str, tuple[Element, str]]]:
    for element in elements:
        for kind in element.types:
            stem = element.name.removesuffix("[x]")
            yield (stem + kind[0].upper() + kind[1:] if element.is_choice else stem), (element, kind)


def _element(element: Element, kind: str, content: Any, path: str) -> Iterator[str]:
    if element.many != isinstance(content, list):
        yield f"{path}: {'one' if element.many else 'a list'} where R4 wants {'a list' if element.many else 'one'}"
        return
    items = content if element.many else [content]
    if not items:
        yield f"{path}: empty list"
    for item in items:
        if kind == "Resource":
            yield from faults(item)
        elif kind[0].isupper():
            yield from _object(kind, item, path)
        else:
            yield from _primitive(element, kind, item, path)


def _primitive(element: Element, kind: str, item: Any, path: str) -> Iterator[str]:
    wanted = {"boolean": bool, "integer": int, "positiveInt": int, "unsignedInt": int, "decimal": (int, float)}
    expected = wanted.get(kind, str)
    if not isinstance(item, expected) or (expected is not bool and isinstance(item, bool)) or item == "":
        yield f"{path}: not a {kind}"
    elif kind in _FORMS and not re.fullmatch(_FORMS[kind], item):
        yield f"{path}: not of the form of a {kind}"
    elif element.codes and item not in element.codes:
        yield f"{path}: not a bound code"
