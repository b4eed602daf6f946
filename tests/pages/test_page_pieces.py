"""Pieces of pages worked out without a house: ways through loops, gravest colours, centres, what is remembered."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from starlette.responses import Response

from xinglin.core.text import Text
from xinglin.indicators.amounts import LEFT_OUT
from xinglin.packs.loop import Loop, Move, State
from xinglin.web import pages as page_modules
from xinglin.web.charts import middle
from xinglin.web.downloads import download
from xinglin.web.memory import Memory
from xinglin.web.pages.case import straight_way
from xinglin.web.parts import pages
from xinglin.web.server import PAGES
from xinglin.web.standing import gravest
from xinglin.web.words import word

NAME = Text(zh="名", en="name")


def loop(*moves: tuple[str, tuple[str, ...], str]) -> Loop:
    states = ("open", "asked", "review", "back", "done", "gone")
    return Loop(
        id="a.b",
        title=NAME,
        kind="slip",
        owner="officer",
        states=tuple(State(id=one, title=NAME, final=one in ("done", "gone")) for one in states),
        moves=tuple(
            Move.model_validate({"id": move, "title": NAME, "from": source, "to": target, "roles": ("officer",)})
            for move, source, target in moves
        ),
    )


def test_every_page_module_is_served() -> None:
    """A page that is written is a page that is there: no module with routes is left out of the server."""
    found = {
        module
        for _, name, _ in pkgutil.iter_modules(page_modules.__path__)
        if hasattr(module := importlib.import_module(f"xinglin.web.pages.{name}"), "router")
    }
    assert found == set(PAGES)


def test_the_straight_way_leaves_side_states_out() -> None:
    """A case's steps show the shortest way to the first final state, however the loop's states are ordered."""
    found = straight_way(
        loop(
            ("ask", ("open",), "asked"),
            ("drop", ("open",), "gone"),
            ("report", ("open", "asked", "back"), "review"),
            ("return", ("review",), "back"),
            ("accept", ("review",), "done"),
        )
    )
    assert found == ["open", "review", "done"]


def test_a_loop_that_cannot_end_still_has_a_beginning() -> None:
    """A loop whose final state nothing leads to shows its first state, and does not run for ever."""
    assert straight_way(loop(("round", ("open", "asked"), "asked"))) == ["open"]


@pytest.mark.parametrize(
    ("colours", "whole"),
    [(["green", "red"], "red"), (["grey", "green"], "green"), (["yellow", "green"], "yellow"), ([], "grey")],
)
def test_a_whole_has_the_colour_of_its_gravest_part(colours: list[str], whole: str) -> None:
    """One red target makes its commitment and its heading red; missing data hide no colour."""
    assert gravest(colours) == whole


def test_the_middle_of_a_shape_is_its_centroid() -> None:
    """A pin stands where the shape's weight is, of several parts in the largest, whichever way the ring turns."""
    ring = [[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]]
    small = [[9, 9], [10, 9], [10, 10], [9, 9]]
    assert middle({"type": "Polygon", "coordinates": [ring]}) == [2, 1]
    assert middle({"type": "Polygon", "coordinates": [ring[::-1]]}) == [2, 1]
    assert middle({"type": "MultiPolygon", "coordinates": [[small], [ring]]}) == [2, 1]
    assert middle({"type": "Polygon", "coordinates": [[[1, 1], [1, 1]]]}) == [1, 1]


def test_memory_works_out_once_per_key() -> None:
    """What was worked out is told again until what it depends on has changed."""
    memory, made = Memory(), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [memory.recall("a", 1, make), memory.recall("a", 1, make), memory.recall("a", 2, make)] == [1, 1, 2]
    assert memory.recall("b", 1, make) == 3


def test_a_long_list_says_where_it_stands() -> None:
    """The first page leads only on, the last only back, an empty list nowhere."""
    first = pages("zh", start=0, here=50, size=50, count=120, at=lambda offset: f"?start={offset}")
    last = pages("zh", start=100, here=20, size=50, count=120, at=lambda offset: f"?start={offset}")
    none = pages("zh", start=0, here=0, size=50, count=0, at=lambda offset: f"?start={offset}")
    assert (first.previous, first.next) == ("", "?start=50")
    assert (last.previous, last.next) == ("?start=50", "")
    assert (none.previous, none.next, none.words) == ("", "", "第 0–0 条，共 0 条")


def test_files_are_handed_back_as_files() -> None:
    """What someone attached is saved, not shown, and its name cannot break out of the header."""
    answer: Response = download(b"x", '证据"\r\nSet-Cookie: a.html', "text/html")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert "\n" not in disposition
    assert '"' not in disposition


@pytest.mark.parametrize("reason", LEFT_OUT)
def test_what_was_left_out_is_told_in_words(reason: str) -> None:
    """Every reason for which a row counts nowhere has words of its own in both languages."""
    told = word(f"left_out_{reason}")
    assert told.zh != told.en
    assert reason not in (told.zh, told.en)
