"""A folder on a disk that can be made full: a small file system in memory where that may be mounted, else a limit on
how large a process may make a file.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

SIZE = 64 * 1024 * 1024
Prepare = Callable[[], None] | None


class NarrowDisk(Protocol):
    """`folder` is on the disk. Inside `room(bytes)` about that much is left to a process that runs what it is given."""

    folder: Path

    def room(self, bytes: int) -> AbstractContextManager[Prepare]: ...


class MemoryDisk:
    """A tmpfs, filled by a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def room(self, bytes: int) -> Iterator[Prepare]:
        state = os.statvfs(self.folder)
        filler = self.folder / "filler"
        with filler.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, state.f_bavail * state.f_frsize - bytes)
        yield None
        filler.unlink()


class LimitedFiles:
    """No disk of its own: the process's files may grow to so many bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def room(self, bytes: int) -> Iterator[Prepare]:
        largest = max((file.stat().st_size for file in self.folder.rglob("*") if file.is_file()), default=0)
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (min(largest, bytes) + bytes,) * 2)


@contextmanager
def narrow_disk(folder: Path) -> Iterator[NarrowDisk]:
    """A disk at `folder`, gone afterwards."""
    folder.mkdir()
    if not _mounted(folder):
        yield LimitedFiles(folder)
        return
    try:
        yield MemoryDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _mounted(folder: Path) -> bool:
    try:
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True)
    except OSError:
        return False
    return made.returncode == 0
