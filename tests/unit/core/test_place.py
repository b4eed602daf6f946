"""Trees of areas and institutions."""

from __future__ import annotations

from xinglin.core.place import Place, Places

COUNTY = Place("area", "990101", "云溪县", "county")
TOWN = Place("area", "990101001", "青石镇", "town", "990101")
VILLAGE = Place("area", "990101001001", "柳湾村", "village", "990101001")
CLINIC = Place("institution", "c1", "柳湾村卫生室", "village-clinic", "", "990101001001")
PLACES = Places((COUNTY, TOWN, VILLAGE, CLINIC))


def test_lineage_runs_to_the_root() -> None:
    """A village's lineage is itself, its town and its county, nearest first."""
    assert list(PLACES.lineage("area", VILLAGE.code)) == [VILLAGE, TOWN, COUNTY]


def test_within_holds_everything_below() -> None:
    """A town holds itself and its villages, and no institution of the same code."""
    assert PLACES.within("area", TOWN.code) == {TOWN.code, VILLAGE.code}
    assert PLACES.within("institution", TOWN.code) == {TOWN.code}


def test_root_is_the_topmost_area() -> None:
    """The county without a parent is the root; an installation without areas has none."""
    assert PLACES.root == COUNTY
    assert Places().root is None


def test_a_circle_in_the_records_ends() -> None:
    """Areas that name each other as parent do not hang a walk."""
    places = Places((Place("area", "a", "甲", "town", "b"), Place("area", "b", "乙", "town", "a")))
    assert [place.code for place in places.lineage("area", "a")] == ["a", "b"]
    assert places.within("area", "a") == {"a", "b"}
