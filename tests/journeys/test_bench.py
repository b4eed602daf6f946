"""The bench at its smallest: every stage is measured and said; how fast is nobody's promise here."""

from __future__ import annotations

from typing import Any

import pytest
from xinglin_command import xinglin


@pytest.fixture(scope="module")
def measures() -> list[dict[str, Any]]:
    """What `xinglin bench --json` says of a hundred residents and ten days."""
    answer = xinglin("bench", "--residents", 100, "--days", 10, "--json")
    assert answer.code == 0, answer.said
    found: list[dict[str, Any]] = answer.json()
    return found


def test_every_stage_is_measured(measures: list[dict[str, Any]]) -> None:
    """Generate, plan, load, views and indicators are there, each with an amount and a rate."""
    assert [one["stage"] for one in measures] == ["generate", "plan", "load", "views", "indicators"]
    assert all(one["amount"] > 0 and one["per_second"] > 0 for one in measures)


def test_stages_stand_beside_the_bare_work(measures: list[dict[str, Any]]) -> None:
    """Each stage that has a peer says which, and how many times longer it took than the peer in the same run."""
    peers = {one["stage"]: one for one in measures if one["peer"]}
    assert set(peers) == {"generate", "load", "views", "indicators"}
    for one in peers.values():
        assert one["ratio"] == pytest.approx(one["seconds"] / one["peer_seconds"])


def test_what_was_generated_is_what_was_loaded(measures: list[dict[str, Any]]) -> None:
    """No line of the county is lost between the stages."""
    amounts = {one["stage"]: one["amount"] for one in measures}
    assert amounts["load"] == amounts["generate"]
