"""What the documentation says is true of the repository."""

from __future__ import annotations

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
