"""The words of the pages, Chinese and English: read once from `words.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from xinglin.core.text import Language, Text

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def words() -> Mapping[str, Text]:
    """Every phrase of the pages by its name. Names are `<page>_<phrase>`; a phrase may hold `{slots}`."""
    loaded: dict[str, dict[str, list[str]]] = yaml.safe_load(
        files("xinglin.web").joinpath("words.yaml").read_text(encoding="utf-8")
    )
    return {name: Text(zh=zh, en=en) for phrases in loaded.values() for name, (zh, en) in phrases.items()}


def phrase(name: str, language: Language, **slots: object) -> str:
    """The phrase `name` in `language` with its slots filled. Raises KeyError for an unknown name."""
    text = words()[name][language]
    return text.format(**slots) if slots else text


def word(name: str, **slots: object) -> Text:
    """The phrase `name` in both languages with its slots filled alike."""
    return Text(zh=phrase(name, "zh", **slots), en=phrase(name, "en", **slots))
