"""What the charts draw, as plain JSON: a curve with its companions, a map of areas."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import orjson

from xinglin.app import House
from xinglin.core.place import Place
from xinglin.web import formats
from xinglin.web.guard import Visitor

Role = Literal["actual", "target", "forecast", "baseline", "threshold", "lastyear"]


def line(name: str, role: Role, values: Iterable[float | None]) -> dict[str, Any]:
    """One series of a curve; `role` decides how it is drawn."""
    return {"name": name, "role": role, "values": [None if value is None else round(value, 6) for value in values]}


def curve(
    labels: Sequence[str],
    series: Sequence[dict[str, Any]],
    *,
    unit: str = "",
    bars: bool = False,
    zoom: int = 0,
    marked: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A chart over time.

    `unit`: what the values count, as a reader calls it; with "%" they are fractions. `bars`: the
    actual series is counts. `zoom`: where it opens, in percent.
    """
    return {
        "labels": list(labels),
        "series": list(series),
        "percent": unit == "%",
        "unit": "" if unit == "%" else unit,
        "bars": bars,
        "zoom": zoom,
        "marked": dict(marked) if marked else None,
    }


def map_of(
    visitor: Visitor, places: Sequence[Place], shown: Mapping[str, dict[str, Any]], *, name: str, unit: str
) -> dict[str, Any] | None:
    """A map of `places` with what is `shown` at each code (value, colour, href, alert); None without boundaries."""
    shapes = boundaries(visitor)
    drawn = [place for place in places if place.code in shapes]
    if not drawn:
        return None
    features = [
        {
            "type": "Feature",
            "properties": {"name": place.name, "code": place.code, "cp": middle(shapes[place.code])},
            "geometry": shapes[place.code],
        }
        for place in drawn
    ]
    at = [
        {"code": place.code, "name": place.name, "at": middle(shapes[place.code]), **shown.get(place.code, {})}
        for place in drawn
    ]
    return {
        "name": name,
        "percent": unit == "%",
        "unit": formats.unit_name("" if unit == "%" else unit, visitor.language),
        "shapes": {"type": "FeatureCollection", "features": features},
        "places": at,
    }


def boundaries(visitor: Visitor) -> dict[str, dict[str, Any]]:
    """Each area's boundary as a GeoJSON geometry, by area code. Areas with none or a broken one are left out."""
    house = visitor.house
    snapshot = house.views.snapshot()
    if snapshot is None:
        return {}
    return visitor.memory.recall("boundaries", snapshot.version, lambda: _boundaries(house))


def _boundaries(house: House) -> dict[str, dict[str, Any]]:
    rows = house.session().execute('SELECT area, boundary FROM "foundation.area"').fetchall()
    decoded = ((code, _geometry(text)) for code, text in rows if text)
    return {code: geometry for code, geometry in decoded if geometry}


def middle(geometry: Mapping[str, Any]) -> list[float]:
    """Longitude and latitude of the centroid of a geometry's largest outer ring (the shoelace formula)."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return list(max((_centroid(polygon[0]) for polygon in polygons), key=lambda found: found[0])[1:])


def _centroid(ring: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Area and centre of a closed ring; a ring without area has its first point for a centre."""
    twice = x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        twice, x, y = twice + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    if not twice:
        return 0.0, float(ring[0][0]), float(ring[0][1])
    return abs(twice) / 2, x / (3 * twice), y / (3 * twice)


def spark(values: Sequence[float | None]) -> str:
    """The points of a small line, 96 by 26, for an SVG polyline; empty with fewer than two figures."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    rise = (high - low) or 1.0
    across = 96 / (len(values) - 1)
    return " ".join(f"{index * across:.1f},{26 - 26 * (value - low) / rise:.1f}" for index, value in known)


def _geometry(text: str) -> dict[str, Any] | None:
    try:
        geometry = orjson.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, orjson.JSONDecodeError, ValueError):
        return None
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    fine = isinstance(geometry, dict) and geometry.get("type") in {"Polygon", "MultiPolygon"}
    return geometry if fine else None
