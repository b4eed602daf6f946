"""Rows of the cases' tables to values and back, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from xinglin.cases.deadlines import is_overdue
from xinglin.cases.model import Case, CaseEvent, Evidence
from xinglin.cases.tables import case as case_table
from xinglin.cases.tables import case_event as event_table
from xinglin.cases.tables import case_evidence as evidence_table
from xinglin.core.text import Text
from xinglin.packs.loop import State


def case_from(row: Row[Any], at: datetime) -> Case:
    """The case of a row, as it stands at `at`."""
    overdue = is_overdue(row.due_at, row.closed_at, at)
    values = dict(row._mapping)
    title = Text(zh=values.pop("title_zh"), en=values.pop("title_en"))
    colour, overdue_colour = values.pop("colour"), values.pop("overdue_colour")
    return Case(title=title, colour=overdue_colour if overdue else colour, overdue=overdue, **values)


def locked_case(connection: Connection, case_id: str, at: datetime) -> Case | None:
    """The case, with every other writer kept away from it until the transaction ends."""
    query = select(case_table).where(case_table.c.id == case_id).with_for_update()
    row = connection.execute(query).first()
    return case_from(row, at) if row else None


def events_of(connection: Connection, case_id: str) -> list[CaseEvent]:
    """Everything that happened to a case, in order."""
    query = select(event_table).where(event_table.c.case_id == case_id).order_by(event_table.c.number)
    return [CaseEvent(**{**row._mapping, "evidence": tuple(row.evidence)}) for row in connection.execute(query)]


def evidence_of(connection: Connection, case_id: str) -> list[Evidence]:
    """The files kept with a case."""
    query = select(evidence_table).where(evidence_table.c.case_id == case_id).order_by(evidence_table.c.name)
    return [Evidence(row.hash, row.name, row.media_type, row.size) for row in connection.execute(query)]


def add_case(connection: Connection, case: Case, state: State) -> None:
    values = asdict(case) | _colours(state) | {"title_zh": case.title.zh, "title_en": case.title.en}
    for derived in ("title", "overdue"):
        values.pop(derived)
    connection.execute(insert(case_table).values(**values))


def add_event(connection: Connection, event: CaseEvent) -> CaseEvent:
    """Keep an event and return it with its id."""
    values = asdict(event) | {"evidence": list(event.evidence)}
    values.pop("id")
    key = connection.execute(insert(event_table).values(**values)).inserted_primary_key
    assert key is not None
    return CaseEvent(**{**asdict(event), "id": int(key[0])})


def change_case(connection: Connection, case: Case, event: CaseEvent, **values: Any) -> None:
    """Bring the case to where the event leads. `values`: what changes beside state, deadlines and version."""
    values |= {"state": event.to_state, "due_at": event.due_at, "limit_at": event.limit_at, "version": event.number}
    connection.execute(update(case_table).where(case_table.c.id == case.id).values(**values))


def colours_and_closing(state: State, at: datetime) -> dict[str, Any]:
    """What a case carries of the state that it enters at `at`."""
    return _colours(state) | {"closed_at": at if state.final else None}


def add_evidence(connection: Connection, case_id: str, evidence: Sequence[Evidence]) -> None:
    """Keep with the case the files that it does not have yet."""
    known = {kept.hash for kept in evidence_of(connection, case_id)}
    for file in evidence:
        if file.hash not in known:
            known.add(file.hash)
            connection.execute(insert(evidence_table).values(case_id=case_id, **asdict(file)))


def _colours(state: State) -> dict[str, Any]:
    return {"colour": state.colour, "overdue_colour": state.overdue}
