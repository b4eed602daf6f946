"""One content file as data, with its lines."""

from __future__ import annotations

import pytest

from xinglin.packs.document import read_document


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0123", "0123"),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("2025-10-31", "2025-10-31"),
        ("12:30", "12:30"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("990101001001", 990101001001),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    """Words stay words: no dates, sexagesimals, octals or yes and no are made of them."""
    assert read_document("f.yaml", f"key: {written}\n").value == {"key": value}


def test_keys_stay_words() -> None:
    """A key `on` is the word on, and a number as a key is text."""
    assert read_document("f.yaml", "on: day\n1: one\n").value == {"on": "day", "1": "one"}


def test_lines_of_parts() -> None:
    """Each key and list entry knows its line; what is not written has the line of what is around it."""
    document = read_document("f.yaml", "a: 1\nb:\n  - c: 2\n  - d: 3\n")
    assert [document.at(path) for path in [("a",), ("b",), ("b", 1, "d"), ("b", 1, "e"), ()]] == [
        "f.yaml:1",
        "f.yaml:2",
        "f.yaml:4",
        "f.yaml:4",
        "f.yaml:1",
    ]


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "key 'a' stands twice"),
        ("a: {b: 1, b: 2}\n", 1, "key 'b' stands twice"),
        ("a: &x [1]\nb: *x\n", 2, "uses an anchor"),
        ("a: &x {b: *x}\n", 1, "uses an anchor"),
        ("? [1, 2]\n: 3\n", 1, "a key is not a word"),
        ("a: 1\n b: 2\n", 2, "cannot be read"),
        ("a: [1, 2\n", 2, "cannot be read"),
        ("a: \x07\n", 1, "cannot be read"),
    ],
)
def test_faults_of_yaml(text: str, line: int, found: str) -> None:
    """What YAML would take in silence, or cannot take, is told with its line."""
    problems = read_document("f.yaml", text).problems
    assert [problem.where for problem in problems] == [f"f.yaml:{line}"]
    assert found in problems[0].found


def test_faults_of_json() -> None:
    """A JSON file is JSON: YAML's freedoms are not taken."""
    [problem] = read_document("f.json", '{"a": 1,\n "b": }\n', as_json=True).problems
    assert problem.where == "f.json:2"
    [twice] = read_document("f.json", '{"a": 1,\n "a": 2}\n', as_json=True).problems
    assert twice.where == "f.json:2"
