"""Worklists: whose cases, in what order, within which places."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from xinglin.access.model import Scope
from xinglin.cases.commands import assign_case
from xinglin.cases.rules import may_see
from xinglin.cases.store import Worklist

EVERYTHING = Scope.everything()


def ids(desk: Any, login: str, scope: Scope = EVERYTHING, **asked: Any) -> list[str]:
    wanted = Worklist(**asked)
    found = [case.id for case in desk.store.worklist(desk.people[login], scope, wanted, at=desk.monday)]
    assert desk.store.count(desk.people[login], scope, wanted, at=desk.monday) == len(found)
    return found


@pytest.fixture
def five(desk: Any) -> Any:
    """Three slips in two towns, two alerts."""
    desk.open(due=desk.monday + timedelta(days=20))
    desk.open(place=("area", "west"), at=desk.monday - timedelta(days=7))
    desk.open(place=("institution", "H1"), assign="doctor")
    desk.open("test.alert", by="zhao")
    desk.open("test.alert", by="zhao", at=desk.monday - timedelta(hours=30))
    return desk


def test_what_is_due_first_stands_first(five: Any) -> None:
    """All cases come by due time; those without one come last."""
    assert ids(five, "li", view="all") == [
        "DB-2025-0002",
        "YJ-2025-0002",
        "DB-2025-0001",
        "DB-2025-0003",
        "YJ-2025-0001",
    ]
    alert = five.store.get("YJ-2025-0002", at=five.monday)
    five.move(alert, "verify", "zhao", reply="属实")
    assert ids(five, "li", view="all")[-1] == "YJ-2025-0002"


def test_mine_are_my_roles_until_given_to_another(five: Any) -> None:
    """A person's list has what is assigned to them and what is their role's and no one's yet."""
    assert ids(five, "wang") == ["DB-2025-0002", "DB-2025-0001"]
    given = {"by": five.people["li"], "scope": EVERYTHING, "why": "", "at": five.monday}
    assign_case(five.store, five.library, case_id="DB-2025-0001", assignee="sun", **given)
    assert ids(five, "wang") == ["DB-2025-0002"]
    assert ids(five, "wang", view="role") == ["DB-2025-0002", "DB-2025-0001"]
    assert ids(five, "sun") == ["DB-2025-0001", "DB-2025-0003"]


def test_lists_stay_within_scope(five: Any) -> None:
    """A list holds nothing from outside the scope but what was given to the person by name."""
    west = Scope(frozenset({"west"}), frozenset())
    assert ids(five, "sun", west, view="all") == ["DB-2025-0002"]
    assert ids(five, "sun", Scope(frozenset(), frozenset({"H1"}))) == ["DB-2025-0003"]
    given = {"by": five.people["li"], "scope": EVERYTHING, "why": "", "at": five.monday}
    assign_case(five.store, five.library, case_id="DB-2025-0001", assignee="sun", **given)
    assert ids(five, "sun", Scope.nothing()) == ["DB-2025-0001"]
    for case_id, seen in (("DB-2025-0001", True), ("DB-2025-0002", True), ("DB-2025-0003", False)):
        assert may_see(five.store.get(case_id, at=five.monday), five.people["sun"], west) is seen


def test_lists_can_be_narrowed(five: Any) -> None:
    """By kind, state, lateness and page; closed cases have a list of their own."""
    assert ids(five, "li", view="all", kinds=("alert",)) == ["YJ-2025-0002", "YJ-2025-0001"]
    assert ids(five, "li", view="all", overdue=True) == ["DB-2025-0002", "YJ-2025-0002"]
    assert ids(five, "li", view="all", states=("to_verify",), overdue=True) == ["YJ-2025-0002"]
    page = five.store.worklist(five.people["li"], EVERYTHING, Worklist("all"), at=five.monday, limit=1, offset=1)
    assert [case.id for case in page] == ["YJ-2025-0002"]
    five.move(five.store.get("YJ-2025-0001", at=five.monday), "close", "zhao")
    assert ids(five, "zhao", closed=True) == ["YJ-2025-0001"]
    assert ids(five, "zhao") == ["YJ-2025-0002"]


def test_an_unknown_case_is_none(desk: Any) -> None:
    """Asking for a case that is not there gives nothing."""
    assert desk.store.get("DB-2025-0001", at=desk.monday) is None
    assert desk.store.events("DB-2025-0001") == []
    assert desk.store.evidence("DB-2025-0001") == []
