"""The migrations make exactly the tables that the rooms declare, on both databases."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

import xinglin
from xinglin.database.engine import open_database
from xinglin.database.schema import metadata

#: Alembic's own note of how far a database is.
VERSION_TABLE = "alembic_version"


def rooms_with_tables() -> list[str]:
    """Every room that declares tables, imported."""
    rooms = [module.name for module in pkgutil.iter_modules(xinglin.__path__, "xinglin.") if module.ispkg]
    declaring = [
        room for room in rooms for part in pkgutil.iter_modules(import_module(room).__path__) if part.name == "tables"
    ]
    for room in declaring:
        import_module(f"{room}.tables")
    return declaring


def test_an_upgraded_database_has_the_declared_tables(engine: Engine) -> None:
    """After the upgrade of an empty database no table, column, index or key differs from what is declared."""
    assert set(rooms_with_tables()) == {
        f"xinglin.{room}" for room in ("log", "intake", "access", "watch", "cases", "plan")
    }
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert set(inspect(engine).get_table_names()) == set(metadata.tables) | {VERSION_TABLE}


def test_opening_again_changes_nothing(engine: Engine, url: str) -> None:
    """A second opening finds the database up to date and keeps what is in it."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE tail SET position = 7"))
        before = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all()
    again = open_database(url)
    with again.connect() as connection:
        assert connection.execute(text("SELECT position FROM tail")).scalar_one() == 7
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all() == before
    again.dispose()
    assert len(before) == 1
