"""The databases that the contract tests run on: a SQLite file, and a PostgreSQL that is there or is started here."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from xinglin.database.engine import open_database
from xinglin.log.sql import SqlLog

POSTGRES_URL = "XINGLIN_TEST_POSTGRES"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server: from XINGLIN_TEST_POSTGRES, or a throw-away cluster on a socket of its own."""
    if url := os.environ.get(POSTGRES_URL):
        yield url
        return
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), default=None)
    if programs is None:
        pytest.skip(f"PostgreSQL is not installed and {POSTGRES_URL} is not set")
    folder = Path(tempfile.mkdtemp(prefix="xinglin-pg-", dir="/tmp"))
    account = _account(folder)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **account)

    data = str(folder / "data")
    try:
        run(f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -h '' -c fsync=off"
        # Its output goes to the log file: a server that kept our pipe open would make us wait for ever.
        run(f"{programs}/pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run(f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database on the server, dropped afterwards."""
    name = f"xinglin_{uuid.uuid4().hex[:12]}"
    server = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def sqlite_file_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'xinglin.db'}"


@pytest.fixture(params=["sqlite_file_url", "postgres_url"], ids=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, on SQLite and on PostgreSQL; a contract's subclass says its own."""
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The database with its tables, closed afterwards."""
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def log(engine: Engine) -> SqlLog:
    """An empty log."""
    return SqlLog(engine)


def _account(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then the account that Debian's package made runs it."""
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("running as root without an account 'postgres' to run the server")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
