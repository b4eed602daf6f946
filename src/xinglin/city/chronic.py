"""Programmes of the township hospital for adults: contracts with family doctors, hypertension, diabetes, elders'
examinations.
"""

from __future__ import annotations

from xinglin.city import records
from xinglin.city.care import take_glucose, take_pressure
from xinglin.city.codes import INFLUENZA_VACCINE
from xinglin.city.demography import enrol, episode
from xinglin.city.people import Person
from xinglin.city.town import Due, TownState

_RECORDED = 0.92
_CONTRACT_PRIORITY, _CONTRACT_OTHERS = 0.80, 0.285
_RENEWED = 0.88
#: Offers of a contract to those who have none; at these rates as many sign as let their contract lapse.
_SIGNINGS = 0.57
_MANAGED = 0.625
_COMPLIANT = 0.74
_EXAMINED = 0.69
_FLU_VACCINATED = 0.36
#: Prevalence by age, 18-34, 35-54, 55-64, 65 and over; of the order of the 2018 national survey.
_HYPERTENSION = (0.05, 0.22, 0.42, 0.55)
_DIABETES = (0.012, 0.08, 0.16, 0.21)
_ENROLMENTS = 0.0026


def prevalence(age: float) -> tuple[float, float]:
    """Chance of hypertension and of diabetes at an age."""
    if age < 18:
        return 0.0, 0.0
    band = 0 if age < 35 else 1 if age < 55 else 2 if age < 65 else 3
    return _HYPERTENSION[band], _DIABETES[band]


def is_priority(person: Person, day: int) -> bool:
    """重点人群: elders, children under 7, pregnant women, persons with hypertension or diabetes under care."""
    age = person.age(day)
    managed = bool(person.hypertension_since or person.diabetes_since)
    return age >= 65 or age < 7 or managed or bool(person.pregnant_since)


def open_books(state: TownState, day: int) -> None:
    """The first day: who is ill, who is already enrolled and since when, whom the township hospital knows."""
    random = state.random
    for person in state.people:
        age = person.age(day)
        high, sugar = prevalence(age)
        person.hypertension, person.diabetes = random.random() < high, random.random() < sugar
        person.compliant = random.random() < _COMPLIANT
        recorded = random.random() < _RECORDED
        if recorded:
            person.record_since = day - 30 - int(random.random() * 3000)
        state.introduce(person, state.town.hospital, day, 480)
        if recorded:
            enrol(state, person, "health-record", day, max(person.record_since, person.birth + 20))
        if person.hypertension and random.random() < _MANAGED:
            start_follow_up(state, person, "hypertension", day, day - 90 - int(random.random() * 1500))
        if person.diabetes and random.random() < _MANAGED:
            start_follow_up(state, person, "diabetes", day, day - 90 - int(random.random() * 1500))
        if random.random() < (_CONTRACT_PRIORITY if is_priority(person, day) else _CONTRACT_OTHERS):
            sign(state, person, day, day - int(random.random() * 364))
        if age >= 65 and random.random() < 0.9:
            enrol(state, person, "elder", day, day - 60 - int(random.random() * 1500))


def sign(state: TownState, person: Person, day: int, start: int) -> None:
    """A contract of one year, and the day on which it is renewed or lapses."""
    enrol(state, person, "family-doctor-contract", day, start)
    state.due(start + 364, renew_or_lapse, person)


def renew_or_lapse(state: TownState, day: int, person: Person) -> None:
    hospital, programme = state.town.hospital, "family-doctor-contract"
    if not person.contract_since:
        return
    stated = state.at(day, 980, 30)
    state.feed.put(hospital, episode(state, person, programme, stated, end=day, finished=True))
    person.contract_since = 0
    if state.random.random() < _RENEWED:
        sign(state, person, day, day)


def start_follow_up(state: TownState, person: Person, programme: str, day: int, start: int) -> None:
    enrol(state, person, programme, day, start)
    first = day + 1 + int(state.random.random() * 84)
    state.due(state.days.workday_from(first), _following(programme), person)


def _following(programme: str) -> Due:
    return lambda state, day, person: follow_up(state, day, person, programme)


def follow_up(state: TownState, day: int, person: Person, programme: str) -> None:
    """A visit to measure, mostly at the village clinic; the next one in about a quarter, later with those who come
    seldom.
    """
    random = state.random
    enrolled = person.hypertension_since if programme == "hypertension" else person.diabetes_since
    if not enrolled:
        return
    sender = state.town.villages[person.village].clinic if random.random() < 0.55 else state.town.hospital
    minute = 490 + int(random.random() * 440)
    subject = state.subject(person, sender, day, minute)
    key = state.key(sender, "e")
    at, stated = state.at(day, minute), state.at(day, minute + 35)
    icd, name = ("I10", "原发性高血压") if programme == "hypertension" else ("E11.9", "2型糖尿病")
    line = records.encounter(
        key, sender.id, stated, kind=f"{programme}-follow-up", place="HH" if random.random() < 0.3 else "AMB",
        subject=subject, start=at, end=state.at(day, minute + 20), icd=icd, icd_name=name,
    )  # fmt: skip
    state.feed.put_leaf(sender, line)
    take_pressure(state, person, sender, key, subject, at, stated)
    if programme == "diabetes":
        take_glucose(state, person, sender, key, subject, at, stated)
    gap = 62 + int(random.random() * 20) if person.compliant else 95 + int(random.random() * 70)
    state.due(state.days.workday_from(day + gap), _following(programme), person)


def day_of_programmes(state: TownState, day: int) -> None:
    """New contracts and new patients; on the first day and on each New Year the year's examinations are planned."""
    random = state.random
    today = state.days.date(day)
    if day == state.days.first or (today.month, today.day) == (1, 1):
        plan_year(state, day)
    if not state.days.is_workday(day):
        return
    for _ in range(state.expect(_SIGNINGS, 365.25 / 248)):
        person = state.people[int(random.random() * len(state.people))]
        keen = 0.95 if is_priority(person, day) else 0.103
        if person.here and not person.contract_since and random.random() < keen:
            sign(state, person, day, day)
    for _ in range(state.expect(_ENROLMENTS, 365.25 / 248)):
        found = state.pools.aged(40, 90, day, random)
        if found and not found.hypertension_since:
            found.hypertension = True
            start_follow_up(state, found, "hypertension", day, day)


def plan_year(state: TownState, day: int) -> None:
    """Which elders will be examined and vaccinated this year, and when; what would fall before `day` is over
    already."""
    random, days = state.random, state.days
    new_year = days.date(day).replace(month=1, day=1).toordinal()
    for person in state.people:
        if person.here and person.age(new_year + 365) >= 65:
            examined, vaccinated = random.random() < _EXAMINED, random.random() < _FLU_VACCINATED
            on = new_year + 12 + int(random.random() * 340)
            if examined and on >= day:
                state.due(days.workday_from(on), examine_elder, person)
            on = new_year + 255 + int(random.random() * 75)
            if vaccinated and on >= day:
                state.due(days.workday_from(on), _vaccinate_against_influenza, person)


def examine_elder(state: TownState, day: int, person: Person) -> None:
    random, hospital = state.random, state.town.hospital
    if person.age(day) < 65:
        return
    if not person.elder_since:
        enrol(state, person, "elder", day, day)
    minute = 450 + int(random.random() * 200)
    subject = state.subject(person, hospital, day, minute)
    key = state.key(hospital, "e")
    at, stated = state.at(day, minute), state.at(day, minute + 190)
    line = records.encounter(
        key, hospital.id, stated, kind="elder-examination", place="AMB", subject=subject, start=at,
        end=state.at(day, minute + 45),
    )  # fmt: skip
    state.feed.put_leaf(hospital, line)
    take_pressure(state, person, hospital, key, subject, at, stated)
    take_glucose(state, person, hospital, key, subject, at, stated)


def _vaccinate_against_influenza(state: TownState, day: int, person: Person) -> None:
    vaccinate(state, day, person, *INFLUENZA_VACCINE)


def vaccinate(state: TownState, day: int, person: Person, code: str, name: str) -> None:
    hospital = state.town.hospital
    minute = 500 + int(state.random.random() * 400)
    subject = state.subject(person, hospital, day, minute)
    at = state.at(day, minute)
    line = records.vaccination(
        state.key(hospital, "v"), hospital.id, state.at(day, minute + 6), subject=subject, at=at, code=code, name=name
    )
    state.feed.put_leaf(hospital, line)
