"""Rows of foundation.patient, and a session that offers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

COLUMNS = {
    "patient": "VARCHAR",
    "id_card": "VARCHAR",
    "record_number": "VARCHAR",
    "name": "VARCHAR",
    "sex": "VARCHAR",
    "birth_date": "DATE",
    "phone": "VARCHAR",
    "area": "VARCHAR",
    "institution": "VARCHAR",
    "stated_at": "VARCHAR",
}
Offer = Callable[[list[dict[str, Any]]], duckdb.DuckDBPyConnection]


@pytest.fixture
def offer() -> Iterator[Offer]:
    """offer(rows): a connection with the view foundation.patient."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")

        def build(rows: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
            columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
            connection.execute(f"CREATE OR REPLACE TABLE patients ({columns})")
            for row in rows:
                values = [row.get(name) for name in COLUMNS]
                connection.execute(f"INSERT INTO patients VALUES ({', '.join('?' * len(values))})", values)
            connection.execute('CREATE OR REPLACE VIEW "foundation.patient" AS SELECT * FROM patients')
            return connection

        yield build
