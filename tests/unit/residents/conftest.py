"""Rows of foundation.patient, and a session that offers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest

_TEXTS = ("patient", "id_card", "record_number", "name", "sex", "phone", "area", "institution", "stated_at")
COLUMNS = pa.schema([*((name, pa.string()) for name in _TEXTS), ("birth_date", pa.date32())])
Offer = Callable[[list[dict[str, Any]]], duckdb.DuckDBPyConnection]


@pytest.fixture
def offer() -> Iterator[Offer]:
    """offer(rows): a connection with the view foundation.patient."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")

        def build(rows: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
            connection.register("patients", pa.Table.from_pylist(rows, COLUMNS))
            connection.execute('CREATE OR REPLACE VIEW "foundation.patient" AS SELECT * FROM patients')
            return connection

        yield build
