"""Files that users attached, handed back to be kept: never shown inside the house's own address."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response


def download(content: bytes, name: str, media_type: str) -> Response:
    """The file under its own name, as an attachment."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
