"""A Bundle → its resources and deletions, with references between its entries made `Type/id`.

Every entry stands by itself: one that is refused does not take its neighbours with it, in a transaction neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from xinglin.core.fhir import resource_types
from xinglin.core.text import Text
from xinglin.intake.check import canonical, sender_of
from xinglin.intake.fault import Fault, described
from xinglin.intake.item import Deletion, Item
from xinglin.intake.primitives import ID

_UUID = "urn:uuid:"
_TYPE_AND_ID = re.compile(rf"(?:.*/)?([A-Za-z]+)/({ID})(?:/_history/.*)?")
_ID = re.compile(ID)


def open_bundle(bundle: dict[str, Any]) -> Iterator[Item]:
    """The Bundle's entries as items, numbered from 1. What only answers or asks (responses, GET) is passed over."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        yield Item(1, fault=Fault("wrong-type", "Bundle.entry", described(entries)), body=canonical(bundle))
        return
    addresses = _addresses(entries)
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            fault = Fault("wrong-type", f"Bundle.entry[{number - 1}]", described(entry))
            yield Item(number, fault=fault, body=canonical(entry))
        elif (item := _open_entry(bundle, entry, number, addresses)) is not None:
            yield item


def deletion_bundle(deletion: Deletion) -> bytes:
    """The deletion as a Bundle of its own: how a held one is kept, to be read again later."""
    return canonical(
        {
            "resourceType": "Bundle",
            "type": "history",
            "timestamp": deletion.stated_at,
            **({"meta": {"source": deletion.sender}} if deletion.sender else {}),
            "entry": [{"request": {"method": "DELETE", "url": f"{deletion.type}/{deletion.id}"}}],
        }
    )


def _open_entry(bundle: dict[str, Any], entry: dict[str, Any], number: int, addresses: dict[str, str]) -> Item | None:
    where = f"Bundle.entry[{number - 1}]"
    request, resource = _dict(entry, "request"), entry.get("resource")
    method = request.get("method", "")
    if method == "DELETE":
        return _deletion(bundle, entry, number, where)
    if method in ("PATCH",):
        fault = Fault("unsupported-request", f"{where}.request.method", Text(zh="PATCH", en="PATCH"))
        return Item(number, fault=fault, body=canonical(entry))
    if resource is None or _dict(entry, "search").get("mode") == "outcome":
        return None
    if not isinstance(resource, dict):
        fault = Fault("not-a-resource", f"{where}.resource", described(resource))
        return Item(number, fault=fault, body=canonical(entry))
    if resource.get("resourceType") == "Bundle":
        return Item(number, fault=Fault("nested-bundle", f"{where}.resource"), body=canonical(resource))
    if addresses:
        resource = _resolved(resource, addresses)
    full_url = entry.get("fullUrl")
    if "id" not in resource and isinstance(full_url, str) and full_url.startswith(_UUID):
        resource = {**resource, "id": full_url.removeprefix(_UUID)}
    return Item(number, resource=resource)


def _deletion(bundle: dict[str, Any], entry: dict[str, Any], number: int, where: str) -> Item:
    url = _dict(entry, "request").get("url")
    found = _TYPE_AND_ID.fullmatch(url) if isinstance(url, str) else None
    if found is None or found[1] not in resource_types():
        fault = Fault("unsupported-request", f"{where}.request.url", described(url), Text(zh="类型/编号", en="Type/id"))
        return Item(number, fault=fault, body=canonical(_alone(bundle, entry)))
    stated = _dict(entry, "response").get("lastModified") or bundle.get("timestamp")
    stated = stated or _dict(bundle, "meta").get("lastUpdated")
    wrong = _instant_fault(stated)
    if wrong is not None or not isinstance(stated, str):
        return Item(number, fault=wrong, body=canonical(_alone(bundle, entry)))
    source = _dict(bundle, "meta").get("source")
    named = source if isinstance(source, str) and sender_of({"source": source}) else None
    return Item(number, deletion=Deletion(found[1], found[2], stated, named))


def _instant_fault(stated: Any) -> Fault | None:
    path = "Bundle.timestamp"
    if stated is None:
        return Fault("missing-element", path, Text(zh="缺失", en="missing"))
    try:
        moment = datetime.fromisoformat(stated)
    except (TypeError, ValueError):
        return Fault("bad-date", path, described(stated))
    return None if moment.tzinfo else Fault("bad-date", path, Text(zh="没有时区", en="no time zone"))


def _alone(bundle: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """The Bundle with this entry only: all that is needed to read it again."""
    return {**bundle, "entry": [entry]}


def _addresses(entries: list[Any]) -> dict[str, str]:
    """fullUrl → `Type/id` of every entry whose address is not simply that."""
    found: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        resource, url = _dict(entry, "resource"), entry.get("fullUrl")
        if not isinstance(url, str) or not isinstance(kind := resource.get("resourceType"), str):
            continue
        id = resource.get("id", url.removeprefix(_UUID) if url.startswith(_UUID) else None)
        if isinstance(id, str) and _ID.fullmatch(id):
            found[url] = f"{kind}/{id}"
    return found


def _resolved(value: Any, addresses: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: addresses.get(inner, inner)
            if key == "reference" and isinstance(inner, str)
            else _resolved(inner, addresses)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_resolved(inner, addresses) for inner in value]
    return value


def _dict(holder: dict[str, Any], key: str) -> dict[str, Any]:
    found = holder.get(key)
    return found if isinstance(found, dict) else {}
