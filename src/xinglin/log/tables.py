"""Tables of the log. `record` is only ever added to; `head` names the current version of each resource."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, Text

from xinglin.database.schema import Key, metadata

#: Text ordered by code point on both databases, whatever the server's locale.
Ordered = Text().with_variant(Text(collation="C"), "postgresql")

# `body` stands last: SQLite reads the columns before it without touching the pages a long body spills over.
record = Table(
    "record",
    metadata,
    Column("position", Key, primary_key=True, autoincrement=False),
    Column("type", Ordered, nullable=False),
    Column("id", Ordered, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sender", Text, nullable=False),
    Column("stated_at", Ordered, nullable=False),
    Column("received_at", Ordered, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("prior", Key, nullable=False, doc="position of the version that arrived before, 0 for the first"),
    Column("body", LargeBinary, nullable=False),
)

head = Table(
    "head",
    metadata,
    Column("type", Ordered, primary_key=True),
    Column("id", Ordered, primary_key=True),
    Column("position", Key, nullable=False, doc="position of the current version"),
    Column("latest", Key, nullable=False, doc="position of the version that arrived last"),
    Column("version", Integer, nullable=False, doc="how many versions have arrived"),
    Column("sender", Text, nullable=False),
    Column("stated_at", Ordered, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("deleted", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# One row: the last position. Locking it makes writers take turns.
tail = Table("tail", metadata, Column("id", Integer, primary_key=True), Column("position", Key, nullable=False))
