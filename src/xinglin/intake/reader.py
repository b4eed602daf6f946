"""Files → items, streamed: NDJSON line by line, a .json file as one resource or Bundle."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from xinglin.core.text import Text
from xinglin.intake.bundle import open_bundle
from xinglin.intake.fault import NOTHING, Fault, described
from xinglin.intake.item import Item

LONGEST_LINE = 16 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024
KEPT_OF_UNREADABLE = 64 * 1024
DEEPEST = 200
_CHUNK = 1024 * 1024
_MARK = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b\x08"
_COMPRESSED = Fault(
    "not-json",
    "",
    Text(zh="gzip 压缩文件", en="a file compressed by gzip"),
    Text(zh="解压后的文件", en="the file unpacked"),
)


def read_items(path: Path) -> Iterator[Item]:
    """Everything in a file, good or not, in order. Raises OSError when the file cannot be read.

    Memory: one line of at most LONGEST_LINE, or one .json file of at most LARGEST_FILE.
    """
    with path.open("rb", buffering=_CHUNK) as file:
        if path.suffix.lower() == ".json":
            yield from _whole(file)
        else:
            yield from _lines(file)


def items_of(body: bytes, line: int, *, ended: bool = True) -> Iterator[Item]:
    """The items in one JSON text. `ended`: its end was seen, so bad JSON is not a transfer cut off."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        yield unreadable(body, line, _json_fault(body, error, ended))
        return
    if not _shallow(body) and not _writable(found):
        yield unreadable(body, line, Fault("nested-too-deep", ""))
    elif type(found) is not dict:
        yield unreadable(body, line, Fault("not-a-resource", "", described(found)))
    elif found.get("resourceType") == "Bundle":
        yield from open_bundle(found)
    else:
        yield Item(line, found)


def _plain(line: bytes) -> dict[str, Any] | None:
    """The resource in nearly every line; None for what needs a closer look."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    plain = type(found) is dict and found.get("resourceType") != "Bundle" and _shallow(line)
    return found if plain else None


def _shallow(body: bytes) -> bool:
    return body.count(b"{") + body.count(b"[") <= DEEPEST


def _writable(found: Any) -> bool:
    """False for what is nested so deeply that it can be read but not written again."""
    try:
        orjson.dumps(found)
    except TypeError:
        return False
    return True


def unreadable(body: bytes, line: int, fault: Fault) -> Item:
    """An item that keeps the bytes, or their beginning and the hash of the whole."""
    if len(body) <= KEPT_OF_UNREADABLE:
        return Item(line, fault=fault, body=body)
    return Item(line, fault=fault, body=body[:KEPT_OF_UNREADABLE], identity=sha256(body).digest())


def _lines(file: BinaryIO) -> Iterator[Item]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1 and line.startswith(_MARK):
            line = line[len(_MARK) :]
        ended = line.endswith(b"\n")
        if number == 1 and line.startswith(_GZIP):
            yield unreadable(line, number, _COMPRESSED)
            return
        if len(line) > LONGEST_LINE and not ended:
            yield _too_long(file, line, number, to_line_end=True)
        elif (resource := _plain(line)) is not None:
            yield Item(number, resource)
        elif line and not line.isspace():
            yield from items_of(line, number, ended=ended)


def _whole(file: BinaryIO) -> Iterator[Item]:
    body = file.read(LARGEST_FILE + 1)
    if len(body) > LARGEST_FILE:
        yield _too_long(file, body, 1, to_line_end=False)
    elif body.startswith(_GZIP):
        yield unreadable(body, 1, _COMPRESSED)
    elif body and not body.isspace():
        yield from items_of(body.removeprefix(_MARK), 1, ended=False)


def _too_long(file: BinaryIO, start: bytes, number: int, *, to_line_end: bool) -> Item:
    """Pass over the rest in pieces; only the beginning is kept, and the hash that knows it again."""
    digest, size, last = sha256(start), len(start), start
    while not (to_line_end and last.endswith(b"\n")):
        last = file.readline(_CHUNK) if to_line_end else file.read(_CHUNK)
        if not last:
            break
        digest.update(last)
        size += len(last)
    most = (LONGEST_LINE if to_line_end else LARGEST_FILE) // _CHUNK
    fault = Fault(
        "line-too-long",
        "",
        Text(zh=f"{size // _CHUNK} MiB", en=f"{size // _CHUNK} MiB"),
        Text(zh=f"不超过 {most} MiB", en=f"at most {most} MiB"),
    )
    return Item(number, fault=fault, body=start[:KEPT_OF_UNREADABLE], identity=digest.digest())


def _json_fault(body: bytes, error: orjson.JSONDecodeError, ended: bool) -> Fault:
    try:
        body.decode()
    except UnicodeDecodeError as wrong:
        if ended or wrong.reason != "unexpected end of data":
            at = Text(zh=f"第 {wrong.start + 1} 字节", en=f"at byte {wrong.start + 1}")
            return Fault("not-utf8", "", at)
        return Fault("truncated", "")
    if not ended and "unexpected end" in error.msg:
        return Fault("truncated", "")
    if not ended and error.pos >= len(body.decode().rstrip()) - 1:
        return Fault("truncated", "")
    at = Text(zh=f"第 {error.pos + 1} 个字符处", en=f"at character {error.pos + 1}")
    return Fault("not-json", "", at if body.strip() else NOTHING)
