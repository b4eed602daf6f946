"""The tutorial docs/tutorial-pack.md does what it says: its files make a pack that loads and whose example holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xinglin.core.errors import InputError
from xinglin.indicators.examples import check_example
from xinglin.packs.content import builtin_folder
from xinglin.packs.indicator import Indicator
from xinglin.packs.loading import load_library

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```yaml\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def follow(data: Path, *, without: str = "") -> Path:
    """Write the tutorial's files into a data folder, as a reader would. Returns its folder of packs."""
    blocks: list[tuple[str, str]] = _BLOCK.findall((DOCS / "tutorial-pack.md").read_text(encoding="utf-8"))
    for name, text in blocks:
        if name != without:
            file = data / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return data / "packs"


def test_the_tutorial_s_pack_loads_and_its_example_holds(tmp_path: Path) -> None:
    """Whoever follows the tutorial to its end has a pack with two indicators that are shown to be right."""
    library = load_library([builtin_folder(), follow(tmp_path)])
    own = {name: example for name, example in library.examples.items() if name.startswith("packs/sight/")}
    assert len(own) == 1
    assert {name for name in library.of(Indicator) if name.startswith("sight.")} == {
        "sight.cataract_operations",
        "sight.operated_rate",
    }
    assert [problem for example in own.values() for problem in check_example(example, library)] == []


def test_the_tutorial_s_example_is_needed(tmp_path: Path) -> None:
    """As the tutorial says, the pack does not load without its example."""
    with pytest.raises(InputError) as caught:
        load_library([builtin_folder(), follow(tmp_path, without="packs/sight/examples/cataract.yaml")])
    assert len(caught.value.problems) == 2


def test_links_of_the_pack_pages_lead_somewhere() -> None:
    """The pages that the tutorial and the reference point to exist."""
    pages = [(DOCS / name).read_text(encoding="utf-8") for name in ("tutorial-pack.md", "packs.md")]
    links = [link.split("#")[0] for page in pages for link in re.findall(r"\]\(([^)]+)\)", page)]
    assert links
    assert [link for link in links if not (DOCS / link).exists()] == []
