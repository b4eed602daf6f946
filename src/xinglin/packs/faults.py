"""What pydantic found wrong with a content file, told as problems: line, what was found, the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from xinglin.core.errors import Problem
from xinglin.packs.document import Document, PartPath


def nearest(word: str, known: Iterable[str]) -> str:
    """'Did you mean ...?' with the known word most like `word`, or "" when none is like it."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else ""


def faults(document: Document, model: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
    """One problem for each thing that keeps `document` from being a `model`."""
    for detail in error.errors(include_url=False, include_context=True):
        path = tuple(detail["loc"])
        yield _fault(document, model, path, detail)


def _fault(document: Document, model: type[BaseModel], path: PartPath, detail: ErrorDetails) -> Problem:
    where, name = document.at(path), ".".join(str(part) for part in path)
    match detail["type"]:
        case "missing":
            return Problem(where, f"'{name}' is missing.", "", f"Write '{path[-1]}'.")
        case "extra_forbidden":
            known = _keys_at(model, path[:-1])
            remedy = nearest(str(path[-1]), known) or "Take it out."
            return Problem(where, f"'{name}' is not known here.", ", ".join(known), remedy)
        case "literal_error":
            expected = str(detail["ctx"]["expected"])
            words = [word.strip(" '") for part in expected.split(" or ") for word in part.split(",")]
            return Problem(where, f"'{name}' is {detail['input']!r}.", expected, nearest(str(detail["input"]), words))
        case "string_pattern_mismatch":
            return Problem(where, f"'{name}' is {detail['input']!r}.", f"a word of the form {detail['ctx']['pattern']}")
        case _:
            message = detail["msg"].removeprefix("Value error, ")
            return Problem(where, f"'{name}': {message}." if name else f"{message}.")


def _keys_at(model: type[BaseModel], path: PartPath) -> list[str]:
    """The keys that may be written at `path` below `model`."""
    for part in path:
        if isinstance(part, int):
            continue
        found = next((f for key, f in model.model_fields.items() if part in (key, f.alias)), None)
        inner = next(_models(found.annotation), None) if found else None
        if inner is None:
            return []
        model = inner
    return [field.alias or key for key, field in model.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation speaks of: of `tuple[State, ...]` and `State | None`, State."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (tuple, list, dict, Union, UnionType):
        for argument in get_args(annotation):
            yield from _models(argument)
