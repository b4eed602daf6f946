"""Notifiable cases, the usual ones and those of planted outbreaks: onset, visit, diagnosis, report card,
confirmation."""

from __future__ import annotations

from functools import cache

from xinglin.city import records
from xinglin.city.care import visit
from xinglin.city.codes import Diagnosis
from xinglin.city.days import Days
from xinglin.city.disease import BY_CODE, DISEASES, Disease, draw_age_band, draw_lag
from xinglin.city.outbreaks import Outbreak
from xinglin.city.people import Person
from xinglin.city.town import Due, TownState
from xinglin.city.world import Institution

_LATE_CARD = 0.013
_WITHDRAWN_CARD = 0.01
_OUTBREAK_REPORTED = 0.94


def day_of_cases(state: TownState, day: int) -> None:
    """Illness that begins today. Cases whose illness began before the first day are not told of."""
    random = state.random
    for disease in DISEASES:
        for _ in range(state.expect(disease.rate / 100_000, wave(state.days, disease, day))):
            person = state.pools.aged(*draw_age_band(disease, random), day, random)
            if person:
                fall_ill(state, day, person, disease)
    for outbreak in state.outbreaks:
        for _ in range(outbreak.onsets.count(day)):
            person = state.pools.aged(*outbreak.ages, day, random) or state.pools.aged(0, 100, day, random)
            if person:
                fall_ill(state, day, person, outbreak.disease, outbreak)


def wave(days: Days, disease: Disease, day: int) -> float:
    """How much of the yearly mean rate falls on a day; influenza's wave is narrower than a cosine."""
    height: float = max(0.0, days.season(day, disease.peak, disease.strength)) ** disease.power
    return height / _mean_height(disease.strength, disease.power)


@cache
def _mean_height(strength: float, power: int) -> float:
    days = Days(738000, 738365)
    return float(sum(max(0.0, days.season(day, 1, strength)) ** power for day in range(738000, 738366)) / 366)


def fall_ill(state: TownState, day: int, person: Person, disease: Disease, outbreak: Outbreak | None = None) -> None:
    lag = draw_lag(disease, state.random) if outbreak is None else min(2, draw_lag(disease, state.random))
    due = _diagnosing(disease.code, day, outbreak)
    if lag == 0:
        due(state, day, person)
    else:
        state.due(day + lag, due, person)


def _diagnosing(code: str, onset: int, outbreak: Outbreak | None) -> Due:
    return lambda state, day, person: diagnose(state, day, person, BY_CODE[code], onset, outbreak)


def diagnose(
    state: TownState, day: int, person: Person, disease: Disease, onset: int, outbreak: Outbreak | None
) -> None:
    """The visit, and the card some hours later; now and then the card is late, or not written at all."""
    random = state.random
    sender = _seen_at(state, disease)
    minute = 490 + int(random.random() * 480)
    kind = "fever-clinic" if disease.fever else "outpatient"
    visit(state, day, person, sender, kind, Diagnosis(disease.icd, disease.name, (0, 0, 0, 0, 0)), minute)
    reported = outbreak is None or random.random() < _OUTBREAK_REPORTED
    if outbreak:
        state.outbreak_counts[outbreak.id].visits += 1
    if not reported:
        return
    late = random.random() < _LATE_CARD
    hours = 25 + random.random() * 40 if late else 0.3 + random.random() ** 2 * 9
    then = minute + 25 + int(hours * 60)
    writing = _reporting(disease.code, onset, day, minute, then, sender, outbreak)
    if then < 1420:
        writing(state, day, person)
    else:
        state.due(day + then // 1440, writing, person)


def _seen_at(state: TownState, disease: Disease) -> Institution:
    if disease.hospital:
        return state.county_hospital if state.random.random() < 0.8 else state.tcm_hospital
    return state.town.hospital if state.random.random() < 0.62 else state.county_hospital


def _reporting(
    code: str, onset: int, diagnosed: int, minute: int, then: int, reporter: Institution, outbreak: Outbreak | None
) -> Due:
    def write(state: TownState, day: int, person: Person) -> None:
        card = Card(state, person, BY_CODE[code], onset, diagnosed, minute, then, reporter)
        card.send(day, outbreak)

    return write


class Card:
    """One report card and its versions. The CDC states it; the reporter is named on it."""

    def __init__(
        self, state: TownState, person: Person, disease: Disease, onset: int, diagnosed: int, minute: int, then: int,
        reporter: Institution,
    ) -> None:  # fmt: skip
        self._state, self._disease, self._reporter = state, disease, reporter
        self._key = state.key(state.cdc, "r")
        self._subject = state.subject(person, reporter, diagnosed, minute)
        self._village = state.town.villages[person.village].code
        self._onset = state.days.iso(onset)
        self._diagnosed = state.at(diagnosed, minute + 20)
        self._recorded = state.at(diagnosed, then)

    def send(self, day: int, outbreak: Outbreak | None) -> None:
        """The first version, and what follows: confirmed by the laboratory, or withdrawn as an error."""
        state, random = self._state, self._state.random
        confirmed_later = random.random() < self._disease.laboratory
        first = "provisional" if confirmed_later else "confirmed"
        state.feed.put(state.cdc, self._line(first, self._recorded))
        if outbreak:
            count = state.outbreak_counts[outbreak.id]
            count.reports += 1
            count.first_report = count.first_report or state.days.iso(day)
        elif random.random() < _WITHDRAWN_CARD:
            self._again(day, "entered-in-error")
            return
        if confirmed_later:
            self._again(day, "confirmed")

    def _again(self, day: int, verification: str) -> None:
        state, random = self._state, self._state.random
        later = day + 1 + int(random.random() * 3)
        stated = state.at(later, 600 + int(random.random() * 300), 15)
        state.feed.put_on(state.cdc, later, self._line(verification, stated))

    def _line(self, verification: str, stated: str) -> str:
        return records.report_card(
            self._key, self._state.cdc.id, stated, subject=self._subject, disease=self._disease.code,
            icd=self._disease.icd, name=self._disease.name, verification=verification, onset=self._onset,
            diagnosed=self._diagnosed, recorded=self._recorded, reporter=self._reporter.id, village=self._village,
        )  # fmt: skip
