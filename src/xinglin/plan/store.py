"""Plans, their bindings to indicators, reports by hand and monthly colours, kept with who and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from xinglin.core.errors import InputError, Problem
from xinglin.core.place import PlaceKind
from xinglin.database.engine import reading as read_connection
from xinglin.database.engine import transaction
from xinglin.plan import tables
from xinglin.plan.colours import MonthMark
from xinglin.plan.kept_reading import reading_from_json
from xinglin.plan.reading import read_plan, to_json
from xinglin.plan.reading.model import Reading, Target


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan as added, with the reading made of it then: later readers do not move what was bound."""

    id: int
    name: str
    year: int
    text: str
    reading: Reading
    added_by: str
    added_at: datetime

    def target(self, target_id: str) -> Target | None:
        return next((target for target in self.reading.targets if target.id == target_id), None)

    def commitment_text(self, target: Target) -> str:
        """The text of the commitment that a target stands in; "" for a number outside every commitment."""
        spans = ((one.start, one.end) for one in self.reading.commitments if one.id == target.commitment)
        return next((self.text[start:end] for start, end in spans), "")


@dataclass(frozen=True, slots=True)
class Binding:
    """A person's word that an indicator, at a place, answers a target."""

    target_id: str
    indicator: str
    place_kind: PlaceKind
    place: str
    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """A value that its owner reported by hand, for a target that no indicator answers."""

    target_id: str
    value: float
    day: date
    sentence: str
    evidence: str
    by: str
    at: datetime


class PlanStore:
    """Plans in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._plans: dict[int, StoredPlan] = {}

    def add(self, name: str, year: int, text: str, *, by: str, at: datetime) -> StoredPlan:
        """Read a plan's text and keep it. Raises InputError for a text without a single commitment."""
        reading = read_plan(text, name=name)
        if not reading.commitments:
            raise InputError(
                Problem(
                    name or "plan",
                    "no commitment was found in the text.",
                    "items marked 一、 （一） 1. or 一是",
                    "Check that the file is the plan's text and was read in the right encoding (UTF-8 or GB18030).",
                )
            )
        row = {
            "name": name,
            "year": year,
            "text": text,
            "reading": json.dumps(to_json(reading), ensure_ascii=False),
            "added_by": by,
            "added_at": at,
        }
        with transaction(self._engine) as connection:
            key = connection.execute(insert(tables.plan).values(**row)).inserted_primary_key
        assert key is not None
        return StoredPlan(int(key[0]), name, year, text, reading, by, at)

    def current(self) -> StoredPlan | None:
        """The plan of the latest year, the last one added for it."""
        newest = select(tables.plan.c.id).order_by(tables.plan.c.year.desc(), tables.plan.c.id.desc()).limit(1)
        with read_connection(self._engine) as connection:
            plan_id = connection.execute(newest).scalar()
            return self._plan(connection, plan_id) if plan_id is not None else None

    def get(self, plan_id: int) -> StoredPlan | None:
        with read_connection(self._engine) as connection:
            return self._plan(connection, plan_id)

    def count(self) -> int:
        with read_connection(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(tables.plan)).scalar_one())

    def _plan(self, connection: Connection, plan_id: int) -> StoredPlan | None:
        if plan_id not in self._plans:
            row = connection.execute(select(tables.plan).where(tables.plan.c.id == plan_id)).first()
            if row is None:
                return None
            reading = reading_from_json(row.name, row.text, json.loads(row.reading))
            self._plans[plan_id] = StoredPlan(row.id, row.name, row.year, row.text, reading, row.added_by, row.added_at)
        return self._plans[plan_id]

    def bind(
        self,
        plan_id: int,
        target_id: str,
        *,
        indicator: str,
        place_kind: PlaceKind,
        place: str,
        by: str,
        at: datetime,
        why: str,
    ) -> None:
        """Bind a target to an indicator; an earlier binding of it ends, and is kept."""
        values = {
            "plan_id": plan_id,
            "target_id": target_id,
            "indicator": indicator,
            "place_kind": place_kind,
            "place": place,
            "by": by,
            "at": at,
            "why": why,
        }
        with transaction(self._engine) as connection:
            _end_binding(connection, plan_id, target_id, by, at)
            connection.execute(insert(tables.binding).values(**values))

    def unbind(self, plan_id: int, target_id: str, *, by: str, at: datetime) -> None:
        """End a target's binding; it is kept with who ended it."""
        with transaction(self._engine) as connection:
            _end_binding(connection, plan_id, target_id, by, at)

    def bindings(self, plan_id: int) -> dict[str, Binding]:
        """The bindings in force, by target."""
        table = tables.binding
        wanted = select(table).where(table.c.plan_id == plan_id, table.c.ended_at.is_(None)).order_by(table.c.id)
        with read_connection(self._engine) as connection:
            return {row.target_id: _binding(row) for row in connection.execute(wanted)}

    def binding_history(self, plan_id: int, target_id: str) -> list[Binding]:
        """Every binding a target ever had, oldest first."""
        table = tables.binding
        wanted = select(table).where(table.c.plan_id == plan_id, table.c.target_id == target_id).order_by(table.c.id)
        with read_connection(self._engine) as connection:
            return [_binding(row) for row in connection.execute(wanted)]

    def report(
        self,
        plan_id: int,
        target_id: str,
        *,
        value: float,
        day: date,
        sentence: str,
        evidence: str,
        by: str,
        at: datetime,
    ) -> None:
        """Keep a value reported by hand, with its one sentence and the name of its evidence file."""
        values = {
            "plan_id": plan_id,
            "target_id": target_id,
            "value": value,
            "day": day.isoformat(),
            "sentence": sentence,
            "evidence": evidence,
            "by": by,
            "at": at,
        }
        with transaction(self._engine) as connection:
            connection.execute(insert(tables.report).values(**values))

    def reports(self, plan_id: int) -> dict[str, list[Report]]:
        """Reports by hand, by target, oldest day first."""
        table = tables.report
        wanted = select(table).where(table.c.plan_id == plan_id).order_by(table.c.day, table.c.id)
        found: dict[str, list[Report]] = {}
        with read_connection(self._engine) as connection:
            for row in connection.execute(wanted):
                day = date.fromisoformat(row.day)
                made = Report(row.target_id, row.value, day, row.sentence, row.evidence, row.by, row.at)
                found.setdefault(row.target_id, []).append(made)
        return found

    def keep_marks(
        self, plan_id: int, marks: Mapping[str, Sequence[MonthMark]], *, figures_version: int, at: datetime
    ) -> int:
        """Add the month colours that differ from the last ones stated; answers how many were added."""
        stated = {(target, mark.month): mark.colour for target, past in self.marks(plan_id).items() for mark in past}
        rows = [
            {
                "plan_id": plan_id,
                "target_id": target,
                "month": mark.month,
                "value": mark.value,
                "expected": mark.expected,
                "colour": mark.colour,
                "figures_version": figures_version,
                "stated_at": at,
            }
            for target, months in marks.items()
            for mark in months
            if stated.get((target, mark.month)) != mark.colour
        ]
        if rows:
            with transaction(self._engine) as connection:
                connection.execute(insert(tables.month_mark), rows)
        return len(rows)

    def marks(self, plan_id: int) -> dict[str, list[MonthMark]]:
        """The month colours last stated, by target, each with the colour it had before if it was restated."""
        table = tables.month_mark
        wanted = select(table).where(table.c.plan_id == plan_id).order_by(table.c.target_id, table.c.month, table.c.id)
        found: dict[str, dict[str, MonthMark]] = {}
        with read_connection(self._engine) as connection:
            for row in connection.execute(wanted):
                months = found.setdefault(row.target_id, {})
                before = months.get(row.month)
                months[row.month] = MonthMark(
                    row.month, row.value, row.expected, row.colour, before.colour if before else None
                )
        return {target: list(months.values()) for target, months in found.items()}


def _end_binding(connection: Connection, plan_id: int, target_id: str, by: str, at: datetime) -> None:
    table = tables.binding
    in_force = (table.c.plan_id == plan_id) & (table.c.target_id == target_id) & table.c.ended_at.is_(None)
    connection.execute(update(table).where(in_force).values(ended_by=by, ended_at=at))


def _binding(row: Row[Any]) -> Binding:
    return Binding(row.target_id, row.indicator, row.place_kind, row.place, row.by, row.at, row.why)
