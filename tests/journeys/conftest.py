"""What several journeys start from: a small county's feeds, and a house filled with it undisturbed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from house_contents import HouseContents, contents
from small_county import fill_house, make_county, new_house

from xinglin.app import House
from xinglin.demonstration.county import County


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county of 300 residents and 70 days, and a few planted lines."""
    return make_county(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def undisturbed(county: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The county loaded once in order, and everything worked out."""
    house = new_house(tmp_path_factory.mktemp("undisturbed"), county)
    fill_house(house, county, [county.feeds])
    yield house
    house.close()


@pytest.fixture(scope="session")
def expected(undisturbed: House) -> HouseContents:
    """What the undisturbed house holds."""
    return contents(undisturbed)
