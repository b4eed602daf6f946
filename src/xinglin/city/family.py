"""Mothers and children: booking, delivery, visits after birth, checks, screening of development, vaccinations."""

from __future__ import annotations

from xinglin.city import records
from xinglin.city.care import visit
from xinglin.city.chronic import vaccinate
from xinglin.city.codes import PREGNANCY, SCREENINGS, VACCINES
from xinglin.city.demography import enrol, finish, open_record
from xinglin.city.people import Person
from xinglin.city.town import Due, TownState
from xinglin.city.world import Institution

_BIRTHS = 0.0068
_CAESAREAN = 0.38
_NEWBORN_VISITED = 0.945
_MOTHER_VISITED = 0.93
_BOOKED_EARLY = 0.945
_CHECKED = 0.93
_DEVELOPMENT_SCREENED = 0.9
_CHECK_MONTHS = (3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72)
#: Vaccinations in order of age: age in days, code, name.
_DOSES = sorted((age, code, name) for code, name, ages in VACCINES for age in ages)


def open_nursery(state: TownState, day: int) -> None:
    """The first day: women already with child, and the next check and vaccination of every child."""
    random = state.random
    # Half of those drawn are men: hence twice as many draws, here and below.
    for _ in range(round(2 * len(state.people) * _BIRTHS * 30 / 52)):
        mother = state.pools.aged(20, 40, day, random)
        if mother and not mother.male and not mother.pregnant_since:
            book(state, day, mother, pregnant_days=70 + int(random.random() * 200))
    for person in state.people:
        if person.age(day) < 7:
            enrol(state, person, "child", day, max(person.birth + 3, day - 2400))
            next_check(state, person, day)
            next_dose(state, person, day)


def day_of_mothers(state: TownState, day: int) -> None:
    if not state.days.is_workday(day):
        return
    random = state.random
    for _ in range(state.expect(2 * _BIRTHS, 365.25 / 248)):
        mother = state.pools.aged(20, 40, day, random)
        if mother and not mother.male and not mother.pregnant_since:
            early = random.random() < _BOOKED_EARLY
            book(
                state,
                day,
                mother,
                pregnant_days=(45 + int(random.random() * 43)) if early else 95 + int(random.random() * 80),
            )


def book(state: TownState, day: int, mother: Person, *, pregnant_days: int) -> None:
    """A maternal record. Those who were with child on the first day had booked before it."""
    random = state.random
    weeks, booked = pregnant_days // 7, day
    if day == state.days.first:
        booked_at = min(pregnant_days, 45 + int(random.random() * 43))
        weeks, booked = booked_at // 7, day - (pregnant_days - booked_at)
    mother.booked_week = weeks
    enrol(state, mother, "maternal", day, booked)
    birth = day + max(1, 280 - pregnant_days + int(random.gauss(0, 8)))
    state.due(birth, deliver, mother)
    for month in range(2):
        state.due(state.days.workday_from(day + 20 + 45 * month), antenatal_visit, mother)


def antenatal_visit(state: TownState, day: int, mother: Person) -> None:
    if mother.pregnant_since:
        visit(state, day, mother, state.mch_hospital, "outpatient", PREGNANCY, 500 + int(state.random.random() * 300))


def deliver(state: TownState, day: int, mother: Person) -> None:
    """Birth and, some days later, the way home."""
    random = state.random
    sender = state.mch_hospital if random.random() < 0.55 else state.county_hospital
    minute = int(random.random() * 1430)
    caesarean = random.random() < _CAESAREAN
    home = day + (5 if caesarean else 3)
    child = state.registrar.person(
        day, random.random() < 0.525, mother.village, mother.house, mother.name[0], card=True
    )
    child.compliant = mother.compliant
    state.people.append(child)
    state.due(home, _going_home(sender, day, minute, caesarean), mother)
    state.due(home + 1 + int(random.random() * 4), enter_child, child)


def _going_home(sender: Institution, day: int, minute: int, caesarean: bool) -> Due:
    return lambda state, home, mother: go_home(state, home, mother, sender, day, minute, caesarean)


def go_home(
    state: TownState, home: int, mother: Person, sender: Institution, day: int, minute: int, caesarean: bool
) -> None:
    random = state.random
    subject = state.subject(mother, sender, home, 500)
    key = state.key(sender, "e")
    icd, name = ("O82", "剖宫产分娩") if caesarean else ("O80", "顺产")
    stated = state.at(home, 700)
    line = records.encounter(
        key, sender.id, stated, kind="delivery", place="IMP", subject=subject, start=state.at(day, minute),
        end=state.at(home, 600), icd=icd, icd_name=name, disposition="home",
    )  # fmt: skip
    state.feed.put(sender, line)
    activity = state.activities[sender.index]
    activity.discharges += 1
    activity.bed_days += home - day
    if caesarean:
        activity.operations += 1
        line = records.operation(
            state.key(sender, "x"), sender.id, stated, subject=subject, encounter=key, start=state.at(day, minute),
            end=state.at(day, minute + 55), code="74.1x00", name="低位子宫下段剖宫产", level=2,
            minimally_invasive=False,
        )  # fmt: skip
        state.feed.put_leaf(sender, line)
    finish(state, mother, "maternal", home)
    if random.random() < _MOTHER_VISITED:
        late = 4 if random.random() < 0.03 else 0
        state.due(home + 3 + late + int(random.random() * 5), postnatal_visit, mother)


def postnatal_visit(state: TownState, day: int, mother: Person) -> None:
    _home_visit(state, day, mother, "postnatal-visit")


def newborn_visit(state: TownState, day: int, child: Person) -> None:
    _home_visit(state, day, child, "newborn-visit")


def _home_visit(state: TownState, day: int, person: Person, kind: str) -> None:
    hospital, minute = state.town.hospital, 510 + int(state.random.random() * 400)
    subject = state.subject(person, hospital, day, minute)
    line = records.encounter(
        state.key(hospital, "e"), hospital.id, state.at(day, minute + 50), kind=kind, place="HH", subject=subject,
        start=state.at(day, minute), end=state.at(day, minute + 30),
    )  # fmt: skip
    state.feed.put_leaf(hospital, line)


def enter_child(state: TownState, day: int, child: Person) -> None:
    """The township hospital registers the newborn, visits it at home, and opens its programme; the ID card comes
    later."""
    random, days = state.random, state.days
    state.introduce(child, state.town.hospital, day, 520)
    enrol(state, child, "child", day, day)
    if random.random() < _NEWBORN_VISITED:
        state.due(day + int(random.random() * 3), newborn_visit, child)
    if child.card:
        state.due(days.workday_from(child.birth + 61 + int(random.random() * 30)), enter_card, child)
    if random.random() < 0.95:
        state.due(days.workday_from(day + 20 + int(random.random() * 30)), open_record, child)
    next_check(state, child, day)
    next_dose(state, child, day)


def enter_card(state: TownState, day: int, child: Person) -> None:
    state.restate(child, day, 21)


def next_check(state: TownState, child: Person, day: int) -> None:
    for month in _CHECK_MONTHS:
        on = child.birth + int(month * 30.44) + int(state.random.random() * 12)
        if on > day:
            state.due(state.days.workday_from(on), check_child, child)
            return
    state.due(child.birth + int(7.02 * 365.25), grow_up, child)


def grow_up(state: TownState, day: int, child: Person) -> None:
    finish(state, child, "child", day)


def check_child(state: TownState, day: int, child: Person) -> None:
    random, hospital = state.random, state.town.hospital
    if random.random() < _CHECKED:
        minute = 500 + int(random.random() * 380)
        subject = state.subject(child, hospital, day, minute)
        at, stated = state.at(day, minute), state.at(day, minute + 45)
        line = records.encounter(
            state.key(hospital, "e"), hospital.id, stated, kind="child-check", place="AMB", subject=subject, start=at,
            end=state.at(day, minute + 25),
        )  # fmt: skip
        state.feed.put_leaf(hospital, line)
        if child.age(day) < 3.1 and random.random() < _DEVELOPMENT_SCREENED:
            code = "child-development"
            line = records.screening(
                state.key(hospital, "x"), hospital.id, stated, subject=subject, at=at, code=code, name=SCREENINGS[code]
            )
            state.feed.put_leaf(hospital, line)
    next_check(state, child, day)


def next_dose(state: TownState, child: Person, day: int) -> None:
    """Those of this age in days that come next, one appointment at a time."""
    age = day - child.birth
    for dose_age, _, _ in _DOSES:
        if dose_age > age:
            on = child.birth + dose_age + int(state.random.random() * 9)
            state.due(state.days.workday_from(max(on, day + 1)), _giving(dose_age), child)
            return


def _giving(dose_age: int) -> Due:
    return lambda state, day, child: give_doses(state, day, child, dose_age)


def give_doses(state: TownState, day: int, child: Person, dose_age: int) -> None:
    for age, code, name in _DOSES:
        if age == dose_age and state.random.random() < 0.97:
            vaccinate(state, day, child, code, name)
    next_dose(state, child, max(day, child.birth + dose_age))
