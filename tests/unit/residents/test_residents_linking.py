"""Which Patients are one person, and what is known of that person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.core.identifiers import id_card_check_digit
from xinglin.residents.linking import Resident, card_sql, link, normal_card, resident_table

Offer = Callable[[list[dict[str, Any]]], duckdb.DuckDBPyConnection]
CARD = "11010519491231002X"
OLD_CARD = "110105491231002"


def _row(number: int, **known: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(("id_card", "record_number", "area", "birth_date", "sex", "stated_at"))
    return {**row, "patient": f"Patient/p{number}", **known}


def _by_sql(connection: duckdb.DuckDBPyConnection) -> list[Resident]:
    query = resident_table(connection)
    assert query is not None
    return [Resident(*row) for row in connection.execute(query).fetchall()]


def test_the_same_valid_card_is_one_resident() -> None:
    """Patients with one identity card are one resident, named by the smallest key; others stand alone."""
    linked = link([_row(3, id_card=CARD), _row(1, id_card=CARD), _row(2)])
    assert [(entry.patient, entry.resident) for entry in linked] == [
        ("Patient/p1", "Patient/p1"),
        ("Patient/p2", "Patient/p2"),
        ("Patient/p3", "Patient/p1"),
    ]


def test_the_old_card_is_the_same_card() -> None:
    """A number of 15 digits links with the 18 that it became; a small x is an X."""
    assert normal_card(OLD_CARD) == normal_card(CARD.lower()) == CARD


def test_a_card_with_a_fault_links_no_one() -> None:
    """A wrong check digit, even the same one twice, links no one."""
    wrong = CARD[:17] + "1"
    linked = link([_row(1, id_card=wrong), _row(2, id_card=wrong)])
    assert [entry.resident for entry in linked] == ["Patient/p1", "Patient/p2"]


def test_the_record_holder_speaks_first() -> None:
    """The Patient with a health record number speaks before one stated later; what it leaves open, others fill."""
    linked = link(
        [
            _row(1, id_card=CARD, sex="female", area="a", stated_at="2025-05-01T00:00:00Z"),
            _row(2, id_card=CARD, sex="male", record_number="1", stated_at="2024-01-01T00:00:00Z"),
        ]
    )
    assert {(entry.sex, entry.residence_area) for entry in linked} == {("male", "a")}


def test_the_later_statement_speaks_first() -> None:
    """Of two without a record number the one stated later speaks, time zones considered; of equals the smaller key."""
    linked = link(
        [
            _row(1, id_card=CARD, area="earlier", stated_at="2025-05-01T08:00:00+08:00"),
            _row(2, id_card=CARD, area="later", stated_at="2025-05-01T01:00:00Z"),
            _row(3, id_card=CARD, area="same", stated_at="2025-05-01T01:00:00Z"),
        ]
    )
    assert {entry.residence_area for entry in linked} == {"later"}


def test_without_the_view_there_is_no_table() -> None:
    """A library without foundation.patient has no resident table."""
    with duckdb.connect() as connection:
        assert resident_table(connection) is None


_FIRST_17 = st.builds(
    lambda area, day, order: area + day + order,
    st.sampled_from(["110105", "990101"]),
    st.sampled_from(["19491231", "19500229", "20000229", "00000101"]),
    st.sampled_from(["002", "010"]),
)
_CARDS = st.one_of(
    st.none(),
    _FIRST_17.map(lambda first: first + id_card_check_digit(first)),
    _FIRST_17.map(lambda first: first + "5"),
    st.sampled_from([OLD_CARD, CARD.lower(), "", "中文", "1101054912310021", "110105490230002"]),
)
_ROWS = st.lists(
    st.builds(
        lambda **row: row,
        id_card=_CARDS,
        record_number=st.sampled_from([None, "", "1"]),
        area=st.sampled_from([None, "", "a", "b"]),
        sex=st.sampled_from([None, "male", "female"]),
        birth_date=st.sampled_from([None, date(1949, 12, 31), date(2000, 2, 29)]),
        stated_at=st.sampled_from(
            [None, "", "2025", "2025-05-01T08:00:00+08:00", "2025-05-01T00:00:00Z", "2025-05-02T00:00:00.5Z"]
        ),
    ),
    max_size=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(_ROWS, st.randoms())
def test_sql_equals_the_referee_in_any_order(offer: Offer, rows: list[dict[str, Any]], random: Any) -> None:
    """The SQL gives what the Python rule gives, whatever the order of the rows."""
    named = [{"patient": f"Patient/p{number}", **row} for number, row in enumerate(rows)]
    expected = link(named)
    random.shuffle(named)
    assert link(named) == expected
    assert _by_sql(offer(named)) == expected


@pytest.mark.parametrize(
    "card", [CARD, OLD_CARD, CARD.lower(), CARD[:17] + "1", "110105194902300021", "", "x", "11010549123100"]
)
def test_card_sql_equals_python(card: str) -> None:
    """A card number is normal, or refused, alike in SQL and in Python."""
    found = duckdb.execute(f"SELECT {card_sql('c')} FROM (SELECT ? AS c)", [card]).fetchall()
    assert found == [(normal_card(card),)]
