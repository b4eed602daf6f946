"""The county's map: an outline, a river that parts it, and towns as a Voronoi tessellation of each bank.

Coordinates are (longitude, latitude) in degrees. The place is invented; it lies far out at sea.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

CENTRE: Point = (150.40, 30.20)
_RADIUS = 0.24
_CORNERS = 72


@dataclass(frozen=True)
class Map:
    """`towns`: one ring for each town; `centres`: where its hospital stands; rings are open (first point not
    repeated)."""

    outline: Ring
    river: Ring
    towns: tuple[Ring, ...]
    centres: tuple[Point, ...]


def draw_map(towns: int, random: Random) -> Map:
    """A county with `towns` towns. The first town, the county seat, lies nearest the middle of the north bank."""
    outline = _outline(random)
    west, east = _CORNERS // 2, 0
    river = _river(outline[west], outline[east], random)
    north = outline[east : west + 1] + river[1:-1]
    south = outline[west:] + outline[:1] + river[1:-1][::-1]
    on_north = (towns + 1) // 2
    rings: list[Ring] = []
    centres: list[Point] = []
    for bank, count in ((north, on_north), (south, towns - on_north)):
        sites = _sites(bank, count, random)
        rings += [_cell(bank, site, sites) for site in sites]
        centres += sites
    return Map(outline, river, tuple(rings), tuple(centres))


def polygon(ring: Sequence[Point]) -> dict[str, Any]:
    """GeoJSON (RFC 7946) geometry of a ring: closed, counter-clockwise."""
    points = list(ring) if signed_area(ring) > 0 else list(ring)[::-1]
    return {"type": "Polygon", "coordinates": [[_rounded(point) for point in [*points, points[0]]]]}


def line(points: Sequence[Point]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [_rounded(point) for point in points]}


def signed_area(ring: Sequence[Point]) -> float:
    """Area in square degrees, positive when counter-clockwise (shoelace formula)."""
    closed = [*ring, ring[0]]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(closed)) / 2


def contains(ring: Sequence[Point], point: Point) -> bool:
    """Whether `point` lies inside the ring (crossing number)."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


def point_inside(ring: Sequence[Point], random: Random) -> Point:
    """A point of the ring, by rejection from its bounding box."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    while True:
        point = (random.uniform(min(xs), max(xs)), random.uniform(min(ys), max(ys)))
        if contains(ring, point):
            return point


def _rounded(point: Point) -> list[float]:
    return [round(point[0], 5), round(point[1], 5)]


def _outline(random: Random) -> Ring:
    waves = [(order, random.uniform(0.02, 0.09) / order**0.5, random.uniform(0, math.tau)) for order in (2, 3, 5, 8)]
    ring = []
    for corner in range(_CORNERS):
        angle = math.tau * corner / _CORNERS
        radius = _RADIUS * (1 + sum(size * math.cos(order * angle + phase) for order, size, phase in waves))
        ring.append((CENTRE[0] + 1.25 * radius * math.cos(angle), CENTRE[1] + radius * math.sin(angle)))
    return ring


def _river(west: Point, east: Point, random: Random) -> Ring:
    bends = [(order, random.uniform(0.008, 0.022) / order, random.uniform(0, math.tau)) for order in (1, 2, 4)]
    points = []
    for step in range(33):
        along = step / 32
        bend = sum(size * math.sin(math.tau * order * along + phase) for order, size, phase in bends)
        x = west[0] + along * (east[0] - west[0])
        y = west[1] + along * (east[1] - west[1]) + bend * math.sin(math.pi * along)
        points.append((x, y))
    return points


def _sites(bank: Ring, count: int, random: Random) -> list[Point]:
    """`count` points of the bank, spread by Lloyd's relaxation so that no town is a sliver."""
    sites = [point_inside(bank, random) for _ in range(count)]
    for _ in range(12):
        cells = [_cell(bank, site, sites) for site in sites]
        sites = [
            centre if contains(bank, centre := _centroid(cell)) else site
            for cell, site in zip(cells, sites, strict=True)
        ]
    return sorted(sites, key=lambda site: (site[0] - CENTRE[0]) ** 2 + (site[1] - CENTRE[1]) ** 2)


def _cell(bank: Ring, site: Point, sites: Sequence[Point]) -> Ring:
    """The part of the bank that is nearer to `site` than to any other: half-plane by half-plane
    (Sutherland-Hodgman)."""
    ring = bank
    for other in sites:
        if other != site:
            ring = _clip(ring, site, other)
    return ring


def _clip(ring: Ring, site: Point, other: Point) -> Ring:
    middle = ((site[0] + other[0]) / 2, (site[1] + other[1]) / 2)
    normal = (other[0] - site[0], other[1] - site[1])
    kept: Ring = []
    for start, end in pairwise([*ring, ring[0]]):
        at_start, at_end = _beyond(start, middle, normal), _beyond(end, middle, normal)
        if at_start <= 0:
            kept.append(start)
        if (at_start <= 0) != (at_end <= 0):
            share = at_start / (at_start - at_end)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return kept


def _beyond(point: Point, middle: Point, normal: Point) -> float:
    return (point[0] - middle[0]) * normal[0] + (point[1] - middle[1]) * normal[1]


def _centroid(ring: Ring) -> Point:
    # Taken from the first corner: shoelace terms of points far from the origin cancel badly.
    origin_x, origin_y = ring[0]
    local = [(x - origin_x, y - origin_y) for x, y in ring]
    area = signed_area(local)
    closed = list(pairwise([*local, local[0]]))
    x = sum((x0 + x1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in closed) / (6 * area)
    y = sum((y0 + y1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in closed) / (6 * area)
    return origin_x + x, origin_y + y
