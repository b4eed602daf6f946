"""Persons registered twice at one institution: most with the same ID card, some with a mistyped one or none."""

from __future__ import annotations

from xinglin.city.people import Person
from xinglin.city.town import Due, TownState
from xinglin.core.identifiers import id_card_check_digit

_SHARE = 0.003
_KINDS = ("same-id", "mistyped-id", "missing-id")
_KIND_SHARES = (0.7, 0.15, 0.15)


def plan_second_registrations(state: TownState) -> None:
    """Choose who will be registered again at the township hospital, and when. Those without an ID card are left out."""
    random = state.stream("duplicates")
    adults = [person for person in state.people if person.card and person.age(state.days.first) >= 3]
    wanted = max(1, round(len(state.people) * _SHARE))
    span = state.days.last - state.days.first
    for person in random.sample(adults, min(wanted, len(adults))):
        day = state.days.first + 1 + int(random.random() * span * 0.95)
        kind = random.choices(_KINDS, _KIND_SHARES)[0]
        state.due(state.days.workday_from(day), _registering(kind), person)


def _registering(kind: str) -> Due:
    return lambda state, day, person: again(state, day, person, kind)


def again(state: TownState, day: int, person: Person, kind: str) -> None:
    """The second registration: same name, birth date and sex."""
    hospital = state.town.hospital
    card = {"same-id": person.card, "mistyped-id": mistyped(person.card), "missing-id": ""}[kind]
    person.second = hospital.index
    first, second = f"{hospital.id}-p{person.number}", f"{hospital.id}-p9{person.number}"
    state.feed.put(hospital, state.patient(person, hospital, second, state.at(day, 575, 5), card, numbered=False))
    state.duplicates.append(
        {"institution": hospital.id, "a": f"Patient/{first}", "b": f"Patient/{second}", "kind": kind}
    )


def person_of(patient: str) -> str:
    """The person of a Patient key (`Patient/<institution>-p<number>`); a second registration puts 9 first."""
    number = patient.rpartition("-p")[2]
    return number[1:] if len(number) > 7 and number.startswith("9") else number


def mistyped(card: str) -> str:
    """Another valid number with the same birth date and sex: two digits of the area changed places and the check digit
    fits, as when a number is copied from a wrong form. No one holds the areas that arise.
    """
    first17 = card[:4] + card[5] + card[4] + card[6:17]
    return first17 + id_card_check_digit(first17)
