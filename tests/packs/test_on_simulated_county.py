"""Our packs on records as institutions send them: through the real door, log, views and session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from xinglin.city.make import make
from xinglin.core.clock import system_clock
from xinglin.core.period import parse_period
from xinglin.core.place import Places
from xinglin.database.engine import open_database, sqlite_url
from xinglin.indicators.assembly import COLUMNS, figure_of
from xinglin.indicators.compute import compute
from xinglin.indicators.figures import Figure
from xinglin.indicators.places import places_from
from xinglin.intake.door import Intake
from xinglin.log.sql import SqlLog
from xinglin.packs.content import builtin_folder
from xinglin.packs.indicator import Indicator
from xinglin.packs.loading import load_library
from xinglin.packs.view import View
from xinglin.residents.linking import resident_table
from xinglin.views.session import open_session
from xinglin.views.store import Snapshot, ViewStore

LIBRARY = load_library([builtin_folder()])
FIRST, LAST = date(2024, 9, 27), date(2025, 10, 31)
PERIODS = ("2025-06-10", "2025-06", "2025-Q2", "2025", "YTD2025-10-31")


@dataclass(frozen=True)
class County:
    """What the packs make of a small county: rows by view, places, figures of the county and its institutions."""

    snapshot: Snapshot
    places: Places
    figures: tuple[Figure, ...]

    def whole(self, indicator: str) -> dict[str, Figure]:
        root = self.places.root
        return {f.period.code: f for f in self.figures if f.indicator == indicator and root and f.place == root.code}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder: Path = tmp_path_factory.mktemp("county")
    make(folder / "city", residents=600, days=(LAST - FIRST).days + 1, seed=7, end=LAST, processes=1)
    engine = open_database(sqlite_url(folder / "log.db"))
    log = SqlLog(engine)
    Intake(engine, log, system_clock, LIBRARY.codes).load([folder / "city" / "feeds"])
    snapshot = ViewStore(folder / "views", LIBRARY, derived={"resident": resident_table}).refresh(log)
    with open_session(snapshot, LIBRARY) as session:
        places = places_from(session)
        indicators = list(LIBRARY.of(Indicator).values())
        periods = [parse_period(code) for code in PERIODS]
        table = compute(session, LIBRARY, indicators, places, periods, FIRST, LAST)
    columns = [table.column(name).to_pylist() for name in COLUMNS]
    yield County(snapshot, places, tuple(figure_of(row) for row in zip(*columns, strict=True)))
    engine.dispose()


def test_every_view_has_rows(county: County) -> None:
    """Each view of our packs finds records in what institutions send."""
    assert [name for name in LIBRARY.of(View) if not county.snapshot.rows[name]] == []


def test_every_indicator_has_a_value(county: County) -> None:
    """Each indicator of our packs is worked out, for the year to date, for the county or for some institution."""
    valued = {f.indicator for f in county.figures if f.period.kind == "ytd" and f.value is not None}
    assert [name for name in LIBRARY.of(Indicator) if name not in valued] == []


@pytest.mark.parametrize(
    "indicator",
    [
        "foundation.record_coverage",
        "family-doctor.contract_rate",
        "family-doctor.elder_contract_rate",
        "chronic-care.hypertension_management_rate",
        "chronic-care.hypertension_standard_rate",
        "chronic-care.hypertension_control_rate",
        "chronic-care.diabetes_control_rate",
        "hospital-quality.primary_care_share",
        "hospital-quality.bed_use_rate",
        "notifiable-disease.timely_report_rate",
    ],
)
def test_shares_are_shares(county: County, indicator: str) -> None:
    """Numerator and denominator speak of the same people: the share lies above 0 and not above 1."""
    value = county.whole(indicator)["YTD2025-10-31"].value
    assert value is not None
    assert 0 < value <= 1


def test_antibacterials_of_outpatients_stay_out(county: County) -> None:
    """The intensity of antibacterial use counts prescriptions of stays only, so it is of a hospital's order."""
    value = county.whole("hospital-quality.antibiotic_intensity")["YTD2025-10-31"].value
    assert value is not None
    assert 0 < value < 150


def test_honest_declarations_equal_the_feed(county: County) -> None:
    """What the county hospital declares for a month is near what its own records add up to."""
    hospital = county.places.of_kind("institution", ["county-hospital"])[0].code
    visits, declared = (
        next(
            f.value
            for f in county.figures
            if f.place == hospital and f.period.code == "2025-06" and f.indicator == f"hospital-quality.{name}"
        )
        for name in ("outpatient_visits", "declared_outpatient")
    )
    assert visits == pytest.approx(declared, rel=0.02)
