"""Open the database and bring its tables up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)

from xinglin.core.errors import InputError, Problem, StorageError

BUSY_MILLISECONDS = 30_000
#: Pages of the write-ahead log (64 MiB) before SQLite copies them into the file: a load commits 5 MiB at a time, and
#: copying once for a dozen commits instead of at each saves a tenth of its work.
CHECKPOINT_PAGES = 16_384

_NO_ADDRESS = Problem(
    "--database",
    "is not the address of a database that Xinglin keeps its data in.",
    "postgresql+psycopg://user:password@host:5432/name",
    "Correct it; special characters in the password are written as %XX. Leave it out for SQLite in the data folder.",
)
#: PostgreSQL takes no NUL in a text; SQLite takes it.
_NOT_KEPT = Problem("text", "holds a character that no database keeps.", "text without control characters")


def sqlite_url(file: Path) -> str:
    """The address of a SQLite database in `file`."""
    return f"sqlite:///{file}"


def open_database(url: str) -> Engine:
    """An engine for `url` with all migrations applied.

    SQLite runs in WAL mode with `synchronous=FULL`: a committed transaction has reached the disk.
    Raises StorageError when the database cannot be opened or written, InputError for what is no address of one.
    """
    engine = _engine_for(url)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    try:
        with engine.begin() as connection:
            _migrate(connection)
    except (OperationalError, DatabaseError) as error:
        raise storage_error(engine, error) from error
    return engine


def _engine_for(url: str) -> Engine:
    """What is wrong with an address is told without it: it may hold a password."""
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (ArgumentError, ValueError, ImportError) as error:
        raise InputError(_NO_ADDRESS) from error
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise InputError(_NO_ADDRESS)
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed whole when the block ends, rolled back when it raises.

    Writers on SQLite take the write lock at once (BEGIN IMMEDIATE), so two never wait for each other half-way.
    Raises StorageError for a full disk or a lost connection, InputError for what a database cannot keep.
    """
    with _in_words(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for questions only; several may be open beside a writer.

    Raises StorageError for a lost connection or a damaged file, InputError for what a database cannot ask for.
    """
    with _in_words(engine), engine.connect().execution_options(xinglin_reading=True) as connection:
        yield connection


@contextmanager
def _in_words(engine: Engine) -> Iterator[None]:
    """What the database refuses, told in words, also where rows go past SQLAlchemy to the driver.

    A broken rule of a table (IntegrityError) is its room's to answer; a wrong statement is a fault of the program.
    """
    try:
        yield
    except DataError as error:
        raise InputError(_NOT_KEPT) from error
    except (IntegrityError, ProgrammingError, NotSupportedError):
        raise
    except DBAPIError as error:
        raise storage_error(engine, error) from error
    except engine.dialect.loaded_dbapi.Error as error:
        raise storage_error(engine, error) from error


def storage_error(engine: Engine, error: Exception) -> StorageError:
    """Say in words what the database refused, without its statement or its data."""
    reason = str(getattr(error, "orig", error)).splitlines()[0]
    place = engine.url.render_as_string(hide_password=True)
    return StorageError(
        f"database {place}: {reason}. Check free disk space, the rights on the folder and that the server answers; "
        "nothing that was acknowledged is lost, and the command can be repeated."
    )


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        reading_only = connection.get_execution_options().get("xinglin_reading")
        connection.exec_driver_sql("BEGIN" if reading_only else "BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("xinglin.database") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
