"""What a hostile text or a damaged file makes of a question to the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from xinglin.access.accounts import Accounts
from xinglin.core.clock import system_clock
from xinglin.core.errors import InputError, StorageError
from xinglin.database.engine import open_database


def test_a_nul_in_a_question_or_an_answer_is_input(postgres_url: str) -> None:
    """PostgreSQL takes no NUL in a text: asking for one, or writing one, is told as input, not met as a failure."""
    accounts = Accounts(open_database(postgres_url))
    with pytest.raises(InputError, match="no database keeps"):
        accounts.get("li\0wei")
    person = {"login": "li.wei", "role": "leader", "password": "long enough 1"}
    with pytest.raises(InputError, match="no database keeps"):
        accounts.create_account(name="李\0伟", at=system_clock(), **person)
    accounts.create_account(name="李伟", at=system_clock(), **person)
    assert [user.login for user in accounts.list_accounts()] == ["li.wei"]


def test_a_file_damaged_while_open_is_told_as_storage(tmp_path: Path) -> None:
    """A question to a database whose file was spoilt under the open house is told in words."""
    file = tmp_path / "xinglin.db"
    engine = open_database(f"sqlite:///{file}")
    engine.dispose()
    file.write_bytes(b"no database any more" * 1000)
    for left in tmp_path.glob("xinglin.db-*"):
        left.unlink()
    with pytest.raises(StorageError, match="not a database"):
        Accounts(engine).list_accounts()
