"""The simulated county of a data folder: made once, kept, and never mixed with another."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from xinglin.app import Settings
from xinglin.city.make import make
from xinglin.core.errors import InputError, Problem, StorageError
from xinglin.flow import Teller

DEFAULT_RESIDENTS = 20_000
DEFAULT_DAYS = 731
DEFAULT_SEED = 1
DEFAULT_END = date(2025, 10, 31)


@dataclass(frozen=True, slots=True)
class CountySize:
    """What was asked for; None where nothing was said."""

    residents: int | None = None
    days: int | None = None
    seed: int | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class County:
    """A made county: the folder of its feeds, its plan, and whether it was loaded to the end."""

    folder: Path
    name: str
    as_of: date

    @property
    def feeds(self) -> Path:
        return self.folder / "feeds"

    @property
    def plan(self) -> Path:
        return self.folder / "plan.txt"

    @property
    def plan_year(self) -> int:
        return self.as_of.year

    def is_loaded(self) -> bool:
        return self._mark.exists()

    def mark_loaded(self) -> None:
        self._mark.touch()

    @property
    def _mark(self) -> Path:
        return self.folder / "loaded"

    def __str__(self) -> str:
        return self.name


@contextmanager
def alone_in(data: Path) -> Iterator[None]:
    """Hold a data folder while a county is made in it and loaded. Raises StorageError while another process does."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = (data / ".county.lock").open("w")
    except OSError as error:
        raise StorageError(f"data folder {data}: {error.strerror}. Name another: --data FOLDER.") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StorageError(
                f"data folder {data}: another start is making its county just now. Wait until it is done, or name "
                "another folder: --data FOLDER."
            ) from error
        yield


def ready_county(data: Path, size: CountySize, tell: Teller) -> County:
    """The data folder's county, made if there is none yet.

    It is made beside its place and renamed when whole, so a stopped start leaves no half county. Raises InputError
    when another size is asked for than the folder holds, or when the folder holds a real city's data.
    """
    folder = data / "county"
    if not (folder / "county.json").exists():
        _make(data, folder, size, tell)
    facts = _facts(folder / "county.json")
    _refuse_other_size(data, size, facts)
    county = County(folder, str(facts["name"]), date.fromisoformat(str(facts["as_of"])))
    Settings(as_of=county.as_of, simulated=True, county=county.name).write(data)
    return county


def _facts(file: Path) -> dict[str, object]:
    """What the county is. Raises InputError for a file that does not say."""
    try:
        facts: dict[str, object] = orjson.loads(file.read_bytes())
        date.fromisoformat(str(facts["as_of"]))
        facts["name"]
    except (ValueError, KeyError, TypeError) as error:
        remedy = "Delete the data folder to make the county anew, or name another with --data."
        raise InputError(Problem(str(file), "does not tell the county's name and last day.", "", remedy)) from error
    return facts


def by_day(tell: Teller) -> Callable[[int, int], None]:
    """Progress by days made, as the screen shows it."""
    return lambda done, total: tell(done / total, f"{done}/{total} 天 days")


def _make(data: Path, folder: Path, size: CountySize, tell: Teller) -> None:
    if (data / "xinglin.db").exists():
        raise InputError(
            Problem(
                str(data),
                "holds data that no simulated county belongs to.",
                "an empty folder, or one made by ./run",
                "Serve it with 'xinglin serve --data DIR', or name another folder with --data.",
            )
        )
    half = folder.with_name("county.part")
    try:
        shutil.rmtree(half, ignore_errors=True)
        make(
            half,
            residents=DEFAULT_RESIDENTS if size.residents is None else size.residents,
            days=DEFAULT_DAYS if size.days is None else size.days,
            seed=DEFAULT_SEED if size.seed is None else size.seed,
            end=size.end or DEFAULT_END,
            progress=by_day(tell),
        )
        os.replace(half, folder)
    except OSError as error:
        raise StorageError(f"{half}: {error.strerror}. Free some disk space or name another folder: --data.") from error


def _refuse_other_size(data: Path, size: CountySize, facts: dict[str, object]) -> None:
    asked = {
        "residents": size.residents,
        "days": size.days,
        "seed": size.seed,
        "as_of": size.end.isoformat() if size.end else None,
    }
    other = {name: wish for name, wish in asked.items() if wish is not None and facts.get(name) != wish}
    if other:
        raise InputError(
            Problem(
                str(data),
                "holds another county: " + ", ".join(f"{name} {facts.get(name)}" for name in other) + ".",
                ", ".join(f"{name} {wish}" for name, wish in other.items()),
                "Name another folder with --data, or delete this one to make the county anew.",
            )
        )
