"""A new installation, before the first record."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from xinglin.app import open_house
from xinglin.web.server import create_web


def test_an_empty_house_says_what_to_do_first(tmp_path: Path) -> None:
    """Before any record every page answers in words: the numbers' pages name the commands to run, none breaks."""
    house = open_house(tmp_path / "data")
    password = "before the first record"
    house.accounts.create_account(
        login="li.wei", name="李伟", role="administrator", password=password, at=house.clock()
    )
    client = TestClient(create_web(house), headers={"Sec-Fetch-Site": "same-origin"})
    client.post("/sign-in", data={"login": "li.wei", "password": password})
    for path in ("/", "/indicators"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "xinglin refresh" in BeautifulSoup(answer.text, "html.parser").get_text()
    for path in ("/plan", "/alerts", "/work", "/feeds", "/refusals", "/health"):
        assert client.get(path).status_code == 200, path
    house.close()
