"""One or two records of each kind, written as docs/records.md says; some withdrawn, which no view may show."""

from __future__ import annotations

from typing import Any

import pytest

from xinglin.core import systems

Record = dict[str, Any]


def _record(kind: str, key: str, sender: str = "east", **parts: Any) -> Record:
    meta = {"lastUpdated": "2025-03-02T16:00:00+08:00", "source": f"{systems.SENDER_PREFIX}{sender}"}
    return {"resourceType": kind, "id": key, "meta": meta, **parts}


def _concept(*codings: tuple[str, str]) -> Record:
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def _to(kind: str, key: str) -> Record:
    return {"reference": f"{kind}/{key}"}


def _area(code: str) -> Record:
    return {"url": systems.AREA_CODE_EXTENSION, "valueCode": code}


PERSON = _to("Patient", "east-p1")
EAST = _to("Organization", "east")
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def _encounter(key: str, kind: str, place: str, start: str, end: str | None, **parts: Any) -> Record:
    period = {"start": f"2025-03-{start}+08:00"} | ({"end": f"2025-03-{end}+08:00"} if end else {})
    given = {
        "status": "finished" if end else "in-progress",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": place},
        "type": [_concept((systems.ENCOUNTER_TYPE, kind))],
        "subject": PERSON,
        "period": period,
        "serviceProvider": EAST,
    }
    return _record("Encounter", key, **{**given, **parts})


def _episode(key: str, programme: str, start: str, end: str | None = None, **parts: Any) -> Record:
    period = {"start": start} | ({"end": end} if end else {})
    given = {
        "status": "active",
        "type": [_concept((systems.PROGRAMME, programme))],
        "patient": PERSON,
        "managingOrganization": EAST,
        "period": period,
    }
    return _record("EpisodeOfCare", key, **{**given, **parts})


def _observation(key: str, loinc: str, status: str = "final", **parts: Any) -> Record:
    return _record(
        "Observation",
        key,
        status=status,
        code=_concept((systems.LOINC, loinc)),
        subject=PERSON,
        encounter=_to("Encounter", "east-e4"),
        effectiveDateTime="2025-03-01T10:00:00+08:00",
        performer=[EAST],
        **parts,
    )


def _pressure(key: str, systolic: int, diastolic: int, status: str = "final") -> Record:
    parts = (("8462-4", diastolic), ("8480-6", systolic))
    component = [{"code": _concept((systems.LOINC, code)), "valueQuantity": {"value": value}} for code, value in parts]
    return _observation(key, "85354-9", status, component=component)


def _report(key: str, measure: str, start: str, end: str, figures: dict[str, float], **parts: Any) -> Record:
    given = {
        "status": "complete",
        "type": "summary",
        "measure": f"{systems.RETURN_MEASURE}{measure}",
        "date": "2025-04-02T09:00:00+08:00",
        "period": {"start": start, "end": end},
        "group": [
            {"code": _concept((systems.RETURN_ITEM, item)), "measureScore": {"value": value}}
            for item, value in figures.items()
        ],
    }
    return _record("MeasureReport", key, **{**given, **parts})


def _card(key: str, disease: str, icd: str, verification: str) -> Record:
    return _record(
        "Condition",
        key,
        extension=[
            {"url": systems.ASSERTED_DATE_EXTENSION, "valueDateTime": "2025-03-02T09:00:00+08:00"},
            {"url": systems.REPORTER_EXTENSION, "valueReference": EAST},
            _area("990101001001"),
        ],
        verificationStatus=_concept((_VERIFICATION, verification)),
        category=[_concept((systems.CONDITION_CATEGORY, "notifiable-report"))],
        code=_concept((systems.NOTIFIABLE_DISEASE, disease), (systems.ICD_10, icd)),
        subject=PERSON,
        onsetDateTime="2025-03-01",
        recordedDate="2025-03-02T15:00:00+08:00",
    )


def _procedure(key: str, status: str, **parts: Any) -> Record:
    return _record("Procedure", key, status=status, subject=PERSON, performer=[{"actor": EAST}], **parts)


def _operation(key: str, status: str) -> Record:
    return _procedure(
        key,
        status,
        extension=[
            {"url": systems.OPERATION_LEVEL_EXTENSION, "valueInteger": 3},
            {"url": systems.MINIMALLY_INVASIVE_EXTENSION, "valueBoolean": True},
        ],
        category={"text": "手术"},
        code=_concept((systems.ICD_9_CM_3, "51.2301")),
        encounter=_to("Encounter", "east-e2"),
        performedPeriod={"start": "2025-03-03T09:00:00+08:00", "end": "2025-03-03T11:00:00+08:00"},
    )


def _prescription(key: str, status: str) -> Record:
    return _record(
        "MedicationRequest",
        key,
        status=status,
        intent="order",
        medicationCodeableConcept=_concept((systems.ATC, "J01DD04")),
        subject=PERSON,
        encounter=_to("Encounter", "east-e2"),
        authoredOn="2025-03-02T09:00:00+08:00",
        performer=EAST,
        dispenseRequest={"quantity": {"value": 9.5, "unit": "g"}},
    )


def _referral(key: str, status: str) -> Record:
    return _record(
        "ServiceRequest",
        key,
        status=status,
        intent="order",
        code=_concept((systems.REFERRAL, "up")),
        subject=PERSON,
        authoredOn="2025-03-01T10:00:00+08:00",
        requester=EAST,
        performer=[_to("Organization", "county")],
    )


def _vaccination(key: str, status: str) -> Record:
    return _record(
        "Immunization",
        key,
        status=status,
        vaccineCode=_concept((systems.VACCINE, "influenza")),
        patient=PERSON,
        occurrenceDateTime="2025-10-08T09:00:00+08:00",
        performer=[{"actor": EAST}],
    )


RUN = [
    {"status": "planned", "period": {"start": "2025-03-02T08:00:00+08:00", "end": "2025-03-02T08:01:00+08:00"}},
    {"status": "arrived", "period": {"start": "2025-03-02T08:09:30+08:00", "end": "2025-03-02T08:30:00+08:00"}},
]

RECORDS: list[Record] = [
    _record(
        "Location",
        "area-990101001",
        extension=[{"url": systems.BOUNDARY_EXTENSION, "valueAttachment": {"data": "e30="}}],
        identifier=[{"system": systems.AREA, "value": "990101001"}],
        name="东镇",
        partOf=_to("Location", "area-990101"),
    ),
    _record("Location", "ward-3", name="三病区"),
    _record(
        "Organization",
        "east",
        extension=[_area("990101001")],
        type=[_concept((systems.INSTITUTION_TYPE, "township-hospital"))],
        name="东镇卫生院",
        partOf=_to("Organization", "county"),
    ),
    _record(
        "Patient",
        "east-p1",
        identifier=[
            {"system": systems.HEALTH_RECORD_NUMBER, "value": "99010100100100001"},
            {"system": systems.ID_CARD, "value": "990101195001010014"},
        ],
        name=[{"text": "林一"}],
        telecom=[{"system": "phone", "value": "13800000000"}],
        gender="female",
        birthDate="1950-01-01",
        address=[{"extension": [_area("990101001001")], "text": "东镇东一村1号"}],
        managingOrganization=EAST,
        deceasedDateTime="2025-09-01T05:00:00+08:00",
    ),
    _record("Patient", "east-p2", name=[{"text": "新生儿"}]),
    _encounter(
        "east-e1", "outpatient", "AMB", "01T09:00:00", "01T09:20:00",
        reasonCode=[_concept((systems.ICD_10, "J06.9"))],
    ),
    _encounter(
        "east-e2", "inpatient", "IMP", "02T09:00:00", "07T10:00:00",
        reasonCode=[_concept((systems.ICD_10, "I63.9"))],
        hospitalization={"dischargeDisposition": _concept(("urn:disposition", "home"))},
    ),
    _encounter("east-e3", "inpatient", "IMP", "08T09:00:00", None),
    _encounter("east-e4", "hypertension-follow-up", "HH", "01T10:00:00", "01T10:10:00"),
    _encounter("east-e5", "hypertension-follow-up", "HH", "01T10:00:00", "01T10:10:00", status="entered-in-error"),
    _encounter(
        "station-e1", "ambulance-run", "FLD", "02T08:00:00", "02T08:30:00",
        statusHistory=RUN, serviceProvider=_to("Organization", "station"),
    ),
    _report(
        "bureau-2025", "population", "2025-01-01", "2025-12-31", {"permanent": 3000, "permanent-65-plus": 450},
        subject=_to("Location", "area-990101001"), reporter=_to("Organization", "bureau"),
    ),
    _report("east-b3", "beds", "2025-03-01", "2025-03-31", {"open-bed-days": 310}, reporter=EAST),
    _report(
        "commission-l3", "livelihood", "2025-03-01", "2025-03-31", {"aed-installed": 4},
        subject=_to("Location", "area-990101001"), reporter=_to("Organization", "commission"),
    ),
    _report("east-b4", "beds", "2025-04-01", "2025-04-30", {"open-bed-days": 9}, reporter=EAST, status="error"),
    _episode("east-hr1", "health-record", "2024-01-01"),
    _episode("east-fd1", "family-doctor-contract", "2025-01-01", "2025-12-31"),
    _episode("east-fd2", "family-doctor-contract", "2025-02-01", status="entered-in-error"),
    _episode("east-ht1", "hypertension", "2024-05-01"),
    _episode(
        "east-mt1", "maternal", "2025-02-01",
        extension=[{"url": systems.GESTATION_WEEK_EXTENSION, "valueInteger": 10}],
    ),
    _pressure("east-o1", 138, 84),
    _pressure("east-o2", 200, 120, "entered-in-error"),
    _observation("east-o3", "14771-0", valueQuantity={"value": 6.1, "unit": "mmol/L"}),
    _observation("east-o4", "4548-4", valueQuantity={"value": 6.6, "unit": "%"}),
    _observation("east-o5", "8310-5", valueQuantity={"value": 37.1, "unit": "Cel"}),
    _card("east-c1", "influenza", "J11.1", "confirmed"),
    _card("east-c2", "influenza", "J11.1", "entered-in-error"),
    _record(
        "Condition",
        "east-c3",
        verificationStatus=_concept((_VERIFICATION, "confirmed")),
        category=[_concept((systems.CONDITION_CATEGORY, "encounter-diagnosis"))],
        code=_concept((systems.ICD_10, "J11.1")),
        subject=PERSON,
    ),
    _operation("east-s1", "completed"),
    _operation("east-s2", "entered-in-error"),
    _procedure(
        "east-s3", "completed",
        code=_concept((systems.SCREENING, "breast-cancer")), performedDateTime="2025-03-05T09:00:00+08:00",
    ),
    _prescription("east-m1", "completed"),
    _prescription("east-m2", "entered-in-error"),
    _referral("east-r1", "completed"),
    _referral("east-r2", "entered-in-error"),
    _vaccination("east-v1", "completed"),
    _vaccination("east-v2", "entered-in-error"),
]  # fmt: skip


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """All records; about one person, two institutions and a town."""
    return RECORDS
