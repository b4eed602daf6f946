"""Make a simulated county: `OUT/feeds/<day>/<institution>.ndjson`, `county.json`, `plan.txt`, `truth.json`.

The city stands outside the house: it writes files as institutions would and imports only `core`.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import orjson

from xinglin.city import geography, registers, returns
from xinglin.city.plan_text import write_plan
from xinglin.city.simulate import TownDay, as_ndjson, write_feed
from xinglin.city.town import Activity
from xinglin.city.truth import tell
from xinglin.city.worker import Here, Worker
from xinglin.city.world import CITY_NAME, COUNTY_CODE, COUNTY_NAME, World, lay_out
from xinglin.core.errors import InputError, Problem, StorageError

#: Told after each day: days made, days in all.
Progress = Callable[[int, int], None]
DEFAULT_END = date(2025, 10, 31)
#: Below this many resident-days another process would cost more than it saves.
_ALONE_BELOW = 1_000_000
_POPULATION_DAY = 9


@dataclass(frozen=True, slots=True)
class CityReport:
    """What was made. `lines`: NDJSON lines, spoilt ones included."""

    folder: Path
    residents: int
    days: int
    seed: int
    towns: int
    institutions: int
    files: int
    lines: int
    bytes: int
    seconds: float


@dataclass(slots=True)
class _Tables:
    """What gathers over the days for the returns and the truth."""

    lines: int = 0
    files: int = 0
    bytes: int = 0
    activities: dict[int, Activity] = field(default_factory=dict)
    census: dict[str, dict[str, int]] = field(default_factory=dict)
    declared: dict[str, tuple[int, int]] = field(default_factory=dict)


def make(
    out: Path,
    *,
    residents: int = 20_000,
    days: int = 731,
    seed: int = 1,
    end: date = DEFAULT_END,
    progress: Progress | None = None,
    processes: int | None = None,
) -> CityReport:
    """Make the county in the folder `out`. Equal arguments give equal files, whatever the number of processes.

    `county.json` is written last: a folder without it was left unfinished and is made anew. Raises InputError when an
    argument is out of range or the folder already holds a county, StorageError when it cannot be written.
    """
    started = time.perf_counter()
    world = lay_out(residents, days, seed, end)
    try:
        _clear(out)
        tables, towns = _run(world, out, progress, processes)
        _write_papers(world, out, tables, towns)
    except OSError as error:
        raise StorageError(f"{out}: the county cannot be written: {error.strerror}.") from error
    return CityReport(
        out, residents, days, seed, len(world.towns), len(world.institutions), tables.files, tables.lines, tables.bytes,
        time.perf_counter() - started,
    )  # fmt: skip


def _clear(out: Path) -> None:
    if (out / "county.json").exists():
        raise InputError(
            Problem(
                str(out), "already holds a simulated county.", "an empty folder", "Name another folder, or remove it."
            )
        )
    if (out / "feeds").exists():
        shutil.rmtree(out / "feeds")
    out.mkdir(parents=True, exist_ok=True)


def _run(
    world: World, out: Path, progress: Progress | None, processes: int | None
) -> tuple[_Tables, list[dict[str, object]]]:
    shares = _shares(world, _process_count(world, processes))
    workers = [Here(world, shares[0], out)] if len(shares) == 1 else [Worker(world, share, out) for share in shares]
    tables = _Tables()
    total = world.days.last - world.days.first + 1
    try:
        streams = [worker.results() for worker in workers]
        for day in range(world.days.first, world.days.last + 1):
            towns = [
                result for stream, share in zip(streams, shares, strict=True) for result in _next(stream, len(share))
            ]
            _close_day(world, out, day, [town for town in towns if isinstance(town, TownDay)], tables)
            if progress:
                progress(day - world.days.first + 1, total)
        planted = [result for stream in streams for result in stream if isinstance(result, dict)]
        return tables, planted
    finally:
        for worker in workers:
            worker.stop()


def _next(stream: Iterator[TownDay | dict[str, object]], count: int) -> list[TownDay | dict[str, object]]:
    return [next(stream) for _ in range(count)]


def _process_count(world: World, wanted: int | None) -> int:
    small = world.residents * (world.days.last - world.days.first + 1) < _ALONE_BELOW
    return min(len(world.towns), wanted or (1 if small else min(2, os.cpu_count() or 1)))


def _shares(world: World, count: int) -> list[list[int]]:
    """Neighbouring towns go to one worker, about equally many residents to each."""
    shares: list[list[int]] = [[] for _ in range(count)]
    before = 0
    for town in world.towns:
        place = min(count - 1, (before + town.residents // 2) * count // world.residents)
        shares[place].append(town.index)
        before += town.residents
    return [share for share in shares if share]


def _close_day(world: World, out: Path, day: int, towns: list[TownDay], tables: _Tables) -> None:
    """Files of the institutions that serve the whole county: what each town had for them, then their own returns."""
    parts: dict[int, list[bytes]] = {}
    for town in towns:
        tables.lines, tables.files, tables.bytes = (
            tables.lines + town.lines, tables.files + town.files, tables.bytes + town.size,
        )  # fmt: skip
        for index, part in town.parts.items():
            parts.setdefault(index, []).append(part)
        for index, activity in town.activities.items():
            _add(tables.activities.setdefault(index, Activity()), activity)
        if town.census:
            tables.census[world.towns[town.town].code] = town.census
    for index, lines in _county_lines(world, day, tables).items():
        tables.lines += len(lines)
        parts.setdefault(index, []).append(as_ndjson(lines))
    name = world.days.iso(day)
    for index, pieces in parts.items():
        tables.bytes += write_feed(out, name, world.institutions[index].id, b"".join(pieces))
        tables.files += 1


def _add(total: Activity, more: Activity) -> None:
    total.visits += more.visits
    total.discharges += more.discharges
    total.bed_days += more.bed_days
    total.operations += more.operations


def _county_lines(world: World, day: int, tables: _Tables) -> dict[int, list[str]]:
    """What institutions that serve the whole county say beyond care: registers, population, monthly returns."""
    lines: dict[int, list[str]] = {}
    commission, bureau = world.only("commission"), world.only("statistics-bureau")
    today = world.days.date(day)
    if day == world.days.first:
        lines[commission.index] = list(_registers(world, day))
        stated = f"{world.days.iso(day)}T07:30:00+08:00"
        years = range(min(today.year, world.days.date(world.days.last).year - 2), today.year + 1)
        lines[bureau.index] = [
            line for year in years for line in returns.population(world, year, stated, tables.census)
        ]
    elif (today.month, today.day) == (1, _POPULATION_DAY):
        stated = f"{world.days.iso(day)}T10:00:00+08:00"
        lines[bureau.index] = list(returns.population(world, today.year, stated, tables.census))
    if world.days.is_month_end(day):
        for one in world.institutions:
            if one.index not in world.local:
                activity = tables.activities.get(one.index, Activity())
                _note_declaration(world, one.index, day, activity, tables)
                lines.setdefault(one.index, []).extend(returns.monthly(world, one, day, activity))
        lines[commission.index] = [*lines.get(commission.index, []), *returns.livelihood(world, day)]
        tables.activities = {}
    return {index: found for index, found in lines.items() if found}


def _note_declaration(world: World, index: int, day: int, activity: Activity, tables: _Tables) -> None:
    one = world.institutions[index]
    if one.type == "tcm-hospital":
        month = world.days.iso(day)[:7]
        tables.declared[month] = (returns.declared_visits(world, one, month, activity.visits), activity.visits)


def _registers(world: World, day: int) -> Iterator[str]:
    """Areas and institutions, as the commission keeps them."""
    sender = world.only("commission").id
    stated = f"{world.days.iso(day)}T07:00:00+08:00"
    outline = geography.polygon(world.map.outline)
    yield registers.area(COUNTY_CODE, COUNTY_NAME, sender, stated, geometry=outline)
    for town, ring in zip(world.towns, world.map.towns, strict=True):
        boundary = geography.polygon(ring)
        yield registers.area(town.code, town.name, sender, stated, parent=COUNTY_CODE, geometry=boundary)
        for village in town.villages:
            point = {"type": "Point", "coordinates": [round(value, 5) for value in village.point]}
            yield registers.area(village.code, village.name, sender, stated, parent=town.code, geometry=point)
    for one in world.institutions:
        yield registers.institution(one, sender, stated)


def _write_papers(world: World, out: Path, tables: _Tables, towns: list[dict[str, object]]) -> None:
    days = world.days
    (out / "plan.txt").write_text(write_plan(world), "utf-8")
    screened = sum(int(str(town["late_done"])) for town in towns)
    truth = tell(world, towns, tables.declared, screened)
    (out / "truth.json").write_bytes(orjson.dumps(truth, option=orjson.OPT_INDENT_2) + b"\n")
    county = {
        "name": COUNTY_NAME,
        "city": CITY_NAME,
        "code": COUNTY_CODE,
        "first_day": days.iso(days.first),
        "as_of": days.iso(days.last),
        "residents": world.residents,
        "days": days.last - days.first + 1,
        "seed": world.seed,
        "plan": "plan.txt",
        "simulated": True,
        "river": geography.line(world.map.river),
        "institutions": len(world.institutions),
        "lines": tables.lines,
    }
    (out / "county.json").write_bytes(orjson.dumps(county, option=orjson.OPT_INDENT_2) + b"\n")
