"""Bodies of resources on their way to the fast engine: an NDJSON file per resource type, checked against the shapes.

A body that fits every view of its type stands once, for all of them. One that only some views can read goes into a file
of each of these, so that a fault in one element costs only the views that read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

import orjson

from xinglin.views.compiled import Compiled, key_in
from xinglin.views.duck import text
from xinglin.views.errors import LeftOut, RowFault
from xinglin.views.shape import checker, merged
from xinglin.views.statement import JsonLines


class Staging:
    """Writes the bodies of one resource type for `views` into `folder`. Use as a context; read `source` after it."""

    def __init__(self, folder: Path, resource: str, views: Sequence[Compiled]) -> None:
        self._folder = folder
        self.resource = resource
        self.views = views
        self._fits_all = checker(merged(view.shape for view in views))
        self._all = folder / f"{resource}.ndjson"
        self._stream = self._all.open("wb")
        self._changed = (folder / f"{resource}.changed").open("wb")
        self._own: dict[str, IO[bytes]] = {}
        self._longest = 0
        self.left_out: list[LeftOut] = []
        self.count = 0

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._stream, self._changed, *self._own.values()):
            stream.close()

    def change(self, resource_id: str, body: bytes | None) -> None:
        """Stage one resource that changed; without a body, one that was deleted."""
        key = f"{self.resource}/{resource_id}"
        self._changed.write(key.encode() + b"\n")
        if body is not None:
            self.write(body, key)

    def changed_sql(self) -> str:
        """A relation with the `_key` of every resource that changed or was deleted."""
        options = "columns={'_key': 'VARCHAR'}, header=false, auto_detect=false, delim='\x01', quote='', escape=''"
        return f"read_csv({text(self._changed.name)}, {options})"

    def write(self, body: bytes, key: str | None = None) -> None:
        """Stage one resource. `key`: its `Type/id` where the caller knows it."""
        self.count += 1
        if b"\n" in body:
            body = self._on_one_line(body)
        self._longest = max(self._longest, len(body))
        try:
            self._fits_all(body)
        except RowFault:
            self._write_where_it_fits(body, key or key_in(body, self.resource))
        else:
            self._stream.write(body)
            self._stream.write(b"\n")

    def source(self, view: Compiled) -> JsonLines:
        """The files that `view` reads."""
        own = (self._folder / f"{view.id}.ndjson",) if view.id in self._own else ()
        return JsonLines((self._all, *own), self._longest)

    def _write_where_it_fits(self, body: bytes, key: str) -> None:
        for view in self.views:
            try:
                view.check(body)
            except RowFault as fault:
                self.left_out.append(LeftOut(view.id, key, fault.reason, fault.detail))
                continue
            if view.id not in self._own:
                self._own[view.id] = (self._folder / f"{view.id}.ndjson").open("wb")
            self._own[view.id].write(body + b"\n")

    @staticmethod
    def _on_one_line(body: bytes) -> bytes:
        try:
            return orjson.dumps(orjson.loads(body))
        except orjson.JSONDecodeError:
            return body.replace(b"\r", b" ").replace(b"\n", b" ")
