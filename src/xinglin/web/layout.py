"""What stands around every page: the menu for this visitor, the county, the notice of what was just done."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from xinglin.access.model import Permission
from xinglin.access.roles import ROLES
from xinglin.web import formats
from xinglin.web.guard import Visitor, house_of, language_of
from xinglin.web.rendering import Frame, NavItem, PageContext, render
from xinglin.web.words import phrase, words
from xinglin.web.work_list import my_work_count

MENU: tuple[tuple[str, str, Permission | None], ...] = (
    ("cockpit", "/", "see_figures"),
    ("plan", "/plan", "see_figures"),
    ("indicators", "/indicators", "see_figures"),
    ("alerts", "/alerts", "see_figures"),
    ("work", "/work", None),
    ("feeds", "/feeds", "see_feeds"),
)


def page(request: Request, visitor: Visitor, context: PageContext, *, section: str, status: int = 200) -> HTMLResponse:
    """The whole page for a visitor."""
    return HTMLResponse(render(frame_of(request, visitor, section), context), status_code=status)


def bare_page(request: Request, context: PageContext, *, status: int = 200) -> HTMLResponse:
    """A page for someone who is not known: the door, an error."""
    house = house_of(request)
    frame = Frame(language_of(request), house.county_name, house.settings.simulated)
    return HTMLResponse(render(frame, context), status_code=status)


def frame_of(request: Request, visitor: Visitor, section: str) -> Frame:
    language = visitor.language
    house = visitor.house
    done = f"done_{request.query_params.get('done', '')}"
    return Frame(
        language=language,
        county=house.county_name,
        simulated=house.settings.simulated,
        as_of=formats.day(house.as_of, language),
        user_name=visitor.user.name,
        role=ROLES[visitor.user.role].title[language],
        nav=_menu(visitor, section),
        notice=phrase(done, language) if done in words() else "",
    )


def back(path: str, *, done: str = "", **query: str) -> RedirectResponse:
    """After a command: to the page that shows its effect, with a word on what was done."""
    wanted = {**query, **({"done": done} if done else {})}
    return RedirectResponse(f"{path}?{urlencode(wanted)}" if wanted else path, status_code=303)


def _menu(visitor: Visitor, section: str) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(
            phrase(f"menu_{name}", visitor.language),
            href,
            name == section,
            my_work_count(visitor) if name == "work" else 0,
        )
        for name, href, permission in MENU
        if permission is None or visitor.may(permission)
    )
