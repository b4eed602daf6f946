"""Mishaps between institutions and the county."""

from __future__ import annotations

from datetime import date
from random import Random

import orjson
import pytest

from xinglin.city import records
from xinglin.city.days import days_ending
from xinglin.city.feeds import QUIET_DAYS, lags
from xinglin.city.noise import SHARES, Disturbed, Noise
from xinglin.city.world import lay_out

DAYS = days_ending(date(2025, 10, 31), 60)
AT = "2025-09-05T09:00:00+08:00"
LINES = {
    "encounter": records.encounter("a-e1", "a", AT, kind="outpatient", place="AMB", subject="a-p1", start=AT, end=AT),
    "pressure": records.blood_pressure(
        "a-o1", "a", AT, subject="a-p1", encounter="a-e1", at=AT, systolic=130, diastolic=80
    ),
    "temperature": records.measurement(
        "a-o2", "a", AT, category="vital-signs", loinc="8310-5", unit="Cel", subject="a-p1", encounter="a-e1", at=AT,
        value=36.8,
    ),
    "prescription": records.prescription(
        "a-m1", "a", AT, subject="a-p1", encounter="a-e1", at=AT, atc="J01CA04", drug="阿莫西林", grams=6.0
    ),
    "diagnosis": records.diagnosis(
        "a-c1", "a", AT, subject="a-p1", encounter="a-e1", icd="J06.9", icd_name="感冒", recorded=AT
    ),
    "screening": records.screening("a-x1", "a", AT, subject="a-p1", at=AT, code="breast-cancer", name="乳腺癌筛查"),
    "vaccination": records.vaccination("a-v1", "a", AT, subject="a-p1", at=AT, code="mmr", name="麻腮风疫苗"),
    "referral": records.referral("a-s1", "a", AT, subject="a-p1", at=AT, direction="up", receiver="b", accepted=True),
    "operation": records.operation(
        "a-x2", "a", AT, subject="a-p1", encounter="a-e1", start=AT, end=AT, code="47.0100", name="阑尾切除术", level=2,
        minimally_invasive=True,
    ),
}  # fmt: skip


def _until(kind: str, line: str) -> Disturbed:
    """Disturb with new seeds until the wanted kind was drawn."""
    for seed in range(100_000):
        noise = Noise(Random(seed), DAYS)
        disturbed = noise.disturb(line, "a", DAYS.first + 3)
        if noise.counts[kind]:
            return disturbed
    raise AssertionError(f"{kind} never drawn")


@pytest.mark.parametrize("name", LINES)
def test_corrections_state_something_else_later(name: str) -> None:
    """Same id, later lastUpdated, other content; and the resource stands."""
    found = _until("correction", LINES[name])
    first, second = orjson.loads(found.now), orjson.loads(found.later)
    assert found.stands
    assert first["id"] == second["id"]
    assert first["meta"]["lastUpdated"] < second["meta"]["lastUpdated"]
    first.pop("meta")
    second.pop("meta")
    assert first != second


@pytest.mark.parametrize("name", LINES)
def test_withdrawn_facts_are_entered_in_error(name: str) -> None:
    """The later version says entered-in-error where R4 has the word, and does not stand."""
    found = _until("withdrawn", LINES[name])
    body = orjson.loads(found.later)
    word = body["verificationStatus"]["coding"][0]["code"] if name == "diagnosis" else body["status"]
    assert (word, found.stands) == ("entered-in-error", False)


@pytest.mark.parametrize("name", LINES)
def test_deletions_name_what_they_take_back(name: str) -> None:
    """A Bundle with DELETE and the resource's type and id follows on a later day."""
    found = _until("deletion", LINES[name])
    body, first = orjson.loads(found.later), orjson.loads(found.now)
    assert body["entry"][0]["request"] == {"method": "DELETE", "url": f"{first['resourceType']}/{first['id']}"}
    assert body["timestamp"] > AT


@pytest.mark.parametrize("kind", ["broken-json", "wrong-code", "bad-date", "missing-person"])
@pytest.mark.parametrize("name", LINES)
def test_spoilt_lines_differ_and_never_stand(kind: str, name: str) -> None:
    """Each kind of spoiling changes every kind of line, and the good line is not sent."""
    found = _until(kind, LINES[name])
    assert found.now != LINES[name]
    assert (found.later, found.stands) == ("", False)


def test_a_second_version_after_the_last_day_is_never_promised() -> None:
    """On the last day nothing is resent, corrected or taken back, and what is sent stands."""
    noise = Noise(Random(1), DAYS)
    for _ in range(300):
        found = noise.disturb(LINES["pressure"], "a", DAYS.last)
        assert found.later == ""
    assert not any(noise.counts[kind] for kind in ("duplicate", "correction", "withdrawn", "deletion"))


def test_shares_are_as_documented() -> None:
    """About half a per cent is sent twice, half a per cent corrected, and one line in two thousand spoilt."""
    assert (SHARES["duplicate"], SHARES["correction"]) == (0.005, 0.005)
    spoilt = sum(SHARES[kind] for kind in ("broken-json", "wrong-code", "bad-date", "missing-person"))
    assert spoilt == pytest.approx(0.0005, abs=0.0001)


def test_one_hospital_falls_silent_and_the_end_is_quiet() -> None:
    """The second town's hospital misses days that arrive together; no feed is late in the last ten days."""
    world = lay_out(600, 120, 1, date(2025, 10, 31))
    late = lags(world, world.towns[1].hospital)
    assert late[60:64] == (4, 3, 2, 1)
    assert all(not any(lags(world, one)[-QUIET_DAYS:]) and lags(world, one)[0] == 0 for one in world.institutions)
