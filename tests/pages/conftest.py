"""Browsers without a screen: each signed in as one of the demonstration's users of the small county."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from page_clients import ORIGIN, SignedIn

from xinglin.app import House
from xinglin.demonstration.furnishing import logins
from xinglin.web.server import create_web


@pytest.fixture(scope="session")
def web(small_house: House) -> FastAPI:
    """The web application of the small county."""
    return create_web(small_house)


@pytest.fixture(scope="session")
def passwords(small_house: House) -> dict[str, str]:
    """The demonstration's passwords by login."""
    return {login.login: login.password for login in logins(small_house)}


@pytest.fixture(scope="session")
def signed_in(web: FastAPI, passwords: dict[str, str]) -> Iterator[SignedIn]:
    """`signed_in("leader")`: a client with that user's session, kept for the whole run; `english=True` switches."""
    known: dict[tuple[str, bool], TestClient] = {}

    def client(login: str, *, english: bool = False) -> TestClient:
        key = (login, english)
        if key not in known:
            made = TestClient(web, base_url=ORIGIN, headers={"Origin": ORIGIN, "Accept": "text/html"})
            made.post("/sign-in", data={"login": login, "password": passwords[login]})
            if english:
                made.post("/language", data={"language": "en"})
            known[key] = made
        return known[key]

    yield client
    for made in known.values():
        made.close()


@pytest.fixture
def stranger(web: FastAPI) -> Iterator[TestClient]:
    """A browser that nobody has signed in with."""
    with TestClient(web, base_url=ORIGIN, headers={"Origin": ORIGIN, "Accept": "text/html"}) as client:
        yield client
