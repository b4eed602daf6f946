"""A walk through the pages as a person would take it: sign in, follow the links, note what each page answered."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from time import perf_counter

#: Pages that are asked for even where no link leads: what a role may not see must refuse it in words.
STARTS = ("/", "/plan", "/indicators", "/alerts", "/work", "/feeds", "/refusals")
MOST_PAGES = 60
_NO_HEADERS: Mapping[str, str] = {}
_IDENTIFIER = re.compile(r"^(\d.*|.*\d.*|[a-z-]+\.[a-z0-9_]+|[0-9a-f]{12,})$")


@dataclass(frozen=True, slots=True)
class Visit:
    """One page as one user: its address, its kind (identifiers replaced by {}), status, seconds, and what was wrong."""

    login: str
    path: str
    route: str
    status: int
    seconds: float
    fault: str


def walk(address: str, login: str, password: str) -> Iterator[Visit]:
    """Sign in at `address` and visit one page of every kind that can be reached. A sign-in that fails is a fault."""
    browser = _Browser(address)
    signed = browser.post("/sign-in", {"login": login, "password": password})
    if signed[0] != 200:
        yield Visit(login, "/sign-in", "/sign-in", signed[0], 0.0, f"sign-in answered {signed[0]}")
        return
    waiting, seen = list(STARTS), set(STARTS)
    routes = {route_of(path) for path in STARTS}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        started = perf_counter()
        status, body = browser.get(path)
        seconds = perf_counter() - started
        yield Visit(login, path, route_of(path), status, seconds, _fault(status, body, path in STARTS))
        for link in _links(body) if status == 200 else ():
            if route_of(link) not in routes:
                routes.add(route_of(link))
                seen.add(link)
                waiting.append(link)


def route_of(path: str) -> str:
    """The kind of a page: its path with identifiers replaced, its query left out."""
    parts = urllib.parse.urlsplit(path).path.strip("/").split("/")
    return "/" + "/".join("{}" if number and _IDENTIFIER.match(part) else part for number, part in enumerate(parts))


def _fault(status: int, body: str, may_refuse: bool) -> str:
    if status == 200:
        return "" if "</html>" in body else "the page is not whole"
    if status == 403 and may_refuse and "</html>" in body:
        return ""
    return f"answered {status}"


class _Browser:
    """Just enough of a browser: cookies, redirects, the origin header that forms are checked by."""

    def __init__(self, address: str) -> None:
        self._address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        # No proxy from the environment: the pages are on this machine.
        self._opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))

    def get(self, path: str) -> tuple[int, str]:
        return self._open(self._request(urllib.parse.quote(path, safe="/?&=%:+~")))

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        body = urllib.parse.urlencode(fields).encode()
        headers = {"Origin": self._address, "Sec-Fetch-Site": "same-origin"}
        return self._open(self._request(path, body, headers))

    def _request(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] = _NO_HEADERS
    ) -> urllib.request.Request:
        # S310 asks for a check of the scheme: the address is the server's own, made by its starter.
        return urllib.request.Request(self._address + path, body, dict(headers))  # noqa: S310

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")
        except OSError as error:
            return 0, str(error)


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith("/") and not href.startswith(("//", "/static", "/language", "/sign-out")):
            self.found.append(href.split("#")[0])


def _links(body: str) -> list[str]:
    anchors = _Anchors()
    anchors.feed(body)
    return anchors.found
