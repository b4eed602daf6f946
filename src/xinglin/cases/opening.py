"""Opening cases: by hand, for an alert, for a target that turned red; never two open for one subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text, update

from xinglin.access.audit import AuditEvent, write_audit
from xinglin.access.model import SYSTEM, User
from xinglin.cases.deadlines import deadline, limit_of
from xinglin.cases.model import OPEN, PREFIXES, Case, CaseEvent, CaseKind, MoveRefused
from xinglin.cases.rows import add_case, add_event
from xinglin.cases.rules import loop_of, may_open
from xinglin.cases.store import CaseStore
from xinglin.cases.tables import case_number
from xinglin.core.clock import CHINA
from xinglin.core.errors import InputError, Problem
from xinglin.core.place import PlaceKind, Places
from xinglin.core.text import Text as Words
from xinglin.database.engine import transaction
from xinglin.packs.loop import Loop
from xinglin.packs.nouns import Library
from xinglin.packs.watch import Watch
from xinglin.watch.alerts import Alert
from xinglin.watch.store import AlertStore, link_case

NOT_YOURS_TO_OPEN = Words(zh="您的角色不能新建此类事项。", en="Your role may not open a case of this kind.")

_FIRST_NUMBER = text(
    "INSERT INTO case_number (kind, year, last) VALUES (:kind, :year, 0) ON CONFLICT DO NOTHING"
).bindparams(bindparam("kind"), bindparam("year"))


@dataclass(frozen=True, slots=True)
class Opened:
    """The case of a subject, and whether it was opened just now."""

    case_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Wish:
    loop: Loop
    title: Words
    subject: Mapping[str, str]
    key: str
    place: tuple[PlaceKind, str]
    owner_role: str
    by: User
    why: str
    at: datetime
    due: datetime | None


def open_case(
    store: CaseStore,
    library: Library,
    *,
    loop: str,
    title: Words,
    subject: Mapping[str, str],
    place: tuple[PlaceKind, str],
    assign: str,
    by: User,
    why: str,
    at: datetime,
    subject_key: str = "",
    due: datetime | None = None,
) -> Case:
    """Open a case by hand, or return the one that stands open for its subject.

    `assign`: the role it goes to, by default the loop's owner. `due`: the deadline of the whole matter, by default the
    loop's own. Without a `subject_key` the case is a subject of its own. Raises MoveRefused when this person's role
    may not open such a case or the deadline has passed, InputError when no pack defines the loop.
    """
    wish = _Wish(loop_of(library, loop), title, subject, subject_key, place, assign, by, why, at, due)
    opened = _open(store, wish, once=False)
    case = store.get(opened.case_id, at=at)
    assert case is not None, "a case just opened can be read"
    return case


def open_for_alert(
    store: CaseStore, library: Library, alert: Alert, *, places: Places, alerts: AlertStore, at: datetime
) -> str:
    """The case of an alert, opened in its watch's loop unless there is one (open or closed). Returns the case's id.

    Raises InputError when no pack defines the alert's watch or its loop.
    """
    standing = alerts.get(alert.id) or alert
    watch = library.of(Watch).get(standing.watch)
    if watch is None:
        raise InputError(Problem("watch", f"no pack defines the watch {standing.watch!r}.", "", "Bring back its pack."))
    place = places.get(standing.place_kind, standing.place)
    name, day = place.name if place else standing.place, standing.first_day.isoformat()
    wish = _Wish(
        loop=loop_of(library, watch.loop),
        title=Words(zh=f"{name}：{watch.title.zh}（{day}起）", en=f"{name}: {watch.title.en} (since {day})"),
        subject={"alert": standing.id},
        key=f"alert:{standing.id}",
        place=(standing.place_kind, standing.place),
        owner_role=watch.assign,
        by=SYSTEM,
        why=(
            f"{standing.peak_day.isoformat()}：观察值 {standing.observed:g}，"
            f"预期 {standing.expected:.1f}，阈值 {standing.threshold:.1f}"
        ),
        at=at,
        due=None,
    )
    return _open(store, wish, once=True).case_id


def open_for_target(
    store: CaseStore,
    library: Library,
    *,
    loop: str,
    target_id: str,
    period: str,
    title: Words,
    place: tuple[PlaceKind, str],
    assign: str,
    why: str,
    at: datetime,
    by: User = SYSTEM,
    due: datetime | None = None,
) -> Opened:
    """The slip of a target for a period, opened unless there is one, open or closed. `target_id`: unique over plans."""
    subject = {"target": target_id, "period": period}
    key = f"target:{target_id}:{period}"
    wish = _Wish(loop_of(library, loop), title, subject, key, place, assign, by, why, at, due)
    return _open(store, wish, once=True)


def _open(store: CaseStore, wish: _Wish, *, once: bool) -> Opened:
    """`once`: a closed case of the subject counts too, so that the machine never opens the same matter again."""
    _check(wish)
    kind, year = wish.loop.kind, wish.at.astimezone(CHINA).year
    with transaction(store.engine) as connection:
        last = _lock_numbers(connection, kind, year)
        known = store.latest_of(connection, wish.key, also_closed=once) if wish.key else None
        if known is not None:
            return Opened(known, is_new=False)
        case = _new_case(wish, f"{PREFIXES[kind]}-{year}-{last + 1:04}")
        _keep(connection, case, wish, year, last + 1)
    return Opened(case.id, is_new=True)


def _check(wish: _Wish) -> None:
    if not may_open(wish.loop.kind, wish.by):
        raise MoveRefused(wish.loop.title.zh, NOT_YOURS_TO_OPEN)
    if wish.due is not None and wish.due <= wish.at:
        ahead = Words(zh="期限须在当前时间之后。", en="The due time must lie ahead.")
        raise MoveRefused(wish.loop.title.zh, ahead)


def _lock_numbers(connection: Connection, kind: CaseKind, year: int) -> int:
    """The last number given out, with every other opener of this kind and year kept out until the transaction ends."""
    connection.execute(_FIRST_NUMBER, {"kind": kind, "year": year})
    mine = (case_number.c.kind == kind, case_number.c.year == year)
    return int(connection.execute(select(case_number.c.last).where(*mine).with_for_update()).scalar_one())


def _new_case(wish: _Wish, case_id: str) -> Case:
    first = wish.loop.states[0]
    limit_at = limit_of(wish.loop, wish.at, wish.due)
    return Case(
        id=case_id,
        loop=wish.loop.id,
        kind=wish.loop.kind,
        title=wish.title,
        state=first.id,
        colour=first.colour,
        subject=dict(wish.subject),
        subject_key=wish.key or f"case:{case_id}",
        place_kind=wish.place[0],
        place=wish.place[1],
        owner_role=wish.owner_role or wish.loop.owner,
        assignee="",
        opened_at=wish.at,
        opened_by=wish.by.login,
        due_at=deadline(first, wish.at, limit_at),
        limit_at=limit_at,
        closed_at=None,
        overdue=False,
        version=1,
    )


def _keep(connection: Connection, case: Case, wish: _Wish, year: int, number: int) -> None:
    mine = (case_number.c.kind == case.kind, case_number.c.year == year)
    connection.execute(update(case_number).where(*mine).values(last=number))
    add_case(connection, case, wish.loop.states[0])
    event = CaseEvent(
        id=0,
        case_id=case.id,
        number=1,
        at=wish.at,
        by=wish.by.login,
        move=OPEN,
        from_state="",
        to_state=case.state,
        reason=wish.why.strip(),
        reply="",
        evidence=(),
        due_at=case.due_at,
        limit_at=case.limit_at,
        asked_due_at=None,
        late=False,
        note="",
    )
    add_event(connection, event)
    if alert_id := case.subject.get("alert"):
        link_case(connection, alert_id, case.id)
    write_audit(connection, AuditEvent(wish.at, wish.by.login, "command", case.id, case.place, {"command": OPEN}))
