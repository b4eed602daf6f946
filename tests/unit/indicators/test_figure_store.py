"""The store of figures: what it answers, within which scope, and what it keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from duckdb import DuckDBPyConnection

from xinglin.access.model import Scope
from xinglin.core.errors import InputError, NothingYetError, StorageError
from xinglin.core.period import KINDS, parse_period
from xinglin.indicators.compute import compute
from xinglin.indicators.equality import check, compare, rows_of
from xinglin.indicators.figures import Figure
from xinglin.indicators.numbering import counted_all, numbered
from xinglin.indicators.referee import referee
from xinglin.indicators.store import FigureStore
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.view import View
from xinglin.views.manifest import Snapshot

ALL = Scope.everything()
AS_OF = date(2025, 10, 20)


def of(county: Any, indicator: str, place: str, period: str, scope: Scope = ALL) -> Figure:
    kind = "institution" if len(place) == 1 else "area"
    found = county.store.figures([indicator], scope=scope, places=[(kind, place)], periods=[parse_period(period)])
    assert len(found) == 1
    return found[0]


def snapshot(version: int) -> Snapshot:
    return Snapshot(version, version * 10, f"2025-10-20T0{version}:00:00Z", {}, {})


def test_figures_are_what_was_worked_out(county: Any) -> None:
    """A rate has numerator, denominator, value and where the denominator came from."""
    figure = of(county, "a.visitors", "990101", "2025-09")
    assert (figure.numerator, figure.denominator, figure.value) == (1, 5, 0.2)
    assert figure.provenance == "公安局；统计局"
    assert figure.finished


def test_absent_rows_are_zero_for_counts_and_unknown_for_sums(county: Any) -> None:
    """No row is no visit, but no known cost."""
    assert of(county, "a.visits", "990101", "2025-09-15").value == 0
    cost = of(county, "a.cost", "990101", "2025-09-15")
    assert (cost.numerator, cost.denominator, cost.value) == (None, 0, None)
    assert cost.note == "no-records denominator-zero"


def test_an_unfinished_period_is_marked(county: Any) -> None:
    """October is worked out to the 20th: the row of the 21st is not in it."""
    figure = of(county, "a.visits", "w", "2025-10")
    assert (figure.value, figure.finished, figure.note) == (2, False, "unfinished")
    assert of(county, "a.contracts", "990101", "2025").numerator == 2


def test_a_numerator_above_its_denominator_is_shown(county: Any) -> None:
    """A share above one is told, not cut."""
    figure = of(county, "a.contracts", "990101001", "2025-09")
    assert (figure.value, figure.note) == (1, "")
    figure = of(county, "a.visitors", "990101001", "YTD2025-09-30")
    assert figure.value == 1
    assert "above-denominator" not in figure.note


def test_a_period_without_data_says_so(county: Any) -> None:
    """What lies outside the days with data has no value, and is not zero."""
    for code in ("2023-01", "2026-01", "2025-10-21"):
        figure = of(county, "a.visits", "990101", code)
        assert (figure.value, figure.note) == (None, "outside")


def test_the_first_year_is_marked_partial(county: Any) -> None:
    """Data begin on the last day of 2024: the year 2024 is there, but only in part."""
    assert county.store.first_day() == date(2024, 12, 31)
    assert of(county, "a.visits", "990101", "2024").note == "partial"


def test_only_places_in_scope_are_answered(county: Any) -> None:
    """A place that the scope does not allow is not in the answer, asked for or not."""
    town = Scope(frozenset({"990101001", "990101001001"}), frozenset({"e"}))
    month = [parse_period("2025-09")]
    found = county.store.figures(["a.visits"], scope=town, periods=month)
    assert [(f.place_kind, f.place) for f in found] == [
        ("area", "990101001"), ("area", "990101001001"), ("institution", "e"),
    ]  # fmt: skip
    asked = [("area", "990101"), ("area", "990101001")]
    assert [f.place for f in county.store.figures(["a.visits"], scope=town, places=asked, periods=month)] == [
        "990101001"
    ]
    assert county.store.figures(["a.visits"], scope=Scope.nothing(), periods=month) == []
    county_place = county.places.get("area", "990101")
    assert county.store.series("a.visits", county_place, "month", AS_OF, AS_OF, scope=town) == []


def test_the_order_asked_is_the_order_answered(county: Any) -> None:
    """Figures come by indicator, then place, then period, as asked; kinds not declared are left out."""
    periods = [parse_period("2025-10"), parse_period("2025-09"), parse_period("2025-10-01")]
    places = [("institution", "w"), ("area", "990101")]
    found = county.store.figures(["a.visits", "a.contracts"], scope=ALL, places=places, periods=periods)
    assert [(f.indicator, f.place, f.period.code) for f in found] == [
        ("a.visits", "w", "2025-10"), ("a.visits", "w", "2025-09"), ("a.visits", "w", "2025-10-01"),
        ("a.visits", "990101", "2025-10"), ("a.visits", "990101", "2025-09"), ("a.visits", "990101", "2025-10-01"),
        ("a.contracts", "990101", "2025-10"), ("a.contracts", "990101", "2025-09"),
    ]  # fmt: skip


def test_a_series_is_dense(county: Any) -> None:
    """Every day has a figure, zero where nothing was recorded, and none after the last day with data."""
    place = county.places.get("area", "990101")
    series = county.store.series("a.visits", place, "day", date(2025, 9, 1), date(2025, 12, 31), scope=ALL)
    assert len(series) == 50
    assert [f.value for f in series[:3]] == [1, 1, 0]
    to_date = county.store.series("a.visits", place, "ytd", date(2025, 1, 1), date(2025, 12, 31), scope=ALL)
    assert [f.period.code for f in to_date][-2:] == ["YTD2025-09-30", "YTD2025-10-20"]


def test_a_matrix_has_a_row_for_each_place_and_a_column_for_each_day(county: Any) -> None:
    """Detectors get numbers: zero on days without rows, NaN on days without data."""
    places = [
        county.places.get("institution", "w"),
        county.places.get("area", "990101"),
        county.places.get("area", "990101"),
    ]
    found = county.store.matrix("a.visits", places, date(2025, 10, 1), date(2025, 10, 22))
    assert found.shape == (3, 22)
    assert found[0, :20].sum() == 2
    assert np.isnan(found[:, 20:]).all()
    assert (found[1, :20] == found[2, :20]).all()


def test_rows_left_out_are_told_by_reason(county: Any) -> None:
    """Rows without a date, place, known place or person, and those after the last day, are counted apart."""
    assert county.store.left_out("a.visitors") == [
        ("after-last-day", 1), ("no-area", 1), ("no-date", 1), ("no-institution", 1), ("no-subject", 1),
        ("unknown-area", 1), ("unknown-institution", 1),
    ]  # fmt: skip
    assert ("no-amount", 1) in county.store.left_out("a.cost")
    assert county.store.left_out("a.visits", "denominator") == []


def test_an_unknown_indicator_and_a_year_to_date_not_worked_out_are_told(county: Any) -> None:
    """Neither gives zeros that mean nothing."""
    with pytest.raises(InputError, match=r"a\.visit"):
        county.store.figures(["a.visit"], scope=ALL, periods=[parse_period("2025")])
    with pytest.raises(InputError, match="YTD2025-10-11"):
        of(county, "a.visits", "990101", "YTD2025-10-11")


def test_without_figures_the_remedy_is_told(tmp_path: Path, library: Library) -> None:
    """An empty folder is no traceback."""
    with pytest.raises(NothingYetError, match="xinglin refresh"):
        FigureStore(tmp_path, library).version()


def test_two_versions_are_kept_and_a_reader_sees_the_new_one(county: Any, tmp_path: Path) -> None:
    """A refresh replaces the figures at once for a reader that is open; the version before stays, older ones go."""
    folder = tmp_path / "figures"
    (folder / "left-by-a-crash").mkdir()
    county.session.execute('DELETE FROM "a.visit"')
    writer = FigureStore(folder, county.library)
    for version in (2, 3):
        assert writer.build(county.session, snapshot(version), as_of=AS_OF) == version
    assert county.store.version() == 3
    assert of(county, "a.visits", "990101", "2025-09").value == 0
    assert sorted(entry.name[:2] for entry in folder.iterdir() if entry.is_dir()) == ["v2", "v3"]


def test_changed_definitions_are_noticed(county: Any, tmp_path: Path) -> None:
    """An indicator whose formula changed since has no figures until the next refresh."""
    indicators = dict(county.library.of(Indicator))
    tally = indicators["a.visits"].numerator.model_copy(update={"where": "good"})
    indicators["a.visits"] = indicators["a.visits"].model_copy(update={"numerator": tally})
    changed = Library(contents={**county.library.contents, Indicator: indicators})
    store = FigureStore(tmp_path / "figures", changed)
    with pytest.raises(InputError, match="has changed"):
        store.figures(["a.visits"], scope=ALL, periods=[parse_period("2025")])
    assert store.figures(["a.cost"], scope=ALL, periods=[parse_period("2025")])


def test_a_folder_that_cannot_be_written_is_told(county: Any, tmp_path: Path) -> None:
    """The error names the folder and the remedy."""
    (tmp_path / "taken").write_text("a file stands where the folder should be")
    with pytest.raises(StorageError, match=r"taken.*Check free disk space"):
        FigureStore(tmp_path / "taken", county.library).build(county.session, snapshot(4), as_of=AS_OF)


def test_a_missing_view_is_told(county: Any, session: DuckDBPyConnection) -> None:
    """Views that are older than the definitions are a problem with a remedy."""
    session.execute('DROP TABLE "a.people"')
    with pytest.raises(InputError, match=r"a\.people"):
        county.store.build(session, snapshot(5), as_of=AS_OF)


def test_a_refresh_reads_a_snapshot_and_does_nothing_twice(county: Any, tmp_path: Path) -> None:
    """From the Parquet files of a snapshot come the same figures; the same snapshot again leaves the files alone."""
    files = {}
    for name, view in county.library.of(View).items():
        files[name] = (tmp_path / f"{name}.parquet",)
        columns = ", ".join(f'"{column}"' for column in ("_key", "_row", *view.columns()))
        county.session.execute(f"COPY (SELECT {columns} FROM \"{name}\") TO '{files[name][0]}' (FORMAT parquet)")
    store, taken = FigureStore(tmp_path / "fresh", county.library), []
    given = replace(snapshot(1), files=files)
    for _ in range(2):
        assert store.refresh(given, as_of=AS_OF, progress=lambda done, total: taken.append(done)) == 1
    assert taken == [1, 2, 3]
    month = [parse_period("2025-09")]
    places = [("institution", "e"), ("institution", "w")]
    for name in ("a.visits", "a.cost"):
        asked = {"scope": ALL, "places": places, "periods": month}
        assert store.figures([name], **asked) == county.store.figures([name], **asked)
    assert store.refresh(given, as_of=date(2025, 9, 30)) == 1
    assert store.as_of() == date(2025, 9, 30)


def test_the_whole_county_equals_the_referee(county: Any) -> None:
    """Every indicator, place and period of every kind."""
    indicators = [i.model_copy(update={"periods": KINDS}) for i in county.library.of(Indicator).values()]
    first = date(2024, 12, 31)
    checked = list(check(county.session, county.library, county.places, first, AS_OF, indicators))
    assert [one.indicator for one in checked] == [indicator.id for indicator in indicators]
    assert sum(one.figures for one in checked) > 10_000
    assert [str(difference) for one in checked for difference in one.differences] == []


def test_a_disagreement_is_told(county: Any) -> None:
    """Comparing names the figure and the part that differs, and figures that one side lacks."""
    indicators = [county.library.of(Indicator)["a.visits"]]
    table = compute(county.session, county.library, indicators, county.places, [parse_period("2025")], AS_OF, AS_OF)
    tallies = counted_all(numbered(indicators), county.library)
    rows = rows_of(county.session, tallies, county.library)
    rows["a.visit"] = rows["a.visit"][1:]
    judged = list(referee(rows, county.library, indicators, county.places, [parse_period("2025")], AS_OF, AS_OF))
    found = [str(difference) for difference in compare(table, judged[:-1])]
    assert "a.visits area:990101 2025  numerator: engine 4.0, referee 3.0" in found
    assert any("figure" in text for text in found)
