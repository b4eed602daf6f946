"""What the documentation says is true of the repository."""

from __future__ import annotations

import ast
import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(chain(ROOT.glob("*.md"), ROOT.glob("docs/**/*.md")))
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link and picture of a page points at a file of the repository."""
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


def test_the_two_readmes_are_in_step() -> None:
    """The Chinese README has the English one's commands, links and pictures, in the same order."""
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))

    def commands(text: str) -> list[str]:
        lines = [line.split("#")[0].strip() for line in text.splitlines() if line.startswith("    ")]
        return [line for line in lines if line.startswith(("./", "xinglin "))]

    def links(text: str) -> list[str]:
        return [target for target in LINK.findall(text) if not target.startswith("README")]

    assert commands(english) == commands(chinese)
    assert links(english) == links(chinese)


def test_glossary_names_places_that_exist() -> None:
    """Every word of the glossary stands in a file or folder of the source, and no word twice."""
    rows = re.findall(
        r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M
    )
    rows = [(word.strip(), where.strip()) for word, where in rows if word.strip() not in ("word", "---")]
    missing = [
        (word, where)
        for word, where in rows
        for place in re.findall(r"`([^`]+)`", where)
        if not any((base / place).exists() for base in (ROOT / "src/xinglin", ROOT / "packs", ROOT))
    ]
    words = [word for word, _ in rows]
    assert missing == []
    assert len(words) == len(set(words))
    assert len(words) > 50


def imports_of(room: Path) -> set[str]:
    """The other rooms that a room imports, types included."""
    files = room.rglob("*.py") if room.is_dir() else [room.with_suffix(".py")]
    found: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xinglin."):
                found.add(str(node.module).split(".")[1])
    return found - {room.stem}


def test_the_architectures_table_tells_every_room_and_its_imports() -> None:
    """Each room of the source stands once in the table, with exactly the rooms it imports; the top floors say "any"."""
    source = ROOT / "src/xinglin"
    table = re.findall(r"^\| (`[^|]+) \| [^|]+ \|([^|]*)\|$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.M)
    told = {room: cell.strip() for rooms, cell in table for room in re.findall(r"`(\w+)`", rooms)}
    there = {file.stem for file in source.iterdir() if not file.stem.startswith("_") and file.suffix in ("", ".py")}
    assert set(told) == there
    named = {room: cell for room, cell in told.items() if not cell.startswith("any above")}
    assert named == {room: ", ".join(sorted(imports_of(source / room) - {"core"})) for room in named}


def test_decision_records_are_numbered_and_short() -> None:
    """Decision records are numbered without a gap, dated, and fit on a page."""
    records = sorted(ROOT.glob("docs/adr/[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text("utf-8")
        assert re.search(r"^20\d\d-\d\d-\d\d · ", text, re.M), record.name
        assert len(text.splitlines()) <= 60, record.name


def test_the_repository_speaks_of_the_project_alone() -> None:
    """No tracked text file names a machine's own paths."""
    suffixes = {".py", ".md", ".yaml", ".toml", ".sh", ".json", ".css", ".js", ".html"}
    files = [
        file
        for folder in ("src", "tests", "docs", "packs", "tools")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in suffixes and "vendor" not in file.parts
    ]
    own = ("/" + "work/", "/" + "root/")
    named = [str(file.relative_to(ROOT)) for file in files if any(path in file.read_text("utf-8") for path in own)]
    assert named == []
