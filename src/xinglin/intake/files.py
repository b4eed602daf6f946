"""Which files a load reads, in what order: who and where first, then by path, so that dated folders come in order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xinglin.core.errors import Problem

SUFFIXES = frozenset({".ndjson", ".jsonl", ".json"})

# Files named after these types hold what others refer to. Reading them first spares the door from holding the others.
_FIRST = ("Location", "Organization", "Practitioner", "PractitionerRole", "Patient")


@dataclass(frozen=True, slots=True)
class Found:
    """Files in reading order with their sizes in bytes, and what could not be looked at."""

    files: tuple[tuple[Path, int], ...]
    problems: tuple[Problem, ...]


def find_files(paths: Sequence[Path]) -> Found:
    """The files at `paths` and, of folders, every .ndjson, .jsonl and .json below them that is not hidden."""
    problems: list[Problem] = []
    files: dict[Path, int] = {}
    for path in paths:
        is_folder = os.path.isdir(path)  # unlike Path.is_dir, no error where the way to it is barred
        found = list(_below(path, problems) if is_folder else _alone(path, problems))
        if is_folder and not found and not any(problem.where == str(path) for problem in problems):
            problems.append(_nothing_in(path))
        files.update(found)
    return Found(tuple(sorted(files.items(), key=lambda file: _order(file[0]))), tuple(problems))


def unreadable(path: Path | str, error: OSError) -> Problem:
    return Problem(
        str(path),
        f"cannot be read: {error.strerror or 'input error'}.",
        "a file or folder that this account may read",
        "Check the path, give this account the right to read it (chmod, chown) and load again; the others are loaded.",
    )


def _below(folder: Path, problems: list[Problem]) -> Iterator[tuple[Path, int]]:
    def note(error: OSError) -> None:
        problems.append(unreadable(error.filename or folder, error))

    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if os.path.splitext(name)[1].lower() in SUFFIXES and not name.startswith("."):
                yield from _alone(Path(parent, name), problems)


def _alone(path: Path, problems: list[Problem]) -> Iterator[tuple[Path, int]]:
    try:
        status = path.stat()
    except OSError as error:
        problems.append(unreadable(path, error))
        return
    size = status.st_size
    if not stat.S_ISREG(status.st_mode):
        # Reading a pipe or a device may wait, or go on, for ever.
        found = "is a folder, a pipe or a device, not a file."
        problems.append(Problem(str(path), found, "a file", "Copy what it gives into a file and load that."))
        return
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        found = "is not a kind of file that Xinglin loads."
        problems.append(Problem(str(path), found, f"a folder, or a file ending in {kinds}", "Check the path and name."))
        return
    if size == 0:
        problems.append(
            Problem(str(path), "the file is empty.", "at least one resource", "Ask the sender for it again.")
        )
    yield path, size


def _nothing_in(folder: Path) -> Problem:
    kinds = ", ".join(sorted(SUFFIXES))
    return Problem(str(folder), "no files to load in this folder.", f"files ending in {kinds}", "Check the path.")


def _order(path: Path) -> tuple[int, str]:
    kind = path.name.partition(".")[0].partition("-")[0]
    return (_FIRST.index(kind) if kind in _FIRST else len(_FIRST), os.fspath(path))
