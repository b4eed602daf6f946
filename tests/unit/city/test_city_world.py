"""The county's map, people and calendar."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from xinglin.city.cases import wave
from xinglin.city.days import days_ending
from xinglin.city.disease import DISEASES, Disease
from xinglin.city.geography import contains, draw_map, polygon, signed_area
from xinglin.city.people import Person, Registrar, settle
from xinglin.city.world import lay_out
from xinglin.core.identifiers import id_card_fault


@pytest.mark.parametrize("towns", [2, 3, 6, 8, 10])
@pytest.mark.parametrize("seed", range(5))
def test_towns_tile_the_county(towns: int, seed: int) -> None:
    """Town areas add up to the county's, each holds its own centre and no other, none is a sliver."""
    drawn = draw_map(towns, Random(seed))
    county = abs(signed_area(drawn.outline))
    areas = [abs(signed_area(ring)) for ring in drawn.towns]
    assert len(areas) == towns
    assert sum(areas) == pytest.approx(county, rel=1e-6)
    assert min(areas) > 0.25 * county / towns
    for index, ring in enumerate(drawn.towns):
        assert [place for place, centre in enumerate(drawn.centres) if contains(ring, centre)] == [index]


def test_polygons_are_closed_and_counter_clockwise() -> None:
    """A ring given clockwise comes out as RFC 7946 wants it."""
    shape = polygon([(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)])
    ring = shape["coordinates"][0]
    assert ring[0] == ring[-1]
    assert signed_area([tuple(point) for point in ring[:-1]]) == 1.0


@pytest.fixture(scope="module")
def people() -> list[Person]:
    world = lay_out(12_000, 60, 3, date(2025, 10, 31))
    town = world.towns[0]
    return settle(town, world.days.first, Registrar(town, Random(1)), Random(2))


def test_ages_follow_a_county_pyramid(people: list[Person]) -> None:
    """About one in six is 65 or over, one in seventeen under 7, and the sexes are nearly even."""
    first = date(2025, 9, 2).toordinal()
    old = sum(person.age(first) >= 65 for person in people) / len(people)
    young = sum(person.age(first) < 7 for person in people) / len(people)
    men = sum(person.male for person in people) / len(people)
    assert 0.14 < old < 0.19
    assert 0.045 < young < 0.08
    assert 0.48 < men < 0.54


def test_cards_are_valid_and_unique(people: list[Person]) -> None:
    """No two residents share an ID card, and every card passes its check."""
    cards = [person.card for person in people if person.card]
    assert len(set(cards)) == len(cards) > 0.99 * len(people)
    assert [card for card in cards if id_card_fault(card)] == []


def test_every_resident_is_settled_once(people: list[Person]) -> None:
    """The town has exactly the residents laid out, in households of one to seven."""
    world = lay_out(12_000, 60, 3, date(2025, 10, 31))
    assert len(people) == world.towns[0].residents
    houses: dict[int, int] = {}
    for person in people:
        houses[person.house] = houses.get(person.house, 0) + 1
    assert max(houses.values()) <= 7
    assert 1.5 < len(people) / len(houses) < 3.5


def test_clinics_rest_at_the_spring_festival() -> None:
    """New Year's day is less than half as busy as an ordinary Wednesday."""
    days = days_ending(date(2025, 10, 31), 731)
    assert days.load(date(2025, 1, 29).toordinal()) < 0.5 * days.load(date(2025, 3, 5).toordinal())


@pytest.mark.parametrize("disease", DISEASES, ids=lambda disease: disease.code)
def test_seasons_keep_the_yearly_rate(disease: Disease) -> None:
    """A disease's wave averages one over a year, whatever its shape."""
    days = days_ending(date(2024, 12, 31), 366)
    mean = sum(wave(days, disease, day) for day in range(days.first, days.last + 1)) / 366
    assert mean == pytest.approx(1.0, abs=0.02)
