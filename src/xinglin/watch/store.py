"""Alerts in the database: raised once per signal, extended while it runs, ended when it is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select, update

from xinglin.access.model import Scope
from xinglin.access.scope import in_scope
from xinglin.core.place import PlaceKind
from xinglin.database.engine import reading, transaction
from xinglin.packs.watch import Watch
from xinglin.watch.alerts import LOOKED_BACK, Alert, AlertState, Signal
from xinglin.watch.episodes import is_over
from xinglin.watch.tables import alert as table


class AlertStore:
    """The alerts of all watches."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, watch: Watch, signals: Sequence[Signal], *, as_of: date, at: datetime) -> list[Alert]:
        """Keep what a watch saw up to `as_of`, in one transaction. Returns the alerts newly raised, still open.

        A signal that is, overlaps or lies within `cool_down` of a known alert is that alert: it is extended, never
        raised again, even after its case was closed. A signal that was over before anyone was told (the first run
        over history) is kept as `ended` with a note. An open alert without a case ends when its signal is over.
        The same signals on the same day, any number of times, change nothing more.
        """
        with transaction(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE alert IN SHARE ROW EXCLUSIVE MODE")
            known = [_alert(row) for row in connection.execute(select(table).where(table.c.watch == watch.id))]
            matched = dict(_matched(signals, known, watch.cool_down))
            signal_of = {alert.id: signal for signal, alert in matched.items()}
            for alert in known:
                _keep_change(connection, alert, _brought_up(alert, signal_of.get(alert.id), watch, as_of))
            fresh = [_raised(signal, watch, as_of, at) for signal in signals if signal not in matched]
            if fresh:
                connection.execute(insert(table), [_values(alert) for alert in fresh])
        return [alert for alert in fresh if alert.state == "open"]

    def get(self, alert_id: str) -> Alert | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(table).where(table.c.id == alert_id)).first()
        return _alert(row) if row else None

    def waiting_for_case(self, as_of: date) -> list[Alert]:
        """Open alerts for which no case was opened yet, oldest first."""
        wanted = (table.c.state == "open", table.c.case_id == "", table.c.first_day <= as_of)
        query = select(table).where(*wanted).order_by(table.c.first_day, table.c.id)
        with reading(self._engine) as connection:
            return [_alert(row) for row in connection.execute(query)]

    def count(
        self,
        *,
        scope: Scope,
        states: Collection[AlertState] = (),
        watch: str | None = None,
        place: tuple[PlaceKind, str] | None = None,
    ) -> int:
        """How many alerts match, of those in scope."""
        query = select(func.count()).select_from(table).where(*_matching(scope, states, watch, place))
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def list(
        self,
        *,
        scope: Scope,
        states: Collection[AlertState] = (),
        watch: str | None = None,
        place: tuple[PlaceKind, str] | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Sequence[Alert]:
        """Alerts that match, of those in scope, the latest signal first. No `states` = all."""
        query = select(table).where(*_matching(scope, states, watch, place))
        query = query.order_by(table.c.last_day.desc(), table.c.id).limit(limit).offset(offset)
        with reading(self._engine) as connection:
            return [_alert(row) for row in connection.execute(query)]


def link_case(connection: Connection, alert_id: str, case_id: str) -> None:
    """Tell an alert its case, in the transaction that opens the case."""
    connection.execute(update(table).where(table.c.id == alert_id).values(case_id=case_id, state="open"))


def set_state(connection: Connection, alert_id: str, state: AlertState) -> None:
    """Close an alert with its case, or open it again when the closing is taken back, in the same transaction."""
    connection.execute(update(table).where(table.c.id == alert_id).values(state=state))


def _matched(signals: Iterable[Signal], known: Iterable[Alert], cool_down: int) -> Iterator[tuple[Signal, Alert]]:
    """Each signal with the alert it is, each alert at most once: the same id first, then the nearest in time."""
    free = {alert.id: alert for alert in known}
    rest = []
    for signal in signals:
        if alert := free.pop(signal.alert_id, None):
            yield signal, alert
        else:
            rest.append(signal)
    by_place: dict[tuple[str, str], list[Alert]] = {}
    for alert in free.values():
        by_place.setdefault((alert.place_kind, alert.place), []).append(alert)
    for signal in rest:
        candidates = by_place.get((signal.place_kind, signal.place), [])
        near = [alert for alert in candidates if _is_near(signal, alert, cool_down)]
        if near:
            chosen = max(near, key=lambda alert: (alert.state == "open", alert.last_day))
            candidates.remove(chosen)
            yield signal, chosen


def _is_near(signal: Signal, alert: Alert, cool_down: int) -> bool:
    reach = timedelta(days=cool_down)
    return signal.first_day - alert.last_day <= reach and alert.first_day - signal.last_day <= reach


def _brought_up(alert: Alert, signal: Signal | None, watch: Watch, as_of: date) -> Alert:
    """The alert as it stands today."""
    if signal is not None:
        alert = replace(alert, **_values(signal))
    if alert.state == "closed" or alert.case_id:
        return alert
    if is_over((as_of - alert.last_day).days, watch.cool_down):
        return replace(alert, state="ended")
    return replace(alert, state="open", note="")


def _raised(signal: Signal, watch: Watch, as_of: date, at: datetime) -> Alert:
    over = is_over((as_of - signal.last_day).days, watch.cool_down)
    return Alert(
        id=signal.alert_id,
        **_values(signal),
        state="ended" if over else "open",
        case_id="",
        raised_at=at,
        note=LOOKED_BACK if over else "",
    )


def _keep_change(connection: Connection, before: Alert, after: Alert) -> None:
    if after != before:
        connection.execute(update(table).where(table.c.id == after.id).values(**_values(after)))


def _matching(
    scope: Scope, states: Collection[AlertState], watch: str | None, place: tuple[PlaceKind, str] | None
) -> Iterator[ColumnElement[bool]]:
    yield in_scope(scope, table.c.place_kind, table.c.place)
    if states:
        yield table.c.state.in_(sorted(states))
    if watch is not None:
        yield table.c.watch == watch
    if place is not None:
        yield table.c.place_kind == place[0]
        yield table.c.place == place[1]


def _values(value: Signal) -> dict[str, Any]:
    """The fields as they are: dataclasses.asdict copies each, which is most of a morning's time."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _alert(row: Row[Any]) -> Alert:
    return Alert(**row._mapping)
