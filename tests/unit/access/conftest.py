"""A fresh database for each test of the access room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from xinglin.access.accounts import Accounts
from xinglin.core.clock import CHINA
from xinglin.database.engine import open_database, sqlite_url


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(sqlite_url(tmp_path / "xinglin.db"))
    yield engine
    engine.dispose()


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    """Accounts with a cheap hash: these tests promise nothing about its cost."""
    return Accounts(engine, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def now() -> datetime:
    return datetime(2025, 11, 1, 9, 0, tzinfo=CHINA)
