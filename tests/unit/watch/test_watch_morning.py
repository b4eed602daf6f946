"""The morning's run: alerts are raised once, extended, ended; and asking twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from xinglin.access.model import Scope
from xinglin.core.clock import CHINA
from xinglin.core.place import Places
from xinglin.packs.nouns import Library
from xinglin.packs.watch import Watch
from xinglin.watch.alerts import LOOKED_BACK, Alert
from xinglin.watch.curve import curve
from xinglin.watch.morning import run_watches, signals
from xinglin.watch.store import AlertStore, link_case, set_state
from xinglin.watch.tables import alert as table

OnDay = Callable[[int], date]
QUIET = [1.0, 2.0] * 60


@pytest.fixture
def alerts(engine: Engine) -> AlertStore:
    return AlertStore(engine)


def everything(alerts: AlertStore) -> list[Alert]:
    return list(alerts.list(scope=Scope.everything(), limit=10_000))


def with_outbreak(*days: int, amount: float = 20) -> list[float]:
    return [amount if index in days else value for index, value in enumerate(QUIET)]


def test_an_outbreak_raises_one_alert(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """A rise over several days is one alert in its own town, with what was seen on its worst day."""
    figures = make_series(east=with_outbreak(30, 32), west=QUIET)
    (alert,) = run_watches(library, figures, places, alerts, on_day(33))
    assert (alert.place, alert.first_day, alert.last_day, alert.state) == ("east", on_day(30), on_day(32), "open")
    assert (alert.observed, alert.expected, alert.days) == (20, pytest.approx(1.5, abs=0.3), 2)
    assert alert.threshold < 20
    assert alert.score is not None
    assert alert.raised_at == datetime.combine(on_day(34), datetime.min.time(), CHINA).replace(hour=8)
    assert alerts.waiting_for_case(on_day(33)) == [alert]


def test_the_same_morning_twice_adds_nothing(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """Asking again, even later in the day, raises nothing and changes nothing."""
    figures = make_series(east=with_outbreak(30, 31), west=with_outbreak(10, 50))
    assert run_watches(library, figures, places, alerts, on_day(55))
    before = everything(alerts)
    later = datetime(2026, 1, 1, tzinfo=CHINA)
    assert run_watches(library, figures, places, alerts, on_day(55), at=later) == []
    assert everything(alerts) == before


def test_a_running_alert_is_extended(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """The next day's exceedance belongs to the open alert: same id, later last day, new peak."""
    figures = make_series(east=[*with_outbreak(30)[:31], 40, *QUIET], west=[*QUIET, *QUIET])
    (first,) = run_watches(library, figures, places, alerts, on_day(30))
    assert run_watches(library, figures, places, alerts, on_day(31)) == []
    (now,) = everything(alerts)
    assert (now.id, now.first_day, now.raised_at) == (first.id, first.first_day, first.raised_at)
    assert (now.last_day, now.peak_day, now.observed, now.days) == (on_day(31), on_day(31), 40, 2)


def test_an_alert_ends_when_its_signal_does(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """Without a case an alert ends after the cool-down; a new rise later is a new alert."""
    figures = make_series(east=with_outbreak(30, 70), west=QUIET)
    run_watches(library, figures, places, alerts, on_day(30))
    run_watches(library, figures, places, alerts, on_day(39))
    assert [alert.state for alert in everything(alerts)] == ["open"]
    run_watches(library, figures, places, alerts, on_day(40))
    assert [alert.state for alert in everything(alerts)] == ["ended"]
    assert everything(alerts)[0].note == ""
    run_watches(library, figures, places, alerts, on_day(70))
    assert [alert.state for alert in everything(alerts)] == ["open", "ended"]


def test_looking_back_over_history(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """The first run over history keeps old signals as ended, with a note, and raises only the running ones."""
    figures = make_series(east=with_outbreak(30, 100), west=with_outbreak(60))
    raised = run_watches(library, figures, places, alerts, on_day(103))
    assert [(alert.place, alert.first_day) for alert in raised] == [("east", on_day(100))]
    old = alerts.list(scope=Scope.everything(), states=["ended"])
    assert [(alert.place, alert.first_day, alert.note) for alert in old] == [
        ("west", on_day(60), LOOKED_BACK),
        ("east", on_day(30), LOOKED_BACK),
    ]
    assert alerts.waiting_for_case(on_day(103)) == raised


def test_a_case_keeps_its_alert_open_and_a_closed_one_is_not_raised_again(
    library: Library, places: Places, alerts: AlertStore, engine: Engine, make_series: Any, on_day: OnDay
) -> None:
    """With a case an alert does not end by itself; once closed, the signal's further days raise nothing."""
    figures = make_series(east=with_outbreak(30, 50, 52), west=QUIET)
    (alert,) = run_watches(library, figures, places, alerts, on_day(50))[:1]
    with engine.begin() as connection:
        link_case(connection, alert.id, "YJ-2025-0001")
    assert alerts.waiting_for_case(on_day(50)) == []
    run_watches(library, figures, places, alerts, on_day(51))
    assert [kept.state for kept in everything(alerts) if kept.id == alert.id] == ["open"]
    with engine.begin() as connection:
        set_state(connection, alert.id, "closed")
    assert run_watches(library, figures, places, alerts, on_day(52)) == []
    kept = alerts.get(alert.id)
    assert kept is not None
    assert (kept.state, kept.last_day) == ("closed", on_day(52))


def test_a_late_record_does_not_raise_the_same_signal_again(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """Records that arrive late and move a signal's first day leave it the same alert."""
    run_watches(library, make_series(east=with_outbreak(30), west=QUIET), places, alerts, on_day(31))
    (before,) = everything(alerts)
    assert run_watches(library, make_series(east=with_outbreak(29, 30), west=QUIET), places, alerts, on_day(32)) == []
    (after,) = everything(alerts)
    assert (after.id, after.first_day) == (before.id, on_day(29))


def test_alerts_are_seen_within_scope(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """A list holds the alerts of the places in scope, by watch, place and state."""
    run_watches(library, make_series(east=with_outbreak(30), west=with_outbreak(31)), places, alerts, on_day(32))
    west = Scope(frozenset({"west"}), frozenset())
    assert [alert.place for alert in alerts.list(scope=west)] == ["west"]
    assert alerts.count(scope=west) == 1
    assert alerts.count(scope=Scope.nothing()) == 0
    assert alerts.count(scope=Scope.everything(), place=("area", "east"), watch="test.rise", states=["open"]) == 1
    assert alerts.count(scope=Scope.everything(), watch="test.other") == 0


def test_no_history_no_alerts(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """Before the first day, and where no place is watched, a run finds nothing and does not fail."""
    figures = make_series(east=QUIET, west=QUIET)
    assert run_watches(library, figures, places, alerts, on_day(-1)) == []
    assert run_watches(library, figures, Places(), alerts, on_day(30)) == []


def test_a_score_without_bound_is_kept_as_none(
    library: Library, places: Places, alerts: AlertStore, make_series: Any, on_day: OnDay
) -> None:
    """A rise over a flat baseline is raised, its infinite score kept as none at all."""
    (alert,) = run_watches(library, make_series(east=[0.0] * 20 + [5.0], west=[0.0] * 21), places, alerts, on_day(20))
    assert (alert.score, alert.threshold) == (None, 0)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from([1.0, 2.0, 2.0, 12.0]), min_size=40, max_size=80), st.data())
def test_any_mornings_give_the_alerts_of_all_mornings(
    engine: Engine, watch: Watch, places: Places, make_series: Any, on_day: OnDay, values: list[float], data: Any
) -> None:
    """Whichever mornings were missed or run twice, the last one leaves the same signals under the same ids."""
    figures, alerts = make_series(east=values, west=values[::-1]), AlertStore(engine)
    library, last = Library(contents={Watch: {watch.id: watch}}), len(values) - 1
    mornings = data.draw(st.lists(st.integers(10, last), max_size=8))
    kept = []
    for sequence in (sorted([*mornings, last, last]), range(10, last + 1)):
        with engine.begin() as connection:
            connection.execute(table.delete())
        for index in sequence:
            run_watches(library, figures, places, alerts, on_day(index))
        kept.append({(a.id, a.first_day, a.last_day, a.peak_day, a.days, a.state) for a in everything(alerts)})
    assert kept[0] == kept[1]
    expected = {(s.alert_id, s.first_day) for s in signals(watch, figures, places, on_day(last))}
    assert {(alert_id, first) for alert_id, first, *_ in kept[0]} == expected


def test_the_curve_is_what_the_detector_saw(watch: Watch, places: Places, make_series: Any, on_day: OnDay) -> None:
    """A page's curve shows the asked days with the baseline that the morning had, also at its left edge."""
    figures, east = make_series(east=with_outbreak(30, 31), west=QUIET), places.get("area", "east")
    assert east is not None
    shown = curve(figures, watch, east, on_day(25), on_day(40))
    assert shown.days == tuple(on_day(index) for index in range(25, 41))
    assert shown.observed.tolist() == with_outbreak(30, 31)[25:41]
    assert np.flatnonzero(shown.exceeds).tolist() == [5, 6]
    assert not np.isnan(shown.threshold).any()
    (signal, *_) = signals(watch, figures, places, on_day(40))
    peak = shown.days.index(signal.peak_day)
    assert (shown.expected[peak], shown.threshold[peak]) == (signal.expected, signal.threshold)


def test_a_curve_from_before_the_history(watch: Watch, places: Places, make_series: Any, on_day: OnDay) -> None:
    """Days before the first of the figures are not shown; the first days have no baseline yet."""
    east = places.get("area", "east")
    assert east is not None
    shown = curve(make_series(east=QUIET, west=QUIET), watch, east, on_day(-5), on_day(12))
    assert shown.days[0] == on_day(0)
    assert len(shown.days) == len(shown.observed) == 13
    assert np.isnan(shown.threshold[:9]).all()
