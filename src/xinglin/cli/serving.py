"""`xinglin run` and `xinglin serve`: from nothing to a served cockpit, and its check."""

from __future__ import annotations

import socket
import sys
from contextlib import ExitStack
from time import monotonic
from typing import Annotated

import typer
import uvicorn
from rich.table import Table

from xinglin.app import House, existing_house, open_house
from xinglin.cli.checking import check_pages
from xinglin.cli.screen import DEFAULT_DATA, DatabaseOption, DataOption, EndOption, errors, output, progress
from xinglin.core.errors import InputError, Problem
from xinglin.core.text import Text
from xinglin.demonstration.county import CountySize, alone_in, ready_county
from xinglin.demonstration.furnishing import logins
from xinglin.demonstration.start import fill
from xinglin.flow import Step
from xinglin.web.server import create_web

HostOption = Annotated[str, typer.Option(help="监听地址 Address to listen on; localhost by default.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="端口 Port; 0 picks a free one.")]
CheckOption = Annotated[
    bool,
    typer.Option(
        "--check",
        help="做完一遍，以每种用户打开每个页面，然后退出。 Do it all once, ask for every page as each user, exit.",
    ),
]
DEFAULT_PORT = 8020


def add_to(app: typer.Typer) -> None:
    """Put these commands at the top level."""
    app.command()(run)
    app.command()(serve)


def run(
    data: DataOption = DEFAULT_DATA,
    port: PortOption = DEFAULT_PORT,
    host: HostOption = "127.0.0.1",
    residents: Annotated[int | None, typer.Option(help="模拟县居民数 Residents (20000).")] = None,
    days: Annotated[int | None, typer.Option(help="模拟天数 Days (731).")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="随机种子 Seed (1).")] = None,
    end: EndOption = None,
    check: CheckOption = False,
    database: DatabaseOption = None,
) -> None:
    """造一个模拟县，装载、计算并打开驾驶舱。 Build a simulated county, load it, work everything out, serve it."""
    port = _free_port(host, port)
    size = CountySize(residents, days, seed, end.date() if end else None)
    started = monotonic()
    with ExitStack() as closing:
        with alone_in(data):
            with progress("模拟县 county") as tell:
                county = ready_county(data, size, tell)
            steps = [Step(Text(zh="模拟县", en="county"), monotonic() - started, str(county))]
            house = open_house(data, database=database)
            closing.callback(house.close)
            with progress("装载与计算 load and work out") as tell:
                steps += fill(house, county, tell=tell)
        _print_steps(steps)
        if check:
            sys.exit(check_pages(house, host, port))
        _serve(house, host, port)


def serve(
    data: DataOption = DEFAULT_DATA,
    port: PortOption = DEFAULT_PORT,
    host: HostOption = "127.0.0.1",
    database: DatabaseOption = None,
) -> None:
    """打开已有数据目录的页面。 Serve the pages of a data folder that is already there."""
    port = _free_port(host, port)
    house = existing_house(data, database=database)
    try:
        _serve(house, host, port)
    finally:
        house.close()


def _print_steps(steps: list[Step]) -> None:
    table = Table("步骤 Step", "秒 Seconds", "结果 Result", box=None, padding=(0, 2, 0, 0))
    for step in steps:
        table.add_row(f"{step.name.zh} {step.name.en}", f"{step.seconds:.1f}", step.result)
    table.add_row("合计 total", f"{sum(step.seconds for step in steps):.1f}", "")
    output.print(table)


def _serve(house: House, host: str, port: int) -> None:
    output.print(f"\n[bold]{house.county_name or '杏林'}[/bold]  http://{host}:{port}/", highlight=False)
    known = logins(house)
    if known:
        output.print("演示账号 Demonstration logins:")
        table = Table("登录名 Login", "密码 Password", "身份 Who", box=None, padding=(0, 2, 0, 2))
        for login in known:
            table.add_row(login.login, login.password, f"{login.title_zh} {login.title_en}")
        output.print(table, highlight=False)
    output.print("按 Ctrl+C 停止 Ctrl+C stops.")
    uvicorn.run(create_web(house), host=host, port=port, log_level="warning")


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Asked before the long work, so that nobody waits minutes for this refusal."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            found = f"{host}:{port} cannot be used: {error.strerror}."
            raise InputError(Problem("--port", found, "a free port", "Give another: --port 0 picks one.")) from error
        chosen: int = probe.getsockname()[1]
    if port and chosen != port:
        errors.print(f"port {chosen}")
    return chosen
