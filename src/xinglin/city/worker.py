"""A process that simulates some of the towns and hands each day's result to the process that makes the county.

Started with its arguments as JSON. On standard output, for each town and day: one line of JSON that
describes what follows, then that many bytes. The pipe's own limit keeps a fast worker from running ahead.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import IO, Any

import orjson

from xinglin.city.simulate import TownDay, simulate
from xinglin.city.town import Activity
from xinglin.city.world import World, lay_out
from xinglin.core.errors import StorageError

Result = TownDay | dict[str, object]

_START = "import sys; from xinglin.city.worker import serve; serve(sys.argv[1])"


class Worker:
    """A child process with its towns. `results` yields, day by day, one result for each of them in order."""

    def __init__(self, world: World, towns: Sequence[int], folder: Path) -> None:
        days = world.days
        arguments = {
            "residents": world.residents,
            "days": days.last - days.first + 1,
            "seed": world.seed,
            "end": days.iso(days.last),
            "towns": list(towns),
            "folder": str(folder),
        }
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _START, orjson.dumps(arguments).decode()],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )

    def results(self) -> Iterator[Result]:
        stream = self._process.stdout
        if stream is None:
            raise AssertionError("the worker's standard output is a pipe")
        while header := stream.readline():
            yield _read(orjson.loads(header), stream)
        if self._process.wait() != 0:
            raise StorageError("A process of the simulation stopped early; its message stands above.")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Here:
    """The same in this process, for small counties and for tests."""

    def __init__(self, world: World, towns: Sequence[int], folder: Path) -> None:
        self._world, self._towns, self._folder = world, towns, folder

    def results(self) -> Iterator[Result]:
        streams = [simulate(self._world, self._world.towns[town], self._folder) for town in self._towns]
        for day in zip(*streams, strict=True):
            yield from day

    def stop(self) -> None:
        return


def _read(header: dict[str, Any], stream: IO[bytes]) -> Result:
    if "planted" in header:
        planted: dict[str, object] = header["planted"]
        return planted
    parts = {index: stream.read(size) for index, size in header["parts"]}
    activities = {int(index): Activity(**activity) for index, activity in header["activities"].items()}
    counts = header["counts"]
    return TownDay(counts[0], counts[1], counts[2], counts[3], parts, activities, header["census"])


def _write(result: Result, stream: IO[bytes]) -> None:
    if isinstance(result, dict):
        stream.write(orjson.dumps({"planted": result}) + b"\n")
        return
    header = {
        "counts": [result.town, result.lines, result.files, result.size],
        "parts": [[index, len(part)] for index, part in result.parts.items()],
        "activities": {str(index): asdict(activity) for index, activity in result.activities.items()},
        "census": result.census,
    }
    stream.write(orjson.dumps(header) + b"\n")
    for part in result.parts.values():
        stream.write(part)


def serve(arguments: str) -> None:
    """The child's whole life: simulate the towns named in the arguments, and write each result to standard output."""
    asked: dict[str, Any] = orjson.loads(arguments)
    world = lay_out(asked["residents"], asked["days"], asked["seed"], date.fromisoformat(asked["end"]))
    output = sys.stdout.buffer
    for result in Here(world, asked["towns"], Path(asked["folder"])).results():
        _write(result, output)
    output.flush()
