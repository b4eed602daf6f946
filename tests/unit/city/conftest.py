"""One small county for all tests of the city: 400 residents, 100 days."""

from __future__ import annotations

import pytest
from city_county import County, read_county

from xinglin.city import make


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    folder = tmp_path_factory.mktemp("county")
    make(folder, residents=400, days=100)
    return read_county(folder)
