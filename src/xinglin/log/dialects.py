"""Where SQLite and PostgreSQL differ under the log: finding many keys at once, and adding many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Text

RECORD_COLUMNS = "position, type, id, version, sender, stated_at, received_at, hash, deleted, prior, body"
HEAD_COLUMNS = "type, id, position, latest, version, sender, stated_at, hash, deleted"

Row = tuple[Any, ...]


class Dialect(Protocol):
    """The statements of one database. All run in the caller's transaction."""

    def lock_tail(self, connection: Connection) -> int:
        """The last position, with every other writer kept out until the transaction ends."""
        ...

    def heads(self, connection: Connection, keys: Iterable[tuple[str, str]]) -> Iterable[Row]:
        """HEAD_COLUMNS of those resources that are in the log."""
        ...

    def links(self, connection: Connection, positions: Sequence[int]) -> Iterable[Row]:
        """(position, prior, stated_at, hash) of the records at `positions`."""
        ...

    def add_records(self, connection: Connection, rows: Sequence[Row]) -> None: ...

    def add_heads(self, connection: Connection, rows: Sequence[Row]) -> None: ...


def dialect_of(engine: Engine) -> Dialect:
    return PostgresDialect() if engine.dialect.name == "postgresql" else SqliteDialect()


class SqliteDialect:
    """Keys travel as one JSON array, so a batch is one statement per type; rows go straight to the driver."""

    def lock_tail(self, connection: Connection) -> int:
        # BEGIN IMMEDIATE has the write lock already (`database.engine`).
        return int(connection.exec_driver_sql("SELECT position FROM tail").scalar_one())

    def heads(self, connection: Connection, keys: Iterable[tuple[str, str]]) -> Iterable[Row]:
        ids: dict[str, list[str]] = {}
        for kind, id in keys:
            ids.setdefault(kind, []).append(id)
        for kind, wanted in ids.items():
            yield from connection.exec_driver_sql(
                f"SELECT {HEAD_COLUMNS} FROM head WHERE type = ? AND id IN (SELECT value FROM json_each(?))",
                (kind, orjson.dumps(sorted(wanted)).decode()),
            )

    def links(self, connection: Connection, positions: Sequence[int]) -> Iterable[Row]:
        return connection.exec_driver_sql(
            "SELECT position, prior, stated_at, hash FROM record WHERE position IN (SELECT value FROM json_each(?))",
            (orjson.dumps(positions).decode(),),
        )

    def add_records(self, connection: Connection, rows: Sequence[Row]) -> None:
        connection.exec_driver_sql(_insert("record", RECORD_COLUMNS), list(rows))

    def add_heads(self, connection: Connection, rows: Sequence[Row]) -> None:
        connection.exec_driver_sql(_insert("head", HEAD_COLUMNS), list(rows))


class PostgresDialect:
    """Keys travel as arrays; rows are added by binary COPY."""

    _HEADS = text(
        f"SELECT {', '.join('head.' + name for name in HEAD_COLUMNS.split(', '))} FROM head "
        "JOIN unnest(:types, :ids) AS wanted(type, id) ON head.type = wanted.type AND head.id = wanted.id"
    ).bindparams(bindparam("types", type_=ARRAY(Text)), bindparam("ids", type_=ARRAY(Text)))
    _LINKS = text("SELECT position, prior, stated_at, hash FROM record WHERE position = ANY(:positions)").bindparams(
        bindparam("positions", type_=ARRAY(BigInteger))
    )

    def lock_tail(self, connection: Connection) -> int:
        return int(connection.execute(text("SELECT position FROM tail FOR UPDATE")).scalar_one())

    def heads(self, connection: Connection, keys: Iterable[tuple[str, str]]) -> Iterable[Row]:
        wanted = list(keys)
        return connection.execute(self._HEADS, {"types": [k for k, _ in wanted], "ids": [id for _, id in wanted]})

    def links(self, connection: Connection, positions: Sequence[int]) -> Iterable[Row]:
        return connection.execute(self._LINKS, {"positions": list(positions)})

    def add_records(self, connection: Connection, rows: Sequence[Row]) -> None:
        types = ("int8", "text", "text", "int4", "text", "text", "text", "bytea", "bool", "int8", "bytea")
        _copy(connection, "record", RECORD_COLUMNS, types, rows)

    def add_heads(self, connection: Connection, rows: Sequence[Row]) -> None:
        types = ("text", "text", "int8", "int8", "int4", "text", "text", "bytea", "bool")
        _copy(connection, "head", HEAD_COLUMNS, types, rows)


def _insert(table: str, columns: str) -> str:
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(', ')))})"


def _copy(connection: Connection, table: str, columns: str, types: Sequence[str], rows: Sequence[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
