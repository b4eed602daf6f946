"""Chinese numerals to numbers: 一百二十, 两千, 三万五千, 二十一."""

from __future__ import annotations

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9}
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}
LETTERS = "".join((*DIGITS, *TENS, *MYRIADS))


def parse_numeral(numeral: str) -> int | None:
    """The number a Chinese numeral writes, or None where it is not one number.

    二〇二五 (a year spelt by digits), 三四 (three or four) and a bare 百 or 万 are not one number.
    """
    if not numeral or numeral[0] in "百千万亿零〇" or any(c not in LETTERS for c in numeral):
        return None
    total = section = 0
    digit: int | None = None
    smallest_ten = smallest_myriad = 10**12
    for letter in numeral:
        if letter in DIGITS:
            if digit:
                return None
            digit = DIGITS[letter]
        elif letter in TENS:
            ten = TENS[letter]
            if ten >= smallest_ten or (digit in (None, 0) and ten != 10):
                return None
            section += (digit or 1) * ten
            digit, smallest_ten = None, ten
        else:
            myriad = MYRIADS[letter]
            if myriad >= smallest_myriad:
                return None
            total += (section + (digit or 0) or 1) * myriad
            section, digit = 0, None
            smallest_ten, smallest_myriad = 10**12, myriad
    return total + section + (digit or 0)


def multiplier(letters: str) -> int:
    """The factor written after Arabic digits: 万, 亿, 千万, 百万; 1 for none."""
    factor = 1
    for letter in letters:
        factor *= TENS.get(letter) or MYRIADS.get(letter) or 1
    return factor
