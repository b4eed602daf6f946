"""`xinglin view`: run a ViewDefinition over any FHIR folder, with no county at all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from xinglin.cli.screen import JsonOption, output, print_json
from xinglin.views.definition_file import view_from_file
from xinglin.views.run import run_view

app = typer.Typer(help="视图 Views.", no_args_is_help=True)
MOST_SHOWN = 20


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="ViewDefinition（JSON 或 YAML）.", metavar="VIEW")],
    resources: Annotated[list[Path], typer.Option(help="FHIR NDJSON 文件或目录 Files or folders.", metavar="PATH")],
    engine: Annotated[Literal["duckdb", "referee"], typer.Option(help="计算引擎 Engine.")] = "duckdb",
    as_json: JsonOption = False,
) -> None:
    """在任意 FHIR 目录上运行一个视图。 Run a view over any folder of FHIR NDJSON."""
    view = view_from_file(file)
    rows = run_view(view, resources, engine=engine)
    if as_json:
        print_json(rows)
        return
    table = Table(*view.columns())
    for row in rows[:MOST_SHOWN]:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in view.columns()))
    output.print(table)
    output.print(f"{len(rows):,} 行 rows")
