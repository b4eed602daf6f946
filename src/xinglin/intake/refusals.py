"""Refusals in the database: kept once per sender and content, listed, and brought to another state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, insert, select, update

from xinglin.core.clock import CHINA
from xinglin.intake.fault import Fault, fault_from_json
from xinglin.intake.refusal import Refusal, RefusalState
from xinglin.intake.tables import refusal
from xinglin.log.tables import head

# Databases limit how many values one statement may name.
_AT_ONCE = 500
T = TypeVar("T")


class Refused(NamedTuple):
    """A refusal to keep. `waits`: the (type, id) whose arrival releases it, where that is all that is wrong."""

    id: str
    sender: str
    day: date
    file: str
    line: int
    faults: tuple[Fault, ...]
    type: str
    resource_id: str
    body: bytes
    waits: tuple[str, str] | None = None


class Waiting(NamedTuple):
    """A kept refusal to try again."""

    id: str
    sender: str
    day: date
    file: str
    line: int
    body: bytes


def refusal_id(sender: str, content: bytes) -> str:
    return sha256(sender.encode() + b"\0" + content).hexdigest()[:32]


def keep(connection: Connection, refused: Sequence[Refused], received_at: str) -> list[Refused]:
    """Keep those that are not kept already, and return them."""
    first = {one.id: one for one in reversed(refused)}
    known = {
        row.id
        for ids in _parts(list(first))
        for row in connection.execute(select(refusal.c.id).where(refusal.c.id.in_(ids)))
    }
    new = [one for id, one in first.items() if id not in known][::-1]
    if new:
        connection.execute(insert(refusal), [{**_columns(one), "received_at": received_at} for one in new])
    return new


def settle(
    connection: Connection, ids: Sequence[str], *, state: RefusalState, by: str, at: str, body: bytes | None = None
) -> None:
    """These refusals are over. `body`: what a person mended it to. Those the door released keep no body."""
    values: dict[str, Any] = {"state": state, "decided_by": by, "decided_at": at, "waits_type": "", "waits_id": ""}
    if body is not None:
        values["mended_body"] = body
    elif not by:
        values["body"] = b""
    for part in _parts(ids):
        connection.execute(update(refusal).where(refusal.c.id.in_(part)).values(values))


def refuse_again(connection: Connection, refused: Sequence[Refused]) -> None:
    """Tried again and still refused, perhaps for another reason now."""
    if refused:
        columns = ("state", "reason", "path", "waits_type", "waits_id", "faults")
        changed = update(refusal).where(refusal.c.id == bindparam("this"))
        connection.execute(
            changed.values({name: bindparam(f"new_{name}") for name in columns}),
            [
                {"this": one.id, **{f"new_{name}": value for name, value in _columns(one).items() if name in columns}}
                for one in refused
            ],
        )


def dismiss(connection: Connection, id: str, *, by: str, at: str, why: str) -> None:
    connection.execute(
        update(refusal)
        .where(refusal.c.id == id)
        .values(state="dismissed", decided_by=by, decided_at=at, why=why, waits_type="", waits_id="")
    )


def awaited_types(connection: Connection) -> set[str]:
    """Types of what refusals wait for; empty when none waits."""
    asked = select(refusal.c.waits_type).where(refusal.c.state == "waiting").distinct()
    return set(connection.execute(asked).scalars())


def waiting_for(connection: Connection, keys: Collection[tuple[str, str]]) -> Iterator[Waiting]:
    """Refusals that wait for one of these (type, id)."""
    by_type: dict[str, list[str]] = {}
    for kind, id in sorted(keys):
        by_type.setdefault(kind, []).append(id)
    for kind, ids in by_type.items():
        for part in _parts(ids):
            where = (refusal.c.state == "waiting") & (refusal.c.waits_type == kind) & refusal.c.waits_id.in_(part)
            yield from map(_waiting, connection.execute(_to_try().where(where)))


def releasable(connection: Connection, most: int) -> list[Waiting]:
    """Waiting refusals whose person the log knows by now, `most` at a time."""
    known = (head.c.type == refusal.c.waits_type) & (head.c.id == refusal.c.waits_id)
    asked = _to_try().join(head, known).where(refusal.c.state == "waiting").limit(most)
    return [_waiting(row) for row in connection.execute(asked)]


def unsettled_after(connection: Connection, id: str, reason: str | None, most: int) -> list[Waiting]:
    """Waiting and open refusals in order of id, after `id`."""
    asked = _to_try().where(refusal.c.id > id, refusal.c.state.in_(("waiting", "open"))).order_by(refusal.c.id)
    if reason is not None:
        asked = asked.where(refusal.c.reason == reason)
    return [_waiting(row) for row in connection.execute(asked.limit(most))]


def day_of(connection: Connection, id: str) -> date:
    """The ledger day that a refusal counts on."""
    found: date = connection.execute(select(refusal.c.day).where(refusal.c.id == id)).scalar_one()
    return found


def find(connection: Connection, limit: int, offset: int, **filters: str | None) -> list[Refusal]:
    """Refusals, newest first. Filters: state, reason, sender, id."""
    asked = _filtered(select(refusal), filters).order_by(refusal.c.received_at.desc(), refusal.c.id)
    return [_refusal(row) for row in connection.execute(asked.limit(limit).offset(offset))]


def count(connection: Connection, **filters: str | None) -> int:
    return int(connection.execute(_filtered(select(func.count()).select_from(refusal), filters)).scalar_one())


def count_by_reason(connection: Connection) -> list[tuple[str, RefusalState, int]]:
    asked = select(refusal.c.reason, refusal.c.state, func.count()).group_by(refusal.c.reason, refusal.c.state)
    return [(reason, state, number) for reason, state, number in connection.execute(asked.order_by(refusal.c.reason))]


def _filtered(asked: Select[Any], filters: dict[str, str | None]) -> Select[Any]:
    wanted: list[ColumnElement[bool]] = [
        refusal.c[name] == value for name, value in filters.items() if value is not None
    ]
    return asked.where(*wanted)


def _to_try() -> Select[Any]:
    return select(refusal.c.id, refusal.c.sender, refusal.c.day, refusal.c.file, refusal.c.line, refusal.c.body)


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting._make(row)


def _columns(one: Refused) -> dict[str, Any]:
    waits_type, waits_id = one.waits or ("", "")
    return {
        "id": one.id,
        "sender": one.sender,
        "day": one.day,
        "file": one.file,
        "line": one.line,
        "reason": one.faults[0].code,
        "path": one.faults[0].path,
        "resource_type": one.type,
        "resource_id": one.resource_id,
        "state": "waiting" if one.waits else "open",
        "waits_type": waits_type,
        "waits_id": waits_id,
        "faults": orjson.dumps([fault.as_json() for fault in one.faults]).decode(),
        "body": one.body,
    }


def _refusal(row: Row[Any]) -> Refusal:
    return Refusal(
        row.id,
        row.sender,
        _moment(row.received_at),
        row.file,
        row.line,
        row.reason,
        row.path,
        row.resource_type,
        row.resource_id,
        row.state,
        tuple(fault_from_json(kept) for kept in orjson.loads(row.faults)),
        row.body,
        row.mended_body,
        row.decided_by,
        _moment(row.decided_at) if row.decided_at else None,
        row.why,
    )


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(CHINA)


def _parts(all: Sequence[T]) -> Iterable[Sequence[T]]:
    return (all[start : start + _AT_ONCE] for start in range(0, len(all), _AT_ONCE))
