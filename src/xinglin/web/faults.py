"""Errors in words: one HTML page and one JSON shape for all of them, without a trace of the program."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from xinglin.cases.model import MoveRefused
from xinglin.core.errors import AccessError, InputError, NothingYetError, StorageError, XinglinError
from xinglin.core.text import Text
from xinglin.web.guard import SignInNeededError, language_of
from xinglin.web.layout import bare_page
from xinglin.web.rendering import PageContext
from xinglin.web.security import local_path
from xinglin.web.words import word


@dataclass(frozen=True, slots=True)
class FaultPage(PageContext):
    """An error as its reader sees it: number, heading, what happened, and every problem with its remedy.

    `back`: the page of ours that they came from, if any.
    """

    template: ClassVar[str] = "fault.html"
    status: int
    title: str
    message: str
    problems: tuple[str, ...] = ()
    back: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error before it is put into words for one reader. `code` is the JSON shape's stable name for it."""

    status: int
    code: str
    message: Text
    problems: tuple[str, ...] = ()
    title: Text | None = None


_log = logging.getLogger(__name__)

#: What an information centre types on a new installation.
FIRST_STEPS = ("xinglin load PATH", "xinglin refresh", "xinglin plan add FILE --year YEAR")

NOT_FOUND = Fault(404, "not-found", word("fault_not_found"))


def missing() -> HTTPException:
    """To raise where what an address names does not exist, or may not be seen by the one who asks."""
    return HTTPException(404)


def answer(request: Request, fault: Fault) -> Response:
    """The fault as a page to a browser, as JSON to a program."""
    if not wants_json(request):
        language = language_of(request)
        title = fault.title or word(f"fault_title_{fault.status}" if fault.status in _TITLED else "fault_title_other")
        shown = FaultPage(fault.status, title[language], fault.message[language], fault.problems, _came_from(request))
        return bare_page(request, shown, status=fault.status)
    shape = {
        "status": fault.status,
        "code": fault.code,
        "message": fault.message.model_dump(),
        "problems": list(fault.problems),
    }
    return JSONResponse({"error": shape}, status_code=fault.status)


def _came_from(request: Request) -> str:
    """The path of our own page whose link or form led here; "" for none."""
    referer = urlsplit(request.headers.get("referer", ""))
    ours = referer.netloc == request.url.netloc and referer.path.startswith("/") and not referer.path.startswith("//")
    return f"{referer.path}?{referer.query}".rstrip("?") if ours else ""


def wants_json(request: Request) -> bool:
    """True for a program: it asks for JSON and would not take a page."""
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


_TITLED = frozenset({401, 403, 404, 409, 422, 500, 503})


def install(app: FastAPI) -> None:
    """Let the application answer every error through `answer`."""

    @app.exception_handler(SignInNeededError)
    async def _sign_in(request: Request, _: SignInNeededError) -> Response:
        if request.method == "GET" and not wants_json(request):
            wanted = local_path(f"{request.url.path}?{request.url.query}".removesuffix("?"))
            return RedirectResponse("/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted)}", status_code=303)
        return answer(request, Fault(401, "sign-in-needed", word("fault_sign_in")))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return answer(request, NOT_FOUND)
        return answer(request, Fault(error.status_code, "not-allowed", word("fault_request")))

    @app.exception_handler(RequestValidationError)
    async def _form(request: Request, error: RequestValidationError) -> Response:
        fields = tuple(sorted({str(each["loc"][-1]) for each in error.errors()}))
        return answer(request, Fault(422, "wrong-request", word("fault_form"), fields))

    @app.exception_handler(MoveRefused)
    async def _move(request: Request, error: MoveRefused) -> Response:
        return answer(request, _move_fault(error))

    @app.exception_handler(XinglinError)
    async def _ours(request: Request, error: XinglinError) -> Response:
        return answer(request, fault_of(error))


def unforeseen(request: Request, error: Exception) -> Response:
    """An error of the program: logged by its kind and place, without its message, which may hold someone's data."""
    place = "".join(traceback.format_tb(error.__traceback__)[-3:])
    _log.error("%s %s: %s\n%s", request.method, request.url.path, type(error).__name__, place)
    return answer(request, Fault(500, "unforeseen", word("fault_unforeseen")))


def _move_fault(error: MoveRefused) -> Fault:
    """What a refused command says: why, and what may be done instead."""
    titles = [move.title for move in error.allowed]
    allowed = word("fault_allowed", moves="") if titles else Text(zh="", en="")
    zh, en = "、".join(title.zh for title in titles), ", ".join(title.en for title in titles)
    said = Text(zh=f"{error.reason.zh}{allowed.zh}{zh}", en=f"{error.reason.en} {allowed.en}{en}".strip())
    return Fault(409, "refused", said)


def fault_of(error: XinglinError) -> Fault:
    """What kind of fault one of our own errors is."""
    match error:
        case AccessError():
            return Fault(403, "forbidden", word("fault_forbidden"))
        case InputError():
            return Fault(422, "wrong-input", word("fault_input"), tuple(str(problem) for problem in error.problems))
        case NothingYetError():
            return Fault(503, "nothing-yet", word("fault_nothing_yet"), FIRST_STEPS, word("fault_title_nothing_yet"))
        case StorageError():
            return Fault(503, "storage", word("fault_storage"), (str(error),))
        case _:
            return Fault(409, "refused", word("fault_refused"), (str(error),))
