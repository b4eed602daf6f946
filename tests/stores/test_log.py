"""The log's contract, kept by every database alike."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from log_writer import entry
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from xinglin.core.errors import StorageError
from xinglin.database.engine import transaction
from xinglin.log.record import Accepted, Conflict, Duplicate, Entry, Outcome
from xinglin.log.sql import SqlLog

NOW = datetime(2025, 10, 31, 8, 0, tzinfo=UTC)
WRITER = Path(__file__).with_name("log_writer.py")


def day(number: int) -> str:
    return f"2025-01-{number:02}T00:00:00.000000Z"


def start_writer(url: str, name: str, batches: int, size: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(WRITER), url, name, str(batches), str(size)], stdout=subprocess.PIPE, text=True
    )


class LogContract:
    """What every log keeps. Subclasses give `url`, the address of an empty database."""

    def test_an_empty_log_holds_nothing(self, log: SqlLog) -> None:
        """An empty log answers every question with nothing."""
        assert log.last_position() == 0
        assert list(log.read()) == []
        assert list(log.changes(0, 0)) == []
        assert log.versions("Observation", "a") == []
        assert log.known([("Observation", "a")]) == set()
        assert log.append([], received_at=NOW) == []

    def test_positions_are_dense_and_in_order(self, log: SqlLog) -> None:
        """Accepted entries get 1, 2, 3 ... over several appends, whatever stood between them."""
        first = log.append([entry("b"), entry("a")], received_at=NOW)
        second = log.append([entry("a"), entry("c"), entry("d")], received_at=NOW)
        assert first == [Accepted(1), Accepted(2)]
        assert second == [Duplicate(), Accepted(3), Accepted(4)]
        assert [record.position for record in log.read()] == [1, 2, 3, 4]
        assert log.last_position() == 4

    def test_what_is_read_is_what_was_written(self, log: SqlLog) -> None:
        """A record gives back every field of its entry, and the moment it was received."""
        sent = entry("a", "x", day(1))
        log.append([sent], received_at=NOW)
        (record,) = log.read()
        assert record[1:3] == ("Observation", "a")
        assert (record.sender, record.stated_at, record.deleted) == ("org1", day(1), False)
        assert (record.body, record.content_hash) == (sent.body, sent.content_hash)
        assert (record.version, record.received_at) == (1, NOW)

    def test_appending_again_changes_nothing(self, log: SqlLog) -> None:
        """The same entries a second time, together or one by one, are duplicates and add no record."""
        entries = [entry(str(n), stated_at=day(1)) for n in range(50)]
        log.append(entries + entries, received_at=NOW)
        again = [log.append([one], received_at=NOW)[0] for one in reversed(entries)]
        assert again == [Duplicate()] * 50
        assert log.last_position() == 50

    def test_a_correction_is_a_new_version(self, log: SqlLog) -> None:
        """Later stated content becomes the current version; the earlier one stays in the log."""
        log.append([entry("a", "old", day(1)), entry("a", "new", day(2))], received_at=NOW)
        assert [(v.version, v.stated_at) for v in log.versions("Observation", "a")] == [(1, day(1)), (2, day(2))]
        (current,) = log.changes(0, 2)
        assert b"new" in current.body

    def test_a_late_older_version_is_kept_but_not_current(self, log: SqlLog) -> None:
        """Order of arrival does not decide which version is current: the time stated does."""
        log.append([entry("a", "new", day(3))], received_at=NOW)
        log.append([entry("a", "old", day(1))], received_at=NOW)
        log.append([entry("a", "middle", day(2))], received_at=NOW)
        assert [v.position for v in log.versions("Observation", "a")] == [1, 2, 3]
        (current,) = log.changes(0, 3)
        assert (current.position, current.stated_at) == (1, day(3))
        assert [v.stated_at for v in log.changes(1, 3)] == [day(3)]

    def test_any_stored_version_sent_again_is_a_duplicate(self, log: SqlLog) -> None:
        """A version that is not the current one any more is still known."""
        versions = [entry("a", str(n), day(n)) for n in (2, 1, 4, 3)]
        for version in versions:
            log.append([version], received_at=NOW)
        assert log.append(versions, received_at=NOW) == [Duplicate()] * 4

    def test_other_content_of_the_same_time_conflicts(self, log: SqlLog) -> None:
        """Two contents stated at one time cannot both be right: the second is told where the first stands."""
        log.append([entry("z"), entry("a", "one", day(1)), entry("a", "two", day(2))], received_at=NOW)
        assert log.append([entry("a", "other", day(1))], received_at=NOW) == [Conflict(2)]
        assert log.append([entry("z", "other")], received_at=NOW) == [Conflict(1)]
        assert log.last_position() == 3

    def test_another_sender_conflicts(self, log: SqlLog) -> None:
        """Nobody writes another sender's resource, not even later."""
        log.append([entry("a", "one", day(1))], received_at=NOW)
        assert log.append([entry("a", "mine", day(2), sender="org2")], received_at=NOW) == [Conflict(1)]

    def test_a_deletion_is_a_version(self, log: SqlLog) -> None:
        """A deleted resource is not known, unless deleted ones are asked for; its history stays."""
        log.append([entry("a", "x", day(1))], received_at=NOW)
        gone = Entry("Observation", "a", "", day(2), True, b"{}", b"deleted.deleted.")
        log.append([gone], received_at=NOW)
        assert log.known([("Observation", "a")]) == set()
        assert log.known([("Observation", "a")], deleted=True) == {("Observation", "a")}
        (current,) = log.changes(0, 2)
        assert current.deleted
        assert current.sender == "org1"
        log.append([entry("a", "back", day(3))], received_at=NOW)
        assert log.known([("Observation", "a"), ("Observation", "b")]) == {("Observation", "a")}

    def test_same_id_of_another_type_is_another_resource(self, log: SqlLog) -> None:
        """Identity is type and id together."""
        log.append([entry("a"), entry("a", kind="Patient")], received_at=NOW)
        assert log.known([("Observation", "a"), ("Patient", "a"), ("Patient", "b")]) == {
            ("Observation", "a"),
            ("Patient", "a"),
        }

    def test_reading_a_stretch_and_types(self, log: SqlLog) -> None:
        """`read` gives (after, upto] of the types asked for."""
        kinds = ["Observation", "Patient"] * 5
        log.append([entry(str(n), kind=kind) for n, kind in enumerate(kinds)], received_at=NOW)
        assert [r.position for r in log.read(2, 5)] == [3, 4, 5]
        assert [r.position for r in log.read(2, 9, types={"Patient"})] == [4, 6, 8]
        assert list(log.read(types=[])) == []

    def test_changes_give_each_touched_resource_once_in_key_order(self, log: SqlLog) -> None:
        """`changes` names what a stretch touched, once, by type and id in code-point order."""
        log.append([entry("b", "1", day(1)), entry("é"), entry("B"), entry("p", kind="Patient")], received_at=NOW)
        log.append([entry("b", "2", day(2)), entry("a-1"), entry("a")], received_at=NOW)
        everything = [(r.type, r.id) for r in log.changes(0, 7)]
        assert everything == sorted(everything)
        assert len(everything) == len(set(everything)) == 6
        assert [(r.id, r.position) for r in log.changes(4, 7)] == [("a", 7), ("a-1", 6), ("b", 5)]
        assert [r.id for r in log.changes(0, 7, types={"Patient"})] == ["p"]

    def test_changes_are_as_of_the_position_asked(self, log: SqlLog) -> None:
        """A reader of an older stretch sees what was current then, though newer versions have arrived since."""
        log.append([entry("a", "1", day(1)), entry("b")], received_at=NOW)
        log.append([entry("a", "2", day(2)), entry("c")], received_at=NOW)
        assert [(r.id, r.position) for r in log.changes(0, 2)] == [("a", 1), ("b", 2)]
        assert [(r.id, r.position) for r in log.changes(0, 4)] == [("a", 3), ("b", 2), ("c", 4)]

    def test_what_is_also_done_stands_or_falls_with_the_append(self, log: SqlLog, engine: Engine) -> None:
        """`also` sees the outcomes, writes in the same transaction, and when it raises nothing is kept."""
        seen: list[Outcome] = []

        def note(connection: Connection, outcomes: Sequence[Outcome]) -> None:
            seen.extend(outcomes)
            connection.execute(text("INSERT INTO done VALUES (1)"))

        def fail(connection: Connection, outcomes: Sequence[Outcome]) -> None:
            connection.execute(text("INSERT INTO done VALUES (2)"))
            raise RuntimeError("no")

        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE done (n integer)"))
        log.append([entry("a")], received_at=NOW, also=note)
        with pytest.raises(RuntimeError):
            log.append([entry("b")], received_at=NOW, also=fail)
        with engine.begin() as connection:
            assert list(connection.execute(text("SELECT n FROM done")).scalars()) == [1]
        assert seen == [Accepted(1)]
        assert [r.id for r in log.read()] == ["a"]
        assert log.append([entry("c")], received_at=NOW) == [Accepted(2)]

    def test_records_cannot_be_changed(self, log: SqlLog, engine: Engine) -> None:
        """The database itself refuses to alter or remove a record."""
        log.append([entry("a")], received_at=NOW)
        for statement in ("UPDATE record SET sender = 'x'", "DELETE FROM record"):
            with pytest.raises(DBAPIError, match="append-only"), transaction(engine) as connection:
                connection.execute(text(statement))
        assert log.last_position() == 1

    def test_reading_takes_flat_memory(self, log: SqlLog) -> None:
        """Reading 40 MB of records needs a small part of that."""
        filler = "x" * 2_000
        for batch in range(20):
            log.append([entry(f"{batch}-{n}", filler) for n in range(1_000)], received_at=NOW)
        for stream in (log.read(), log.changes(0, log.last_position())):
            tracemalloc.start()
            assert sum(len(record.body) for record in stream) > 40_000_000
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 12_000_000

    def test_two_writers_lose_nothing(self, log: SqlLog, url: str) -> None:
        """Two processes appending at once: every acknowledged record is there, positions dense, none given twice."""
        writers = [start_writer(url, name, 25, 40) for name in ("left", "right")]
        told = [int(word) for writer in writers for word in writer.communicate()[0].split() if word != "ready"]
        assert [writer.returncode for writer in writers] == [0, 0]
        records = list(log.read())
        assert [record.position for record in records] == list(range(1, 2 * 25 * 40 + 1))
        assert sorted(told) == [record.position for record in records]
        assert len({record.id for record in records}) == 2_000

    @pytest.mark.parametrize("attempt", range(3))
    def test_killed_while_appending(self, log: SqlLog, url: str, attempt: int) -> None:
        """kill -9 at a random moment: what was acknowledged is there, at most one more batch, positions dense."""
        writer = start_writer(url, "w", 10_000, 30)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(random.uniform(0.02, 0.5))
        os.kill(writer.pid, signal.SIGKILL)
        told = [int(word) for line in writer.stdout.readlines() if line.endswith("\n") for word in line.split()]
        writer.wait()
        positions = [record.position for record in log.read()]
        assert positions == list(range(1, len(positions) + 1))
        assert positions[: len(told)] == told
        assert len(positions) - len(told) in (0, 30)
        assert log.last_position() == len(positions)
        assert log.append([entry("after")], received_at=NOW) == [Accepted(len(positions) + 1)]


class TestSqlite(LogContract):
    """The log in a SQLite file."""

    @pytest.fixture
    def url(self, sqlite_file_url: str) -> str:
        return sqlite_file_url

    def test_a_full_disk_says_so_and_keeps_what_was_acknowledged(self, engine: Engine, log: SqlLog) -> None:
        """When SQLite may grow no further, append raises StorageError; the log is as it was and goes on later."""
        log.append([entry("a")], received_at=NOW)
        pages = _pages(engine)
        limit = {"pages": pages + 20}

        @event.listens_for(engine, "checkout")
        def narrow(connection: object, *_: object) -> None:
            connection.cursor().execute(f"PRAGMA max_page_count={limit['pages']}")

        with pytest.raises(StorageError, match="full"):
            log.append([entry(str(n), "x" * 1000) for n in range(1_000)], received_at=NOW)
        assert [record.id for record in log.read()] == ["a"]
        limit["pages"] = 1_000_000
        assert log.append([entry("b")], received_at=NOW) == [Accepted(2)]


class TestPostgres(LogContract):
    """The log in PostgreSQL."""

    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url


def _pages(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("PRAGMA page_count")).scalar_one())
