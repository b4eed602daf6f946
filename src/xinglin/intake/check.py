"""One resource → an entry for the log, or its faults. What needs the log itself (is the person known?) comes later."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from xinglin.core.systems import SENDER_PREFIX
from xinglin.core.text import Text
from xinglin.intake.codes import code_schemas
from xinglin.intake.explain import Explainer
from xinglin.intake.fault import Fault, described, same
from xinglin.intake.primitives import YEARS_AHEAD, date_patterns
from xinglin.intake.shape import Gates
from xinglin.log.record import Entry
from xinglin.packs.codes import Codes

LOCAL_SENDER = "local"
# Also asked of what was refused, so no control characters: PostgreSQL takes no NUL in a text.
_SENDER = re.compile(rf"{re.escape(SENDER_PREFIX)}([^\s\x00-\x1f\x7f]{{1,64}})")

# In canonical JSON no key follows a backslash, so this finds references and nothing that merely looks like one.
_PERSONS = re.compile(rb'"reference":"Patient/([^"/]+)')
_LOCAL_REFERENCES = re.compile(rb'"reference":"#([^"]*)"')


class Checked(NamedTuple):
    """A resource that may enter once the log knows `persons` (ids of the Patients that it refers to)."""

    entry: Entry
    persons: tuple[str, ...]


class Checker:
    """Checks resources against FHIR R4, the code tables and the identifiers' check digits."""

    def __init__(self, codes: Codes | None, this_year: int) -> None:
        self.last_year = this_year + YEARS_AHEAD
        self._gates = Gates(code_schemas(codes), self.last_year)
        self._explainer = Explainer(self.last_year)
        self._instant = re.compile(date_patterns(self.last_year)["instant"])

    def is_instant(self, written: str) -> bool:
        """True for a FHIR instant that exists, in a year that can be meant."""
        return self._instant.fullmatch(written) is not None

    def check(self, resource: dict[str, Any], sender: str | None) -> Checked | list[Fault]:
        """`sender`: who sent it when it does not say so itself in `meta.source`."""
        kind = resource.get("resourceType")
        gate = self._gates.of(kind) if isinstance(kind, str) else None
        if gate is None or not isinstance(kind, str):
            return [_no_type(kind)]
        if not gate.is_valid(resource) or "id" not in resource or "contained" in resource:
            faults = self._faults(kind, resource)
            if faults:
                return list(faults)
        body = canonical(resource)
        if b'"reference":"#' in body and (lost := _lost_references(kind, body, resource)):
            return lost
        meta = resource.get("meta") or {}
        entry = Entry(
            kind,
            resource["id"],
            sender_of(meta) or sender or LOCAL_SENDER,
            stated_text(meta.get("lastUpdated")),
            False,
            body,
            content_hash(body),
        )
        return Checked(entry, persons_in(kind, body))

    def _faults(self, kind: str, resource: dict[str, Any]) -> tuple[Fault, ...]:
        gate = self._gates.of(kind)
        faults = self._explainer.faults(kind, resource, gate.iter_errors(resource)) if gate else ()
        if "id" not in resource:
            faults = (Fault("missing-id", f"{kind}.id"), *faults)
        contained = resource.get("contained")
        for number, inner in enumerate(contained if isinstance(contained, list) else ()):
            faults += self._faults_inside(f"{kind}.contained[{number}]", inner)
        return faults

    def _faults_inside(self, path: str, inner: Any) -> tuple[Fault, ...]:
        kind = inner.get("resourceType") if isinstance(inner, dict) else None
        if kind == "Bundle":
            return (Fault("nested-bundle", path),)
        gate = self._gates.of(kind) if isinstance(kind, str) else None
        if gate is None or not isinstance(kind, str):
            fault = _no_type(kind)
            return (Fault(fault.code, path, fault.found, fault.expected),)
        if gate.is_valid(inner):
            return ()
        found = self._explainer.faults(kind, inner, gate.iter_errors(inner))
        return tuple(Fault(f.code, path + f.path.removeprefix(kind), f.found, f.expected) for f in found)


def canonical(resource: Any) -> bytes:
    """The one way this content is written: keys sorted, no spaces, UTF-8."""
    return orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)


def content_hash(body: bytes) -> bytes:
    return sha256(body).digest()[:16]


def sender_of(meta: dict[str, Any]) -> str | None:
    """The sender that `meta.source` names. Other addresses there name servers or requests, not institutions."""
    source = meta.get("source")
    return _named_by(source) if isinstance(source, str) else None


def is_sender(name: str) -> bool:
    """True for what can be a sender's name: 1 to 64 characters, neither spaces nor control characters."""
    return _named_by(SENDER_PREFIX + name) is not None


@lru_cache(maxsize=8192)
def _named_by(source: str) -> str | None:
    named = _SENDER.fullmatch(source)
    return named[1] if named else None


def stated_text(instant: str | None) -> str:
    """A checked FHIR instant in UTC with microseconds, fixed width; "" for none."""
    if instant is None:
        return ""
    if len(instant) == 25 and instant[19] != ".":
        return f"{_utc_minute(instant[:16], instant[19:])}{instant[16:19]}.000000Z"
    zone = -1 if instant.endswith("Z") else -6
    return f"{_utc_minute(instant[:16], instant[zone:])}{instant[16:zone] + ('' if '.' in instant else '.'):0<10.10}Z"


@lru_cache(maxsize=65_536)
def _utc_minute(minute: str, zone: str) -> str:
    return datetime.fromisoformat(minute + zone).astimezone(UTC).isoformat()[:16]


def persons_in(kind: str, body: bytes) -> tuple[str, ...]:
    """Patients a resource refers to, in order. A Patient itself waits for nobody: two may link to each other."""
    if kind == "Patient":
        return ()
    found = _PERSONS.findall(body)
    if len(found) == 1:
        return (found[0].decode(),)
    return tuple(sorted({id.decode() for id in found}))


def _no_type(kind: Any) -> Fault:
    if kind is None:
        return Fault("not-a-resource", "resourceType", Text(zh="缺失", en="missing"))
    if not isinstance(kind, str):
        return Fault("not-a-resource", "resourceType", described(kind))
    shown = same(kind) if re.fullmatch(r"[A-Za-z]{1,40}", kind) else described(kind)
    return Fault(
        "unknown-resource-type", "resourceType", shown, Text(zh="FHIR R4 资源类型", en="a FHIR R4 resource type")
    )


def _lost_references(kind: str, body: bytes, resource: dict[str, Any]) -> list[Fault]:
    """`#x` must name a contained resource; `#` alone is the resource around it."""
    inner = {part.get("id") for part in resource.get("contained", ())}
    lost = {name for found in _LOCAL_REFERENCES.findall(body) if (name := found.decode()) and name not in inner}
    found = Text(zh="#引用没有对应的 contained 资源", en="a # reference without its contained resource")
    return [Fault("bad-reference", f"{kind}.contained", found)] if lost else []
