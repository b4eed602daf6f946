"""Every view of our packs, over records written as docs/records.md says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from xinglin.core.fhir import fhir_type
from xinglin.packs.content import builtin_folder
from xinglin.packs.loading import load_library
from xinglin.packs.view import View
from xinglin.views.run import Engine, run_view

Record = dict[str, Any]
LIBRARY = load_library([builtin_folder()])

EXPECTED: dict[str, list[Record]] = {
    "foundation.area": [
        {"area": "990101001", "name": "东镇", "parent": "Location/area-990101", "boundary": "e30="},
    ],
    "foundation.institution": [
        {
            "institution": "Organization/east",
            "name": "东镇卫生院",
            "type": "township-hospital",
            "area": "990101001",
            "parent": "Organization/county",
        },
    ],
    "foundation.patient": [
        {
            "patient": "Patient/east-p1",
            "id_card": "990101195001010014",
            "record_number": "99010100100100001",
            "name": "林一",
            "sex": "female",
            "birth_date": date(1950, 1, 1),
            "phone": "13800000000",
            "address": "东镇东一村1号",
            "area": "990101001001",
            "institution": "Organization/east",
            "deceased_on": date(2025, 9, 1),
        },
        {"patient": "Patient/east-p2", "id_card": None, "area": None, "deceased_on": None},
    ],
    "foundation.encounter": [
        {
            "patient": "Patient/east-p1",
            "institution": "Organization/east",
            "class": "AMB",
            "type": "outpatient",
            "started_on": date(2025, 3, 1),
            "diagnosis": "J06.9",
        },
        {"type": "inpatient", "started_on": date(2025, 3, 2), "ended_on": date(2025, 3, 7), "diagnosis": "I63.9"},
        {"type": "inpatient", "started_on": date(2025, 3, 8), "ended_on": None},
        {"type": "hypertension-follow-up", "ended_on": date(2025, 3, 1)},
        {"type": "ambulance-run", "class": "FLD"},
    ],
    "foundation.population": [
        {"item": "permanent", "value": Decimal(3000), "since": date(2025, 1, 1), "until": date(2025, 12, 31)},
        {"item": "permanent-65-plus", "value": Decimal(450), "source": "Organization/bureau"},
    ],
    "foundation.return_figure": [
        {
            "item": "open-bed-days",
            "value": Decimal("310"),
            "institution": "Organization/east",
            "since": date(2025, 3, 1),
        },
        {"item": "aed-installed", "value": Decimal(4), "institution": "Organization/commission"},
    ],
    "foundation.enrolment": [
        {"programme": "health-record", "since": date(2024, 1, 1), "until": None},
        {"programme": "family-doctor-contract", "since": date(2025, 1, 1), "until": date(2025, 12, 31)},
        {"programme": "hypertension", "institution": "Organization/east"},
        {"programme": "maternal", "gestation_week": 10},
    ],
    "foundation.health_record": [{"patient": "Patient/east-p1", "since": date(2024, 1, 1), "until": None}],
    "family-doctor.contract": [{"patient": "Patient/east-p1", "since": date(2025, 1, 1), "until": date(2025, 12, 31)}],
    "chronic-care.enrolment": [{"patient": "Patient/east-p1", "programme": "hypertension", "until": None}],
    "chronic-care.follow_up": [
        {"patient": "Patient/east-p1", "type": "hypertension-follow-up", "day": date(2025, 3, 1)},
    ],
    "chronic-care.blood_pressure": [
        {
            "patient": "Patient/east-p1",
            "institution": "Organization/east",
            "encounter": "Encounter/east-e4",
            "day": date(2025, 3, 1),
            "systolic": Decimal(138),
            "diastolic": Decimal(84),
        },
    ],
    "chronic-care.glucose": [{"patient": "Patient/east-p1", "day": date(2025, 3, 1), "fasting": Decimal("6.1")}],
    "chronic-care.hba1c": [{"patient": "Patient/east-p1", "day": date(2025, 3, 1), "percent": Decimal("6.6")}],
    "notifiable-disease.report_card": [
        {
            "patient": "Patient/east-p1",
            "institution": "Organization/east",
            "area": "990101001001",
            "disease": "influenza",
            "icd_10": "J11.1",
            "verification": "confirmed",
            "onset_on": date(2025, 3, 1),
            "diagnosed_on": date(2025, 3, 2),
            "diagnosed_at": "2025-03-02T09:00:00+08:00",
            "reported_on": date(2025, 3, 2),
            "reported_at": "2025-03-02T15:00:00+08:00",
        },
    ],
    "hospital-quality.stay": [
        {
            "stay": "Encounter/east-e2",
            "patient": "Patient/east-p1",
            "institution": "Organization/east",
            "admitted_on": date(2025, 3, 2),
            "discharged_on": date(2025, 3, 7),
            "diagnosis": "I63.9",
            "disposition": "home",
        },
    ],
    "hospital-quality.operation": [
        {
            "stay": "Encounter/east-e2",
            "institution": "Organization/east",
            "code": "51.2301",
            "day": date(2025, 3, 3),
            "level": 3,
            "minimally_invasive": True,
        },
    ],
    "hospital-quality.prescription": [
        {
            "institution": "Organization/east",
            "encounter": "Encounter/east-e2",
            "day": date(2025, 3, 2),
            "drug": "J01DD04",
            "grams": Decimal("9.5"),
        },
    ],
    "hospital-quality.referral": [
        {
            "patient": "Patient/east-p1",
            "institution": "Organization/east",
            "receiver": "Organization/county",
            "direction": "up",
            "status": "completed",
            "day": date(2025, 3, 1),
        },
    ],
    "hospital-quality.ambulance_run": [
        {
            "institution": "Organization/station",
            "day": date(2025, 3, 2),
            "called_at": "2025-03-02T08:00:00+08:00",
            "arrived_at": "2025-03-02T08:09:30+08:00",
        },
    ],
    "livelihood-projects.screening": [
        {
            "patient": "Patient/east-p1",
            "institution": "Organization/east",
            "screening": "breast-cancer",
            "day": date(2025, 3, 5),
        },
    ],
    "livelihood-projects.vaccination": [
        {
            "patient": "Patient/east-p1",
            "institution": "Organization/east",
            "vaccine": "influenza",
            "day": date(2025, 10, 8),
        },
    ],
}


@pytest.mark.parametrize("engine", ["duckdb", "referee"])
@pytest.mark.parametrize("name", list(LIBRARY.of(View)))
def test_view_reads_records_as_documented(records: list[Record], name: str, engine: Engine) -> None:
    """A view gives one row for each record that stands, none for one entered in error, with the documented columns."""
    rows = run_view(LIBRARY.of(View)[name], records, engine=engine)
    shown = [{column: row[column] for column in wanted} for row, wanted in zip(rows, EXPECTED[name], strict=True)]
    assert shown == EXPECTED[name]


def test_areas_of_returns_are_keys_that_the_session_strips(records: list[Record]) -> None:
    """Population and returns name their area by the Location's key; the session makes the code of it."""
    rows = run_view(LIBRARY.of(View)["foundation.population"], records)
    assert {row["area"] for row in rows} == {"Location/area-990101001"}


def test_every_view_is_expected_here() -> None:
    """No view of our packs goes without rows worked out by hand."""
    assert set(EXPECTED) == set(LIBRARY.of(View))


def test_records_are_fhir(records: list[Record]) -> None:
    """The records that the views are tried on use only elements that FHIR R4 has."""
    for record in records:
        definition = fhir_type(record["resourceType"])
        assert definition is not None
        stems = {name.removesuffix("[x]") for name in definition.elements}
        unknown = [key for key in record if key != "resourceType" and not any(key.startswith(stem) for stem in stems)]
        assert unknown == []
