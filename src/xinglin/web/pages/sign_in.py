"""The door: signing in and out, and choosing the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from xinglin.access import sign_in as access
from xinglin.core.text import Language
from xinglin.web.guard import LANGUAGE_COOKIE, SESSION_COOKIE, house_of, language_of
from xinglin.web.layout import bare_page
from xinglin.web.rendering import PageContext
from xinglin.web.security import LONGEST_PATH, host_of, local_path

router = APIRouter()

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SignInPage(PageContext):
    """The door. `next`: where to go after it. `login`: what was tried. `fault`: why it did not open."""

    template: ClassVar[str] = "sign_in.html"
    next: str = "/"
    login: str = ""
    fault: str = ""


@router.get("/sign-in")
def show(request: Request, next: str = "/") -> Response:
    return bare_page(request, SignInPage(next=local_path(next)))


@router.post("/sign-in")
def sign_in(
    request: Request,
    login: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=200)],
    next: Annotated[str, Form(max_length=LONGEST_PATH)] = "/",
) -> Response:
    house = house_of(request)
    try:
        signed_in = access.sign_in(
            house.engine, house.accounts, house.sessions, login=login.strip(), password=password, at=house.clock()
        )
    except access.SignInRefused as refused:
        fault = refused.reason[language_of(request)]
        return bare_page(request, SignInPage(local_path(next), login.strip(), fault), status=401)
    response = RedirectResponse(local_path(next), status_code=303)
    _keep(request, response, SESSION_COOKIE, signed_in.token)
    return response


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    house = house_of(request)
    house.sessions.close_session(request.cookies.get(SESSION_COOKIE, ""), at=house.clock())
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.post("/language")
def choose_language(request: Request, language: Annotated[Language, Form()]) -> Response:
    """Remember the language and go back to the page that the switch was pressed on."""
    response = RedirectResponse(_came_from(request), status_code=303)
    _keep(request, response, LANGUAGE_COOKIE, language, YEAR)
    return response


def _came_from(request: Request) -> str:
    came_from = request.headers.get("referer", "")
    if host_of(came_from) != request.headers.get("host", ""):
        return "/"
    referer = urlsplit(came_from)
    query = [(name, value) for name, value in parse_qsl(referer.query) if name != "done"]
    return local_path(f"{referer.path}?{urlencode(query)}" if query else referer.path)


def _keep(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")
