"""A real log on SQLite, and a short way to fill it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from xinglin.log.record import Entry
from xinglin.log.sql import SqlLog

Send = Callable[..., None]
RECEIVED = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture
def log(engine: Engine) -> SqlLog:
    return SqlLog(engine)


@pytest.fixture
def send(log: SqlLog) -> Send:
    """send(resource, ..., at=1, deleted=False): append resources, stated at second `at`."""

    def append(*resources: dict[str, Any], at: int = 1, deleted: bool = False) -> None:
        entries = []
        for resource in resources:
            body = orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
            stated = f"2025-01-01T00:00:{at:02}.000000Z"
            digest = sha256(body).digest()[:16]
            entries.append(Entry(resource["resourceType"], resource["id"], "s", stated, deleted, body, digest))
        log.append(entries, received_at=RECEIVED)

    return append
