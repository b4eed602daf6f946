"""The log on SQLAlchemy Core: SQLite out of the box, PostgreSQL where a city outgrows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, select, update

from xinglin.core.clock import CHINA
from xinglin.database.engine import reading, transaction
from xinglin.log.dialects import Dialect, dialect_of
from xinglin.log.port import Also
from xinglin.log.record import Entry, Outcome, Record
from xinglin.log.standing import Appended, Standing, decide, with_versions
from xinglin.log.tables import head, record, tail

STREAMED_ROWS = 1_000

_RECORD = (
    record.c.position,
    record.c.type,
    record.c.id,
    record.c.version,
    record.c.sender,
    record.c.stated_at,
    record.c.received_at,
    record.c.hash,
    record.c.deleted,
    record.c.body,
)


class SqlLog:
    """The log in the database of `engine`, whose tables `open_database` has made. Several may write at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = dialect_of(engine)

    def append(self, entries: Sequence[Entry], *, received_at: datetime, also: Also | None = None) -> list[Outcome]:
        with transaction(self._engine) as connection:
            position = self._dialect.lock_tail(connection)
            standings = _standings(self._dialect, connection, {(entry.type, entry.id) for entry in entries})
            appended = decide(entries, standings, position)
            if appended.rows:
                self._write(connection, appended, moment_text(received_at))
            if also is not None:
                also(connection, appended.outcomes)
        return appended.outcomes

    def last_position(self) -> int:
        with reading(self._engine) as connection:
            return int(connection.execute(select(tail.c.position)).scalar_one())

    def read(self, after: int = 0, upto: int | None = None, types: Collection[str] | None = None) -> Iterator[Record]:
        asked = select(*_RECORD).where(record.c.position > after).order_by(record.c.position)
        if upto is not None:
            asked = asked.where(record.c.position <= upto)
        if types is not None:
            asked = asked.where(record.c.type.in_(list(types)))
        with reading(self._engine) as connection:
            for rows in _streamed(connection, asked):
                yield from map(_record, rows)

    def changes(self, after: int, upto: int, types: Collection[str] | None = None) -> Iterator[Record]:
        if upto <= after:
            return
        with reading(self._engine) as connection:
            for rows in _streamed(connection, _touched(after, upto, types)):
                for *columns, latest in rows:
                    # A version that arrived after `upto` may be current by now: then look at those before.
                    current = _record(columns) if latest <= upto else _as_of(connection, latest, upto)
                    if current is not None:
                        yield current

    def versions(self, type: str, id: str) -> list[Record]:
        with reading(self._engine) as connection:
            latest = connection.execute(
                select(head.c.latest).where(head.c.type == type, head.c.id == id)
            ).scalar_one_or_none()
            return list(_chain(connection, latest or 0))[::-1]

    def known(self, keys: Collection[tuple[str, str]], *, deleted: bool = False) -> set[tuple[str, str]]:
        if not keys:
            return set()
        with reading(self._engine) as connection:
            rows = self._dialect.heads(connection, set(keys))
            return {(row[0], row[1]) for row in rows if deleted or not row[8]}

    def _write(self, connection: Connection, appended: Appended, received_at: str) -> None:
        self._dialect.add_records(
            connection,
            [
                (
                    position,
                    e.type,
                    e.id,
                    version,
                    e.sender,
                    e.stated_at,
                    received_at,
                    e.content_hash,
                    e.deleted,
                    prior,
                    e.body,
                )
                for e, position, version, prior in appended.rows
            ],
        )
        new = [
            (*key, position, position, 1, e.sender, e.stated_at, e.content_hash, e.deleted)
            for key, (e, position) in appended.fresh.items()
        ]
        new += [_head_row(key, standing) for key, standing in appended.changed.items() if standing.is_new]
        if new:
            self._dialect.add_heads(connection, sorted(new))
        known = [_head_change(key, standing) for key, standing in appended.changed.items() if not standing.is_new]
        if known:
            connection.execute(_MOVE_HEAD, known)
        connection.execute(update(tail).values(position=appended.rows[-1][1]))


def moment_text(moment: datetime) -> str:
    """A moment as the log keeps it: UTC, microseconds, fixed width, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


@lru_cache(maxsize=4096)
def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(CHINA)


def _record(row: Sequence[Any]) -> Record:
    position, kind, id, version, sender, stated_at, received_at, content_hash, deleted, body = row
    return Record(
        position, kind, id, version, sender, stated_at, _moment(received_at), content_hash, bool(deleted), body
    )


def _standings(
    dialect: Dialect, connection: Connection, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Standing]:
    found: dict[tuple[str, str], Standing] = {}
    waiting: dict[int, Standing] = {}
    for kind, id, position, latest, version, sender, stated_at, content_hash, deleted in dialect.heads(
        connection, keys
    ):
        standing = Standing(sender, position, latest, version, stated_at, content_hash, bool(deleted))
        with_versions(standing, [(position, stated_at, content_hash)])
        found[(kind, id)] = standing
        if version > 1:
            waiting[latest] = standing
    while waiting:
        earlier: dict[int, Standing] = {}
        for position, prior, stated_at, content_hash in dialect.links(connection, list(waiting)):
            with_versions(waiting[position], [(position, stated_at, content_hash)])
            if prior:
                earlier[prior] = waiting[position]
        waiting = earlier
    return found


def _head_row(key: tuple[str, str], s: Standing) -> tuple[Any, ...]:
    return (*key, s.position, s.latest, s.version, s.sender, s.stated_at, s.hash, s.deleted)


def _head_change(key: tuple[str, str], s: Standing) -> dict[str, Any]:
    return {
        "of_type": key[0],
        "of_id": key[1],
        "position": s.position,
        "latest": s.latest,
        "version": s.version,
        "stated_at": s.stated_at,
        "hash": s.hash,
        "deleted": s.deleted,
    }


_MOVE_HEAD = (
    update(head)
    .where(head.c.type == bindparam("of_type"), head.c.id == bindparam("of_id"))
    .values({name: bindparam(name) for name in ("position", "latest", "version", "stated_at", "hash", "deleted")})
)


def _streamed(connection: Connection, asked: Select[Any]) -> Iterable[Sequence[Sequence[Any]]]:
    return connection.execution_options(yield_per=STREAMED_ROWS).execute(asked).partitions()


def _touched(after: int, upto: int, types: Collection[str] | None) -> Select[Any]:
    """Current records of the resources that (after, upto] touched, with the position of their latest arrival."""
    asked = select(*_RECORD, head.c.latest).join_from(head, record, record.c.position == head.c.position)
    if after > 0:
        touched = select(record.c.type, record.c.id).where(record.c.position > after, record.c.position <= upto)
        if types is not None:
            touched = touched.where(record.c.type.in_(list(types)))
        named = touched.distinct().subquery()
        asked = asked.join(named, (named.c.type == head.c.type) & (named.c.id == head.c.id))
    elif types is not None:
        asked = asked.where(head.c.type.in_(list(types)))
    return asked.order_by(head.c.type, head.c.id)


def _as_of(connection: Connection, latest: int, upto: int) -> Record | None:
    versions = (version for version in _chain(connection, latest) if version.position <= upto)
    return max(versions, key=lambda version: version.stated_at, default=None)


def _chain(connection: Connection, latest: int) -> Iterator[Record]:
    """A resource's versions from the one that arrived last back to the first."""
    while latest:
        *columns, latest = connection.execute(select(*_RECORD, record.c.prior).where(record.c.position == latest)).one()
        yield _record(columns)
