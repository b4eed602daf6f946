"""One resource in, an entry or its faults out."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from xinglin.core import systems
from xinglin.core.text import Text
from xinglin.intake.check import Checked, Checker, stated_text
from xinglin.intake.fault import Fault
from xinglin.intake.reasons import REASONS
from xinglin.packs.codes import Code, Codes

CHECKER = Checker(None, 2025)

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "h1-p1",
    "meta": {"lastUpdated": "2025-10-31T08:00:00+08:00", "source": "urn:xinglin:sender:h1"},
    "identifier": [{"system": systems.ID_CARD, "value": "11010519491231002X"}],
    "name": [
        {"text": "张三", "given": ["三", None], "_given": [None, {"extension": [{"url": "u", "valueCode": "x"}]}]}
    ],
    "gender": "male",
    "birthDate": "1949-12-31",
    "_birthDate": {"extension": [{"url": "http://x", "valueDateTime": "1949-12-31T08:00:00+08:00"}]},
    "deceasedBoolean": False,
    "contact": [{"period": {"start": "2020", "end": "2020-12"}}],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "h1-o1",
    "status": "final",
    "code": {"coding": [{"system": systems.LOINC, "code": "85354-9"}]},
    "subject": {"reference": "Patient/h1-p1"},
    "performer": [{"reference": "Organization/h1"}, {"reference": "Practitioner?identifier=a|b"}],
    "valueQuantity": {"value": 5.6, "unit": "mmol/L"},
}
ENCOUNTER: dict[str, Any] = {
    "resourceType": "Encounter",
    "id": "h1-e1",
    "status": "finished",
    "class": {"system": systems.ENCOUNTER_CLASS, "code": "AMB"},
    "type": [{"coding": [{"system": systems.ENCOUNTER_TYPE, "code": "outpatient"}]}],
    "subject": {"reference": "Patient/h1-p1"},
    "period": {"start": "2025-10-31T08:00:00+08:00", "end": "2025-10-31T00:30:00Z"},
    "reasonCode": [{"coding": [{"system": systems.ICD_10, "code": "I10.x00"}]}],
}
REMOVE = object()


def changed(resource: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the element at `path` (`a.0.b`) set, or removed."""
    copy = deepcopy(resource)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = copy
    for part in way:
        place = place[part]
    if value is REMOVE:
        del place[last]
    else:
        place[last] = value
    return copy


def faults(resource: dict[str, Any], checker: Checker = CHECKER) -> list[Fault]:
    checked = checker.check(resource, None)
    return checked if isinstance(checked, list) else []


@pytest.mark.parametrize("resource", [PATIENT, OBSERVATION, ENCOUNTER], ids=lambda r: r["resourceType"])
def test_good_resources_enter(resource: dict[str, Any]) -> None:
    """A resource that keeps every rule has no faults."""
    assert isinstance(CHECKER.check(resource, None), Checked)


@pytest.mark.parametrize(
    ("resource", "path", "value", "code", "where"),
    [
        (PATIENT, "resourceType", REMOVE, "not-a-resource", "resourceType"),
        (PATIENT, "resourceType", 7, "not-a-resource", "resourceType"),
        (PATIENT, "resourceType", "Pateint", "unknown-resource-type", "resourceType"),
        (PATIENT, "resourceType", "DomainResource", "unknown-resource-type", "resourceType"),
        (PATIENT, "resourceType", "HumanName", "unknown-resource-type", "resourceType"),
        (PATIENT, "id", REMOVE, "missing-id", "Patient.id"),
        (PATIENT, "id", "a b", "wrong-type", "Patient.id"),
        (PATIENT, "id", "x" * 65, "wrong-type", "Patient.id"),
        (OBSERVATION, "status", REMOVE, "missing-element", "Observation.status"),
        (OBSERVATION, "code", REMOVE, "missing-element", "Observation.code"),
        (PATIENT, "birthday", "1960-01-01", "unknown-element", "Patient.birthday"),
        (PATIENT, "name.0.nick name", "x", "unknown-element", "Patient.name[0].?"),
        (PATIENT, "name", {"text": "x"}, "wrong-type", "Patient.name"),
        (PATIENT, "name", [], "wrong-type", "Patient.name"),
        (PATIENT, "name.0.text", "", "wrong-type", "Patient.name[0].text"),
        (PATIENT, "name.0.text", None, "wrong-type", "Patient.name[0].text"),
        (PATIENT, "active", "yes", "wrong-type", "Patient.active"),
        (PATIENT, "gender", "zz", "unknown-code", "Patient.gender"),
        (PATIENT, "birthDate", "1950-02-30", "bad-date", "Patient.birthDate"),
        (PATIENT, "birthDate", "1900-02-29", "bad-date", "Patient.birthDate"),
        (PATIENT, "birthDate", "19500101", "bad-date", "Patient.birthDate"),
        (PATIENT, "birthDate", "0000-01-01", "date-out-of-range", "Patient.birthDate"),
        (PATIENT, "birthDate", "9999-12-31", "date-out-of-range", "Patient.birthDate"),
        (PATIENT, "birthDate", "1849-12-31", "date-out-of-range", "Patient.birthDate"),
        (PATIENT, "meta.lastUpdated", "2025-10-31", "bad-date", "Patient.meta.lastUpdated"),
        (PATIENT, "meta.lastUpdated", "2025-10-31T08:00:00", "bad-date", "Patient.meta.lastUpdated"),
        (PATIENT, "deceasedDateTime", "2025-01-01", "choice-conflict", "Patient"),
        (PATIENT, "identifier.0.value", "110105194912310021", "identifier-check-digit", "Patient.identifier[0].value"),
        (PATIENT, "identifier.0.value", "无", "identifier-malformed", "Patient.identifier[0].value"),
        (
            PATIENT,
            "identifier.0",
            {"system": systems.CREDIT_CODE, "value": "91350100M000100Y44"},
            "credit-code-check-digit",
            "Patient.identifier[0].value",
        ),
        (OBSERVATION, "effectiveDateTime", "2025-10-31T25:00:00+08:00", "bad-date", "Observation.effectiveDateTime"),
        (OBSERVATION, "valueInteger", 3, "choice-conflict", "Observation"),
        (OBSERVATION, "subject.reference", "Person 17", "bad-reference", "Observation.subject.reference"),
        (OBSERVATION, "subject.reference", "Pateint/1", "bad-reference", "Observation.subject.reference"),
        (OBSERVATION, "subject.reference", "urn:uuid:1-2", "bad-reference", "Observation.subject.reference"),
        (OBSERVATION, "subject.reference", "#p", "bad-reference", "Observation.contained"),
        (OBSERVATION, "code.coding.0.code", "85354", "unknown-code", "Observation.code.coding[0].code"),
        (ENCOUNTER, "reasonCode.0.coding.0.code", "ZZ99", "unknown-code", "Encounter.reasonCode[0].coding[0].code"),
        (ENCOUNTER, "type.0.coding.0.code", "picnic", "unknown-code", "Encounter.type[0].coding[0].code"),
        (ENCOUNTER, "period.end", "2025-10-30T08:00:00+08:00", "period-reversed", "Encounter.period.end"),
        (ENCOUNTER, "period.end", "2025-09", "period-reversed", "Encounter.period.end"),
        (ENCOUNTER, "period.end", "2025-10-31T07:00:00Z", None, ""),
        (ENCOUNTER, "contained", [{"resourceType": "Bundle"}], "nested-bundle", "Encounter.contained[0]"),
        (
            ENCOUNTER,
            "contained",
            [{"resourceType": "Patient", "id": "p", "gender": "zz"}],
            "unknown-code",
            "Encounter.contained[0].gender",
        ),
        (ENCOUNTER, "contained", [{"resourceType": "Patient", "id": "p"}], None, ""),
        (
            ENCOUNTER,
            "extension",
            [{"url": "u", "valueString": "a", "valueCode": "b"}],
            "choice-conflict",
            "Encounter.extension[0]",
        ),
        (ENCOUNTER, "extension", [{"valueString": "a"}], "missing-element", "Encounter.extension[0].url"),
    ],
)  # fmt: skip
def test_each_fault_has_its_reason_and_path(
    resource: dict[str, Any], path: str, value: Any, code: str | None, where: str
) -> None:
    """A resource spoiled in one place has the reason of that fault, at that element, and no other."""
    found = [(fault.code, fault.path) for fault in faults(changed(resource, path, value))]
    assert found == ([] if code is None else [(code, where)])


def test_a_required_choice_is_named() -> None:
    """A choice that must be there is asked for by its own name."""
    request = {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order"}
    found = {(fault.code, fault.path) for fault in faults(request)}
    assert ("missing-element", "MedicationRequest.medication[x]") in found
    assert ("missing-element", "MedicationRequest.subject") in found


def test_all_faults_are_told_at_once() -> None:
    """Three faults in one resource are three faults in one refusal."""
    spoiled = changed(changed(changed(PATIENT, "gender", "zz"), "birthDate", "x"), "id", REMOVE)
    assert {fault.code for fault in faults(spoiled)} == {"unknown-code", "bad-date", "missing-id"}


def test_faults_carry_no_person() -> None:
    """Neither names nor numbers nor dates of birth stand in what a fault says."""
    spoiled = changed(PATIENT, "identifier.0.value", "110105194912310021")
    spoiled |= {"birthDate": "1949-31-12", "gender": "张三丰", "张三丰": 1}
    told = " ".join(str(fault.as_json()) for fault in faults(spoiled))
    assert not re.search("张三|1101051949|1949-31-12", told)
    assert "unknown-element" in told


def test_every_fault_has_a_title_and_a_remedy_in_both_languages() -> None:
    """No reason code is without words."""
    for reason in REASONS.values():
        fault = Fault(reason.code, "")
        assert fault.title.zh
        assert fault.title.en
        assert fault.remedy.zh
        assert fault.remedy.en


@pytest.mark.parametrize(
    "code", ["I10", "J18.9", "I10.x00", "J18.900", "J18.900x001", "I10.x00x002", "A17.0+", "G01*", "U07.1", "Z51.1"]
)
def test_icd_10_as_the_chinese_editions_write_it(code: str) -> None:
    """Codes of the editions in use in China are let in."""
    assert faults(changed(ENCOUNTER, "reasonCode.0.coding.0.code", code)) == []


@pytest.mark.parametrize("code", ["ZZ99", "I1", "10.9", "i10", "I10.", "高血压", "I10.12345", "X"])
def test_what_is_no_icd_10(code: str) -> None:
    """What has not the form of ICD-10 is refused."""
    spoiled = faults(changed(ENCOUNTER, "reasonCode.0.coding.0.code", code))
    assert [fault.code for fault in spoiled] == ["unknown-code"]


def test_the_packs_code_tables_come_first() -> None:
    """A county's pack adds its own visit type; one that it leaves out is unknown there."""
    own = Code("picnic", systems.ENCOUNTER_TYPE, Text(zh="郊游", en="Picnic"))
    checker = Checker(Codes({systems.ENCOUNTER_TYPE: (own,)}), 2025)
    assert faults(changed(ENCOUNTER, "type.0.coding.0.code", "picnic"), checker) == []
    assert [fault.code for fault in faults(ENCOUNTER, checker)] == ["unknown-code"]


def test_the_sender_stands_in_the_source() -> None:
    """meta.source names the sender; another address there does not; then the one who brings it, then local."""
    elsewhere = changed(PATIENT, "meta.source", "http://server/fhir#req-1")
    checked = [CHECKER.check(PATIENT, "x"), CHECKER.check(elsewhere, "x"), CHECKER.check(elsewhere, None)]
    assert [one.entry.sender for one in checked if isinstance(one, Checked)] == ["h1", "x", "local"]


def test_persons_referred_to() -> None:
    """Every Patient that a resource refers to is known by id, once; what only looks like a reference is not."""
    two = changed(OBSERVATION, "performer.0.reference", "Patient/h1-p2/_history/3")
    two["note"] = [{"text": '"reference":"Patient/trap"'}]
    checked = CHECKER.check(two, None)
    assert isinstance(checked, Checked)
    assert checked.persons == ("h1-p1", "h1-p2")
    patient = CHECKER.check(changed(PATIENT, "link", [{"other": {"reference": "Patient/x"}, "type": "seealso"}]), None)
    assert isinstance(patient, Checked)
    assert patient.persons == ()


def test_the_order_of_keys_is_no_content() -> None:
    """The same content written in another order has the same hash and the same body."""
    turned = dict(reversed(PATIENT.items()))
    one, other = CHECKER.check(PATIENT, None), CHECKER.check(turned, None)
    assert isinstance(one, Checked)
    assert one == other


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2025-10-31T08:00:05+08:00", "2025-10-31T00:00:05.000000Z"),
        ("2025-10-31T08:00:05Z", "2025-10-31T08:00:05.000000Z"),
        ("2025-10-31T08:00:05.1+08:00", "2025-10-31T00:00:05.100000Z"),
        ("2025-01-01T00:30:05.123456789-05:30", "2025-01-01T06:00:05.123456Z"),
        (None, ""),
    ],
)
def test_stated_times_sort_as_text(written: str | None, kept: str) -> None:
    """Instants of any zone and precision are kept in UTC at one width."""
    assert stated_text(written) == kept


def test_deep_nesting_is_no_crash() -> None:
    """An extension in an extension a hundred times over is checked like any other."""
    extension: dict[str, Any] = {"url": "u", "valueString": "x"}
    for _ in range(100):
        extension = {"url": "u", "extension": [extension]}
    assert faults(changed(PATIENT, "extension", [extension])) == []
