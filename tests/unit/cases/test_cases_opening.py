"""Cases that the machine opens: for an alert, for a red target; once per subject, for ever."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xinglin.access.audit import AuditLog
from xinglin.access.model import Scope
from xinglin.cases.commands import undo
from xinglin.cases.opening import open_for_alert, open_for_target
from xinglin.core.errors import InputError
from xinglin.core.place import Place, Places
from xinglin.core.text import Text
from xinglin.packs.loop import Loop
from xinglin.packs.nouns import Library
from xinglin.packs.watch import Watch
from xinglin.watch.alerts import Alert, Signal
from xinglin.watch.store import AlertStore

PLACES = Places((Place("area", "east", "东镇", "town"),))
DAY = date(2025, 11, 2)


@pytest.fixture
def watch() -> Watch:
    return Watch(
        id="test.rise",
        title=Text(zh="流感样病例增多", en="influenza rises"),
        series="test.cases",
        detector={"name": "ears_c2"},
        loop="test.alert",
        assign="epidemiologist",
    )


@pytest.fixture
def alerts(desk: Any, watch: Watch) -> AlertStore:
    desk.library = Library(contents={Loop: desk.library.of(Loop), Watch: {watch.id: watch}})
    alerts = AlertStore(desk.engine)
    signal = Signal("test.rise", "test.cases", "area", "east", DAY, DAY, DAY, 12, 3.21, 7.5, 5.0, 1)
    alerts.record(watch, [signal], as_of=DAY, at=desk.monday)
    return alerts


def the_alert(alerts: AlertStore) -> Alert:
    (alert,) = alerts.list(scope=Scope.everything())
    return alert


def open_it(desk: Any, alerts: AlertStore, alert: Alert | None = None) -> str:
    alert = alert or the_alert(alerts)
    return open_for_alert(desk.store, desk.library, alert, places=PLACES, alerts=alerts, at=desk.monday)


def test_an_alert_opens_its_case_once(desk: Any, alerts: AlertStore) -> None:
    """The case tells place, watch and amounts, is the epidemiologist's, and is the alert's for ever."""
    stale = the_alert(alerts)
    case_id = open_it(desk, alerts)
    assert open_it(desk, alerts) == open_it(desk, alerts, stale) == case_id == "YJ-2025-0001"
    case = desk.store.get(case_id, at=desk.monday)
    assert case.title == Text(zh="东镇：流感样病例增多（2025-11-02起）", en="东镇: influenza rises (since 2025-11-02)")
    assert (case.owner_role, case.opened_by, case.subject) == ("epidemiologist", "system", {"alert": stale.id})
    assert desk.store.events(case_id)[0].reason == "2025-11-02：观察值 12，预期 3.2，阈值 7.5"
    assert the_alert(alerts).case_id == case_id
    assert alerts.waiting_for_case(DAY) == []
    assert AuditLog(desk.engine).count(subject=case_id) == 1


def test_an_alert_closes_and_opens_with_its_case(desk: Any, alerts: AlertStore) -> None:
    """Closing the case closes the alert, taking the closing back opens it; a closed one gets no second case."""
    case = desk.store.get(open_it(desk, alerts), at=desk.monday)
    desk.move(case, "close", "zhao")
    assert the_alert(alerts).state == "closed"
    assert open_it(desk, alerts) == case.id
    undo(
        desk.store,
        desk.library,
        case_id=case.id,
        by=desk.people["zhao"],
        scope=Scope.everything(),
        why="",
        at=desk.monday,
    )
    assert the_alert(alerts).state == "open"


def test_a_watch_that_is_gone_is_told(desk: Any, alerts: AlertStore) -> None:
    """When its pack was removed the alert's case cannot be opened, and the message says what is missing."""
    desk.library = Library(contents={Loop: desk.library.of(Loop)})
    with pytest.raises(InputError, match=r"test\.rise"):
        open_it(desk, alerts)


def test_a_target_opens_one_slip_a_period(desk: Any) -> None:
    """A red target gets one slip for the month, even after that is closed; the next month another."""
    wish = {
        "loop": "test.slip",
        "target_id": "1:T3",
        "title": Text(zh="家庭医生签约率", en="Contract rate"),
        "place": ("area", "east"),
        "assign": "officer",
        "why": "十月为红色",
        "at": desk.monday,
    }
    first = open_for_target(desk.store, desk.library, period="2025-10", **wish)
    again = open_for_target(desk.store, desk.library, period="2025-10", **wish)
    following = open_for_target(desk.store, desk.library, period="2025-11", **wish)
    assert [first.is_new, again.is_new, following.is_new] == [True, False, True]
    assert (first.case_id, again.case_id, following.case_id) == ("DB-2025-0001", "DB-2025-0001", "DB-2025-0002")
    assert desk.store.open_for("target:1:T3:2025-10", at=desk.monday).id == first.case_id
