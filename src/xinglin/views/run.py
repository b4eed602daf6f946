"""One view over any FHIR resources, without a county: for trying a definition, for the public suite, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import duckdb
import msgspec
import orjson
from pydantic import ValidationError

from xinglin.core.errors import InputError, Problem
from xinglin.core.text import Text
from xinglin.packs.view import View
from xinglin.views.compiled import Compiled, answer, compile_view, lines, referee_rows
from xinglin.views.errors import LeftOut, RowFault, ViewError
from xinglin.views.staging import Staging
from xinglin.views.statement import JsonLines

Engine = Literal["duckdb", "referee"]


class _Header(msgspec.Struct):
    resourceType: str = ""  # noqa: N815 - FHIR's own name


_HEADER = msgspec.json.Decoder(_Header)


def view_from_json(definition: Mapping[str, Any], view_id: str = "local.view") -> View:
    """A View from a plain ViewDefinition as the standard writes it. Raises ViewError."""
    known = {key: definition[key] for key in ("resource", "select", "where", "constant") if key in definition}
    name = str(definition.get("name", view_id))
    try:
        return View(id=view_id, title=Text(zh=name, en=name), **known)
    except ValidationError as error:
        problems = [
            Problem(f"view {view_id} {'.'.join(map(str, fault['loc']))}", f"{fault['msg']}.")
            for fault in error.errors()
        ]
        raise ViewError(problems) from None


def run_view(
    view: View,
    resources: Iterable[dict[str, Any]] | list[Path],
    *,
    engine: Engine = "duckdb",
    left_out: list[LeftOut] | None = None,
    memory_limit: str = "2GB",
    threads: int = 2,
) -> list[dict[str, Any]]:
    """The rows of a view, by column name.

    `resources`: parsed resources, or NDJSON files and folders of them; other types than the view's are passed over.
    Resources that the view cannot take, and lines that are none (by file and line), are added to `left_out`; without
    such a list they raise an error.
    Raises ViewError for a definition that cannot be used, InputError for a file that cannot be read.
    """
    compiled = compile_view(view)
    with TemporaryDirectory(prefix="xinglin-view-") as name:
        folder = Path(name)
        with Staging(folder, view.resource, [compiled]) as staging:
            for body in _bodies(resources, view, left_out):
                staging.write(body)
        source = staging.source(compiled)
        if engine == "referee":
            found, left = _by_referee(compiled, source)
        else:
            found, left = _by_duckdb(compiled, source, folder, memory_limit, threads)
        left = [*staging.left_out, *left]
    if left and left_out is None:
        raise ViewError(
            Problem(f"view {view.id} {fault.key}", f"cannot be taken: {fault.reason} {fault.detail}".rstrip() + ".")
            for fault in left
        )
    if left_out is not None:
        left_out += left
    return found


def _by_referee(view: Compiled, source: JsonLines) -> tuple[list[dict[str, Any]], list[LeftOut]]:
    found: list[dict[str, Any]] = []
    left: list[LeftOut] = []
    for body in lines(source):
        try:
            found += referee_rows(view, body)
        except RowFault as fault:
            key = f"{view.table.resource}/{orjson.loads(body).get('id', '')}"
            left.append(LeftOut(view.id, key, fault.reason, fault.detail))
    return found, left


def _by_duckdb(
    view: Compiled, source: JsonLines, folder: Path, memory_limit: str, threads: int
) -> tuple[list[dict[str, Any]], list[LeftOut]]:
    names = [column.name for column in view.table.columns]
    with duckdb.connect(config={"memory_limit": memory_limit, "threads": threads}) as connection:
        connection.execute("SET TimeZone = 'UTC'")

        def run(query: str) -> list[dict[str, Any]]:
            rows = connection.execute(f"SELECT * EXCLUDE (_key, _row) FROM ({query})").fetchall()
            return [dict(zip(names, row, strict=True)) for row in rows]

        return answer(view, source, folder, run)


def _bodies(
    resources: Iterable[dict[str, Any]] | list[Path], view: View, left_out: list[LeftOut] | None
) -> Iterator[bytes]:
    for entry in resources:
        if isinstance(entry, Path):
            yield from (body for file in _files(entry) for body in _lines_of(file, view, left_out))
        elif entry.get("resourceType") == view.resource:
            yield orjson.dumps(entry)


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.ndjson")) if path.is_dir() else [path]


def _lines_of(file: Path, view: View, left_out: list[LeftOut] | None) -> Iterator[bytes]:
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.isspace():
                    continue
                try:
                    line.decode()
                    matches = _HEADER.decode(line).resourceType == view.resource
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    if left_out is None:
                        raise InputError(
                            Problem(f"{file}:{number}", "is not a JSON resource.", "one per line")
                        ) from None
                    left_out.append(LeftOut(view.id, f"{file.name}:{number}", "not-json", ""))
                    continue
                if matches:
                    yield line.rstrip()
    except OSError as error:
        raise InputError(Problem(str(file), f"cannot be read: {error.strerror}.")) from error
