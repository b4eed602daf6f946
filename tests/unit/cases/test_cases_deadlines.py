"""Deadlines: hours, Chinese working days, extensions, and the colour of being late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from xinglin.cases.deadlines import deadline, due_after, is_overdue
from xinglin.cases.model import Evidence
from xinglin.core.clock import CHINA
from xinglin.packs.loop import Loop, Move, State, Within
from xinglin.packs.nouns import Library


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("within", "start", "due"),
    [
        ({"hours": 24}, "2025-10-31 16:30", "2025-11-01 16:30"),
        ({"hours": 0.5}, "2025-12-31 23:45", "2026-01-01 00:15"),
        ({"workdays": 1}, "2025-10-31 16:30", "2025-11-03 16:30"),
        ({"workdays": 3}, "2025-09-29 09:00", "2025-10-10 09:00"),
        ({"workdays": 1}, "2025-10-10 09:00", "2025-10-11 09:00"),
    ],
)
def test_deadlines_in_hours_and_working_days(within: dict[str, float], start: str, due: str) -> None:
    """Hours run through nights and weekends; working days skip weekends and holidays and count make-up Saturdays."""
    assert due_after(Within(**within), moment(start)) == moment(due)


def test_working_days_are_those_of_china() -> None:
    """A case opened late in the evening of another zone starts on China's day."""
    utc = datetime.fromisoformat("2025-10-30T20:00:00+00:00")
    assert due_after(Within(workdays=1), utc) == moment("2025-11-03 04:00")


def test_a_final_state_has_no_deadline() -> None:
    """What is done is not due, and what is closed is not overdue."""
    done = State(id="done", title={"zh": "完", "en": "done"}, final=True)
    assert deadline(done, moment("2025-11-03 09:00"), moment("2025-11-10 09:00")) is None
    assert not is_overdue(moment("2025-11-01 09:00"), moment("2025-11-02 09:00"), moment("2025-11-03 09:00"))
    assert not is_overdue(None, None, moment("2025-11-03 09:00"))


def test_a_state_without_a_deadline_falls_under_the_whole_matters(desk: Any) -> None:
    """The first state has its own day; in hand, the loop's ten working days from opening count."""
    slip = desk.open()
    assert (slip.due_at, slip.limit_at) == (moment("2025-11-04 09:00"), moment("2025-11-17 09:00"))
    desk.move(slip, "sign", "wang")
    assert desk.now(slip).due_at == moment("2025-11-17 09:00")


def test_a_deadline_given_at_opening_is_the_whole_matters(desk: Any) -> None:
    """The supervisor's own due time takes the place of the loop's."""
    slip = desk.open(due=moment("2025-11-07 18:00"))
    desk.move(slip, "sign", "wang")
    assert desk.now(slip).due_at == moment("2025-11-07 18:00")


def test_colour_and_overdue_follow_the_clock(desk: Any) -> None:
    """Past its due time a case has the colour of being late, and the event of the late move says so."""
    slip = desk.open()
    due = slip.due_at
    assert (desk.now(slip, due).overdue, desk.now(slip, due).colour) == (False, "white")
    late = due + timedelta(seconds=1)
    assert (desk.now(slip, late).overdue, desk.now(slip, late).colour) == (True, "yellow")
    assert desk.move(slip, "sign", "wang", at=late).late
    assert desk.now(slip, late).colour == "green"


def asked(desk: Any) -> Any:
    slip = desk.open()
    desk.move(slip, "sign", "wang")
    event = desk.move(slip, "ask", "wang", reason="人手不足", due=moment("2025-12-01 09:00"))
    assert (event.asked_due_at, event.due_at) == (moment("2025-12-01 09:00"), moment("2025-11-05 09:00"))
    return slip


def test_a_granted_extension_is_what_was_asked_for(desk: Any) -> None:
    """Granting without a time of one's own grants the time asked for, for the whole matter."""
    slip = asked(desk)
    desk.move(slip, "grant", "li")
    assert desk.now(slip).due_at == moment("2025-12-01 09:00")
    assert desk.now(slip).limit_at == moment("2025-12-01 09:00")


def test_the_leader_may_grant_another_time(desk: Any) -> None:
    """A time given with the grant goes before the one asked for."""
    slip = asked(desk)
    desk.move(slip, "grant", "li", due=moment("2025-11-20 09:00"))
    assert desk.now(slip).due_at == moment("2025-11-20 09:00")


def test_asking_wins_no_time(desk: Any) -> None:
    """After a refused extension the deadline is the one from before it was asked for."""
    slip = asked(desk)
    desk.move(slip, "refuse", "li", reason="按期完成", at=desk.monday + timedelta(days=1))
    assert desk.now(slip).due_at == moment("2025-11-17 09:00")


def test_a_time_asked_for_that_has_passed_is_not_granted(desk: Any) -> None:
    """A grant that comes after the time asked for falls back on the whole matter's deadline."""
    slip = asked(desk)
    desk.move(slip, "grant", "li", at=moment("2025-12-02 09:00"))
    assert desk.now(slip).due_at == moment("2025-11-17 09:00")


def test_a_state_entered_anew_has_its_whole_time(desk: Any) -> None:
    """The reviewer of a second report has the review's full days again."""
    file = Evidence("a" * 64, "a.pdf", "application/pdf", 1)
    slip = desk.open()
    desk.move(slip, "sign", "wang")
    desk.move(slip, "report", "wang", reply="好", evidence=[file])
    assert desk.now(slip).due_at == moment("2025-11-06 09:00")
    desk.move(slip, "return_it", "li", reason="不全")
    assert desk.now(slip).due_at == moment("2025-11-17 09:00")
    desk.move(slip, "report", "wang", reply="好", evidence=[file], at=moment("2025-11-10 09:00"))
    assert desk.now(slip).due_at == moment("2025-11-13 09:00")


def test_extending_in_place(desk: Any) -> None:
    """A move from a state to itself that extends sets the time given."""
    alert = desk.open("test.alert", by="zhao")
    desk.move(alert, "verify", "zhao", reply="属实")
    assert desk.now(alert).due_at is None
    desk.move(alert, "extend", "li", due=moment("2025-11-30 09:00"))
    assert desk.now(alert).due_at == moment("2025-11-30 09:00")


def test_closing_leaves_no_deadline_whatever_led_there(desk: Any) -> None:
    """Beside a move that extends, another into the same final state still leaves the case without a deadline."""
    words = {"zh": "结", "en": "end"}
    beside = [
        {"id": f"end_{n}", "title": words, "from": ["to_sign"], "to": "done", "roles": ["officer"]} for n in (1, 2)
    ]
    moves = [Move(**beside[0]), Move(**beside[1], extends=True)]
    loop = desk.slip.model_copy(update={"moves": tuple(moves)})
    desk.library = Library(contents={Loop: {loop.id: loop}})
    for move in ("end_1", "end_2"):
        slip = desk.open()
        desk.move(slip, move, "wang")
        assert desk.now(slip).due_at is None
