"""One content file as data, with the line that each part of it stands on.

YAML is read by the rules of YAML 1.2's core schema, so that `on`, `no`, `2025-10-31` and `12:30` stay words. A key
written twice, and an anchor used twice, are problems: the first loses what was written, the second hides it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from xinglin.core.errors import Problem

PartPath = tuple[str | int, ...]

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass
class Document:
    """A file's data. `lines`: the line of each part by its path of keys and list positions, () for the whole."""

    where: str
    value: Any = None
    lines: dict[PartPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, path: PartPath) -> str:
        """`file:line` of the part at `path`, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.where}:{self.lines.get(path, 1)}"


def read_document(where: str, text: str, *, as_json: bool = False) -> Document:
    """The data of a YAML or JSON text. Faults of syntax stand in `problems`; the value is then None."""
    document = Document(where)
    if as_json:
        if fault := _json_fault(where, text):
            document.problems.append(fault)
            return document
        text = text.replace("\t", " ")  # outside of strings JSON allows what YAML does not
    try:
        root = yaml.compose(text, Loader=_BASE)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        document.problems.append(_unreadable(f"{where}:{line}", str(error.problem or error.context)))
        return document
    except yaml.YAMLError as error:
        document.problems.append(_unreadable(f"{where}:1", str(error).splitlines()[0]))
        return document
    if root is not None:
        document.value = _build(root, (), document, set())
    return document


# libyaml's composer where the wheel has it: the packs load in a tenth of the time.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _json_fault(where: str, text: str) -> Problem | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _unreadable(f"{where}:{error.lineno}", error.msg)
    return None


def _unreadable(where: str, reason: str) -> Problem:
    return Problem(
        where, f"cannot be read: {reason}.", "", "Mend the line: indentation, a colon, a quote or a bracket."
    )


def _build(node: yaml.Node, path: PartPath, document: Document, seen: set[int]) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in seen:
        found = "uses an anchor (&name, *name)."
        document.problems.append(Problem(document.at(path), found, "", "Write the part out in both places."))
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return dict(_entries(node, path, document, seen))
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, place), document, seen) for place, child in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode), "the only other kind of node"
    return _scalar(node)


def _entries(node: yaml.MappingNode, path: PartPath, document: Document, seen: set[int]) -> Iterator[tuple[str, Any]]:
    keys: set[str] = set()
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.problems.append(Problem(f"{document.where}:{line}", "a key is not a word.", "name: value"))
            continue
        key = str(key_node.value)
        if key in keys:
            found = f"key {key!r} stands twice."
            document.problems.append(Problem(f"{document.where}:{line}", found, "", "Keep one of the two."))
            continue
        keys.add(key)
        document.lines[(*path, key)] = line
        yield key, _build(value_node, (*path, key), document, seen)


def _scalar(node: yaml.ScalarNode) -> Any:
    text = str(node.value)
    if node.style:  # quoted or a block: a word whatever it looks like
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
