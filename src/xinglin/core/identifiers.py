"""Check digits of Chinese identifiers."""

from __future__ import annotations

from datetime import date

ID_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CARD_CHECK = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def id_card_check_digit(first17: str) -> str:
    """The 18th character of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return ID_CARD_CHECK[sum(int(digit) * weight for digit, weight in zip(first17, ID_CARD_WEIGHTS, strict=True)) % 11]


def id_card_fault(number: str) -> str | None:
    """Why `number` is no resident identity number, or None when it is one (18 digits, or the old 15).

    The area code is not looked up: codes are withdrawn while their holders live on.
    """
    if len(number) == 15 and number.isascii() and number.isdigit():
        return None if _is_date("19" + number[6:12]) else "birth date is not a date"
    if len(number) != 18 or not number.isascii() or not number[:17].isdigit():
        return "not 18 characters of digits (the last may be X)"
    if not _is_date(number[6:14]):
        return "birth date is not a date"
    if id_card_check_digit(number[:17]) != number[17].upper():
        return "check digit is wrong"
    return None


def credit_code_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015)."""
    values = (_CREDIT_ALPHABET.index(character) for character in first17)
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code_fault(code: str) -> str | None:
    """Why `code` is no unified social credit code, or None when it is one."""
    if len(code) != 18 or any(character not in _CREDIT_ALPHABET for character in code):
        return "not 18 characters of 0-9 and A-Z without I, O, S, V, Z"
    if credit_code_check_character(code[:17]) != code[17]:
        return "check character is wrong"
    return None


def _is_date(compact: str) -> bool:
    try:
        date(int(compact[:4]), int(compact[4:6]), int(compact[6:8]))
    except ValueError:
        return False
    return True
