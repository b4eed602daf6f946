"""Evidence files: kept once by the hash of their content, with the name and type they came with."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from pathlib import Path, PureWindowsPath

from xinglin.cases.model import Evidence
from xinglin.core.errors import InputError, Problem, StorageError

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 120
UNKNOWN_TYPE = "application/octet-stream"

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)
#: Types told by the name, for content whose first bytes do not say more. Nothing that a browser would run.
_BY_NAME = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".wps": "application/vnd.ms-works",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".zip": "application/zip",
}
_HASH = re.compile(r"[0-9a-f]{64}")


class EvidenceFolder:
    """Evidence in a folder of the data folder: `ab/ab12…`, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> Evidence:
        """Keep a file. Raises InputError when it is empty or too large, StorageError when it cannot be written."""
        if not 0 < len(content) <= LARGEST:
            limit = f"1 byte to {LARGEST // 1024 // 1024} MB"
            found = f"{len(content):,} bytes"
            raise InputError(Problem("evidence", found, limit, "Attach a smaller file, or the part that proves it."))
        content_hash = hashlib.sha256(content).hexdigest()
        try:
            self._write(self._path(content_hash), content)
        except OSError as error:
            raise StorageError(f"evidence folder {self._folder}: {error.strerror}. The file was not kept.") from error
        return Evidence(content_hash, clean_name(name), media_type(name, content), len(content))

    def read(self, content_hash: str) -> bytes:
        """A kept file's content. Raises StorageError when it is not there or no longer what was kept."""
        if not _HASH.fullmatch(content_hash):
            raise StorageError("There is no evidence of this name.")
        try:
            content = self._path(content_hash).read_bytes()
        except OSError as error:
            raise StorageError(f"evidence {content_hash[:12]}…: {error.strerror}.") from error
        if hashlib.sha256(content).hexdigest() != content_hash:
            raise StorageError(f"evidence {content_hash[:12]}… is no longer what was kept: restore it from the backup.")
        return content

    def _path(self, content_hash: str) -> Path:
        return self._folder / content_hash[:2] / content_hash

    def _write(self, path: Path, content: bytes) -> None:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def clean_name(name: str) -> str:
    """The file's own name without folders and without characters that do not print, at most 120 long."""
    base = PureWindowsPath(name.replace("\0", "")).name
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(" .")
    if len(kept) > LONGEST_NAME:
        suffix = PureWindowsPath(kept).suffix[:12]
        kept = kept[: LONGEST_NAME - len(suffix)] + suffix
    return kept or "evidence"


def media_type(name: str, content: bytes) -> str:
    """The type by the first bytes, or else by the name among harmless ones; what the browser claims is not asked."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    return _BY_NAME.get(PureWindowsPath(name).suffix.lower(), UNKNOWN_TYPE)
