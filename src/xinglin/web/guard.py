"""Who is asking: the signed-in user, their scope and language; and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from xinglin.access.model import Permission, Scope, User
from xinglin.access.roles import may, require
from xinglin.access.scope import scope_of
from xinglin.app import House
from xinglin.core.place import Place, Places
from xinglin.core.text import Language
from xinglin.web.memory import Memory

SESSION_COOKIE = "xinglin_session"
LANGUAGE_COOKIE = "xinglin_language"


class SignInNeededError(Exception):
    """Nobody is signed in: a page sends the reader to the door."""


@dataclass(frozen=True)
class Visitor:
    """Someone signed in, looking at the house: every page is built for one visitor."""

    house: House
    user: User
    scope: Scope
    language: Language
    places: Places
    memory: Memory

    @property
    def day(self) -> date:
        """The last day that the figures speak of."""
        return self.house.figures.as_of()

    def may(self, permission: Permission) -> bool:
        return may(self.user, permission)

    def home(self) -> Place | None:
        """The place that pages show first: the whole where it may be seen, else the visitor's own."""
        root = self.places.root
        if root and self.scope.allows("area", root.code):
            return root
        if self.user.area and self.scope.allows("area", self.user.area):
            return self.places.get("area", self.user.area)
        own = self.places.get("institution", self.user.institution)
        if own and self.scope.allows("institution", own.code):
            return own
        seen = [place for place in self.places.all if self.scope.allows(place.kind, place.code)]
        return min(seen, key=lambda place: (place.kind, len(place.code), place.code), default=None)


def house_of(request: Request) -> House:
    """The application that this server serves."""
    house: House = request.app.state.house
    return house


def language_of(request: Request) -> Language:
    """Chinese, unless the reader has switched."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def visitor(request: Request) -> Visitor:
    """The visitor behind a request. Raises SignInNeededError without a session that is still open."""
    house = house_of(request)
    token = request.cookies.get(SESSION_COOKIE, "")
    user = house.sessions.session_user(token, at=house.clock()) if token else None
    if user is None:
        raise SignInNeededError
    places = house.places()
    return Visitor(house, user, scope_of(user, places), language_of(request), places, request.app.state.memory)


def needs(permission: Permission) -> Callable[[Visitor], Visitor]:
    """A dependency: the visitor, who holds `permission`. Raises AccessError for one who does not."""

    def allowed(someone: Annotated[Visitor, Depends(visitor)]) -> Visitor:
        require(someone.user, permission)
        return someone

    return allowed


SeesFigures = Annotated[Visitor, Depends(needs("see_figures"))]
SeesPeople = Annotated[Visitor, Depends(needs("see_people"))]
SeesFeeds = Annotated[Visitor, Depends(needs("see_feeds"))]
MendsRefusals = Annotated[Visitor, Depends(needs("mend_refusals"))]
BindsTargets = Annotated[Visitor, Depends(needs("bind_targets"))]
ReportsTargets = Annotated[Visitor, Depends(needs("report_targets"))]
Supervises = Annotated[Visitor, Depends(needs("supervise"))]
AnyVisitor = Annotated[Visitor, Depends(visitor)]
