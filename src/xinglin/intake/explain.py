"""Why the gate refused a resource: its errors made into faults with FHIR's paths. Only refusals come this slow way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from xinglin.core.text import Text
from xinglin.intake.fault import NOTHING, Fault, described, same, shown_code
from xinglin.intake.primitives import date_patterns, is_date_out_of_range, reference_pattern
from xinglin.intake.reasons import REASONS

MOST_FAULTS = 20
_NAME = re.compile(r"[A-Za-z_]{1,64}")
_MISSING = Text(zh="缺失", en="missing")
_KINDS = {
    "object": Text(zh="对象", en="an object"),
    "array": Text(zh="列表", en="a list"),
    "string": Text(zh="文本", en="a text"),
    "number": Text(zh="数字", en="a number"),
    "integer": Text(zh="整数", en="a whole number"),
    "boolean": Text(zh="true 或 false", en="true or false"),
}
_DATE_FORMS = {
    "date": same("YYYY, YYYY-MM, YYYY-MM-DD"),
    "dateTime": same("YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm:ss+08:00"),
    "instant": same("YYYY-MM-DDThh:mm:ss+08:00"),
}


class Explainer:
    """Turns the errors of gates made for dates up to `last_year` into faults."""

    def __init__(self, last_year: int) -> None:
        self._last_year = last_year
        self._dates = {pattern: kind for kind, pattern in date_patterns(last_year).items()}
        self._reference = reference_pattern()

    def faults(self, kind: str, resource: dict[str, Any], errors: Iterator[ValidationError]) -> tuple[Fault, ...]:
        """Every fault once, in the order of their paths, MOST_FAULTS at most."""
        found: dict[tuple[str, str], Fault] = {}
        for error in errors:
            for fault in self._explained(kind, resource, error):
                found.setdefault((fault.path, fault.code), fault)
            if len(found) >= MOST_FAULTS:
                break
        return tuple(sorted(found.values(), key=lambda fault: (fault.path, fault.code))[:MOST_FAULTS])

    def _explained(self, kind: str, resource: dict[str, Any], error: ValidationError) -> Iterator[Fault]:
        path = fhir_path(kind, error.instance_path)
        value = value_at(resource, error.instance_path)
        if "then" in error.schema_path:
            yield _wrong_coding(path, value, value_at(resource, error.instance_path[:-1]))
            return
        match error.kind:
            case ValidationErrorKind.Required(property=name):
                yield Fault("missing-element", f"{path}.{name}", _MISSING)
            case ValidationErrorKind.AdditionalProperties(unexpected=names):
                yield from (_unknown(path, name) for name in names)
            case ValidationErrorKind.OneOfNotValid():
                yield Fault("missing-element", f"{path}.{_choice_name(error)}", _MISSING)
            case ValidationErrorKind.OneOfMultipleValid() | ValidationErrorKind.AnyOf():
                yield Fault("choice-conflict", path, Text(zh="多于一个", en="more than one"))
            case ValidationErrorKind.Enum(options=options):
                yield _wrong_code(path, value, options)
            case ValidationErrorKind.Pattern(pattern=pattern):
                yield self._wrong_text(path, value, pattern)
            case ValidationErrorKind.Custom(message=message):
                yield _finding(path, value, message)
            case ValidationErrorKind.Type(types=types):
                yield Fault("wrong-type", path, described(value), _one_of(types))
            case _:
                yield Fault("wrong-type", path, described(value))

    def _wrong_text(self, path: str, value: Any, pattern: str) -> Fault:
        if date := self._dates.get(pattern):
            code = "date-out-of-range" if is_date_out_of_range(str(value), self._last_year) else "bad-date"
            return Fault(code, path, described(value), _DATE_FORMS[date])
        if pattern == self._reference:
            return Fault("bad-reference", path, described(value), Text(zh="类型/编号", en="Type/id"))
        return Fault("wrong-type", path, described(value))


def fhir_path(kind: str, path: Sequence[str | int]) -> str:
    """`Patient.name[0].given[1]`, without the names of elements that FHIR does not know."""
    parts = [kind]
    for part in path:
        parts.append(f"[{part}]" if isinstance(part, int) else f".{part if _NAME.fullmatch(part) else '?'}")
    return "".join(parts)


def value_at(resource: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        resource = resource[part]
    return resource


def _unknown(path: str, name: str) -> Fault:
    shown = name if _NAME.fullmatch(name) else "?"
    return Fault("unknown-element", f"{path}.{shown}", Text(zh="FHIR R4 无此元素", en="not an element of FHIR R4"))


def _choice_name(error: ValidationError) -> str:
    """`medication[x]`: what the forms of a required choice have in common."""
    context = error.kind.context if isinstance(error.kind, ValidationErrorKind.OneOfNotValid) else []
    names = [
        branch.kind.property
        for branches in context
        for branch in branches
        if isinstance(branch.kind, ValidationErrorKind.Required)
    ]
    stem = names[0] if names else "value"
    while stem and not all(name.startswith(stem) for name in names):
        stem = stem[:-1]
    if len(names) == 1:
        return stem
    return f"{stem}[x]"


def _wrong_code(path: str, value: Any, options: Sequence[Any]) -> Fault:
    if not isinstance(value, str):
        return Fault("wrong-type", path, described(value), _KINDS["string"])
    known = [option for option in options if isinstance(option, str)]
    nearest = get_close_matches(value, known, 3, 0.5) or known[:8]
    more = " …" if len(known) > len(nearest) else ""
    return Fault("unknown-code", path, shown_code(value), same(", ".join(nearest) + more))


def _wrong_coding(path: str, value: Any, coding: dict[str, Any]) -> Fault:
    """A code that its system does not have: only `codes.known_code` puts a `then` into a schema."""
    system = coding["system"]
    return Fault("unknown-code", path, shown_code(value), Text(zh=f"{system} 中的代码", en=f"a code of {system}"))


def _finding(path: str, value: Any, message: str) -> Fault:
    """What a keyword of `keywords` found, written as its FindingError is."""
    reason, _, element = message.partition("\t")
    if reason not in REASONS:  # a keyword that failed over the value; its message may quote what was sent
        return Fault("wrong-type", path, described(value))
    part = value.get(element) if isinstance(value, dict) else None
    return Fault(reason, f"{path}.{element}", NOTHING if reason == "period-reversed" else described(part))


def _one_of(types: Sequence[str]) -> Text:
    kinds = [_KINDS[name] for name in types if name in _KINDS]
    return Text(zh="或".join(kind.zh for kind in kinds), en=" or ".join(kind.en for kind in kinds))
