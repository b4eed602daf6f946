"""FHIR R4 resources about places and returns: areas with boundaries, institutions, monthly and yearly figures. Few, so
built as dictionaries and written by orjson.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import orjson

from xinglin.city.world import Institution
from xinglin.core import systems


def area(
    code: str, name: str, sender: str, stated: str, *, parent: str = "", geometry: Mapping[str, object] | None = None
) -> str:
    body = _head("Location", f"area-{code}", sender, stated)
    if geometry:
        data = base64.b64encode(orjson.dumps(geometry)).decode()
        attachment = {"contentType": "application/geo+json", "data": data}
        body["extension"] = [{"url": systems.BOUNDARY_EXTENSION, "valueAttachment": attachment}]
    body |= {
        "identifier": [{"system": systems.AREA, "value": code}],
        "status": "active",
        "name": name,
        "mode": "instance",
        "physicalType": _concept("http://terminology.hl7.org/CodeSystem/location-physical-type", "jdn"),
    }
    if parent:
        body["partOf"] = {"reference": f"Location/area-{parent}"}
    return _line(body)


def institution(one: Institution, sender: str, stated: str) -> str:
    body = _head("Organization", one.id, sender, stated)
    body |= {
        "extension": [{"url": systems.AREA_CODE_EXTENSION, "valueCode": one.area}],
        "identifier": [{"system": systems.CREDIT_CODE, "value": one.credit_code}],
        "active": True,
        "type": [_concept(systems.INSTITUTION_TYPE, one.type)],
        "name": one.name,
    }
    if one.part_of:
        body["partOf"] = {"reference": f"Organization/{one.part_of}"}
    return _line(body)


def returned(
    key: str,
    sender: str,
    stated: str,
    *,
    measure: str,
    start: str,
    end: str,
    figures: Mapping[str, float],
    area: str = "",
) -> str:
    """A return: the figures of one measure for a period, of an institution or of an area."""
    body = _head("MeasureReport", key, sender, stated)
    body |= {"status": "complete", "type": "summary", "measure": f"{systems.RETURN_MEASURE}{measure}"}
    if area:
        body["subject"] = {"reference": f"Location/area-{area}"}
    body |= {
        "date": stated,
        "reporter": {"reference": f"Organization/{sender}"},
        "period": {"start": start, "end": end},
        "group": [
            {"code": _concept(systems.RETURN_ITEM, item), "measureScore": {"value": value}}
            for item, value in figures.items()
        ],
    }
    return _line(body)


def deletion(key: str, target: str, sender: str, stated: str) -> str:
    """A Bundle that takes back `target` (Type/id)."""
    body = _head("Bundle", key, sender, stated)
    body |= {
        "type": "transaction",
        "timestamp": stated,
        "entry": [{"request": {"method": "DELETE", "url": target}}],
    }
    return _line(body)


def _head(kind: str, key: str, sender: str, stated: str) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "id": key,
        "meta": {"lastUpdated": stated, "source": f"{systems.SENDER_PREFIX}{sender}"},
    }


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _line(body: dict[str, Any]) -> str:
    return orjson.dumps(body).decode()
