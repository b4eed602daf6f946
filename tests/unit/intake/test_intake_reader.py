"""Bytes in, items out, whatever the bytes are."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from xinglin.intake.item import Item
from xinglin.intake.reader import LARGEST_FILE, LONGEST_LINE, read_items

GOOD = b'{"resourceType":"Patient","id":"p"}'


def read(tmp_path: Path, name: str, content: bytes) -> list[Item]:
    file = tmp_path / name
    file.write_bytes(content)
    return list(read_items(file))


def told(items: list[Item]) -> list[Any]:
    """Reason codes of faults and ids of resources, with their lines."""
    return [(i.line, i.fault.code if i.fault else (i.resource or {}).get("id") or i.deletion) for i in items]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b"MSH|^~\\&|", "not-json"),
        (b'{"resourceType":"Patient",}', "not-json"),
        ('{"resourceType":"Patient","id":"张"}'.encode("gbk"), "not-utf8"),
        (b"[1]", "not-a-resource"),
        (b"null", "not-a-resource"),
        (b'"' + b"\\ud800" + b'"', "not-json"),
        (b"[" * 3000, "not-json"),
        (b'{"a":' * 400 + b"1" + b"}" * 400, "nested-too-deep"),
    ],
)
def test_a_bad_line_leaves_its_neighbours(tmp_path: Path, bad: bytes, code: str) -> None:
    """The lines before and after a bad one are read, and the bad one's bytes are kept."""
    items = read(tmp_path, "a.ndjson", GOOD + b"\n" + bad + b"\n\n  \r\n" + GOOD + b"\r\n")
    assert told(items) == [(1, "p"), (2, code), (5, "p")]
    assert items[1].body.strip() == bad


def test_a_truncated_last_line(tmp_path: Path) -> None:
    """A file that breaks off inside a line is told apart from bad JSON, also when it breaks inside a character."""
    assert told(read(tmp_path, "a.ndjson", GOOD + b"\n" + GOOD[:20])) == [(1, "p"), (2, "truncated")]
    assert told(read(tmp_path, "a.ndjson", '{"id":"张'.encode()[:-1])) == [(1, "truncated")]
    assert told(read(tmp_path, "a.json", GOOD[:20])) == [(1, "truncated")]
    assert told(read(tmp_path, "a.json", b'{"resourceType" "Patient", "id": "p"}')) == [(1, "not-json")]


def test_a_last_line_without_its_end(tmp_path: Path) -> None:
    """A whole last line needs no line end, and a byte-order mark is no content."""
    assert told(read(tmp_path, "a.ndjson", b"\xef\xbb\xbf" + GOOD)) == [(1, "p")]
    assert told(read(tmp_path, "a.json", b"\xef\xbb\xbf" + GOOD)) == [(1, "p")]


def test_nothing_in_a_file(tmp_path: Path) -> None:
    """An empty file, or one of blank lines, gives nothing."""
    assert (
        read(tmp_path, "a.ndjson", b"") == read(tmp_path, "a.json", b" \n") == read(tmp_path, "b.ndjson", b"\n\n") == []
    )


def test_a_200_megabyte_line(tmp_path: Path) -> None:
    """It is refused, its neighbours are read, and it is never held in memory whole."""
    file = tmp_path / "a.ndjson"
    with file.open("wb") as out:
        out.write(GOOD + b'\n{"resourceType":"Patient","id":"')
        for _ in range(200):
            out.write(b"x" * 2**20)
        out.write(b'"}\n' + GOOD + b"\n")
    tracemalloc.start()
    items = list(read_items(file))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told(items) == [(1, "p"), (2, "line-too-long"), (3, "p")]
    assert peak < 3 * LONGEST_LINE
    assert len(items[1].body) < 100_000
    assert items[1].identity


def test_a_huge_json_file(tmp_path: Path) -> None:
    """A .json file beyond the limit is refused without being parsed; one more byte makes another refusal."""
    file = tmp_path / "a.json"
    with file.open("wb") as out:
        out.truncate(LARGEST_FILE + 10)
    (first,) = list(read_items(file))
    with file.open("ab") as out:
        out.write(b"x")
    (second,) = list(read_items(file))
    assert first.fault is not None
    assert first.fault.code == "line-too-long"
    assert first.identity != second.identity


def bundle(*entries: Any, **more: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries, **more}).encode()


def test_a_bundle_in_any_wrapping(tmp_path: Path) -> None:
    """A Bundle is opened from .json and from a line of NDJSON; its entries are numbered."""
    body = bundle(
        {"resource": {"resourceType": "Patient", "id": "a"}}, {"resource": {"resourceType": "Patient", "id": "b"}}
    )
    assert told(read(tmp_path, "a.json", body)) == told(read(tmp_path, "a.ndjson", body)) == [(1, "a"), (2, "b")]


def test_references_inside_a_bundle(tmp_path: Path) -> None:
    """urn:uuid and absolute addresses of entries become Type/id; an entry without id takes that of its address."""
    items = read(
        tmp_path,
        "a.json",
        bundle(
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "p1"}},
            {"fullUrl": "urn:uuid:2-x", "resource": {"resourceType": "Encounter"}},
            {"fullUrl": "http://h/fhir/Group/g", "resource": {"resourceType": "Group", "id": "g"}},
            {
                "resource": {
                    "resourceType": "Observation",
                    "subject": {"reference": "urn:uuid:1"},
                    "encounter": {"reference": "urn:uuid:2-x"},
                    "focus": [{"reference": "http://h/fhir/Group/g"}, {"reference": "urn:uuid:lost"}],
                }
            },
        ),
    )
    assert [item.resource and item.resource.get("id") for item in items] == ["p1", "2-x", "g", None]
    assert items[3].resource == {
        "resourceType": "Observation",
        "subject": {"reference": "Patient/p1"},
        "encounter": {"reference": "Encounter/2-x"},
        "focus": [{"reference": "Group/g"}, {"reference": "urn:uuid:lost"}],
    }


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"resource": {"resourceType": "Bundle", "entry": []}}, "nested-bundle"),
        ({"resource": 5}, "not-a-resource"),
        ("x", "wrong-type"),
        ({"request": {"method": "PATCH", "url": "Patient/1"}, "resource": {}}, "unsupported-request"),
        ({"request": {"method": "DELETE", "url": "Patient?identifier=1"}}, "unsupported-request"),
        ({"request": {"method": "DELETE"}}, "unsupported-request"),
        ({"request": {"method": "DELETE", "url": "Patient/1"}}, "missing-element"),
    ],
)  # fmt: skip
def test_a_bad_entry_leaves_its_neighbours(tmp_path: Path, entry: Any, code: str) -> None:
    """What is wrong with one entry of a Bundle is told of it alone."""
    good = {"resource": {"resourceType": "Patient", "id": "p"}}
    assert told(read(tmp_path, "a.json", bundle(good, entry, good))) == [(1, "p"), (2, code), (3, "p")]


def test_deletions(tmp_path: Path) -> None:
    """DELETE Type/id is a deletion at the entry's own time or the Bundle's, by the Bundle's sender."""
    (own, whole) = read(
        tmp_path,
        "a.json",
        bundle(
            {
                "request": {"method": "DELETE", "url": "http://h/Patient/1"},
                "response": {"lastModified": "2025-01-02T00:00:00Z"},
            },
            {"request": {"method": "DELETE", "url": "Patient/2"}},
            timestamp="2025-01-01T00:00:00+08:00",
            meta={"source": "urn:xinglin:sender:h1"},
        ),
    )
    assert own.deletion == ("Patient", "1", "2025-01-02T00:00:00Z", "urn:xinglin:sender:h1")
    assert whole.deletion is not None
    assert whole.deletion.stated_at == "2025-01-01T00:00:00+08:00"


def test_questions_and_answers_in_a_bundle(tmp_path: Path) -> None:
    """GET requests, bare responses and search outcomes carry no record."""
    outcome = {"search": {"mode": "outcome"}, "resource": {"resourceType": "OperationOutcome"}}
    assert (
        read(tmp_path, "a.json", bundle({"request": {"method": "GET", "url": "Patient"}}, {"response": {}}, outcome))
        == []
    )


def test_a_bundle_whose_entries_are_no_list(tmp_path: Path) -> None:
    """The Bundle is one refusal; one without entries is nothing."""
    assert told(read(tmp_path, "a.json", b'{"resourceType":"Bundle","entry":{}}')) == [(1, "wrong-type")]
    assert read(tmp_path, "a.json", b'{"resourceType":"Bundle"}') == []
