"""How amounts, dates and waiting times are written on a screen. Each rounding rule of the pages stands here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from xinglin.core.period import Period
from xinglin.core.text import Language
from xinglin.web.words import words

NOTHING = "—"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def amount(value: float | None, unit: str, language: Language = "zh") -> str:
    """A figure with its unit: a fraction as a percentage, a count in thousands groups, a dash for no figure."""
    number, said = bare_amount(value, unit, language)
    return f"{number}{said}" if said in ("", "%") else f"{number} {said}"


def bare_amount(value: float | None, unit: str, language: Language = "zh") -> tuple[str, str]:
    """The same figure as number and unit apart, for a headline whose unit is set smaller."""
    if value is None:
        return NOTHING, ""
    if unit == "%":
        return _plain(value * 100, 1), "%"
    return _plain(value, _decimals(value, unit)), unit_name(unit, language)


def unit_name(unit: str, language: Language) -> str:
    """A unit as `words.yaml` writes it in `language`; a unit that it does not list, as the plan or pack wrote it."""
    known = words().get(f"unit_{unit}") if unit else None
    return known[language] if known else unit


def change(now: float | None, before: float | None, unit: str, language: Language) -> str:
    """环比/同比: the relative change in percent; for a percentage the difference in percentage points."""
    if now is None or before is None:
        return NOTHING
    if unit == "%":
        return f"{_signed((now - before) * 100)} {'百分点' if language == 'zh' else 'pp'}"
    if before == 0:
        return NOTHING
    return f"{_signed((now / before - 1) * 100)}%"


def day(value: date | None, language: Language) -> str:
    """2025年10月31日 / 31 Oct 2025."""
    if value is None:
        return NOTHING
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def short_day(value: date | None, language: Language) -> str:
    """10月31日 / 31 Oct."""
    if value is None:
        return NOTHING
    return f"{value.month}月{value.day}日" if language == "zh" else f"{value.day} {_MONTHS[value.month - 1]}"


def moment(value: datetime | None, language: Language) -> str:
    """10月31日 09:05 / 31 Oct 09:05."""
    return NOTHING if value is None else f"{short_day(value.date(), language)} {value:%H:%M}"


def period_name(period: Period, language: Language) -> str:
    """How people say a period: 2025年10月, 2025年第四季度, 2025年1–10月."""
    start, end, zh = period.start, period.end, language == "zh"
    match period.kind:
        case "month":
            return f"{start.year}年{start.month}月" if zh else f"{_MONTHS[start.month - 1]} {start.year}"
        case "quarter":
            quarter = (start.month + 2) // 3
            return f"{start.year}年第{'一二三四'[quarter - 1]}季度" if zh else f"Q{quarter} {start.year}"
        case "year":
            return f"{start.year}年" if zh else f"{start.year}"
        case "ytd":
            last = f"{end.month}月" if (end + timedelta(days=1)).day == 1 else f"{end.month}月{end.day}日"
            return f"{start.year}年1月至{last}" if zh else f"{start.year} to {short_day(end, 'en')}"
        case _:
            return day(start, language)


def waiting(due: datetime | None, now: datetime, language: Language) -> str:
    """How long until `due`, or how long past it, in the unit a person would choose."""
    if due is None:
        return NOTHING
    seconds = (due - now).total_seconds()
    hours = abs(seconds) / 3600
    zh = language == "zh"
    if hours < 48:
        count = max(1, round(hours))
        length = f"{count} 小时" if zh else f"{count} h"
    else:
        length = f"{round(hours / 24)} 天" if zh else f"{round(hours / 24)} days"
    if seconds < 0:
        return f"超期 {length}" if zh else f"overdue by {length}"
    return f"剩余 {length}" if zh else f"{length} left"


def _signed(value: float) -> str:
    """One decimal with its sign; what rounds to nothing has none."""
    rounded = round(value, 1)
    return f"{rounded:+.1f}" if rounded else "0.0"


def _decimals(value: float, unit: str) -> int:
    """None for whole and large numbers; two for small ratios; one for the rest (6.66 times are 6.7)."""
    ratio = not unit or "/" in unit
    if float(value).is_integer() or abs(value) >= (1000 if ratio else 100):
        return 0
    return 2 if ratio and abs(value) < 10 else 1


def _plain(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}"
