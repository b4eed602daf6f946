"""The command line: every room's commands under one word, `xinglin`."""

from __future__ import annotations

import sys

import duckdb
import typer
from pyarrow import ArrowInvalid
from rich.markup import escape

from xinglin import __version__
from xinglin.cli import account, bench, city, indicator, pack, plan, records, resident, serving, view
from xinglin.cli.screen import errors
from xinglin.core.errors import StorageError, XinglinError

app = typer.Typer(
    name="xinglin",
    help="杏林：让年度卫生健康工作要点活起来。 A health commission's yearly work plan, kept live from its records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
serving.add_to(app)
records.add_to(app)
app.add_typer(city.app, name="city")
app.add_typer(plan.app, name="plan")
app.add_typer(indicator.app, name="indicator")
app.add_typer(view.app, name="view")
app.add_typer(pack.app, name="pack")
app.add_typer(records.refusals, name="refusal")
app.add_typer(account.app, name="account")
app.add_typer(resident.app, name="resident")
app.command("bench")(bench.bench)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"xinglin {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="版本 Print the version."),
) -> None:
    """Options before the command's name."""


def main() -> None:
    """Run the command line. A user's own mistake is told in words, with an exit code for its kind; no traceback."""
    try:
        app()
    except XinglinError as error:
        errors.print(f"[red]错误 Error[/red]  {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except (OSError, ArrowInvalid, duckdb.IOException) as error:
        told = f"{error}. If it is a file of the views or figures: xinglin refresh makes it anew."
        errors.print(f"[red]错误 Error[/red]  {escape(told)}", highlight=False, soft_wrap=True)
        sys.exit(StorageError.exit_code)
    except KeyboardInterrupt:
        errors.print("已停止 Stopped. 已确认的数据都在 What was acknowledged is kept.")
        sys.exit(130)
