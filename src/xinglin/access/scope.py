"""Which places a user may see: worked out here and nowhere else, and handed to every query as a Scope."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from xinglin.access.model import RoleId, Scope, User
from xinglin.core.place import Places

#: Roles that serve the whole installation, unless their account names an area below its root.
WIDE_ROLES: frozenset[RoleId] = frozenset({"engineer", "epidemiologist", "leader", "officer", "administrator"})


def scope_of(user: User, places: Places) -> Scope:
    """The user's scope over the places known now.

    Wide roles see everything, or the area their account names when that lies below the root (a county of a city).
    A doctor sees the areas of their town and their own institution with what belongs to it; a hospital manager
    their institution with what belongs to it; a resident no place at all. A place not known yet opens only itself.
    """
    if not user.active:
        return Scope.nothing()
    if user.role in WIDE_ROLES:
        return _wide(user.area, places)
    if user.role == "doctor":
        return Scope(_areas(_town_of(user, places), places), _institutions(user.institution, places))
    if user.role == "hospital":
        return Scope(frozenset(), _institutions(user.institution, places))
    return Scope.nothing()


def in_scope(scope: Scope, place_kind: ColumnElement[Any], place: ColumnElement[Any]) -> ColumnElement[bool]:
    """The scope as a condition on a table's two columns of place: what a query may return, and no more."""
    if scope.is_everything:
        return true()
    return or_(
        and_(place_kind == "area", _among(place, scope.areas)),
        and_(place_kind == "institution", _among(place, scope.institutions)),
    )


def _among(place: ColumnElement[Any], codes: frozenset[str] | None) -> ColumnElement[bool]:
    if codes is None:
        return true()
    return place.in_(sorted(codes)) if codes else false()


def _wide(area: str, places: Places) -> Scope:
    root = places.root
    if not area or (root is not None and area in {place.code for place in places.lineage("area", root.code)}):
        return Scope.everything()
    if root is None:
        return Scope(frozenset({area}), frozenset())
    areas = places.within("area", area)
    inside = (place.code for place in places.of_kind("institution") if place.area in areas)
    return Scope(areas, frozenset(inside))


def _town_of(user: User, places: Places) -> str:
    """The area named by the account; without one, the town in which the institution stands."""
    if user.area or not user.institution:
        return user.area
    institution = places.get("institution", user.institution)
    lineage = list(places.lineage("area", institution.area)) if institution else []
    towns = [place.code for place in lineage if place.level == "town"]
    return towns[0] if towns else ""


def _areas(area: str, places: Places) -> frozenset[str]:
    return places.within("area", area) if area else frozenset()


def _institutions(institution: str, places: Places) -> frozenset[str]:
    return places.within("institution", institution) if institution else frozenset()
