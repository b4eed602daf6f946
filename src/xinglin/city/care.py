"""Visits: outpatient, fever clinic, emergency, and the ambulance; with their prescriptions, measurements and
referrals."""

from __future__ import annotations

from bisect import bisect

from xinglin.city import records
from xinglin.city.codes import (
    DIABETES,
    DRUGS,
    FEVER,
    HYPERTENSION,
    INPATIENT,
    OUTPATIENT,
    Chooser,
    Diagnosis,
)
from xinglin.city.people import Person
from xinglin.city.town import TownState
from xinglin.city.world import Institution

_VISITS = 5.35
_FEVER_VISITS = 0.16
_EMERGENCIES = 0.085
_RUNS = 0.019
_OUTPATIENT = Chooser(OUTPATIENT)
_INPATIENT = Chooser(INPATIENT)
#: Village clinic, township hospital, county hospital, hospital of Chinese medicine, the rest maternal and child
#: hospital.
_DOORS = (0.28, 0.635, 0.84, 0.95)
_REFERRED = 0.020


def day_of_care(state: TownState, day: int) -> None:
    random, days = state.random, state.days
    cold = days.winter(day) > 1.05
    visits = int(state.poisson(_VISITS / 365.25 * len(state.people) * days.load(day)))
    for person in state.pools.draw("visit", visits, random):
        outpatient(state, day, person, cold)
    for person in state.pools.draw("visit", state.expect(_FEVER_VISITS, days.season(day, 10, 0.6)), random):
        where = state.town.hospital if random.random() < 0.5 else state.county_hospital
        visit(state, day, person, where, "fever-clinic", FEVER, 480 + int(random.random() * 780))
    for person in state.pools.draw("stay", state.expect(_EMERGENCIES), random):
        emergency(state, day, person, cold)
    for person in state.pools.draw("stay", state.expect(_RUNS), random):
        ambulance_run(state, day, person)


def outpatient(state: TownState, day: int, person: Person, cold: bool) -> None:
    random = state.random
    age = person.age(day)
    sender = door(state, person, age)
    if (person.hypertension or person.diabetes) and random.random() < 0.34:
        found = DIABETES if person.diabetes and random.random() < 0.5 else HYPERTENSION
    else:
        found = _OUTPATIENT.draw(age, person.male, cold, random)
    minute = 480 + int((random.random() * 0.62 + random.random() ** 2 * 0.38) * 540)
    visit(state, day, person, sender, "outpatient", found, minute)
    if sender is state.town.hospital and random.random() < _REFERRED:
        refer_up(state, day, person, found, minute + 20)


def door(state: TownState, person: Person, age: float) -> Institution:
    """Where the person goes. Children and women of childbearing age may choose the maternal and child hospital."""
    match bisect(_DOORS, state.random.random()):
        case 0:
            return state.town.villages[person.village].clinic
        case 1:
            return state.town.hospital
        case 3:
            return state.tcm_hospital
        case 4 if age < 12 or (not person.male and 18 <= age < 50):
            return state.mch_hospital
        case _:
            return state.county_hospital


def visit(
    state: TownState, day: int, person: Person, sender: Institution, kind: str, found: Diagnosis, minute: int
) -> None:
    """One visit and what comes of it."""
    random, feed = state.random, state.feed
    subject = state.subject(person, sender, day, minute)
    key = state.key(sender, "e")
    start, end = state.at(day, minute), state.at(day, minute + 6 + int(random.random() * 30))
    stated = state.at(day, minute + 40)
    stands = feed.put_leaf(
        sender,
        records.encounter(
            key, sender.id, stated, kind=kind, place="EMER" if kind == "emergency" else "AMB", subject=subject,
            start=start, end=end, icd=found.icd, icd_name=found.name,
        ),
    )  # fmt: skip
    if stands:
        state.activities[sender.index].visits += 1
    if kind != "outpatient" or found.drugs == "cold":
        take_temperature(state, sender, key, subject, start, stated, 38.4 if kind == "fever-clinic" else 37.2)
    if found is HYPERTENSION or random.random() < 0.22:
        take_pressure(state, person, sender, key, subject, start, stated)
    if found is DIABETES or random.random() < 0.08:
        take_glucose(state, person, sender, key, subject, start, stated)
    if sender.type not in ("village-clinic", "township-hospital") and random.random() < 0.75:
        feed.put_leaf(
            sender,
            records.diagnosis(
                state.key(sender, "c"), sender.id, stated, subject=subject, encounter=key, icd=found.icd,
                icd_name=found.name, recorded=end,
            ),
        )  # fmt: skip
    if found.drugs:
        prescribe(state, found, sender, key, subject, end, stated)


def prescribe(
    state: TownState, found: Diagnosis, sender: Institution, encounter: str, subject: str, at: str, stated: str,
    antibacterial: float = 0.45,
) -> None:  # fmt: skip
    """Each drug of the diagnosis with a chance of its own; `antibacterial` is the chance of one of those (ATC J01)."""
    random = state.random
    for drug in DRUGS[found.drugs]:
        if random.random() < (antibacterial if drug.atc.startswith("J01") else 0.85):
            low, high = drug.grams
            state.feed.put_leaf(
                sender,
                records.prescription(
                    state.key(sender, "m"), sender.id, stated, subject=subject, encounter=encounter, at=at,
                    atc=drug.atc, drug=drug.name, grams=round(low + random.random() * (high - low), 3),
                ),
            )  # fmt: skip


def take_pressure(
    state: TownState, person: Person, sender: Institution, encounter: str, subject: str, at: str, stated: str
) -> None:
    random = state.random
    middle = (132.0 if person.compliant else 143.0) if person.hypertension else 122.0
    systolic = max(88, min(215, int(random.gauss(middle, 10.5))))
    diastolic = max(50, min(systolic - 15, int(random.gauss(48 + systolic * 0.26, 6))))
    state.feed.put_leaf(
        sender,
        records.blood_pressure(
            state.key(sender, "o"), sender.id, stated, subject=subject, encounter=encounter, at=at, systolic=systolic,
            diastolic=diastolic,
        ),
    )  # fmt: skip


def take_glucose(
    state: TownState, person: Person, sender: Institution, encounter: str, subject: str, at: str, stated: str
) -> None:
    middle = (6.65 if person.compliant else 7.9) if person.diabetes else 5.2
    value = round(max(3.1, state.random.gauss(middle, 1.0 if person.diabetes else 0.45)), 1)
    _measure(state, sender, encounter, subject, at, stated, ("laboratory", "14771-0", "mmol/L"), value)
    if person.diabetes and state.random.random() < 0.3:
        _measure(
            state, sender, encounter, subject, at, stated, ("laboratory", "4548-4", "%"), round(2.6 + 0.66 * value, 1)
        )


def take_temperature(
    state: TownState, sender: Institution, encounter: str, subject: str, at: str, stated: str, middle: float
) -> None:
    value = round(max(35.9, state.random.gauss(middle, 0.5)), 1)
    _measure(state, sender, encounter, subject, at, stated, ("vital-signs", "8310-5", "Cel"), value)


def _measure(
    state: TownState, sender: Institution, encounter: str, subject: str, at: str, stated: str,
    what: tuple[str, str, str], value: float,
) -> None:  # fmt: skip
    category, loinc, unit = what
    state.feed.put_leaf(
        sender,
        records.measurement(
            state.key(sender, "o"), sender.id, stated, category=category, loinc=loinc, unit=unit, subject=subject,
            encounter=encounter, at=at, value=value,
        ),
    )  # fmt: skip


def emergency(state: TownState, day: int, person: Person, cold: bool) -> None:
    found = _INPATIENT.draw(person.age(day), person.male, cold, state.random)
    where = state.county_hospital if state.random.random() < 0.8 else state.tcm_hospital
    visit(state, day, person, where, "emergency", found, 5 + int(state.random.random() * 1380))


def refer(
    state: TownState, day: int, person: Person, sender: Institution, receiver: Institution, direction: str, minute: int
) -> bool:
    """A referral; whether it was accepted."""
    accepted = state.random.random() < 0.93
    subject = state.subject(person, sender, day, minute)
    at = state.at(day, minute)
    line = records.referral(
        state.key(sender, "s"), sender.id, at, subject=subject, at=at, direction=direction, receiver=receiver.id,
        accepted=accepted,
    )  # fmt: skip
    state.feed.put_leaf(sender, line)
    return accepted


def refer_up(state: TownState, day: int, person: Person, found: Diagnosis, minute: int) -> None:
    receiver = state.county_hospital if state.random.random() < 0.75 else state.tcm_hospital
    if refer(state, day, person, state.town.hospital, receiver, "up", minute):

        def seen(then: TownState, later: int, referred: Person) -> None:
            visit(then, later, referred, receiver, "outpatient", found, 500 + int(then.random.random() * 400))

        state.due(state.days.workday_from(day + 1 + int(state.random.random() * 3)), seen, person)


def ambulance_run(state: TownState, day: int, person: Person) -> None:
    """From the call to the hospital door. Farther towns wait longer; the county seat is the first town."""
    random, station = state.random, state.ambulances
    called = int(random.random() * 1330)
    left = called + 1 + int(random.random() * 2)
    drive = (6.0 if state.town.index == 0 else 7.4 + 0.42 * state.town.index) + random.expovariate(1 / 1.6)
    arrived = left + max(2, round(drive))
    ended = min(1422, arrived + 18 + int(random.random() * 25))
    second = int(random.random() * 60)
    times = [state.at(day, minute, second) for minute in (called, left, arrived, ended)]
    found = _INPATIENT.draw(person.age(day), person.male, False, random)
    subject = state.subject(person, station, day, ended)
    line = records.encounter(
        state.key(station, "e"), station.id, state.at(day, ended + 12), kind="ambulance-run", place="FLD",
        subject=subject, start=times[0], end=times[3], icd=found.icd, icd_name=found.name,
        history=records.ambulance_history(*times),
    )  # fmt: skip
    state.feed.put_leaf(station, line)
