"""Check digits of Chinese identifiers."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from xinglin.core.identifiers import (
    credit_code_check_character,
    credit_code_fault,
    id_card_check_digit,
    id_card_fault,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BIRTHS = st.dates(date(1900, 1, 1), date(2025, 12, 31))


def test_published_example_of_gb_11643() -> None:
    """The example number that GB 11643 prints is valid."""
    assert id_card_fault("11010519491231002X") is None


@given(born=BIRTHS, order=st.integers(0, 999), wrong=st.integers(0, 16))
def test_one_wrong_digit_is_noticed(born: date, order: int, wrong: int) -> None:
    """Changing any one digit of a valid number makes it invalid."""
    first = f"990101{born:%Y%m%d}{order:03}"
    number = first + id_card_check_digit(first)
    changed = number[:wrong] + str((int(number[wrong]) + 1) % 10) + number[wrong + 1 :]
    assert id_card_fault(number) is None
    assert id_card_fault(changed) is not None


def test_old_form_and_malformed_numbers() -> None:
    """Fifteen digits with a real date are the old form; letters, lengths and impossible dates are faults."""
    assert id_card_fault("990101490228001") is None
    assert id_card_fault("990101490231001") == "birth date is not a date"
    assert id_card_fault("99010119490231001X") == "birth date is not a date"
    assert id_card_fault("9901O119491231002X") is not None
    assert id_card_fault("") is not None
    assert id_card_fault("１１０１０５１９４９１２３１００２X") is not None


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 30))
def test_credit_codes_notice_one_wrong_character(first: str, place: int, shift: int) -> None:
    """A credit code with its own check character is valid, and invalid with one character changed."""
    code = first + credit_code_check_character(first)
    assert credit_code_fault(code) is None
    other = ALPHABET[(ALPHABET.index(code[place]) + shift) % 31]
    assert credit_code_fault(code[:place] + other + code[place + 1 :]) is not None
