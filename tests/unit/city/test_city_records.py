"""What the simulated institutions send: valid R4, joined up, as docs/records.md says."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from city_county import County
from city_walker import faults

from xinglin.core import systems
from xinglin.core.identifiers import credit_code_fault, id_card_fault
from xinglin.core.systems import SENDER_PREFIX

SENT = {
    "Bundle", "Condition", "Encounter", "EpisodeOfCare", "Immunization", "Location", "MeasureReport",
    "MedicationRequest", "Observation", "Organization", "Patient", "Procedure", "ServiceRequest",
}  # fmt: skip


def test_every_line_that_is_not_spoilt_is_valid_r4(county: County) -> None:
    """Element names, cardinality, types and bound codes of every good line agree with HL7's definitions."""
    wrong = Counter(fault for body in county.good() for fault in faults(body))
    assert wrong == Counter()


def test_every_kind_of_resource_is_sent(county: County) -> None:
    """All resource types of docs/records.md occur even in a small county."""
    assert {body["resourceType"] for body in county.good()} == SENT


def test_every_line_names_its_sender_and_time(county: County) -> None:
    """meta.source is the institution whose file it is, meta.lastUpdated a +08:00 time not after the file's day."""
    for sender, day, line in county.lines:
        if b'"meta":{"lastUpdated":"' in line and line.endswith(b"}"):
            assert f'"source":"{SENDER_PREFIX}{sender}"'.encode() in line
            stated = line.split(b'"lastUpdated":"')[1][:25].decode()
            assert stated.endswith("+08:00")
            assert stated[:10] <= day


def test_one_statement_never_stands_with_two_contents(county: County) -> None:
    """The same resource at the same lastUpdated has one body, so that the order of loading cannot matter."""
    bodies: dict[tuple[str, str, str], set[bytes]] = defaultdict(set)
    for _, _, line in county.lines:
        if line.endswith(b"}") and line.startswith(b'{"resourceType"'):
            kind, key, stated = (line.split(part)[1].split(b'"')[0].decode() for part in _HEAD)
            bodies[kind, key, stated].add(line)
    assert [key for key, found in bodies.items() if len(found) > 1] == []


_HEAD = (b'"resourceType":"', b'"id":"', b'"lastUpdated":"')


def test_every_person_and_institution_referred_to_exists(county: County) -> None:
    """Only lines spoilt with a missing person point to no Patient; every Organization and Location named is there."""
    everything = county.current()
    missing = set()
    for key, body in everything.items():
        missing |= {(key, target) for target in _references(body) if target not in everything}
    assert {target.split("/")[0] for _, target in missing} <= {"Encounter"}
    spoilt_or_deleted = {target for _, target in missing}
    assert len(spoilt_or_deleted) <= 0.01 * len(everything)


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [target for part in value.values() for target in _references(part)]
    if isinstance(value, list):
        return [target for part in value for target in _references(part)]
    return []


@pytest.mark.parametrize(("kind", "system", "fault"), [
    ("Patient", systems.ID_CARD, id_card_fault),
    ("Organization", systems.CREDIT_CODE, credit_code_fault),
])  # fmt: skip
def test_identifiers_pass_their_check(county: County, kind: str, system: str, fault: Any) -> None:
    """ID cards and credit codes of good lines have the right check digit; ID cards the unheld prefix 99."""
    values = [
        identifier["value"]
        for body in county.good()
        if body["resourceType"] == kind
        for identifier in body.get("identifier", ())
        if identifier["system"] == system
    ]
    assert values
    assert [value for value in values if fault(value)] == []
    assert kind != "Patient" or all(value.startswith("99") for value in values)


def test_an_id_card_belongs_to_one_person(county: County) -> None:
    """Two registrations bear one ID card only when name and birth date are the same."""
    holders: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for body in county.good():
        if body["resourceType"] == "Patient":
            for identifier in body.get("identifier", ()):
                if identifier["system"] == systems.ID_CARD:
                    holders[identifier["value"]].add((body["name"][0]["text"], body["birthDate"]))
    assert [card for card, people in holders.items() if len(people) > 1] == []


def test_sex_and_birth_date_agree_with_the_card(county: County) -> None:
    """The card's date is the birth date, and its 17th digit is odd for men."""
    for body in county.good():
        if body["resourceType"] == "Patient" and body.get("identifier", [{}])[0].get("system") == systems.ID_CARD:
            card = body["identifier"][0]["value"]
            assert card[6:14] == body["birthDate"].replace("-", "")
            assert (int(card[16]) % 2 == 1) == (body["gender"] == "male")


def test_population_is_returned_for_each_year(county: County) -> None:
    """Each town has the eight population figures of 2023, 2024 and 2025, valid for that calendar year."""
    found = {
        (body["subject"]["reference"], body["period"]["start"], body["period"]["end"], len(body["group"]))
        for body in county.good()
        if body.get("measure") == f"{systems.RETURN_MEASURE}population"
    }
    towns = {f"Location/area-99010100{number}" for number in (1, 2)}
    years = [(f"{year}-01-01", f"{year}-12-31", 8) for year in (2023, 2024, 2025)]
    assert found == {(town, *year) for town in towns for year in years}
