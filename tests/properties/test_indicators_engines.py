"""Random rows and random indicators: engine and referee give the same figures, and how rows arrive changes nothing."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.core.period import KINDS, Period, period_of
from xinglin.core.place import Place, Places
from xinglin.core.text import Text
from xinglin.indicators.compute import compute
from xinglin.indicators.equality import compare
from xinglin.indicators.given import load_rows
from xinglin.indicators.referee import referee
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.tally import Tally
from xinglin.packs.view import ColumnType, View

#: Examples in each property; a long run sets more.
EXAMPLES = int(os.environ.get("XINGLIN_EXAMPLES", "20"))
COLUMNS: dict[str, ColumnType] = {
    "patient": "string", "institution": "string", "area": "string", "day": "date", "end": "date",
    "number": "decimal", "whole": "integer", "word": "string", "flag": "boolean", "at": "dateTime", "until": "dateTime",
}  # fmt: skip
PLACES = Places(
    (
        Place("area", "99", "county", "county"),
        Place("area", "991", "town", "town", "99"),
        Place("area", "9911", "village", "village", "991"),
        Place("area", "992", "town", "town", "99"),
        Place("institution", "h", "hospital", "hospital", "", "991"),
        Place("institution", "c", "clinic", "clinic", "h", "9911"),
        Place("institution", "n", "nowhere", "clinic"),
    )
)
DAYS = st.dates(date(2023, 12, 25), date(2024, 3, 5)) | st.sampled_from([date(1, 1, 1), date(9999, 12, 31)])
WORDS = st.sampled_from(["甲", "乙😀", "", "a%b", "A", "z'"])
MOMENTS = st.sampled_from(
    ["2024-02-29T08:00:00+08:00", "2024-02-29T00:30:00.125Z", "2024-02-29", "no", "2024-02-30T08:00:00Z"]
)


def perhaps(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values | values


ROW = st.fixed_dictionaries(
    {
        "_key": st.sampled_from(["e/1", "e/2", "e/3", "e/10"]),
        "_row": st.just(0),
        "patient": perhaps(st.sampled_from(["p1", "p2", "p3"])),
        "resident": perhaps(st.sampled_from(["r1", "r2", "r3"])),
        "residence_area": perhaps(st.sampled_from(["9911", "992", "00"])),
        "birth_date": perhaps(st.sampled_from([date(2000, 2, 29), date(2024, 1, 1)])),
        "sex": perhaps(st.sampled_from(["male", "female"])),
        "institution": perhaps(st.sampled_from(["h", "c", "n", "x"])),
        "institution_type": st.none(),
        "area": perhaps(st.sampled_from(["9911", "991", "992", "99", "00", ""])),
        "day": perhaps(DAYS),
        "end": perhaps(DAYS),
        "number": perhaps(st.decimals(-1000, 1000, places=6)),
        "whole": perhaps(st.integers(-5, 5)),
        "word": perhaps(WORDS),
        "flag": perhaps(st.booleans()),
        "at": perhaps(MOMENTS),
        "until": perhaps(MOMENTS),
    }
)
CONDITIONS = st.sampled_from(
    [
        "", "flag", "NOT flag", "number > 0 OR whole IS NULL", "word IN ('甲', 'A') AND flag",
        "age_at(birth_date, day) >= 1",
        "minutes_between(at, until) >= 0", "CASE WHEN flag THEN whole ELSE number END BETWEEN -1 AND 2.5",
        "coalesce(word, 'A') LIKE '_%' AND day < '2024-03-01'", "abs(whole / 2) < 1.5", "days_between(day, end) > 3",
        "starts_with(word, '乙') OR left(word, 1) = 'a' OR substr(word, 2, 1) = '%'",
    ]
)  # fmt: skip
SUMS = st.sampled_from(
    ["number", "whole", "number / whole", "whole * 0.1", "-number", "minutes_between(at, until) / 7"]
)
PROVENANCE = st.sampled_from(["", "", "word", "word || '/' || coalesce(sex, '?')"])
STOCK_WAYS = ["rows", "sum", "distinct"]
COUNTED = st.sampled_from(["resident", "patient", "word"])


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    parts: dict[str, Any] = {
        "view": "a.row",
        "where": draw(CONDITIONS),
        "provenance": draw(PROVENANCE),
        "area": draw(st.sampled_from(["area", "area", None])),
        "institution": draw(st.sampled_from(["institution", "institution", None])),
    }
    if draw(st.booleans()):
        parts |= {"since": "day", "until": draw(st.sampled_from(["end", None]))}
    else:
        parts |= {"on": "day"}
    way = draw(
        st.sampled_from(
            ["rows", "sum", "distinct", "latest", "at_least"] if "on" in parts else ["rows", "sum", "distinct"]
        )
    )
    if way == "sum":
        parts["sum"] = draw(SUMS)
    elif way == "rows":
        parts["count"] = "rows"
    else:
        parts |= {"count": "distinct", "of": draw(COUNTED)}
    if way == "latest":
        parts |= {"latest": True, "among": draw(CONDITIONS)}
    if way == "at_least":
        parts["at_least"] = draw(st.integers(2, 3))
    return Tally.model_validate(parts)


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    title = Text(zh="数", en="number")
    return Indicator(
        id="a.n", title=title, formula=title, unit=draw(st.sampled_from(["%", "人"])),
        per=draw(st.sampled_from([1.0, 1000.0])), numerator=draw(tallies()), denominator=draw(st.none() | tallies()),
        periods=KINDS,
    )  # fmt: skip


PERIODS = st.lists(
    st.builds(period_of, st.sampled_from(KINDS), st.dates(date(2023, 12, 20), date(2024, 4, 1))),
    min_size=1,
    max_size=12,
)


def named(numbers: list[Indicator]) -> list[Indicator]:
    """Each under an id of its own."""
    return [number.model_copy(update={"id": f"a.n{place}"}) for place, number in enumerate(numbers)]


NUMBERS = st.lists(indicators(), min_size=1, max_size=3).map(named)


def library(numbers: list[Indicator]) -> Library:
    select = ({"column": [{"name": name, "path": "x", "type": kind} for name, kind in COLUMNS.items()]},)
    view = View(id="a.row", title=Text(zh="", en=""), resource="Encounter", select=select)
    return Library(contents={View: {"a.row": view}, Indicator: {number.id: number for number in numbers}})


@pytest.fixture(scope="module")
def session() -> Any:
    return duckdb.connect(config={"threads": 1})


FIRST, AS_OF = date(2024, 1, 10), date(2024, 2, 29)
SETTINGS = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(rows=st.lists(ROW, max_size=25), numbers=NUMBERS, periods=PERIODS)
def test_engine_and_referee_agree(
    session: Any, rows: list[dict[str, Any]], numbers: list[Indicator], periods: list[Period]
) -> None:
    """Whatever the rows, places, periods and indicators, both give the same figures, notes and provenance."""
    held = library(numbers)
    load_rows(session, {"a.row": numbered_rows(rows)}, held)
    table = compute(session, held, numbers, PLACES, periods, FIRST, AS_OF)
    judged = referee({"a.row": numbered_rows(rows)}, held, numbers, PLACES, periods, FIRST, AS_OF)
    assert [str(difference) for difference in compare(table, judged)] == []


@settings(SETTINGS, max_examples=max(8, EXAMPLES // 4))
@given(rows=st.lists(ROW, max_size=25), numbers=NUMBERS, data=st.data())
def test_the_order_of_rows_changes_nothing(
    session: Any, rows: list[dict[str, Any]], numbers: list[Indicator], data: st.DataObject
) -> None:
    """The same rows in another order give the same table of figures."""
    held = library(numbers)
    periods = [period_of(kind, AS_OF) for kind in KINDS]
    found = []
    for given_rows in (numbered_rows(rows), data.draw(st.permutations(numbered_rows(rows)))):
        load_rows(session, {"a.row": given_rows}, held)
        found.append(compute(session, held, numbers, PLACES, periods, FIRST, AS_OF))
    assert found[0].equals(found[1])


@SETTINGS
@given(
    stays=st.lists(st.tuples(st.sampled_from(["r1", "r2"]), st.integers(0, 40), st.integers(-2, 20)), max_size=20),
)
def test_persons_in_force_never_count_twice(session: Any, stays: list[tuple[str, int, int]]) -> None:
    """With overlapping, touching and empty intervals, a stock of persons is the number of persons with one of them."""
    start = date(2024, 1, 20)
    rows = [
        {"_key": f"e/{n}", "_row": 0, "resident": who, "area": "9911", "day": start + timedelta(begin),
         "end": start + timedelta(begin + length)}
        for n, (who, begin, length) in enumerate(stays)
    ]  # fmt: skip
    tally = Tally(view="a.row", since="day", until="end", count="distinct")
    title = Text(zh="", en="")
    number = Indicator(id="a.n", title=title, formula=title, unit="人", numerator=tally, places=("area",))
    held = library([number])
    load_rows(session, {"a.row": rows}, held)
    days = [period_of("day", start + timedelta(offset)) for offset in range(60)]
    last = start + timedelta(59)
    table = compute(session, held, [number], PLACES, days, start, last).to_pylist()
    found = {row["end_day"]: row["value"] for row in table if row["place"] == "99"}
    for day in (period.end for period in days):
        assert found[day] == len({row["resident"] for row in rows if row["day"] <= day <= row["end"]})


def numbered_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one resource are told apart by _row."""
    return [{**row, "_row": number} for number, row in enumerate(rows)]


def test_every_way_to_tally_is_generated() -> None:
    """The generator of tallies knows every field of a tally."""
    made = {"view", "where", "provenance", "area", "institution", "since", "until", "on", "sum", "count", "of"}
    assert made | {"latest", "among", "at_least"} == set(Tally.model_fields)
