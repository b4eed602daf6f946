"""A figure opened: the rows and people behind it are as many as it says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xinglin.access.model import Scope
from xinglin.core.errors import AccessError
from xinglin.core.period import parse_period
from xinglin.core.place import Place
from xinglin.indicators.opened import people, sql
from xinglin.indicators.places import places_from
from xinglin.packs.indicator import Indicator

ALL = Scope.everything()
AS_OF = date(2025, 10, 20)
COUNTS = ["a.visits", "a.visitors", "a.regulars", "a.well", "a.contracts"]


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("code", ["2025-09", "2025-10", "2025-Q3", "2025"])
def test_as_many_rows_as_the_figure_counts(county: Any, name: str, code: str) -> None:
    """For every place, the list behind a count is as long as the count."""
    indicator, period = county.library.of(Indicator)[name], parse_period(code)
    figures = county.store.figures([name], scope=ALL, periods=[period])
    assert figures or period.kind not in indicator.periods
    for figure in figures:
        place = county.places.get(figure.place_kind, figure.place)
        rows = people(county.session, county.library, indicator, place, period, scope=ALL, as_of=AS_OF)
        assert len(rows) == figure.numerator, figure.place


def test_people_come_with_their_names_and_the_day(county: Any) -> None:
    """A row shows the view's columns, the date that counts and who the person is."""
    place = county.places.get("area", "990101")
    indicator = county.library.of(Indicator)["a.visits"]
    rows = people(
        county.session, county.library, indicator, place, parse_period("2025-09"), scope=ALL, limit=1, offset=1
    )
    assert len(rows) == 1
    assert (rows[0]["name"], rows[0]["on"], rows[0]["institution"]) == ("张三", date(2025, 9, 1), "e")


def test_the_denominator_has_its_rows_too(county: Any) -> None:
    """Where a denominator comes from can be opened as well; an indicator without one has none."""
    place, period = county.places.get("area", "990101"), parse_period("2025-09")
    for name, found in (("a.visitors", 2), ("a.visits", 0)):
        indicator = county.library.of(Indicator)[name]
        rows = people(county.session, county.library, indicator, place, period, scope=ALL, part="denominator")
        assert len(rows) == found


def test_nobody_outside_the_scope_is_shown(county: Any) -> None:
    """Asking for people of a place outside of the scope is refused."""
    indicator, place = county.library.of(Indicator)["a.visits"], county.places.get("area", "990101")
    with pytest.raises(AccessError):
        people(
            county.session,
            county.library,
            indicator,
            place,
            parse_period("2025"),
            scope=Scope(frozenset({"990101001"})),
        )


def test_the_sql_is_what_runs(county: Any) -> None:
    """The SQL of an indicator names its view and its conditions."""
    text = sql(county.library, county.library.of(Indicator)["a.well"], period=parse_period("2025"))
    assert 'FROM "a.visit" AS v' in text
    assert 'coalesce(v."good", FALSE) AS w_0' in text


def test_places_are_read_from_the_records(county: Any) -> None:
    """Areas and institutions form trees, whether a parent is written as key or as code."""
    places = places_from(county.session)
    assert [place.code for place in places.lineage("area", "990101001001")] == ["990101001001", "990101001", "990101"]
    assert places.get("institution", "w") == Place("institution", "w", "W", "village-clinic", "e", "990101002")
    assert places.root == Place("area", "990101", "County", "county")
