"""Requests that no page of ours sends: odd numbers, broken headers, forms that are no forms."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from page_clients import ORIGIN, SignedIn

from xinglin.core.errors import InputError
from xinglin.web.pages.case_commands import _due
from xinglin.web.security import LONGEST_PATH

RATE = "/indicators/family-doctor.contract_rate"
LISTS = ("/alerts?", "/work?", "/refusals?", f"{RATE}/people?period=2025-10&")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("start", ["9223372036854775808", "9" * 30, "abc", "1e9", "٣x", ""])
def test_a_start_that_is_no_place_in_a_list_is_told(signed_in: SignedIn, path: str, start: str) -> None:
    """A list asked for from beyond every list, or from a word, answers with a page of words: never a failure."""
    answer = signed_in("hospital").get(f"{path}start={start}")
    assert answer.status_code in (403, 404, 422)
    assert "</html>" in answer.text


@pytest.mark.parametrize("origin", ["http://[", "null", "http://testserver.evil.example", "http://[::1", ""])
def test_a_broken_origin_is_a_foreign_one(stranger: TestClient, origin: str) -> None:
    """An Origin header that cannot be read, or names another host, refuses the write in words."""
    answer = stranger.post("/language", data={"language": "zh"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "</html>" in answer.text


def test_a_write_without_host_and_origin_is_refused(stranger: TestClient) -> None:
    """Two missing headers do not make a match."""
    answer = stranger.post("/language", data={"language": "zh"}, headers={"Origin": "", "Host": ""})
    assert answer.status_code == 403


def test_a_broken_referer_leads_to_the_front_page(stranger: TestClient) -> None:
    """The language switch goes back only to an address that can be read."""
    headers = {"Referer": "http://["}
    answer = stranger.post("/language", data={"language": "zh"}, headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("length", ["²", "9" * 5000, "-1", "x"])
def test_an_odd_length_is_too_large(stranger: TestClient, length: str) -> None:
    """A Content-Length that is no number, or a monstrous one, is refused before anything is read."""
    headers = {"Content-Length": length.encode("latin-1")}
    answer = stranger.post("/language", content=b"language=zh", headers=headers)
    assert answer.status_code == 413


def test_signing_in_leads_back_to_the_whole_address(stranger: TestClient, passwords: dict[str, str]) -> None:
    """Whoever has to sign in first comes to the page with all that was asked of it, and nowhere else."""
    wanted = f"{RATE}/people?period=2025-10&place=990101001"
    first = stranger.get(wanted, follow_redirects=False)
    door = stranger.get(first.headers["location"])
    assert f'value="{wanted.replace("&", "&amp;")}"' in door.text
    form = {"login": "doctor", "password": passwords["doctor"], "next": wanted}
    assert stranger.post("/sign-in", data=form, follow_redirects=False).headers["location"] == wanted


def test_a_very_long_address_does_not_lock_the_door(stranger: TestClient) -> None:
    """The way to the door never carries more than the door takes."""
    answer = stranger.get("/indicators?q=" + "x" * LONGEST_PATH, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in"


@pytest.mark.parametrize("written", ["9999-12-31T23:59-10:00", "0001-01-01T00:00+10:00", "2025-11-30T17:00+24:00"])
def test_a_deadline_beyond_the_calendar_is_told(written: str) -> None:
    """A time that UTC does not have is refused as input, not met as a failure of the database."""
    with pytest.raises(InputError, match="is not a date and time"):
        _due(written)


@pytest.mark.parametrize("login", ["doctor", "hospital"])
def test_changed_addresses_open_no_other_place(signed_in: SignedIn, login: str) -> None:
    """A doctor and a hospital manager find no figure and no person of a place outside theirs, whatever they type."""
    client = signed_in(login)
    house = client.app.state.house  # type: ignore[attr-defined]  # the application is FastAPI's
    places = house.places()
    user = house.accounts.get(login)
    within = places.within("area", user.area) if login == "doctor" else set()
    own = places.within("institution", user.institution)
    for place in places.all:
        allowed = place.code in (within if place.kind == "area" else own)
        query = f"kind={place.kind}&place={place.code}"
        for path in (f"{RATE}?{query}", f"{RATE}/people?period=2025-10&{query}"):
            status = client.get(path, headers={"Origin": ORIGIN}).status_code
            assert status == 404 if not allowed else status in (200, 404), path
