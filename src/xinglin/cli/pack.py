"""`xinglin pack`: check packs, list what they say, write their JSON Schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.table import Table

from xinglin.app import check_library
from xinglin.cli.screen import output
from xinglin.core.errors import InputError, Problem
from xinglin.packs.content import builtin_folder
from xinglin.packs.loading import load_library
from xinglin.packs.nouns import Library, nouns
from xinglin.packs.schemas import json_schemas
from xinglin.packs.view import View
from xinglin.views.compiled import compile_views
from xinglin.views.errors import ViewError

app = typer.Typer(help="专题包 Packs: the content of a programme.", no_args_is_help=True)

FolderArgument = Annotated[
    Path | None, typer.Argument(help="专题包所在目录 Folder that holds packs; ours by default.", metavar="DIR")
]


@app.command()
def check(folder: FolderArgument = None) -> None:
    """查专题包：一次列出全部问题，并运行其示例。 List every problem at once, and run the examples."""
    folders = [builtin_folder()] if folder is None else [builtin_folder(), _packs_in(folder)]
    library = load_library(folders)
    problems = [*_view_problems(library), *check_library(library, [pack.id for pack in library.packs])]
    if problems:
        raise InputError(problems)
    counts = "  ".join(f"{noun.name} {len(library.of(noun.model))}" for noun in nouns())
    output.print(f"没有问题 No problems.  pack {len(library.packs)}  {counts}  example {len(library.examples)}")


def _view_problems(library: Library) -> tuple[Problem, ...]:
    try:
        compile_views(library.of(View).values())
    except ViewError as error:
        return error.problems
    return ()


def _packs_in(folder: Path) -> Path:
    """The folder itself, or the one above when it is a single pack. Raises InputError where there is none."""
    if not folder.is_dir():
        raise InputError(Problem(str(folder), "there is no such folder.", "a pack, or a folder of packs"))
    return folder.parent if (folder / "pack.yaml").exists() else folder


@app.command("list")
def list_contents(folder: FolderArgument = None) -> None:
    """列出全部内容。 List everything that the packs say."""
    library = load_library([builtin_folder()] if folder is None else [builtin_folder(), _packs_in(folder)])
    table = Table("", "编号 Id", "名称 Title")
    for noun in nouns():
        for content in library.of(noun.model).values():
            table.add_row(noun.name, content.id, f"{content.title.zh}  [dim]{content.title.en}[/dim]")
    output.print(table)


@app.command()
def schema(folder: Annotated[Path, typer.Argument(help="写到哪里 Where to write.", metavar="DIR")]) -> None:
    """写出各类文件的 JSON Schema，供编辑器补全。 Write a JSON Schema for each kind of file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = f"cannot be made: {error.strerror}."
        raise InputError(Problem(str(folder), found, "a folder", "Name one that may be written.")) from error
    for name, content in json_schemas().items():
        (folder / f"{name}.schema.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    output.print(f"{len(json_schemas())} schemas → {folder}")
