"""The walk that `./run --check` takes: which pages it asks for, and what it calls a fault."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import Thread
from typing import Any

import pytest

from xinglin.web.walk import STARTS, Visit, route_of, walk

WHOLE = "<html><body>{}</body></html>"
LINKS = """<a href="/plan/targets/1">a</a> <a href="/plan/targets/2#x">same kind</a> <a href="/broken">b</a>
<a href="//elsewhere.example/">away</a> <a href="/static/x.css">style</a> <a href="/sign-out">out</a> <a>none</a>"""


class House(BaseHTTPRequestHandler):
    """A few pages: one that breaks, one cut off, one that is refused in words, and a door."""

    pages = {path: (200, WHOLE.format("")) for path in STARTS} | {
        "/": (200, WHOLE.format(LINKS)),
        "/feeds": (403, WHOLE.format("not for this role")),
        "/plan/targets/1": (200, WHOLE.format('<a href="/plan/targets/3">next</a>')),
        "/broken": (500, WHOLE.format("")),
        "/alerts": (200, "<html><body>cut"),
    }
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self._answer(*self.pages.get(self.path, (404, WHOLE.format(""))))

    def do_POST(self) -> None:
        given = self.rfile.read(int(self.headers["Content-Length"])).decode()
        same = self.headers["Origin"] == f"http://{self.headers['Host']}"
        self._answer(200 if same and given == "login=li&password=right" else 401, WHOLE.format(""))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test's output is its own."""

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def house() -> Iterator[tuple[str, list[str]]]:
    """The address of the pages, and what was asked of them."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (House,), {"asked": asked}))
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/plan?year=2025", "/plan"),
        ("/cases/DB-2025-0001", "/cases/{}"),
        ("/indicators/family-doctor.contract_rate", "/indicators/{}"),
        ("/alerts/0123456789abcdef/people", "/alerts/{}/people"),
    ],
)
def test_pages_of_one_kind_have_one_route(path: str, route: str) -> None:
    """Identifiers and queries do not make another kind of page."""
    assert route_of(path) == route


def test_every_kind_of_page_is_asked_for_once(house: tuple[str, list[str]]) -> None:
    """The starts and one page of each kind that a link leads to; nothing outside, no file, and not the way out."""
    address, asked = house
    visits = list(walk(address, "li", "right"))
    assert asked == [*STARTS, "/plan/targets/1", "/broken"]
    assert [visit.path for visit in visits] == asked


def test_faults_are_told(house: tuple[str, list[str]]) -> None:
    """A page that breaks or is cut off is a fault; one that is refused in words is none."""
    faults = {visit.path: visit.fault for visit in walk(house[0], "li", "right") if visit.fault}
    assert faults == {"/broken": "answered 500", "/alerts": "the page is not whole"}


def test_a_closed_door_is_a_fault(house: tuple[str, list[str]]) -> None:
    """Who cannot sign in sees no page, and the walk says so."""
    address, asked = house
    assert list(walk(address, "li", "wrong")) == [Visit("li", "/sign-in", "/sign-in", 401, 0.0, "sign-in answered 401")]
    assert asked == []


def test_a_house_that_does_not_answer_is_a_fault() -> None:
    """Where nothing listens, the walk ends with a fault and no exception."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        (visit,) = walk(address, "li", "right")
    assert (visit.status, visit.fault) == (0, "sign-in answered 0")
