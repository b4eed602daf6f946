"""Whether the house stands: for whoever watches the server. It tells no figure and no name."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from xinglin.web.guard import house_of

router = APIRouter()


@router.get("/health")
def health(request: Request) -> JSONResponse:
    """`status` ok, the log's last position, the version of the figures; the fault page's 503 when storage is gone."""
    house = house_of(request)
    snapshot = house.views.snapshot()
    shape = {
        "status": "ok",
        "log_position": house.log.last_position(),
        "views_position": snapshot.position if snapshot else None,
        "figures_version": house.figures.version() if snapshot else None,
    }
    return JSONResponse(shape)
