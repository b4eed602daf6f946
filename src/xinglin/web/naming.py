"""What things are called on a page: places, alerts, states of cases, people of the house."""

from __future__ import annotations

from xinglin.access.model import SYSTEM
from xinglin.access.roles import ROLES
from xinglin.cases.model import Case
from xinglin.core.place import PlaceKind
from xinglin.core.text import Text
from xinglin.packs.indicator import Indicator
from xinglin.packs.loop import Loop
from xinglin.packs.watch import Watch
from xinglin.watch.alerts import Alert
from xinglin.web.guard import Visitor
from xinglin.web.words import phrase

#: How intake calls the sender of a record that names none.
UNNAMED = "local"


def place_name(visitor: Visitor, kind: PlaceKind, code: str) -> str:
    """A place's name; its code when it is not known (any more)."""
    place = visitor.places.get(kind, code)
    return place.name if place else code


def sender_name(visitor: Visitor, sender: str) -> str:
    """Who sent a record, or in words that it does not say."""
    return (
        phrase("feeds_unnamed", visitor.language) if sender == UNNAMED else place_name(visitor, "institution", sender)
    )


def alert_title(visitor: Visitor, alert: Alert) -> str:
    """What an alert is about, without its place."""
    named = visitor.house.library.of(Watch).get(alert.watch) or visitor.house.library.of(Indicator).get(alert.indicator)
    return named.title[visitor.language] if named else alert.watch


def alert_unit(visitor: Visitor, alert: Alert) -> str:
    """What an alert counts, as its indicator's pack writes it."""
    indicator = visitor.house.library.of(Indicator).get(alert.indicator)
    return indicator.unit if indicator else ""


def indicator_title(visitor: Visitor, indicator_id: str, otherwise: str) -> str:
    indicator = visitor.house.library.of(Indicator).get(indicator_id)
    return indicator.title[visitor.language] if indicator else otherwise


def state_title(visitor: Visitor, loop_id: str, state: str) -> str:
    """A state of a loop as its pack calls it; its id when the pack has gone."""
    loop = visitor.house.library.of(Loop).get(loop_id)
    known = next((one for one in loop.states if one.id == state), None) if loop else None
    return known.title[visitor.language] if known else state


def role_title(role: str) -> Text:
    """A role as users call it."""
    known = next((one for key, one in ROLES.items() if key == role), None)
    return known.title if known else Text(zh=role, en=role)


def user_name(visitor: Visitor, login: str) -> str:
    """The name behind a login; the login itself for an account that is gone."""
    if login == SYSTEM.login:
        return phrase("app_system", visitor.language)
    user = visitor.house.accounts.get(login)
    return user.name if user else login


def responsible(visitor: Visitor, case: Case) -> str:
    """Whose case it is: the person, or while nobody has taken it the role."""
    return user_name(visitor, case.assignee) if case.assignee else role_title(case.owner_role)[visitor.language]
