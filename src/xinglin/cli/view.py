"""`xinglin view`: run a ViewDefinition over any FHIR folder, with no county at all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
import yaml
from rich.table import Table

from xinglin.cli.screen import JsonOption, output, print_json
from xinglin.core.errors import InputError, Problem
from xinglin.views.run import run_view, view_from_json

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
    view = view_from_json(_definition(file))
    rows = run_view(view, resources, engine=engine)
    if as_json:
        print_json(rows)
        return
    table = Table(*view.columns())
    for row in rows[:MOST_SHOWN]:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in view.columns()))
    output.print(table)
    output.print(f"{len(rows):,} 行 rows")


def _definition(file: Path) -> dict[str, Any]:
    """A ViewDefinition in JSON, or in YAML, of which JSON is a part."""
    try:
        found = yaml.safe_load(file.read_bytes())
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(Problem(str(file), f"cannot be read: {reason}", "a ViewDefinition in JSON or YAML")) from error
    if not isinstance(found, dict):
        raise InputError(Problem(str(file), "holds no ViewDefinition.", "an object with resource and select"))
    return found
