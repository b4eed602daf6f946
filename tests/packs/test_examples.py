"""The worked examples of our packs hold, on the engine and on its referee."""

from __future__ import annotations

import re

import pytest

from xinglin.core.text import Text
from xinglin.indicators.examples import check_example
from xinglin.packs.content import builtin_folder
from xinglin.packs.indicator import Indicator
from xinglin.packs.loading import load_library
from xinglin.packs.nouns import Content, Library, Pack
from xinglin.packs.watch import Watch

LIBRARY: Library = load_library([builtin_folder()])
PROGRAMMES = {
    "foundation",
    "family-doctor",
    "chronic-care",
    "notifiable-disease",
    "hospital-quality",
    "livelihood-projects",
}


@pytest.mark.parametrize("file", list(LIBRARY.examples))
def test_example_holds(file: str) -> None:
    """The figures that an example expects are the ones that come out."""
    assert [str(problem) for problem in check_example(LIBRARY.examples[file], LIBRARY, file)] == []


def test_the_promised_programmes_are_there() -> None:
    """The six packs that ship with Xinglin load, with at least 25 indicators and 14 views among them."""
    assert {pack.id for pack in LIBRARY.packs} == PROGRAMMES
    assert len(LIBRARY.of(Indicator)) >= 25


def test_every_text_is_in_both_languages() -> None:
    """Titles and formulas are written in Chinese and in English."""
    kinds: list[type[Content]] = list(LIBRARY.contents)
    texts: list[Text] = [content.title for kind in kinds for content in LIBRARY.of(kind).values()]
    texts += [pack.title for pack in LIBRARY.packs]
    texts += [indicator.formula for indicator in LIBRARY.of(Indicator).values()]
    han = re.compile("[一-鿿]")
    assert [text for text in texts if not text.en.strip() or han.search(text.en) or not text.zh.strip()] == []


def test_synonyms_belong_to_one_indicator() -> None:
    """A name by which plans call an indicator names no other one, so that a target never binds to two."""
    owners: dict[str, set[str]] = {}
    for indicator in LIBRARY.of(Indicator).values():
        for name in {indicator.title.zh, *indicator.synonyms}:
            owners.setdefault(name, set()).add(indicator.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_yearly_standards_are_not_worked_out_by_day() -> None:
    """What asks for several contacts in the year is worked out for the year and the year to date only."""
    yearly = [i for i in LIBRARY.of(Indicator).values() if any(tally.at_least > 1 for tally in i.tallies)]
    assert yearly
    assert {period for indicator in yearly for period in indicator.periods} == {"year", "ytd"}


def test_rates_of_residents_keep_where_their_denominator_came_from() -> None:
    """Every denominator taken from population figures carries which population, of which year, by whom."""
    denominators = [i.denominator for i in LIBRARY.of(Indicator).values() if i.denominator]
    population = [tally for tally in denominators if tally.view == "foundation.population"]
    assert population
    assert {tally.provenance for tally in population} == {"item || ' · ' || stated_for || ' · ' || source"}


def test_watched_series_are_worked_out_by_day() -> None:
    """Each watch has a daily series, so that an outbreak shows on the morning after."""
    series = {watch.series for watch in LIBRARY.of(Watch).values()}
    assert len(series) >= 4
    assert all("day" in LIBRARY.of(Indicator)[name].periods for name in series)


def test_packs_say_on_whose_authority_they_speak() -> None:
    """Each pack names its owner and the document behind it."""
    packs: tuple[Pack, ...] = LIBRARY.packs
    assert all(pack.owner and pack.authority for pack in packs)
