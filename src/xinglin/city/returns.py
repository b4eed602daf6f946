"""Monthly and yearly returns: finance, staff, beds, what institutions declare; population and livelihood projects by
town.

An honest institution declares what its lines add up to in the end. One does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from xinglin.city.registers import returned
from xinglin.city.town import Activity
from xinglin.city.world import Institution, World

#: Beds, staff and price levels for each 20,000 residents of the county; township hospitals share by their towns' sizes.
_BEDS = {"county-hospital": 35.0, "tcm-hospital": 17.5, "mch-hospital": 2.2, "township-hospital": 19.5}
_STAFF = {
    "county-hospital": 58, "tcm-hospital": 31, "mch-hospital": 14, "cdc": 8, "ambulance-station": 5,
    "township-hospital": 52, "village-clinic": 21,
}  # fmt: skip
_VISIT_PRICE = {"county-hospital": 245, "tcm-hospital": 205, "mch-hospital": 190, "township-hospital": 82}
_STAY_PRICE = {"county-hospital": 6900, "tcm-hospital": 5600, "mch-hospital": 4100, "township-hospital": 2300}
_INCOME_SHARES = {"drug-income": 0.262, "material-income": 0.112, "test-income": 0.238}

FALSE_FACTOR = 1.15
_FALSE_MONTHS = 5


def false_months(world: World) -> tuple[str, ...]:
    """The last whole months of the data but the very last, in which the hospital of Chinese medicine declares too
    much."""
    months = whole_months(world)
    return months[-_FALSE_MONTHS - 1 : -1] or months[-1:]


def whole_months(world: World) -> tuple[str, ...]:
    """YYYY-MM of each month for which returns are sent: its last day lies within the data."""
    days = world.days
    return tuple(days.iso(day)[:7] for day in range(days.first, days.last + 1) if days.is_month_end(day))


def declared_visits(world: World, one: Institution, month: str, counted: int) -> int:
    if one.type == "tcm-hospital" and month in false_months(world):
        return round(counted * FALSE_FACTOR) + 1
    return counted


def monthly(world: World, one: Institution, day: int, activity: Activity) -> Iterator[str]:
    """The lines that an institution sends on a month's last day, in the evening."""
    stated = f"{world.days.iso(day)}T23:50:00+08:00"
    month = world.days.iso(day)[:7]
    start = f"{month}-01"
    for measure, figures in _measures(world, one, day, month, activity).items():
        yield returned(
            f"{one.id}-{measure}-{month}", one.id, stated, measure=measure, start=start, end=world.days.iso(day),
            figures=figures,
        )  # fmt: skip


def _measures(world: World, one: Institution, day: int, month: str, activity: Activity) -> dict[str, dict[str, float]]:
    measures: dict[str, dict[str, float]] = {}
    if one.type in _STAFF:
        primary = one.type in ("township-hospital", "village-clinic")
        staff = staff_of(world, one, day)
        measures["staff"] = {"staff": staff, "primary-staff": staff if primary else 0}
    if one.type in _BEDS:
        covered = min(world.days.date(day).day, day - world.days.first + 1)
        measures["beds"] = {"open-bed-days": beds_of(world, one) * covered}
        measures["finance"] = _finance(world, one, month, activity)
    if one.type in _BEDS or one.type == "village-clinic":
        measures["declared"] = {"outpatient-visits": declared_visits(world, one, month, activity.visits)}
        if one.type in _BEDS:
            measures["declared"]["discharges"] = activity.discharges
    return measures


def _finance(world: World, one: Institution, month: str, activity: Activity) -> dict[str, float]:
    random = world.random("finance", one.id, month)
    income: float = activity.visits * _VISIT_PRICE[one.type] + activity.discharges * _STAY_PRICE[one.type]
    income *= random.uniform(0.96, 1.04)
    shares = {item: share * random.uniform(0.94, 1.06) for item, share in _INCOME_SHARES.items()}
    return {"medical-income": round(income, 2), **{item: round(income * share, 2) for item, share in shares.items()}}


def beds_of(world: World, one: Institution) -> int:
    return max(2, round(_BEDS[one.type] * world.scale * _share(world, one)))


def staff_of(world: World, one: Institution, day: int) -> int:
    """Grows by about a fortieth a year."""
    years = (day - world.days.first) / 365.25
    return max(1, round(_STAFF[one.type] * world.scale * _share(world, one) * (1 + 0.025 * years)))


def _share(world: World, one: Institution) -> float:
    """The part of the county that an institution of its kind serves."""
    for town in world.towns:
        if one.id == town.hospital.id:
            return town.residents / world.residents
        if one.id in (clinic.id for clinic in town.clinics):
            return town.residents / world.residents / len(town.clinics)
    return 1.0


def population(world: World, year: int, stated: str, census: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """The statistics bureau's figures of a year, by town."""
    bureau = world.only("statistics-bureau").id
    for town in world.towns:
        yield returned(
            f"{bureau}-population-{town.code}-{year}", bureau, stated, measure="population", start=f"{year}-01-01",
            end=f"{year}-12-31", figures=census[town.code], area=town.code,
        )  # fmt: skip


def livelihood(world: World, day: int) -> Iterator[str]:
    """The commission's figures of a month, by town: nursery places at its end, defibrillators newly installed."""
    commission = world.only("commission").id
    today = world.days.date(day)
    month = world.days.iso(day)[:7]
    installed = _installed(world, today)
    for town in world.towns:
        figures = {
            "nursery-places": nursery_places(world, town.residents, today),
            "aed-installed": installed.count(town.index),
        }
        yield returned(
            f"{commission}-livelihood-{town.code}-{month}", commission, f"{world.days.iso(day)}T23:40:00+08:00",
            measure="livelihood", start=f"{month}-01", end=world.days.iso(day), figures=figures, area=town.code,
        )  # fmt: skip


def nursery_places(world: World, residents: int, today: date) -> int:
    """4.2 places for 1,000 residents two years before the end, 4.75 at it."""
    return round(residents * (4.75 - 0.023 * _months_to_go(world, today)) / 1000)


def planned_defibrillators(world: World) -> int:
    """How many the plan wants installed in a year: one for 1,000 residents."""
    return max(2, round(world.residents / 1000))


def _installed(world: World, today: date) -> list[int]:
    """The town of each defibrillator installed in the month of `today`: a steady pace, a little above the plan's."""
    yearly = 1.05 * planned_defibrillators(world)
    count = int(yearly * today.month / 12) - int(yearly * (today.month - 1) / 12)
    random = world.random("defibrillators", today.year, today.month)
    return [random.randrange(len(world.towns)) for _ in range(count)]


def _months_to_go(world: World, today: date) -> int:
    last = world.days.date(world.days.last)
    return (last.year - today.year) * 12 + last.month - today.month
