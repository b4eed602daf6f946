"""The page about refusals says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from xinglin.intake.reasons import REASONS
from xinglin.intake.reference import refusals_page

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    """docs/refusals.md is what the table of reasons gives now."""
    assert (ROOT / "docs/refusals.md").read_text("utf-8") == refusals_page(), (
        "run: python -m xinglin.intake.reference > docs/refusals.md"
    )


def test_every_code_in_use_is_in_the_table() -> None:
    """Each reason that the intake gives is documented, and each documented one is given somewhere."""
    sources = (ROOT / "src/xinglin/intake").glob("*.py")
    text = "\n".join(source.read_text("utf-8") for source in sources if source.name != "reasons.py")
    used = set(re.findall(r'(?:Fault|FindingError)\(\s*"([a-z0-9-]+)"', text))
    named = {code for code in REASONS if f'"{code}"' in text}
    assert used <= set(REASONS)
    assert named == set(REASONS)
