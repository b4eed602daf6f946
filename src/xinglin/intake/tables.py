"""Tables of the intake: what was refused and what became of it, and the ledger of each sender's days."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, Table, Text

from xinglin.database.schema import metadata
from xinglin.log.tables import Ordered

refusal = Table(
    "refusal",
    metadata,
    Column("id", Ordered, primary_key=True, doc="hash of sender and body: sent again, it is the same refusal"),
    Column("sender", Text, nullable=False),
    Column("day", Date, nullable=False, doc="ledger day it counts on"),
    Column("received_at", Ordered, nullable=False),
    Column("file", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("resource_type", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("state", Text, nullable=False, doc="waiting, open, mended, replayed or dismissed"),
    Column("waits_type", Ordered, nullable=False, server_default=""),
    Column("waits_id", Ordered, nullable=False, server_default=""),
    Column("faults", Text, nullable=False, doc="JSON list of code, path, found, expected, remedy"),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("decided_at", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    Column("mended_body", LargeBinary),
    Column("body", LargeBinary, nullable=False),
)
Index(None, refusal.c.state, refusal.c.reason)
Index(None, refusal.c.state, refusal.c.waits_type, refusal.c.waits_id)
Index(None, refusal.c.received_at)

feed_day = Table(
    "feed_day",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("accepted", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("last_stated_at", Text, nullable=False),
    Column("first_received_at", Text, nullable=False),
    Column("last_received_at", Text, nullable=False),
)
Index(None, feed_day.c.day)
