"""What every answer carries and every request must show: headers, same-origin writes, a ceiling on what is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from xinglin.core.text import Text

Next = Callable[[Request], Awaitable[Response]]

#: Of an address to go back to.
LONGEST_PATH = 500
LARGEST_REQUEST = 25 * 1024 * 1024

#: No script, style, font or picture from elsewhere, and none written into a page.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_MOST_DIGITS = len(str(LARGEST_REQUEST))
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def foreign_request(request: Request) -> bool:
    """True for a write that another site may have sent (cross-site request forgery).

    Browsers say in Sec-Fetch-Site where a request comes from; over plain http to another host they leave it out but
    still send Origin. A write that carries neither comes from no browser of this decade and is refused too.
    """
    if request.method in _SAFE_METHODS:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    host = request.headers.get("host", "")
    return not host or host_of(request.headers.get("origin", "")) != host


def too_large(request: Request) -> bool:
    """True when the request says that it is larger than a page ever sends, or does not say how large it is."""
    if request.method in _SAFE_METHODS:
        return False
    length = request.headers.get("content-length", "")
    if not length:
        return request.headers.get("transfer-encoding") is not None
    return not length.isdecimal() or len(length) > _MOST_DIGITS or int(length) > LARGEST_REQUEST


def host_of(address: str) -> str:
    """The host and port that an address names; "" for what is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


FOREIGN = Text(
    zh="这个请求不是从本系统的页面发出的，已拒绝。请回到页面重新操作。",
    en="This request did not come from a page of this system and was refused. Go back to the page and try again.",
)
TOO_LARGE = Text(zh="上传内容超过 25 MB，已拒绝。", en="What was sent is larger than 25 MB and was refused.")


def local_path(path: str) -> str:
    """`path` when it leads to a page of this house, otherwise the front page: no redirect leads elsewhere."""
    fine = (
        path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) <= LONGEST_PATH
    )
    return path if fine else "/"
