"""Figures: what an indicator says of one place and period, and how two of them compare."""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.core.period import Period
from xinglin.core.place import PlaceKind
from xinglin.core.text import Language, Text

#: What may stand in a figure's note, separated by spaces, and how it reads on a screen.
NOTES: dict[str, Text] = {
    "outside": Text(zh="不在数据期内", en="outside the days that have data"),
    "partial": Text(zh="期初部分日期无数据", en="the first days of the period have no data"),
    "unfinished": Text(zh="本期未结束", en="the period has not ended"),
    "no-records": Text(zh="无相关记录", en="no records to add up"),
    "denominator-missing": Text(zh="缺少分母", en="the denominator is missing"),
    "denominator-zero": Text(zh="分母为零", en="the denominator is zero"),
    "above-denominator": Text(zh="分子大于分母，请核对分母", en="numerator above denominator: check the denominator"),
    "suppressed": Text(zh="例数过少，不予公布", en="too few to publish"),
}

#: Units of shares: there a numerator above its denominator is worth a note.
SHARES = ("%", "‰")


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of one place and period: value = per * numerator / denominator.

    `value` is None where the denominator is missing or zero, where a sum had no rows, and where the period has no data;
    `note` says which, in the words of `NOTES`. `provenance`: where the amounts come from, as the records say.
    `finished`: the period's last day has data.
    """

    indicator: str
    place_kind: PlaceKind
    place: str
    period: Period
    numerator: float | None
    denominator: float | None
    value: float | None
    provenance: str = ""
    note: str = ""
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Growth:
    """From an earlier figure to a later one. `rate`: share of the earlier value; None where that is zero or unknown."""

    difference: float | None
    rate: float | None


def growth(now: Figure, before: Figure | None) -> Growth:
    """环比 or 同比: how `now` stands against the figure of `now.period.previous()` or `now.period.year_before()`."""
    if before is None or now.value is None or before.value is None:
        return Growth(None, None)
    difference = now.value - before.value
    return Growth(difference, difference / abs(before.value) if before.value else None)


def note_text(note: str, language: Language) -> str:
    """A figure's note as a reader of this language says it."""
    join = "；" if language == "zh" else "; "
    return join.join(NOTES[code][language] for code in note.split())
