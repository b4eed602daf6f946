"""The unchanging part of the simulated county: its towns, villages and institutions, worked out from the arguments
alone.

Every process works it out for itself; equal arguments give an equal world.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random

from xinglin.city.days import Days, days_ending
from xinglin.city.geography import Map, Point, draw_map, point_inside
from xinglin.core.errors import InputError, Problem
from xinglin.core.identifiers import credit_code_check_character

COUNTY_CODE = "990101"
COUNTY_NAME = "云溪县"
CITY_NAME = "杏林市"
MOST_RESIDENTS = 2_000_000
_RESIDENTS_PER_TOWN = 2_500
_TOWNS = ("青云镇", "河口镇", "白石镇", "柳塘镇", "枫林镇", "石桥镇", "沙坪镇", "望湖镇", "桃坞乡", "松岭乡")
_VILLAGES = [
    "东岭村",
    "西湾村",
    "南坡村",
    "北塘村",
    "上湖村",
    "下洋村",
    "大屋村",
    "新田村",
    "竹园村",
    "梅林村",
    "樟树村",
    "银杏村",
    "古井村",
    "双桥村",
    "横山村",
    "长坑村",
    "金沙村",
    "茶亭村",
    "水口村",
    "云峰村",
    "桂花村",
    "莲塘村",
    "杨柳村",
    "溪边村",
    "高岭村",
    "石门村",
    "红星村",
    "前进村",
    "光明村",
    "平安村",
    "岭下村",
    "后垄村",
]


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution. `index`: its place in `World.institutions`, and the bit that marks a person registered there."""

    index: int
    id: str
    name: str
    type: str
    area: str
    part_of: str = ""
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Village:
    code: str
    name: str
    point: Point
    clinic: Institution


@dataclass(frozen=True, slots=True)
class Town:
    """A town with its village clinics, hospital, school and kindergarten. `residents`: how many live there at the
    start.
    """

    index: int
    code: str
    name: str
    residents: int
    villages: tuple[Village, ...]
    hospital: Institution
    clinics: tuple[Institution, ...]
    school: Institution
    kindergarten: Institution


@dataclass(frozen=True)
class World:
    """The county as it was laid out."""

    residents: int
    seed: int
    days: Days
    map: Map
    institutions: tuple[Institution, ...]
    towns: tuple[Town, ...]

    def of_type(self, kind: str) -> tuple[Institution, ...]:
        return tuple(one for one in self.institutions if one.type == kind)

    def only(self, kind: str) -> Institution:
        return self.of_type(kind)[0]

    def random(self, *purpose: object) -> Random:
        """A stream of its own for each purpose, so that a change in one leaves the others as they were."""
        return Random("/".join(str(part) for part in (self.seed, self.residents, self.days.first, *purpose)))

    @cached_property
    def local(self) -> frozenset[int]:
        """Indexes of the institutions that serve one town only."""
        kinds = ("township-hospital", "village-clinic", "school")
        return frozenset(one.index for one in self.institutions if one.type in kinds)

    @property
    def scale(self) -> float:
        return self.residents / 20_000


def lay_out(residents: int, days: int, seed: int, end: date) -> World:
    """The world of these arguments. Raises InputError, with every problem, when they make none."""
    problems = list(_argument_problems(residents, days, end))
    if problems:
        raise InputError(problems)
    count = min(len(_TOWNS), max(2, round(residents / _RESIDENTS_PER_TOWN)))
    random = Random(f"{seed}/{residents}/world")
    drawn = draw_map(count, random)
    institutions = _Founding(random)
    _county_institutions(institutions, residents)
    sizes = _town_sizes(residents, count, random)
    names = random.sample(_VILLAGES, len(_VILLAGES))
    towns = tuple(_town(index, sizes[index], names, drawn, institutions, random) for index in range(count))
    return World(residents, seed, days_ending(end, days), drawn, tuple(institutions.all), towns)


def _argument_problems(residents: int, days: int, end: date) -> list[Problem]:
    problems = []
    if not 100 <= residents <= MOST_RESIDENTS:
        problems.append(Problem("residents", f"{residents}", f"100 to {MOST_RESIDENTS}", "Choose another size."))
    if not 7 <= days <= 3660:
        problems.append(Problem("days", f"{days}", "7 to 3660", "Choose another length."))
    if not 2010 <= end.year <= 2090:
        problems.append(Problem("end", f"{end}", "a day of the years 2010 to 2090", "Choose another last day."))
    return problems


class _Founding:
    """Gives out institution codes in order, with credit codes that no one holds (area 990101)."""

    def __init__(self, random: Random) -> None:
        self.all: list[Institution] = []
        self._random = random

    def add(self, code: str, name: str, kind: str, area: str, part_of: str = "") -> Institution:
        public = kind not in ("pharmacy",)
        body = "".join(self._random.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
        first17 = ("12" if public else "91") + COUNTY_CODE + body
        credit = first17 + credit_code_check_character(first17)
        made = Institution(len(self.all), code, name, kind, area, part_of, credit)
        self.all.append(made)
        return made


def _county_institutions(founding: _Founding, residents: int) -> None:
    seat = f"{COUNTY_CODE}001"
    founding.add("YX-HC", f"{COUNTY_NAME}卫生健康局", "commission", COUNTY_CODE)
    founding.add("YX-SB", f"{COUNTY_NAME}统计局", "statistics-bureau", COUNTY_CODE)
    founding.add("YX-H1", f"{COUNTY_NAME}人民医院", "county-hospital", seat)
    founding.add("YX-H2", f"{COUNTY_NAME}中医院", "tcm-hospital", seat)
    founding.add("YX-H3", f"{COUNTY_NAME}妇幼保健院", "mch-hospital", seat)
    founding.add("YX-CDC", f"{COUNTY_NAME}疾病预防控制中心", "cdc", COUNTY_CODE)
    founding.add("YX-EMS", f"{COUNTY_NAME}急救中心", "ambulance-station", COUNTY_CODE)
    for number, name in enumerate(("百草堂大药房", "康宁大药房", "济民大药房"), start=1):
        founding.add(f"YX-P{number}", name, "pharmacy", seat)


def _town_sizes(residents: int, count: int, random: Random) -> list[int]:
    """The county seat is about twice as large as the others."""
    weights = [random.uniform(0.75, 1.25) * (2.1 if index == 0 else 1.0) for index in range(count)]
    sizes = [int(residents * weight / sum(weights)) for weight in weights]
    sizes[0] += residents - sum(sizes)
    return sizes


def _town(index: int, residents: int, names: list[str], drawn: Map, founding: _Founding, random: Random) -> Town:
    code, name = f"{COUNTY_CODE}{index + 1:03}", _TOWNS[index]
    stem = f"YX-T{index + 1:02}"
    hospital = founding.add(stem, f"{name}卫生院", "township-hospital", code)
    count = min(8, max(2, residents // 500))
    used = [names[(index * 5 + number) % len(names)] for number in range(count)]
    clinics: list[Institution] = []
    villages: list[Village] = []
    for number, village_name in enumerate(used, start=1):
        village_code = f"{code}{200 + number}"
        if number % 2 == 1:
            clinic_name = f"{name}{village_name}卫生室"
            clinics.append(
                founding.add(f"{stem}C{len(clinics) + 1}", clinic_name, "village-clinic", village_code, hospital.id)
            )
        villages.append(Village(village_code, village_name, point_inside(drawn.towns[index], random), clinics[-1]))
    school = founding.add(f"{stem}S1", f"{name[:-1]}中心小学", "school", code)
    kindergarten = founding.add(f"{stem}S2", f"{name[:-1]}中心幼儿园", "school", code)
    return Town(index, code, name, residents, tuple(villages), hospital, tuple(clinics), school, kindergarten)
