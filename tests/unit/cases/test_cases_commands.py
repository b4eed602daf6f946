"""Commands on cases: who may, what is required, what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from xinglin.access.audit import AuditLog
from xinglin.access.model import SYSTEM, Scope
from xinglin.cases.commands import CHANGED, CLOSED, UNKNOWN, assign_case, attach_evidence, undo
from xinglin.cases.model import Evidence, MoveRefused
from xinglin.cases.tables import case_event
from xinglin.core.errors import InputError

FILE = Evidence("a" * 64, "证明.pdf", "application/pdf", 100)
OTHER = Evidence("b" * 64, "照片.jpg", "image/jpeg", 200)


def test_a_slip_goes_its_way(desk: Any) -> None:
    """From opened to done each step is an event, told by whom and with what, and one audit event."""
    slip = desk.open()
    desk.move(slip, "sign", "wang")
    desk.move(slip, "report", "wang", reply=" 已完成签约 ", evidence=[FILE])
    desk.move(slip, "accept", "li")
    now = desk.now(slip)
    assert (now.state, now.closed_at, now.due_at, now.version) == ("done", desk.monday, None, 4)
    events = desk.store.events(slip.id)
    assert [(e.number, e.by, e.move, e.from_state, e.to_state) for e in events] == [
        (1, "li", "open", "", "to_sign"),
        (2, "wang", "sign", "to_sign", "working"),
        (3, "wang", "report", "working", "to_review"),
        (4, "li", "accept", "to_review", "done"),
    ]
    assert (events[2].reply, events[2].evidence) == ("已完成签约", (FILE.hash,))
    assert desk.store.evidence(slip.id) == [FILE]
    audited = [event.detail["command"] for event in AuditLog(desk.engine).list(subject=slip.id)]
    assert audited == ["accept", "report", "sign", "open"]


def test_numbers_are_dense_per_kind_and_year(desk: Any) -> None:
    """Case numbers count from one for each kind and each year in China, without gaps."""
    assert [desk.open().id for _ in range(3)] == ["DB-2025-0001", "DB-2025-0002", "DB-2025-0003"]
    assert desk.open("test.alert", by="zhao").id == "YJ-2025-0001"
    with pytest.raises(MoveRefused):
        desk.open(by="sun")
    assert desk.open().id == "DB-2025-0004"
    new_year = desk.monday.replace(year=2026, month=1, day=1, hour=0)
    assert desk.open(at=new_year).id == "DB-2026-0001"


def test_only_those_who_supervise_open_a_slip(desk: Any) -> None:
    """A doctor may not open a slip nor a leader an alert; the machine may open either; a closed account nothing."""
    for loop, by in (("test.slip", "sun"), ("test.alert", "li")):
        with pytest.raises(MoveRefused, match="may not open"):
            desk.open(loop, by=by)
    desk.people = desk.people | {"system": SYSTEM, "gone": replace(desk.people["li"], active=False)}
    assert desk.open(by="system").opened_by == "system"
    with pytest.raises(MoveRefused):
        desk.open(by="gone")
    with pytest.raises(InputError, match=r"test\.other"):
        desk.open("test.other")
    with pytest.raises(MoveRefused, match="ahead"):
        desk.open(due=desk.monday)


def test_a_subject_has_one_open_case(desk: Any) -> None:
    """Opening again for the same subject gives the case that stands; once closed, a new one."""
    first = desk.open(subject_key="target:1:2025-10")
    assert desk.open(subject_key="target:1:2025-10").id == first.id
    assert desk.store.open_for("target:1:2025-10", at=desk.monday).id == first.id
    desk.move(first, "sign", "wang")
    desk.move(first, "report", "wang", reply="好", evidence=[FILE])
    desk.move(first, "accept", "li")
    assert desk.store.open_for("target:1:2025-10", at=desk.monday) is None
    assert desk.open(subject_key="target:1:2025-10").id == "DB-2025-0002"


@pytest.mark.parametrize(
    ("move", "by", "told"),
    [
        ("accept", "li", "In state 'To sign' it cannot 'Accept'"),
        ("sign", "li", "Your role may not 'Sign'"),
        ("fly", "wang", "There is no move 'fly'"),
    ],
)
def test_a_refusal_says_why_and_what_is_allowed(desk: Any, move: str, by: str, told: str) -> None:
    """A move that cannot be made now is refused with the reason and this person's allowed moves; nothing changes."""
    slip = desk.open()
    with pytest.raises(MoveRefused) as refused:
        desk.move(slip, move, by)
    assert told in refused.value.reason.en
    assert [allowed.id for allowed in refused.value.allowed] == (["sign"] if by == "wang" else [])
    assert desk.now(slip) == slip
    assert len(desk.store.events(slip.id)) == 1


def test_everything_missing_is_told_at_once(desk: Any) -> None:
    """A reply, evidence, a reason and a due time that a move requires are all asked for in one refusal."""
    slip = desk.open()
    desk.move(slip, "sign", "wang")
    with pytest.raises(MoveRefused) as refused:
        desk.move(slip, "report", "wang", reply="  ")
    assert refused.value.reason.zh == "请填写办理答复。请附佐证材料。"
    with pytest.raises(MoveRefused) as refused:
        desk.move(slip, "ask", "wang")
    assert refused.value.reason.en == "Give a reason. Give a due time."
    with pytest.raises(MoveRefused, match="lie ahead"):
        desk.move(slip, "ask", "wang", reason="人手不足", due=desk.monday)
    with pytest.raises(MoveRefused, match="5000"):
        desk.move(slip, "report", "wang", reply="长" * 5001, evidence=[FILE])


def test_a_move_that_sets_no_due_time_takes_none(desk: Any) -> None:
    """Nobody gives themselves more time beside the way that the loop has for it."""
    slip = desk.open()
    with pytest.raises(MoveRefused, match="sets no due time"):
        desk.move(slip, "sign", "wang", due=desk.monday + timedelta(days=90))


def test_evidence_attached_in_this_state_counts(desk: Any) -> None:
    """Evidence added before reporting answers the report's need for it; from before the return it does not."""
    slip = desk.open()
    desk.move(slip, "sign", "wang")
    given = {"case_id": slip.id, "by": desk.people["wang"], "scope": Scope.everything(), "why": "", "at": desk.monday}
    attach_evidence(desk.store, desk.library, evidence=[FILE, FILE, OTHER], **given)
    assert desk.store.evidence(slip.id) == [OTHER, FILE]
    desk.move(slip, "report", "wang", reply="好")
    desk.move(slip, "return_it", "li", reason="材料不全")
    with pytest.raises(MoveRefused, match="Attach evidence"):
        desk.move(slip, "report", "wang", reply="好")
    with pytest.raises(MoveRefused, match="No file"):
        attach_evidence(desk.store, desk.library, evidence=[], **given)
    with pytest.raises(MoveRefused, match="may not work"):
        attach_evidence(desk.store, desk.library, evidence=[FILE], **given | {"by": desk.people["zhao"]})


def test_nothing_is_added_to_a_closed_case(desk: Any) -> None:
    """A closed case takes neither evidence nor another person."""
    alert = desk.open("test.alert", by="zhao")
    desk.move(alert, "close", "zhao")
    given = {"case_id": alert.id, "by": desk.people["zhao"], "scope": Scope.everything(), "why": "", "at": desk.monday}
    for command, more in ((attach_evidence, {"evidence": [FILE]}), (assign_case, {"assignee": "zhao"})):
        with pytest.raises(MoveRefused) as refused:
            command(desk.store, desk.library, **given, **more)
        assert refused.value.reason == CLOSED


def test_the_second_mover_is_refused(desk: Any) -> None:
    """Whoever looked at an older version is told that the case changed, also when the move would still be allowed."""
    slip = desk.open()
    seen = slip.version
    given = {"case_id": slip.id, "by": desk.people["li"], "scope": Scope.everything(), "why": "", "at": desk.monday}
    assign_case(desk.store, desk.library, assignee="wang", seen_version=seen, **given)
    with pytest.raises(MoveRefused) as refused:
        desk.move(slip, "sign", "wang", seen_version=seen)
    assert refused.value.reason == CHANGED
    assert desk.move(slip, "sign", "wang", seen_version=seen + 1).number == 3


def test_another_towns_case_is_not_there(desk: Any) -> None:
    """Outside one's scope a case is refused in the words for one that does not exist, unless it is assigned to one."""
    slip = desk.open()
    west = Scope(frozenset({"west"}), frozenset())
    for case in (slip, replace(slip, id="DB-2025-9999")):
        with pytest.raises(MoveRefused) as refused:
            desk.move(case, "sign", "sun", scope=west)
        assert refused.value.reason == UNKNOWN
    given = {
        "case_id": slip.id,
        "by": desk.people["li"],
        "scope": Scope.everything(),
        "why": "请东镇办理",
        "at": desk.monday,
    }
    assign_case(desk.store, desk.library, assignee="sun", **given)
    assert desk.move(slip, "sign", "sun", scope=west).to_state == "working"


def test_assigning(desk: Any) -> None:
    """A supervisor or the owner's role gives a case to a person with an open account, or back."""
    slip = desk.open()
    given = {"case_id": slip.id, "scope": Scope.everything(), "why": "分工", "at": desk.monday}
    event = assign_case(desk.store, desk.library, assignee="wang", by=desk.people["wang"], **given)
    assert (event.note, event.reason, desk.now(slip).assignee) == ("wang", "分工", "wang")
    assign_case(desk.store, desk.library, assignee="", by=desk.people["li"], **given)
    assert desk.now(slip).assignee == ""
    for assignee, by, told in (("wang", "sun", "may not assign"), ("nobody", "li", "no such account")):
        with pytest.raises(MoveRefused, match=told):
            assign_case(desk.store, desk.library, assignee=assignee, by=desk.people[by], **given)


def test_taking_back_ones_last_move(desk: Any) -> None:
    """Within ten minutes the mover can undo: state, deadline and closing return, and both events stay."""
    slip = desk.open()
    desk.move(slip, "sign", "wang")
    desk.move(slip, "report", "wang", reply="好", evidence=[FILE])
    before = desk.now(slip)
    desk.move(slip, "accept", "li")
    in_time = desk.monday + timedelta(minutes=10)
    given = {"case_id": slip.id, "by": desk.people["li"], "scope": Scope.everything(), "why": "点错了"}
    event = undo(desk.store, desk.library, at=in_time, **given)
    assert (event.move, event.note, event.from_state, event.to_state) == ("undo", "accept", "done", "to_review")
    after = desk.now(slip)
    assert replace(after, version=before.version) == before
    assert [kept.move for kept in desk.store.events(slip.id)][-2:] == ["accept", "undo"]
    with pytest.raises(MoveRefused, match="Only your own"):
        undo(desk.store, desk.library, at=in_time, **given)
    desk.move(slip, "accept", "li")
    assert desk.now(slip).state == "done"


@pytest.mark.parametrize(("by", "minutes"), [("wang", 11), ("wang", -1), ("li", 5)])
def test_what_cannot_be_taken_back(desk: Any, by: str, minutes: int) -> None:
    """A move is not undone too late, by someone else, or by a clock that went back."""
    slip = desk.open()
    desk.move(slip, "sign", "wang")
    at = desk.monday + timedelta(minutes=minutes)
    with pytest.raises(MoveRefused, match="Only your own"):
        undo(desk.store, desk.library, case_id=slip.id, by=desk.people[by], scope=Scope.everything(), why="", at=at)
    assert desk.now(slip).state == "working"


def test_a_closing_is_not_undone_over_a_new_case(desk: Any) -> None:
    """When another case was opened for the subject since, the closing stands: never two open for one subject."""
    given = {"loop": "test.alert", "by": "zhao", "subject_key": "alert:x"}
    first = desk.open(**given)
    desk.move(first, "close", "zhao")
    second = desk.open(**given)
    assert second.id != first.id
    person, scope = desk.people["zhao"], Scope.everything()
    with pytest.raises(MoveRefused, match="Another case"):
        undo(desk.store, desk.library, case_id=first.id, by=person, scope=scope, why="", at=desk.monday)


def test_reopening_and_undoing_it(desk: Any) -> None:
    """A loop may lead out of a final state; taking that back closes the case again as of when it was closed."""
    slip = desk.open()
    desk.move(slip, "sign", "wang")
    desk.move(slip, "report", "wang", reply="好", evidence=[FILE])
    desk.move(slip, "accept", "li")
    later = desk.monday + timedelta(days=1)
    desk.move(slip, "reopen", "li", reason="复查", at=later)
    assert desk.now(slip).closed_at is None
    undo(desk.store, desk.library, case_id=slip.id, by=desk.people["li"], scope=Scope.everything(), why="", at=later)
    assert (desk.now(slip).state, desk.now(slip).closed_at) == ("done", desk.monday)


@pytest.mark.parametrize("change", [update(case_event).values(by="nobody"), delete(case_event)])
def test_no_event_can_be_changed(desk: Any, change: Any) -> None:
    """The database itself refuses to change or delete what happened to a case."""
    slip = desk.open()
    with pytest.raises(DatabaseError, match="only added to"), desk.engine.begin() as connection:
        connection.execute(change)
    assert len(desk.store.events(slip.id)) == 1
