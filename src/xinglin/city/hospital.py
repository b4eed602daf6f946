"""Stays: admission, diagnoses, treatment, operations, discharge, and referral down to the township hospital."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from random import Random

from xinglin.city import records
from xinglin.city.care import prescribe, refer, take_glucose, take_pressure, take_temperature
from xinglin.city.codes import HYPERTENSION, INPATIENT, OPERATED, OPERATIONS, Chooser, Diagnosis, Operation
from xinglin.city.demography import die
from xinglin.city.people import Person
from xinglin.city.town import Due, TownState
from xinglin.city.world import Institution

_STAYS = 0.150
_CHOOSER = Chooser(INPATIENT)
#: County hospital, hospital of Chinese medicine, maternal and child hospital (women and children), the rest township.
_WARDS = (0.46, 0.67, 0.73)
_MEAN_STAY = {"county-hospital": 7.1, "tcm-hospital": 8.3, "mch-hospital": 5.6, "township-hospital": 6.9}
_SURGICAL = 0.8
_DIES = 0.006


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay that is going on."""

    key: str
    subject: str
    sender: Institution
    found: Diagnosis
    admitted: int
    minute: int
    operation: Operation | None


def day_of_stays(state: TownState, day: int) -> None:
    cold = state.days.winter(day) > 1.05
    count = state.expect(_STAYS, 0.25 + 0.75 * state.days.load(day))
    for person in state.pools.draw("stay", count, state.random):
        admit(state, day, person, cold)


def admit(state: TownState, day: int, person: Person, cold: bool) -> None:
    random = state.random
    age = person.age(day)
    sender = _ward(state, person, age)
    found = _CHOOSER.draw(age, person.male, cold, random)
    minute = 480 + int(random.random() * 600)
    subject = state.subject(person, sender, day, minute)
    operation = _operation(found, sender, random)
    stay = Stay(state.key(sender, "e"), subject, sender, found, day, minute, operation)
    start, stated = state.at(day, minute), state.at(day, minute + 45)
    state.feed.put(sender, _encounter(stay, start, stated))
    _record_diagnosis(state, stay, found, start, stated)
    if person.hypertension and random.random() < 0.8:
        _record_diagnosis(state, stay, HYPERTENSION, start, stated)
    take_temperature(state, sender, stay.key, subject, start, stated, 37.4 if found.winter else 36.7)
    take_pressure(state, person, sender, stay.key, subject, start, stated)
    if random.random() < 0.6:
        take_glucose(state, person, sender, stay.key, subject, start, stated)
    leaving = day + _length(sender, operation, random)
    state.due(leaving, _discharging(stay), person)


def _discharging(stay: Stay) -> Due:
    return lambda state, day, person: discharge(state, day, person, stay)


def discharge(state: TownState, day: int, person: Person, stay: Stay) -> None:
    random, sender = state.random, stay.sender
    minute = 540 + int(random.random() * 420)
    end, stated = state.at(day, minute), state.at(day, minute + 90)
    dies = random.random() < _DIES * (4 if person.age(day) >= 75 else 1)
    disposition = "exp" if dies else "home"
    start = state.at(stay.admitted, stay.minute)
    state.feed.put(sender, _encounter(stay, start, stated, end, disposition))
    activity = state.activities[sender.index]
    activity.discharges += 1
    activity.bed_days += day - stay.admitted
    if stay.found.drugs:
        prescribe(state, stay.found, sender, stay.key, stay.subject, end, stated, antibacterial=0.62)
    if random.random() < 0.5:
        take_pressure(state, person, sender, stay.key, stay.subject, end, stated)
    if stay.operation:
        activity.operations += 1
        _operate(state, stay, stay.operation, day, stated)
    if dies:
        die(state, day, person)
    elif sender.type in ("county-hospital", "tcm-hospital") and person.age(day) > 40:
        growth = 0.130 if day < state.days.last - 304 else 0.150
        if random.random() < growth:
            refer(state, day, person, sender, state.town.hospital, "down", minute + 95)


def _encounter(stay: Stay, start: str, stated: str, end: str = "", disposition: str = "") -> str:
    return records.encounter(
        stay.key, stay.sender.id, stated, kind="inpatient", place="IMP", subject=stay.subject, start=start, end=end,
        icd=stay.found.icd, icd_name=stay.found.name, disposition=disposition,
    )  # fmt: skip


def _record_diagnosis(state: TownState, stay: Stay, found: Diagnosis, at: str, stated: str) -> None:
    sender = stay.sender
    line = records.diagnosis(
        state.key(sender, "c"), sender.id, stated, subject=stay.subject, encounter=stay.key, icd=found.icd,
        icd_name=found.name, recorded=at,
    )  # fmt: skip
    state.feed.put_leaf(sender, line)


def _operate(state: TownState, stay: Stay, operation: Operation, left: int, stated: str) -> None:
    """On the second day of the stay, stated with the front page at discharge."""
    random, sender = state.random, stay.sender
    day = min(stay.admitted + 1, left)
    minute = 500 + int(random.random() * 300) if day < left else 490
    level = 1 if operation.level == 2 and random.random() < 0.3 else operation.level
    line = records.operation(
        state.key(sender, "x"), sender.id, stated, subject=stay.subject, encounter=stay.key,
        start=state.at(day, minute), end=state.at(day, minute + 30 + level * int(20 + random.random() * 30)),
        code=operation.code, name=operation.name, level=level, minimally_invasive=random.random() >= operation.invasive,
    )  # fmt: skip
    state.feed.put_leaf(sender, line)


def _ward(state: TownState, person: Person, age: float) -> Institution:
    match bisect(_WARDS, state.random.random()):
        case 0:
            return state.county_hospital
        case 1:
            return state.tcm_hospital
        case 2 if age < 10 or (not person.male and 18 <= age < 50):
            return state.mch_hospital
        case 2:
            return state.county_hospital
        case _:
            return state.town.hospital


def _operation(found: Diagnosis, sender: Institution, random: Random) -> Operation | None:
    """Township hospitals hardly operate."""
    choices = OPERATIONS.get(found.icd)
    if not choices:
        return None
    chance = OPERATED.get(found.icd, _SURGICAL) * (0.12 if sender.type == "township-hospital" else 1.0)
    if random.random() >= chance:
        return None
    return choices[0] if len(choices) == 1 or random.random() < 0.7 else choices[1]


def _length(sender: Institution, operation: Operation | None, random: Random) -> int:
    mean = _MEAN_STAY[sender.type] + (0.8 if operation else 0.0)
    return max(1, min(45, round(random.gammavariate(3.2, mean / 3.2))))
