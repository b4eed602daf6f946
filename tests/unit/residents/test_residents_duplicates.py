"""Persons who may be registered twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb

from xinglin.residents.duplicates import MOST_ALIKE, Pair, duplicates

Offer = Callable[[list[dict[str, Any]]], duckdb.DuckDBPyConnection]
CARD, OTHER_CARD = "11010519491231002X", "440524188001010014"
BORN = date(1949, 12, 31)


def _row(number: int, **known: Any) -> dict[str, Any]:
    return {"patient": f"Patient/p{number:02}", "institution": "o", **known}


def test_the_same_card_at_one_institution_is_certain(offer: Offer) -> None:
    """Two Patients of one institution with one valid card are registered twice; at two institutions they are not."""
    session = offer([_row(1, id_card=CARD), _row(2, id_card=CARD.lower()), _row(3, id_card=CARD, institution="other")])
    assert duplicates(session) == [Pair("Patient/p01", "Patient/p02", "o", True, ("id_card",))]


def test_look_alikes_are_to_be_looked_at(offer: Offer) -> None:
    """Same name, birth date and sex, or name and phone, without the same card: not certain, and it says what agrees."""
    alike = {"name": "王一", "birth_date": BORN, "sex": "male"}
    session = offer(
        [
            _row(1, id_card=CARD, **alike),
            _row(2, id_card=OTHER_CARD, **alike, institution="p"),
            _row(3, name="李二", phone="138"),
            _row(4, name="李二", phone="138", sex="male"),
        ]
    )
    assert duplicates(session) == [
        Pair("Patient/p01", "Patient/p02", None, False, ("name", "birth_date", "sex")),
        Pair("Patient/p03", "Patient/p04", "o", False, ("name", "phone")),
    ]


def test_the_same_person_at_two_institutions_is_no_look_alike(offer: Offer) -> None:
    """Who is linked by the card already needs no one to look."""
    alike = {"name": "王一", "birth_date": BORN, "sex": "male", "id_card": CARD}
    assert duplicates(offer([_row(1, **alike), _row(2, **alike, institution="p")])) == []


def test_a_placeholder_points_to_no_one(offer: Offer) -> None:
    """A name and phone that very many share, and empty ones, make no pairs."""
    many = [_row(number, name="无名氏", phone="0") for number in range(MOST_ALIKE + 1)]
    assert duplicates(offer([*many, _row(50, name="", phone="1"), _row(51, name="", phone="1")])) == []


def test_without_the_view_there_are_no_pairs() -> None:
    """A library without foundation.patient knows no duplicates."""
    with duckdb.connect() as connection:
        assert duplicates(connection) == []


def test_at_most_the_limit(offer: Offer) -> None:
    """A limit keeps the first pairs, the certain ones before the others."""
    rows = [_row(1, name="a", phone="1"), _row(2, name="a", phone="1"), _row(3, id_card=CARD), _row(4, id_card=CARD)]
    assert [pair.certain for pair in duplicates(offer(rows), limit=1)] == [True]
