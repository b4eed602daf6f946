"""`./run --check`: serve the house, ask for every page once as each kind of user, and say what failed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from rich.table import Table

from xinglin.app import House
from xinglin.cli.screen import errors, output
from xinglin.demonstration.furnishing import logins
from xinglin.web.server import create_web
from xinglin.web.walk import Visit, walk

#: Seconds within which every page of the default county answers.
SLOWEST_PAGE = 0.3


def check_pages(house: House, host: str, port: int) -> int:
    """Exit status: 0 when every page answered every user as it should, else 1. Prints times and faults."""
    with _served(house, host, port):
        visits = [
            visit for login in logins(house) for visit in walk(f"http://{host}:{port}", login.login, login.password)
        ]
    _print_visits(visits)
    faults = [visit for visit in visits if visit.fault]
    for visit in faults:
        errors.print(f"[red]✗[/red] {visit.login} {visit.path}: {visit.fault}", highlight=False)
    if not visits:
        errors.print("[red]✗[/red] no page was asked for: this data folder has no demonstration logins")
    return 1 if faults or not visits else 0


@contextmanager
def _served(house: House, host: str, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(create_web(house), host=host, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def _print_visits(visits: list[Visit]) -> None:
    table = Table("页面 Page", "用户 Users", "最快 Fastest ms", "最慢 Slowest ms", box=None, padding=(0, 2, 0, 0))
    for route in sorted({visit.route for visit in visits}):
        here = [visit for visit in visits if visit.route == route]
        seconds = [visit.seconds for visit in here]
        mark = " [yellow]>300[/yellow]" if max(seconds) > SLOWEST_PAGE else ""
        table.add_row(route, str(len(here)), f"{1000 * min(seconds):.0f}", f"{1000 * max(seconds):.0f}{mark}")
    output.print(table)
    slow = sum(visit.seconds > SLOWEST_PAGE for visit in visits)
    failed = sum(bool(visit.fault) for visit in visits)
    output.print(f"{len(visits)} 次请求 requests, {failed} 次失败 failed, {slow} 次超过 300 ms over 300 ms")
