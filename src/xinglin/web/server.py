"""The web application around one house: its pages, its static files, its guards."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from xinglin.app import House
from xinglin.web import faults, security
from xinglin.web.memory import Memory
from xinglin.web.pages import (
    alert,
    alerts,
    case,
    case_commands,
    cockpit,
    feeds,
    health,
    indicator,
    indicators,
    people,
    plan,
    refusals,
    sign_in,
    target,
    work,
)

PAGES = (
    sign_in,
    cockpit,
    plan,
    target,
    indicators,
    indicator,
    people,
    alerts,
    alert,
    work,
    case,
    case_commands,
    feeds,
    refusals,
    health,
)


def create_web(house: House) -> FastAPI:
    """The application to hand to a server. It reads nothing but `house`."""
    app = FastAPI(title="Xinglin", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = house
    app.state.memory = Memory()
    app.add_middleware(GZipMiddleware, minimum_size=2048)
    app.middleware("http")(_guarded)
    app.mount("/static", StaticFiles(directory=str(files("xinglin.web").joinpath("static"))), name="static")
    for module in PAGES:
        app.include_router(module.router)
    faults.install(app)
    return app


async def _guarded(request: Request, call_next: security.Next) -> Response:
    response = await _answer(request, call_next)
    response.headers.update(security.HEADERS)
    static = request.url.path.startswith("/static/") and "v" in request.query_params
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if static else "no-store"
    return response


async def _answer(request: Request, call_next: security.Next) -> Response:
    if security.foreign_request(request):
        return faults.answer(request, faults.Fault(403, "foreign-request", security.FOREIGN))
    if security.too_large(request):
        return faults.answer(request, faults.Fault(413, "too-large", security.TOO_LARGE))
    try:
        return await call_next(request)
    except Exception as error:
        return faults.unforeseen(request, error)
