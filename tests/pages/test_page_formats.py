"""How amounts, changes and waiting times are written."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from xinglin.core.clock import CHINA
from xinglin.core.period import parse_period
from xinglin.web import charts, formats

NOW = datetime(2025, 11, 1, 9, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (None, "%", "—"),
        (0.4163, "%", "41.6%"),
        (0.0, "%", "0.0%"),
        (12345.0, "人次", "12,345 人次"),
        (12.34, "天", "12.3 天"),
        (2.4, "", "2.40"),
        (6.66, "次", "6.7 次"),
        (712.9, "人", "713 人"),
        (4.8, "个/千人", "4.80 个/千人"),
        (3.0, "", "3"),
        (1234.5, "元", "1,234 元"),
    ],
)
def test_amounts_are_written_as_people_read_them(value: float | None, unit: str, written: str) -> None:
    """A share as a percentage, a count in groups of thousands, nothing as a dash."""
    assert formats.amount(value, unit) == written


def test_units_are_written_in_the_language_of_the_page() -> None:
    """A unit of packs and plans has its English, which may be none where the title counts; an unknown one stays."""
    assert formats.amount(592, "人", "en") == "592 people"
    assert formats.amount(17, "台", "en") == "17"
    assert formats.bare_amount(4.8, "个/千人", "en") == ("4.80", "per 1,000")
    assert formats.amount(3, "盏", "en") == "3 盏"


def test_changes_compare_like_with_like() -> None:
    """A share changes by percentage points, a count by percent, and nothing compares with nothing."""
    assert formats.change(0.5, 0.45, "%", "zh") == "+5.0 百分点"
    assert formats.change(0.5, 0.45, "%", "en") == "+5.0 pp"
    assert formats.change(90, 100, "人", "zh") == "-10.0%"
    assert formats.change(90, 0, "人", "zh") == "—"
    assert formats.change(0.50001, 0.5, "%", "en") == "0.0 pp"
    assert formats.change(None, 1, "人", "zh") == "—"


@pytest.mark.parametrize(
    ("ahead", "zh", "en"),
    [
        (timedelta(hours=5), "剩余 5 小时", "5 h left"),
        (timedelta(minutes=10), "剩余 1 小时", "1 h left"),
        (timedelta(days=3), "剩余 3 天", "3 days left"),
        (timedelta(hours=-30), "超期 30 小时", "overdue by 30 h"),
        (timedelta(days=-4), "超期 4 天", "overdue by 4 days"),
    ],
)
def test_waiting_is_said_in_the_unit_a_person_would_choose(ahead: timedelta, zh: str, en: str) -> None:
    """Hours for two days, then days; before and after the deadline."""
    assert formats.waiting(NOW + ahead, NOW, "zh") == zh
    assert formats.waiting(NOW + ahead, NOW, "en") == en


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        ("2025-10", "2025年10月"),
        ("2025-Q4", "2025年第四季度"),
        ("2025", "2025年"),
        ("YTD2025-10-31", "2025年1月至10月"),
        ("YTD2025-10-15", "2025年1月至10月15日"),
        ("2025-10-31", "2025年10月31日"),
    ],
)
def test_periods_are_called_as_officials_call_them(code: str, zh: str) -> None:
    """A period reads as it would in a report."""
    assert formats.period_name(parse_period(code), "zh") == zh


def test_days_in_english() -> None:
    """English dates name the month, so that nobody mistakes it for the day."""
    assert formats.day(date(2025, 10, 31), "en") == "31 Oct 2025"


def test_a_spark_line_keeps_the_place_of_missing_months() -> None:
    """A month without a figure leaves its place empty; fewer than two figures draw nothing."""
    assert charts.spark([None, 1.0, None]) == ""
    points = charts.spark([0.0, None, 1.0]).split()
    assert points == ["0.0,26.0", "96.0,0.0"]


@pytest.mark.parametrize(
    "text",
    ["", "not base64!", "bm90IGpzb24=", "eyJ0eXBlIjogIlBvaW50In0="],
)
def test_a_broken_boundary_is_left_out(text: str) -> None:
    """A boundary that is no polygon breaks no map."""
    assert charts._geometry(text) is None
