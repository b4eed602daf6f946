"""What several folders share: a small simulated county, worked out once per session; how properties are tried."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from hypothesis import HealthCheck, settings

from xinglin.app import House, open_house
from xinglin.demonstration.county import CountySize, ready_county
from xinglin.demonstration.start import fill
from xinglin.flow import silent
from xinglin.web.server import create_web

# No property is a promise of speed: a busy machine must not fail it.
settings.register_profile("xinglin", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("xinglin")

SMALL = CountySize(residents=600, days=120, seed=1, end=date(2025, 10, 31))


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small county: 600 residents, 120 days, everything worked out."""
    data = tmp_path_factory.mktemp("small")
    county = ready_county(data, SMALL, silent)
    house = open_house(data)
    fill(house, county)
    house.close()
    return data


@pytest.fixture(scope="session")
def small_house(small_data: Path) -> Iterator[House]:
    """The opened house of the small county."""
    house = open_house(small_data)
    yield house
    house.close()


@pytest.fixture(scope="session")
def small_server(small_house: House) -> Iterator[str]:
    """The address of a server of the small county's pages."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_web(small_house), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
