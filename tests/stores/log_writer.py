"""A process that appends to the log until it is killed, and says on its output what was acknowledged.

usage: python log_writer.py URL NAME BATCHES SIZE
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from hashlib import sha256

from xinglin.database.engine import open_database
from xinglin.log.record import Accepted, Entry
from xinglin.log.sql import SqlLog


def entry(id: str, content: str = "", stated_at: str = "", sender: str = "org1", kind: str = "Observation") -> Entry:
    """A small entry; its body tells its content."""
    body = f'{{"id":"{id}","resourceType":"{kind}","x":"{content}"}}'.encode()
    return Entry(kind, id, sender, stated_at, False, body, sha256(body).digest()[:16])


def main(url: str, name: str, batches: int, size: int) -> None:
    log = SqlLog(open_database(url))
    print("ready", flush=True)
    for number in range(batches):
        outcomes = log.append([entry(f"{name}-{number}-{row}") for row in range(size)], received_at=datetime.now(UTC))
        print(" ".join(str(o.position) for o in outcomes if isinstance(o, Accepted)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
