"""Accounts with a cheap hash, and the moment, for each test of the access room."""

from __future__ import annotations

from datetime import datetime

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from xinglin.access.accounts import Accounts
from xinglin.core.clock import CHINA


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    """Accounts with a cheap hash: these tests promise nothing about its cost."""
    return Accounts(engine, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def now() -> datetime:
    return datetime(2025, 11, 1, 9, 0, tzinfo=CHINA)
