"""What a careless or hostile sender or operator does: odd files, damaged folders, mistyped commands."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from xinglin_command import xinglin

from xinglin.app import open_house
from xinglin.core.errors import InputError, StorageError
from xinglin.demonstration.county import alone_in
from xinglin.intake.check import stated_text
from xinglin.packs.content import builtin_folder

STATED = "2025-10-01T08:00:00+08:00"


def patient(id: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id, "meta": {"lastUpdated": STATED}, **more}


def encounter(id: str, start: str, end: str) -> dict[str, Any]:
    kind = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    period = {"start": start, "end": end}
    return {"resourceType": "Encounter", "id": id, "status": "finished", "class": kind, "period": period}


def written(file: Path, *resources: dict[str, Any]) -> Path:
    file.write_bytes(b"\n".join(orjson.dumps(one) for one in resources) + b"\n")
    return file


# --- what senders send


def test_times_that_no_clock_reaches_are_refused_in_words(tmp_path: Path) -> None:
    """A period whose times lie beyond the calendar in UTC is refused for a known reason; the list stays readable."""
    first = encounter("e1", "0001-01-01T00:00:00+08:00", "0001-01-02T00:00:00+09:00")
    last = encounter("e2", "9999-12-31T23:59:59-08:00", "9999-12-31T23:59:58-09:00")
    data = tmp_path / "data"
    assert xinglin("load", written(tmp_path / "a.ndjson", first, patient("p1"), last), "--data", data).code == 0
    listed = xinglin("refusal", "list", "--json", "--data", data).json()
    assert {one["reason"] for one in listed} == {"date-out-of-range"}
    assert len(listed) == 2
    assert xinglin("refusal", "list", "--data", data).code == 0


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2025-10-31T08:00:00.1234Z", "2025-10-31T08:00:00.123400Z"),
        ("2025-10-31T08:00:00.123456789+08:00", "2025-10-31T00:00:00.123456Z"),
        ("2025-10-31T08:00:00+08:00", "2025-10-31T00:00:00.000000Z"),
    ],
)
def test_every_fraction_of_a_second_counts(instant: str, text: str) -> None:
    """A stated time keeps its fraction, also one of four digits, whose text is as long as one with an offset."""
    assert stated_text(instant) == text


def test_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    """A named pipe and a link to a device are told as problems; the good file beside them is loaded."""
    sent = tmp_path / "sent"
    sent.mkdir()
    os.mkfifo(sent / "a.ndjson")
    (sent / "b.ndjson").symlink_to("/dev/zero")
    (sent / "c.ndjson").symlink_to("c.ndjson")
    written(sent / "d.ndjson", patient("p1"))
    house = open_house(tmp_path / "data")
    report = house.intake.load([sent])
    house.close()
    assert report.accepted == 1
    assert {Path(problem.where).name for problem in report.problems} == {"a.ndjson", "b.ndjson", "c.ndjson"}


def test_a_compressed_file_is_one_refusal(tmp_path: Path) -> None:
    """A gzip file named .ndjson is refused once and as what it is, not once for each accidental line in it."""
    lines = b"\n".join(orjson.dumps(patient(f"p{number}")) for number in range(2_000))
    (tmp_path / "a.ndjson").write_bytes(gzip.compress(lines))
    (tmp_path / "b.json").write_bytes(gzip.compress(lines))
    house = open_house(tmp_path / "data")
    report = house.intake.load([tmp_path / "a.ndjson", tmp_path / "b.json"])
    found = house.intake.refusals()
    house.close()
    assert report.lines == report.refused + report.duplicates == 2
    assert {fault.found.en for one in found for fault in one.faults} == {"a file compressed by gzip"}


# --- mistyped commands

ON_DATA = (
    ("indicator", "run"),
    ("indicator", "check"),
    ("plan", "scorecard"),
    ("refusal", "list"),
    ("refusal", "replay"),
    ("resident", "duplicates"),
    ("account", "list"),
    ("refresh",),
    ("serve", "--port", "0"),
)


@pytest.mark.parametrize("command", ON_DATA, ids=" ".join)
def test_a_mistyped_data_folder_stays_unmade(tmp_path: Path, command: tuple[str, ...]) -> None:
    """What only asks of a data folder says that nothing is there, and does not make an empty one."""
    answer = xinglin(*command, "--data", tmp_path / "dtaa")
    assert answer.code == InputError.exit_code
    assert "there is no data of Xinglin here" in answer.said
    assert not (tmp_path / "dtaa").exists()


def test_what_packs_say_needs_no_data_folder(tmp_path: Path) -> None:
    """Listing indicators and printing their SQL makes no data folder."""
    name = "family-doctor.contract_rate"
    for command in (["indicator", "list"], ["indicator", "sql", name]):
        answer = xinglin(*command, "--data", tmp_path / "none")
        assert (answer.code, name in answer.out) == (0, True)
    assert not (tmp_path / "none").exists()


def test_wrong_arguments_are_told_without_a_traceback(tmp_path: Path) -> None:
    """Files, folders, numbers and names that cannot be meant: exit code 2, and never a traceback or a silent pass."""
    data, file = tmp_path / "data", tmp_path / "file.json"
    open_house(data).close()
    file.write_text("[1,")
    for wrong in (
        ["refusal", "mend", "x", tmp_path / "absent.json", "--data", data],
        ["refusal", "list", "--reason", "no-such", "--data", data],
        ["refusal", "replay", "--reason", "no-such", "--data", data],
        ["refusal", "list", "--limit", 10**20, "--data", data],
        ["pack", "check", tmp_path / "absent"],
        ["pack", "check", file],
        ["pack", "list", file],
        ["pack", "schema", file],
        ["city", "mark", "--truth", file, "--data", data],
        ["city", "mark", "--truth", tmp_path, "--data", data],
        ["city", "make", "--out", tmp_path / "c", "--seed", -1],
        ["run", "--residents", 0, "--port", 0, "--data", tmp_path / "r"],
        ["load", file, "--sender", "two words", "--data", data],
    ):
        answer = xinglin(*wrong)
        assert answer.code == 2, (wrong, answer.said)
        assert "Traceback" not in answer.said


@pytest.mark.parametrize(
    "url", ["garbage", "nosuch://x", "mysql://u:s3cret@127.0.0.1/x", "postgresql+psycopg://u:s3cret@127.0.0.1:port/x"]
)
def test_a_wrong_database_address_is_told_without_its_password(tmp_path: Path, url: str) -> None:
    """What is no address of a database that can be used is told in words that do not repeat it."""
    answer = xinglin("refresh", "--database", url, "--data", tmp_path)
    assert answer.code == InputError.exit_code
    assert "--database" in answer.said
    assert "s3cret" not in answer.said


# --- damaged folders


def _cut(folder: Path) -> None:
    for file in folder.rglob("*.parquet"):
        file.write_bytes(b"cut off")


def _gone(folder: Path) -> None:
    for file in folder.rglob("*.parquet"):
        file.unlink()


@pytest.mark.parametrize("damage", [_cut, _gone])
@pytest.mark.parametrize("folder", ["views", "figures"])
def test_a_refresh_mends_what_can_be_worked_out(
    small_data: Path, tmp_path: Path, folder: str, damage: Callable[[Path], None]
) -> None:
    """Parquet files deleted or cut off are told in words, and the next refresh gives the same figures again."""
    data = tmp_path / "data"
    shutil.copytree(small_data, data)
    ask = ("indicator", "run", "family-doctor.contract_rate", "--json", "--data", data)
    before = xinglin(*ask).json()
    damage(data / folder)
    told = xinglin("resident", "duplicates", "--data", data) if folder == "views" else xinglin(*ask)
    assert told.code == StorageError.exit_code
    assert "xinglin refresh" in told.said
    assert xinglin("refresh", "--data", data).code == 0
    assert xinglin(*ask).json() == before
    assert xinglin("indicator", "check", "family-doctor.contract_rate", "--data", data).code == 0


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("settings.json", '{"as_of": "9999-12-31"}'),
        ("settings.json", '{"as_of": "0001-01-01"}'),
        ("demonstration-logins.json", "{"),
    ],
)
def test_damaged_settings_are_told(tmp_path: Path, file: str, content: str) -> None:
    """A file of the data folder that says nothing usable is named, with exit code 2."""
    open_house(tmp_path).close()
    (tmp_path / file).write_text(content)
    answer = xinglin("serve", "--port", 0, "--data", tmp_path)
    assert answer.code == InputError.exit_code
    assert file in answer.said


def test_a_damaged_county_is_told(tmp_path: Path) -> None:
    """A county.json that does not say what the county is stops the start in words."""
    (tmp_path / "county").mkdir()
    for content in ("{", "{}", "[]"):
        (tmp_path / "county" / "county.json").write_text(content)
        answer = xinglin("run", "--check", "--port", 0, "--data", tmp_path)
        assert answer.code == InputError.exit_code
        assert "county.json" in answer.said


def test_two_starts_do_not_make_one_county_together(tmp_path: Path) -> None:
    """While one start makes a folder's county another is refused, and leaves what the first has written."""
    begun = tmp_path / "county.part"
    with alone_in(tmp_path):
        begun.mkdir()
        answer = xinglin("run", "--check", "--port", 0, "--residents", 120, "--days", 10, "--data", tmp_path)
    assert answer.code == StorageError.exit_code
    assert "another start" in answer.said
    assert begun.exists()


def test_a_countys_pack_whose_example_does_not_hold_does_not_load(tmp_path: Path) -> None:
    """A county's own pack starts only while its examples hold; the error names the example and both numbers."""
    data, name = tmp_path / "data", "family-doctor"
    shutil.copytree(builtin_folder() / name, data / "packs" / name)
    open_house(data).close()
    example = data / "packs" / name / "examples" / "contracts.yaml"
    rows, _, expected = example.read_text("utf-8").partition("expect:")
    example.write_text(f"{rows}expect:{re.sub(r'[|] +[0-9.]+ *$', '| 12345', expected, count=1, flags=re.M)}", "utf-8")
    with pytest.raises(InputError, match=r"(?s)contracts\.yaml.*12345"):
        open_house(data)


def test_a_closed_account_cannot_sign_in_until_it_is_opened_again(tmp_path: Path) -> None:
    """`account close` shuts the door on a person and keeps what they did; `account open` lets them in again."""
    data, password = tmp_path / "data", "a long enough password"
    who = ("--name", "李伟", "--role", "leader", "--password", password)
    assert xinglin("account", "add", "li.wei", *who, "--data", data).code == 0
    assert xinglin("account", "close", "li.wei", "--data", data).code == 0
    house = open_house(data)
    assert house.accounts.verify("li.wei", password) is None
    assert xinglin("account", "open", "li.wei", "--data", data).code == 0
    assert house.accounts.verify("li.wei", password) is not None
    assert xinglin("account", "close", "nobody", "--data", data).code == 2
    house.close()
