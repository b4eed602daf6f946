"""What all commands show in the same way: progress, steps and tables on stderr, results and JSON on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from xinglin.demonstration.county import DEFAULT_END
from xinglin.flow import Teller

#: Where nobody looks at a terminal (a file, a pipe), tables are as wide as they need.
_WIDE = 200
output = Console(width=None if sys.stdout.isatty() else _WIDE)
errors = Console(stderr=True)

DEFAULT_DATA = Path("data")

DataOption = Annotated[
    Path, typer.Option("--data", envvar="XINGLIN_DATA", help="数据目录 The data folder.", show_default=True)
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="XINGLIN_DATABASE",
        help="数据库地址 Database URL, such as postgresql+psycopg://user:password@host/name; "
        "by default SQLite in the data folder.",
    ),
]
EndOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help=f"最后一天 The last day ({DEFAULT_END}).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON Print JSON.")]


@contextmanager
def progress(title: str) -> Iterator[Teller]:
    """A progress line on stderr while something runs; gives the function that moves it."""
    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[word]}"),
    )
    with Progress(*columns, console=errors, transient=errors.is_terminal) as shown:
        task = shown.add_task(title, total=None, word="")

        def tell(share: float | None, word: str) -> None:
            total = None if share is None else 1.0
            shown.update(task, completed=share or 0.0, total=total, word=word)

        yield tell
        shown.update(task, completed=1.0, total=1.0)


def print_json(value: Any) -> None:
    """One JSON document on stdout, UTF-8, numbers as they are."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    typer.echo(orjson.dumps(value, default=_plain, option=options).decode())


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError
