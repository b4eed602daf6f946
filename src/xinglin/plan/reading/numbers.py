"""Number phrases: 8.2万名, 1-2个, 18.894 亿元, 三分之一, 百分之九十, 1.5床/万人, 3.9万余人次.

A phrase is number, 余/多, multiplier and classifier together: the anchor of a target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xinglin.plan.reading import numerals, units

# Thousands are parted by commas or, as typesetters do, by a space: 1,200 and 1 200.
_ARABIC = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?: \d{3})+(?!\d)(?:\.\d+)?|\d{1,15}(?:\.\d+)?"
_HAN = f"[{numerals.LETTERS}]{{1,12}}"
_NUMBER = re.compile(rf"{_ARABIC}|{_HAN}")
_ARABIC_ONLY = re.compile(_ARABIC)
_TO = re.compile(r" ?(?:-|至|到) ?")
_FACTOR = re.compile(r" ?([十百千万亿]{1,2})")
_MORE = re.compile(r" ?[余多]")
_FRACTION = re.compile(rf"({_HAN}|\d{{1,3}})分之({_HAN}|\d{{1,3}}(?:\.\d+)?)")
_SLASHED = re.compile(r"([1-9])/([2-9])(?=以上|的)")
# 万 before such a word counts persons though no classifier is written.
_PERSONS = re.compile(
    r" ?(?:\d{1,2}(?:-\d{1,2})?(?:周岁|岁)(?:及?以上|以下)?)?[^\d\s,。;、]{0,8}?"
    r"(?:人群|居民|老人|老年人|群众|妇女|儿童|女生|学生|职工|患者|市民|村民|百姓|孕产妇|婴幼儿)"
)
# A scaled number behind such a word is measured even if its unit is not known here: 达到2万管.
_REACHED = re.compile(r"(?:达到|达|不低于|不少于|至少|提高到|提升至|提升到|增至|突破|超过)约?$")
# An index has no unit: CMI值达到1.05.
_UNITLESS = re.compile(r"(?:值|指数|系数|CMI)(?:达到|达|为|不低于|不高于|提高到|提升至|控制在|保持在|[≥≤]|在)+$")
# Letters and signs that glue digits into a name: 5G, 4+1, HPV9, 12345X.
_GLUE = re.compile(r"[A-Za-z+·@#×*&_\\]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number phrase, its value in base units, and how it was written."""

    start: int
    end: int
    value: float
    high: float | None
    unit: str
    style: units.Style
    per: str | None = None
    chinese: bool = False
    more: bool = False
    implied: bool = False


@dataclass(frozen=True, slots=True)
class _Digits:
    value: float
    end: int
    chinese: bool
    more: bool = False
    scaled: bool = False


def quantities(text: str) -> Iterator[Quantity]:
    """Every number phrase with a unit, left to right, none overlapping another."""
    at = 0
    while match := _NUMBER.search(text, at):
        found = _fraction(text, match.start()) or _quantity(text, match.start())
        yield from (found,) if found else ()
        # From the end of the run: 三四级 and 2025-62604 must not be read again from their middle.
        at = found.end if found else match.end()


def _fraction(text: str, at: int) -> Quantity | None:
    match = _FRACTION.match(text, at)
    if match:
        below, above = _plain(match.group(1)), _plain(match.group(2))
        if match.group(1) == "百":
            below = 100.0
            above = 100.0 if match.group(2) == "百" else above
        if below and above is not None:
            value = above / below
            return Quantity(at, match.end(), value, None, "%", "rate", chinese=True)
    match = _SLASHED.match(text, at)
    if match and not text[at - 1 : at].isdigit():
        value = int(match.group(1)) / int(match.group(2))
        return Quantity(at, match.end(), value, None, "%", "rate")
    return None


def _plain(number: str) -> float | None:
    if number[0].isdigit():
        return float(number)
    parsed = numerals.parse_numeral(number)
    return None if parsed is None else float(parsed)


def _plain_arabic(written: str) -> float:
    """The value of Arabic digits, whatever parts the thousands."""
    return float(written.replace(",", "").replace(" ", ""))


def _digits(text: str, at: int) -> _Digits | None:
    """One number with its multiplier: 8.2万, 五十, 3.9万余."""
    match = _NUMBER.match(text, at)
    if match is None:
        return None
    written = match.group()
    if not written[0].isascii():
        parsed = numerals.parse_numeral(written)
        if parsed is None:
            return None
        more = _MORE.match(text, match.end())
        end = more.end() if more else match.end()
        factor = _FACTOR.match(text, end) if more else None
        value = float(parsed) * (numerals.multiplier(factor.group(1)) if factor else 1)
        return _Digits(value, factor.end() if factor else end, True, bool(more), parsed >= 10_000)
    return _arabic_digits(text, written, match.end())


def _arabic_digits(text: str, written: str, end: int) -> _Digits:
    value, more, scaled = _plain_arabic(written), False, False
    for _ in range(2):
        if further := _MORE.match(text, end):
            end, more = further.end(), True
        if not scaled and (factor := _FACTOR.match(text, end)):
            value *= numerals.multiplier(factor.group(1))
            end, scaled = factor.end(), True
    return _Digits(round(value, 6), end, False, more, scaled)


def _quantity(text: str, at: int) -> Quantity | None:
    low = _digits(text, at)
    if low is None or (not low.chinese and _glued(text, at, low.end)):
        return None
    low_unit = units.unit_at(text, low.end)
    high: _Digits | None = None
    end = low.end
    # 80%-85% repeats its unit, 1-2个 does not.
    turn = low_unit[1] if low_unit and low_unit[0] in units.RATES else low.end
    if to := _TO.match(text, turn):
        high = _digits(text, to.end())
        if high is not None:
            if high.value <= low.value and not high.scaled:
                return None
            end = high.end
            if high.scaled and not low.scaled and low.value < 10_000:
                low = _Digits(low.value * _scale(text, to.end(), high), low.end, low.chinese)
    return _with_unit(text, at, low, high, end)


def _scale(text: str, at: int, digits: _Digits) -> float:
    """The multiplier of the second number of a range belongs to the first as well: 3-5万."""
    match = _ARABIC_ONLY.match(text, at)
    bare = _plain_arabic(match.group()) if match else 0.0
    return digits.value / bare if bare else 1.0


def _with_unit(text: str, at: int, low: _Digits, high: _Digits | None, end: int) -> Quantity | None:
    start_of_unit = end + 1 if text[end : end + 1] in (" ", "\n") else end
    found = units.unit_at(text, start_of_unit)
    more = low.more or bool(high and high.more)
    density = units.density_at(text, found[1] if found else end)
    if density:
        written = text[start_of_unit : density[1]]
        values = (low.value, high.value if high else None)
        return Quantity(at, density[1], *values, "".join(written.split()), "density", density[0])
    if found is None:
        scaled = low.scaled or bool(high and high.scaled)
        if _UNITLESS.search(text, max(0, at - 12), at) and not low.chinese:
            top = high.value if high else None
            return Quantity(at, end, low.value, top, "", "score")
        if not scaled or low.chinese:
            return None
        top = high.value if high else None
        if not _PERSONS.match(text, end):
            measured = _REACHED.search(text, max(0, at - 8), at)
            return Quantity(at, end, low.value, top, "", "count", None, False, more) if measured else None
        return Quantity(at, end, low.value, top, "人", "count", None, False, more, True)
    unit, unit_end = found
    factor = units.factor_of(unit)
    return Quantity(
        at,
        unit_end,
        round(low.value * factor, 12),
        round(high.value * factor, 12) if high else None,
        units.shown(unit),
        units.style_of(unit),
        None,
        low.chinese,
        more,
    )


def _glued(text: str, start: int, end: int) -> bool:
    """Digits that letters, signs or other digits make into a name, a date or an index number."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before and (before in "./" or _GLUE.match(before)):
        return not _counts_device(text, start, end)
    if before == "-" and text[start - 2 : start] != "--":
        return True
    if not after or not _GLUE.match(after):
        return False
    unit = units.unit_at(text, end)
    return unit is None or not unit[0].isascii() or _GLUE.match(text, unit[1]) is not None


# 配备AED150台: a device known by its letters, counted without a space.
_DEVICE = re.compile(r"[A-Z]{2,6}$")


def _counts_device(text: str, start: int, end: int) -> bool:
    counted = units.unit_at(text, end)
    return counted is not None and counted[0] in "台套张" and bool(_DEVICE.search(text, max(0, start - 6), start))
