"""The door's promises, kept on every database: nothing lost, nothing twice, every refusal to be read and mended."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from xinglin.core import systems
from xinglin.core.clock import CHINA
from xinglin.core.errors import InputError, StorageError
from xinglin.core.text import Text
from xinglin.intake.door import Intake
from xinglin.intake.refusal import FeedDay, Progress
from xinglin.log.sql import SqlLog
from xinglin.packs.codes import Code, Codes

LOADER = Path(__file__).with_name("intake_loader.py")
FIRST, LAST = date(2000, 1, 1), date(2030, 1, 1)


def noon() -> datetime:
    return datetime(2025, 10, 31, 12, 0, tzinfo=CHINA)


def stated(day: str, sender: str = "h1") -> dict[str, str]:
    return {"lastUpdated": f"{day}T08:00:00+08:00", "source": f"urn:xinglin:sender:{sender}"}


def patient(id: str, day: str = "2025-10-01", name: str = "张三", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id, "meta": stated(day), "name": [{"text": name}], **more}


def visit(id: str, person: str, day: str = "2025-10-01", kind: str = "outpatient", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": id,
        "meta": stated(day),
        "status": "finished",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": "AMB"},
        "type": [{"coding": [{"system": systems.ENCOUNTER_TYPE, "code": kind}]}],
        "subject": {"reference": f"Patient/{person}"},
        **more,
    }


def deletion(key: str, day: str = "2025-10-20", **more: Any) -> dict[str, Any]:
    entry = {"request": {"method": "DELETE", "url": key}}
    return {"resourceType": "Bundle", "type": "history", "timestamp": f"{day}T08:00:00+08:00", "entry": [entry], **more}


def body(resource: Any) -> bytes:
    return json.dumps(resource, ensure_ascii=False).encode()


class DoorContract:
    """What the door keeps. Subclasses give `url`, the address of an empty database."""

    @pytest.fixture
    def intake(self, engine: Engine, log: SqlLog) -> Intake:
        return Intake(engine, log, noon)

    @pytest.fixture
    def sent(self, tmp_path: Path) -> Callable[..., Path]:
        """Write resources (or raw lines) into a new NDJSON file."""
        count = iter(range(1_000))

        def write(*things: Any) -> Path:
            file = tmp_path / "sent" / f"{next(count):03}.ndjson"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"".join((t if isinstance(t, bytes) else body(t)) + b"\n" for t in things))
            return file

        return write

    def test_good_beside_bad(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """Every good resource is in the log, every bad one a refusal with its place and reason."""
        file = sent(patient("p1"), b"{broken", patient("p2", gender="zz"), visit("e1", "p1"))
        report = intake.load([file])
        assert (report.files, report.lines, report.accepted, report.refused) == (1, 4, 2, 2)
        assert report.by_reason == {"not-json": 1, "unknown-code": 1}
        assert [record.id for record in log.read()] == ["p1", "e1"]
        kept = {refusal.line: refusal for refusal in intake.refusals()}
        assert (kept[2].reason, kept[2].body.strip(), kept[2].file) == ("not-json", b"{broken", str(file))
        assert (kept[3].path, kept[3].resource_type, kept[3].resource_id) == ("Patient.gender", "Patient", "p2")
        assert kept[3].sender == "h1"
        assert kept[3].remedy.zh

    def test_sending_everything_again(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """A second sending adds no record and no refusal, and the ledger of accepted and refused stays."""
        files = [sent(patient("p1"), patient("p2", gender="zz"), visit("e1", "p9"), b"no"), sent(visit("e2", "p1"))]
        first = intake.load(files)
        before = [(d.day, d.accepted, d.refused) for d in intake.feeds(FIRST, LAST)]
        again = intake.load(files)
        assert (first.accepted, first.refused, first.held) == (2, 2, 1)
        assert (again.accepted, again.refused, again.held, again.duplicates) == (0, 0, 0, 5)
        assert log.last_position() == 2
        assert intake.count_refusals() == 3
        assert [(d.day, d.accepted, d.refused) for d in intake.feeds(FIRST, LAST)] == before

    def test_a_missing_person_holds_and_releases(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """What refers to an unknown person waits, is released when the person arrives, and says so."""
        report = intake.load([sent(visit("e1", "p1"), visit("e2", "p2"))])
        assert (report.held, report.by_reason) == (2, {"unresolved-reference": 2})
        assert {(refusal.state, refusal.path) for refusal in intake.refusals()} == {("waiting", "Encounter.subject")}
        report = intake.load([sent(patient("p1"))])
        assert (report.accepted, report.released, report.lines) == (2, 1, 1)
        assert [record.id for record in log.read()] == ["p1", "e1"]
        assert intake.count_refusals(state="waiting") == 1
        (released,) = intake.refusals(state="replayed")
        assert (released.resource_id, released.decided_by) == ("e1", "")

    def test_waiting_for_two_persons(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """A resource about two unknown persons waits for both."""
        both = visit("e1", "p1", participant=[{"individual": {"reference": "Patient/p2"}}])
        intake.load([sent(both)])
        assert intake.load([sent(patient("p1"))]).released == 0
        assert intake.load([sent(patient("p2"))]).released == 1
        assert log.known([("Encounter", "e1")])

    def test_mending_a_person_releases_who_waited(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """A mended Patient enters, what waited for it too; the refusal keeps both bodies and who mended it."""
        intake.load([sent(patient("p1", gender="zz"), visit("e1", "p1"))])
        (wrong,) = intake.refusals(state="open")
        refused = intake.mend(wrong.id, body(patient("p1", gender="yy")), by="engineer")
        assert (refused.accepted, [fault.code for fault in refused.faults]) == (False, ["unknown-code"])
        assert intake.mend(wrong.id, body(patient("p1", gender="male")), by="engineer").accepted
        mended = intake.refusal(wrong.id)
        assert mended is not None
        assert (mended.state, mended.decided_by, mended.decided_at) == ("mended", "engineer", noon())
        assert b'"zz"' in mended.body
        assert mended.mended_body is not None
        assert b'"male"' in mended.mended_body
        assert [record.id for record in log.read()] == ["p1", "e1"]
        assert intake.count_refusals(state="waiting") == intake.count_refusals(state="open") == 0
        (day,) = intake.feeds(FIRST, LAST)
        assert (day.accepted, day.refused) == (2, 0)
        with pytest.raises(InputError):
            intake.mend(wrong.id, b"{}", by="engineer")

    @pytest.mark.parametrize(
        "mended", [b"", b"{", b"[]", body(visit("e9", "nobody")), body({"resourceType": "Bundle"})]
    )
    def test_a_mend_that_is_none(self, intake: Intake, sent: Callable[..., Path], mended: bytes) -> None:
        """What still cannot enter leaves the refusal open, as it was."""
        intake.load([sent(patient("p1", gender="zz"))])
        (wrong,) = intake.refusals()
        assert not intake.mend(wrong.id, mended, by="engineer").accepted
        assert intake.refusal(wrong.id) == wrong

    def test_a_mend_that_conflicts(self, intake: Intake, sent: Callable[..., Path]) -> None:
        """A mend to something that another content holds is told so."""
        intake.load([sent(patient("p1"), patient("p2", gender="zz"))])
        (wrong,) = intake.refusals()
        result = intake.mend(wrong.id, body(patient("p1", name="李四")), by="engineer")
        assert [fault.code for fault in result.faults] == ["identifier-conflict"]
        assert intake.count_refusals(state="open") == 1

    def test_replaying_after_the_code_table_grew(
        self, engine: Engine, log: SqlLog, intake: Intake, sent: Callable[..., Path]
    ) -> None:
        """What a larger code table lets in enters when replayed; the rest stays refused."""
        intake.load([sent(patient("p1"), visit("e1", "p1", kind="picnic"), visit("e2", "p1", kind="party"))])
        codes = Codes({systems.ENCOUNTER_TYPE: (Code("picnic", systems.ENCOUNTER_TYPE, Text(zh="郊游", en="Picnic")),)})
        report = Intake(engine, log, noon, codes).replay(reason="unknown-code", by="engineer")
        assert (report.lines, report.released, report.accepted) == (2, 1, 1)
        assert intake.refusal_reasons() == [("unknown-code", "open", 1), ("unknown-code", "replayed", 1)]
        (replayed,) = intake.refusals(state="replayed")
        assert (replayed.decided_by, replayed.resource_id) == ("engineer", "e1")
        assert replayed.body

    def test_dismissing(self, intake: Intake, sent: Callable[..., Path]) -> None:
        """A dismissed refusal keeps who and why, is not tried again, and the same thing sent again stays dismissed."""
        file = sent(patient("p1", gender="zz"))
        intake.load([file])
        (wrong,) = intake.refusals()
        intake.dismiss(wrong.id, by="engineer", why="测试数据")
        assert intake.replay(by="engineer").lines == 0
        assert intake.load([file]).duplicates == 1
        kept = intake.refusal(wrong.id)
        assert kept is not None
        assert (kept.state, kept.why) == ("dismissed", "测试数据")
        with pytest.raises(InputError):
            intake.dismiss("nothing", by="engineer", why="")

    def test_listing_refusals(self, intake: Intake, sent: Callable[..., Path]) -> None:
        """Refusals are filtered by state, reason and sender, counted alike, and paged without gaps."""
        other = patient("x", gender="zz")
        other["meta"] = stated("2025-10-01", "h2")
        intake.load([sent(*(patient(str(n), gender="zz") for n in range(7)), other, b"no")])
        assert intake.count_refusals(reason="unknown-code") == 8
        assert [r.resource_id for r in intake.refusals(sender="h2", state="open")] == ["x"]
        assert intake.count_refusals(sender="local") == 1
        pages = [intake.refusals(limit=4, offset=offset) for offset in (0, 4, 8)]
        assert len({refusal.id for page in pages for refusal in page}) == 9

    def test_corrections_and_deletions(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """Of several versions the last stated is current; a deletion is a version like any other."""
        intake.load([sent(patient("p1", "2025-10-03", "新"), patient("p1", "2025-10-01", "旧"), patient("p2"))])
        intake.load([sent(deletion("Patient/p2"))])
        current = {record.id: record for record in log.changes(0, log.last_position())}
        assert "新" in current["p1"].body.decode()
        assert current["p2"].deleted
        assert json.loads(current["p2"].body)["id"] == "p2"

    def test_a_deletion_that_comes_too_early(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """A deletion of something unknown waits for it, and then is carried out."""
        report = intake.load([sent(deletion("Patient/p1"))])
        assert report.by_reason == {"deletion-of-unknown": 1}
        report = intake.load([sent(patient("p1"))])
        assert (report.accepted, report.released) == (2, 1)
        assert log.known([("Patient", "p1")]) == set()
        assert intake.load([sent(deletion("Patient/p1"))]).duplicates == 1

    def test_nobody_deletes_for_another(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """A deletion that names another sender is a conflict."""
        intake.load([sent(patient("p1"), deletion("Patient/p1", meta={"source": "urn:xinglin:sender:h2"}))])
        assert log.known([("Patient", "p1")])
        assert [refusal.reason for refusal in intake.refusals()] == ["identifier-conflict"]

    def test_conflicts(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """One id with two contents of one time: the first stands, the second is refused and can be read."""
        report = intake.load([sent(patient("p1", name="张三"), patient("p1", name="李四"))])
        assert (report.accepted, report.by_reason) == (1, {"identifier-conflict": 1})
        (conflict,) = intake.refusals()
        assert "李四" in conflict.body.decode()
        assert "position 1 " in conflict.faults[0].found.en

    def test_a_transaction_bundle(self, intake: Intake, log: SqlLog, tmp_path: Path) -> None:
        """The entries of a Bundle enter each for itself, whatever their order, with their references resolved."""
        entries = [
            {"fullUrl": "urn:uuid:v", "resource": visit("e1", "p1", subject={"reference": "urn:uuid:p"})},
            {"fullUrl": "urn:uuid:p", "resource": patient("p1")},
            {"resource": patient("p2", gender="zz")},
        ]
        file = tmp_path / "bundle.json"
        file.write_bytes(body({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
        report = intake.load([file])
        assert (report.lines, report.accepted, report.refused, report.held) == (3, 2, 1, 0)
        (refused,) = intake.refusals()
        assert (refused.line, refused.path) == (3, "Patient.gender")

    def test_what_a_text_column_cannot_hold(self, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """NUL characters in names, ids and senders stop neither their neighbours nor the listing of refusals."""
        odd = patient("p\0")
        odd["meta"]["source"] += "\0"
        report = intake.load([sent(patient("p1", name="张\0三"), odd, {"resourceType": "\0"}, {"\0": 1}, b"\0")])
        assert (report.accepted, report.refused) == (1, 4)
        assert len(intake.refusals()) == 4

    def test_deletions_at_impossible_times(self, intake: Intake, sent: Callable[..., Path]) -> None:
        """A deletion needs a time that exists and can be meant."""
        bundles = [deletion("Patient/p1"), deletion("Patient/p1"), deletion("Patient/p1")]
        for bundle, moment in zip(bundles, ("9999-01-01T00:00:00Z", "20250101T080000+0800", "2025-01-01"), strict=True):
            bundle["timestamp"] = moment
        assert intake.load([sent(*bundles)]).by_reason == {"bad-date": 2, "date-out-of-range": 1}

    def test_the_ledger_of_days(self, intake: Intake, sent: Callable[..., Path]) -> None:
        """Each sender's day counts what was stated on it in China, with the last time stated and received."""
        late = patient("p2", "2025-10-02")
        late["meta"]["lastUpdated"] = "2025-10-01T20:30:00Z"
        intake.load([sent(patient("p1"), late, patient("p3", gender="zz"), visit("e1", "nobody"))])
        received = "2025-10-31T04:00:00.000000Z"
        assert intake.feeds(FIRST, LAST) == [
            FeedDay("h1", date(2025, 10, 1), 1, 0, 2, "2025-10-01T00:00:00.000000Z", received, received),
            FeedDay("h1", date(2025, 10, 2), 1, 0, 0, "2025-10-01T20:30:00.000000Z", received, received),
        ]
        assert intake.feeds(date(2025, 10, 3), LAST) == []

    def test_a_duplicate_later_leaves_the_first_receipt(
        self, intake: Intake, sent: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A day's first receipt is that of its first accepted record, whatever is sent again or refused afterwards."""
        one = sent(patient("p1"))
        intake.load([one])
        monkeypatch.setattr(intake, "_clock", lambda: datetime(2025, 11, 3, 9, 0, tzinfo=CHINA))
        intake.load([one])
        intake.load([sent(patient("p3", gender="zz"))])
        (day,) = intake.feeds(FIRST, LAST)
        assert day.first_received_at == "2025-10-31T04:00:00.000000Z"
        assert day.last_received_at == "2025-11-03T01:00:00.000000Z"

    def test_unreadable_things_do_not_stop_a_load(
        self, intake: Intake, log: SqlLog, sent: Callable[..., Path], tmp_path: Path
    ) -> None:
        """A missing path, an empty file and a folder in place of a file are problems; the rest is loaded."""
        good = sent(patient("p1"))
        (good.parent / "aaa.ndjson").mkdir()
        (good.parent / "empty.ndjson").touch()
        report = intake.load([good.parent, tmp_path / "missing"])
        assert report.accepted == 1
        assert len(report.problems) == 2

    def test_progress_tells_only_what_is_durable(
        self, engine: Engine, intake: Intake, sent: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each time progress is told, the log holds at least what it says was accepted."""
        monkeypatch.setattr("xinglin.intake.door.BATCH_RESOURCES", 10)
        told: list[tuple[int, int]] = []
        other = SqlLog(engine)

        def tell(progress: Progress) -> None:
            told.append((progress.accepted, other.last_position()))

        intake.load([sent(*(patient(str(n)) for n in range(35)))], progress=tell)
        assert [accepted for accepted, _ in told] == [10, 20, 30, 35]
        assert all(accepted == stands for accepted, stands in told)

    @pytest.mark.parametrize("attempt", range(3))
    def test_killed_while_loading(self, intake: Intake, log: SqlLog, url: str, tmp_path: Path, attempt: int) -> None:
        """kill -9 during a load, then loading again: the same log, refusals and ledger as an undisturbed load."""
        folder = tmp_path / "county"
        folder.mkdir()
        for n in range(30):
            things = [visit(f"{n}-{k}", f"p{(n + k) % 35}", f"2025-10-{n % 28 + 1:02}") for k in range(20)]
            things += [patient(f"p{n}"), patient(f"bad{n}", gender="zz")]
            (folder / f"{n:02}.ndjson").write_bytes(b"\n".join(map(body, things)))
        loader = subprocess.Popen(
            [sys.executable, str(LOADER), url, str(folder), "25"], stdout=subprocess.PIPE, text=True
        )
        assert loader.stdout is not None
        loader.stdout.readline()
        time.sleep(random.uniform(0.0, 0.4))
        os.kill(loader.pid, signal.SIGKILL)
        told = [int(line) for line in loader.stdout.readlines() if line.endswith("\n")]
        loader.wait()
        assert log.last_position() >= (told[-1] if told else 0)
        intake.load([folder])
        missing = [f"p{k}" for k in range(30, 35)]
        waiting = sum((n + k) % 35 >= 30 for n in range(30) for k in range(20))
        assert [r.position for r in log.read()] == list(range(1, 30 + 600 - waiting + 1))
        assert log.known([("Patient", person) for person in missing]) == set()
        assert intake.count_refusals(state="waiting") == waiting
        assert intake.count_refusals(state="open") == 30
        days = intake.feeds(FIRST, LAST)
        assert sum(day.accepted for day in days) == 630 - waiting
        assert sum(day.refused for day in days) == 30 + waiting

    def test_two_loads_at_once(self, intake: Intake, log: SqlLog, url: str, tmp_path: Path) -> None:
        """Persons and visits loaded by two processes at once: nobody is left waiting for a person who is there."""
        for name, things in {
            "persons": [patient(f"p{n}") for n in range(100)],
            "visits": [visit(f"e{n}", f"p{n}") for n in range(100)],
        }.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.ndjson").write_bytes(b"\n".join(map(body, things)))
        loaders = [
            subprocess.Popen([sys.executable, str(LOADER), url, str(tmp_path / name), "12"], stdout=subprocess.DEVNULL)
            for name in ("persons", "visits")
        ]
        assert [loader.wait() for loader in loaders] == [0, 0]
        intake.load([])
        assert log.last_position() == 200
        assert intake.count_refusals(state="waiting") == 0


class TestSqlite(DoorContract):
    """The door before a SQLite file."""

    @pytest.fixture
    def url(self, sqlite_file_url: str) -> str:
        return sqlite_file_url

    def test_a_full_disk(self, engine: Engine, intake: Intake, log: SqlLog, sent: Callable[..., Path]) -> None:
        """When the disk is full, load says so; what was accepted before stays, and loading again completes it."""
        small, large = sent(patient("p1")), sent(*(patient(f"x{n}", name="名" * 500) for n in range(500)))
        intake.load([small])
        with engine.connect() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        limit = {"pages": pages + 20}

        @event.listens_for(engine, "checkout")
        def narrow(connection: Any, *_: object) -> None:
            connection.cursor().execute(f"PRAGMA max_page_count={limit['pages']}")

        with pytest.raises(StorageError, match="full"):
            intake.load([large])
        assert [record.id for record in log.read()] == ["p1"]
        limit["pages"] = 1_000_000
        assert intake.load([large]).accepted == 500


class TestPostgres(DoorContract):
    """The door before PostgreSQL."""

    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url
