"""The only place where ports meet their adapters: opens a data folder and hands out its rooms."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePosixPath

import duckdb
import msgspec
from sqlalchemy import Engine

from xinglin.access.accounts import Accounts
from xinglin.access.audit import AuditLog
from xinglin.access.sessions import Sessions
from xinglin.cases.evidence import EvidenceFolder
from xinglin.cases.store import CaseStore
from xinglin.core.clock import Clock, clock_on, system_clock
from xinglin.core.errors import InputError, NothingYetError, Problem, StorageError
from xinglin.core.place import Places
from xinglin.database.engine import open_database, sqlite_url
from xinglin.indicators.examples import check_example
from xinglin.indicators.places import places_from
from xinglin.indicators.store import FigureStore
from xinglin.intake.door import Intake
from xinglin.log.sql import SqlLog
from xinglin.packs.content import builtin_folder
from xinglin.packs.loading import load_library
from xinglin.packs.nouns import Library
from xinglin.plan.scorecard import Scorecard, scorecards
from xinglin.plan.store import PlanStore, StoredPlan
from xinglin.residents.linking import resident_table
from xinglin.views.manifest import Snapshot, replace
from xinglin.views.session import open_session
from xinglin.views.store import ViewStore
from xinglin.watch.detectors import check_watches
from xinglin.watch.store import AlertStore

SETTINGS_FILE = "settings.json"
DATABASE_FILE = "xinglin.db"
#: Years that a data folder can be of.
YEARS = range(1990, 2201)


class Settings(msgspec.Struct, frozen=True):
    """What a data folder is of. `as_of`: the last day of a simulated county's data; None for a real city."""

    as_of: date | None = None
    simulated: bool = False
    county: str = ""

    def write(self, folder: Path) -> None:
        replace(folder / SETTINGS_FILE, msgspec.json.format(msgspec.json.encode(self)))

    @classmethod
    def read(cls, folder: Path) -> Settings:
        file = folder / SETTINGS_FILE
        try:
            found = msgspec.json.decode(file.read_bytes(), type=cls) if file.exists() else cls()
            if found.as_of and found.as_of.year not in YEARS:
                raise msgspec.ValidationError(f"as_of is not of the years {YEARS[0]} to {YEARS[-1]}")
        except msgspec.MsgspecError as error:
            raise InputError(
                Problem(str(file), f"{error}.", '{"as_of": "2025-10-31"}', "Mend the file or delete it.")
            ) from error
        return found


@dataclass(frozen=True)
class House:
    """An opened data folder: every room, joined. Closed by `close`."""

    folder: Path
    settings: Settings
    clock: Clock
    library: Library
    engine: Engine
    log: SqlLog
    intake: Intake
    views: ViewStore
    figures: FigureStore
    alerts: AlertStore
    cases: CaseStore
    evidence: EvidenceFolder
    audit: AuditLog
    accounts: Accounts
    sessions: Sessions
    plans: PlanStore

    @property
    def county_name(self) -> str:
        root = self.places().root
        return self.settings.county or (root.name if root else "")

    @property
    def as_of(self) -> date:
        """The day that figures speak of: the simulated county's last, or yesterday."""
        return self.settings.as_of or (self.clock() - timedelta(days=1)).date()

    @cached_property
    def _warehouse(self) -> _Warehouse:
        return _Warehouse(self.library)

    def session(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB cursor over the newest version of the views, for one thread.

        Raises StorageError before there is one.
        """
        return self._warehouse.cursor(self._snapshot())

    def places(self) -> Places:
        """All areas and institutions in the newest version of the views."""
        snapshot = self.views.snapshot()
        return self._warehouse.places(snapshot) if snapshot else Places()

    def scorecards(self, plan: StoredPlan) -> tuple[Scorecard, ...]:
        """Where every target of a plan stands."""
        return scorecards(
            plan,
            self.plans.bindings(plan.id),
            self.plans.reports(plan.id),
            library=self.library,
            figures=self.figures,
            as_of=self.as_of,
        )

    def close(self) -> None:
        self._warehouse.close()
        self.engine.dispose()

    def _snapshot(self) -> Snapshot:
        snapshot = self.views.snapshot()
        if snapshot is None:
            raise NothingYetError("There are no views yet. Load records, then work them out: xinglin refresh.")
        return snapshot


class _Warehouse:
    """One DuckDB session per version of the views, replaced when a newer version appears."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._version = -1
        self._session: duckdb.DuckDBPyConnection | None = None
        self._places = Places()

    def cursor(self, snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
        with self._lock:
            return self._open(snapshot).cursor()

    def places(self, snapshot: Snapshot) -> Places:
        with self._lock:
            self._open(snapshot)
            return self._places

    def close(self) -> None:
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None

    def _open(self, snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
        if self._session is None or self._version != snapshot.version:
            # The older session is dropped, not closed: a page may still be reading from a cursor of it.
            try:
                self._session = open_session(snapshot, self._library)
                self._places = places_from(self._session)
            except duckdb.Error as error:
                raise StorageError(
                    f"views of version {snapshot.version}: a file is gone or damaged. Work them out again: "
                    "xinglin refresh."
                ) from error
            self._version = snapshot.version
        return self._session


def open_house(folder: Path, *, database: str | None = None, clock: Clock | None = None) -> House:
    """Open a data folder, making it when it is new.

    `database`: a database URL (postgresql+psycopg://...); by default a SQLite file in the folder.
    Raises InputError for packs or settings with faults (all of them), StorageError when the folder cannot be used.
    """
    folder = folder.absolute()
    _make(folder)
    settings = Settings.read(folder)
    library = open_library(folder / "packs")
    clock = clock or (clock_on(settings.as_of + timedelta(days=1)) if settings.as_of else system_clock)
    engine = open_database(database or sqlite_url(folder / DATABASE_FILE))
    log = SqlLog(engine)
    return House(
        folder=folder,
        settings=settings,
        clock=clock,
        library=library,
        engine=engine,
        log=log,
        intake=Intake(engine, log, clock, library.codes),
        views=ViewStore(folder / "views", library, derived={"resident": resident_table}, clock=clock),
        figures=FigureStore(folder / "figures", library),
        alerts=AlertStore(engine),
        cases=CaseStore(engine),
        evidence=EvidenceFolder(folder / "evidence"),
        audit=AuditLog(engine),
        accounts=Accounts(engine),
        sessions=Sessions(engine),
        plans=PlanStore(engine),
    )


def existing_house(folder: Path, *, database: str | None = None) -> House:
    """Open a data folder in which something was kept before: a mistyped name makes no empty house.

    Raises InputError where nothing was ever kept, and whatever `open_house` does.
    """
    if not database and not os.path.isfile(folder / DATABASE_FILE):
        raise InputError(
            Problem(
                f"--data {folder}",
                "there is no data of Xinglin here.",
                "a folder that 'xinglin run' made, or that 'xinglin load' put records in",
                "Check the path; or begin there with 'xinglin load PATH --data FOLDER'.",
            )
        )
    return open_house(folder, database=database)


def open_library(own_packs: Path | None) -> Library:
    """The built-in packs and a county's own, with every check that any room makes; its own packs' examples must hold.

    Raises InputError with all problems.
    """
    folders = [builtin_folder()]
    own: frozenset[str] = frozenset()
    if own_packs is not None and own_packs.is_dir():
        folders.append(own_packs)
        own = frozenset(folder.name for folder in own_packs.iterdir() if folder.is_dir())
    library = load_library(folders)
    problems = check_library(library, own)
    if problems:
        raise InputError(problems)
    return library


def check_library(library: Library, packs: Collection[str]) -> list[Problem]:
    """What only the rooms above `packs` can see: unknown detectors, and examples of these packs that do not hold.

    The examples of the packs that ship are held by the tests, and are not run again at each start.
    """
    examples = ((file, one) for file, one in library.examples.items() if PurePosixPath(file).parts[1] in packs)
    unheld = (check_example(one, library, file) for file, one in examples)
    return [*check_watches(library), *chain.from_iterable(unheld)]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StorageError(
            f"data folder {folder}: {error.strerror}. Name one that may be written: --data FOLDER, or mend its rights."
        ) from error
