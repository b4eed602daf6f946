"""Whatever is sent to `xinglin load`: each fault is named with its remedy, what is good beside it enters, and no
person's data appears in any message.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from house_contents import HouseContents, view_rows
from narrow_disk import NarrowDisk, narrow_disk
from small_county import new_house
from xinglin_command import Answer, xinglin, xinglin_process

from xinglin.app import House, open_house
from xinglin.demonstration.county import County

NAME, CARD, PHONE = "赵隐私", "990101199003074514", "10180363109"
STATED = "2025-10-25T08:00:00+08:00"
MEGABYTE = 1024 * 1024
MOST_MEMORY = 400 * MEGABYTE


def patient(id: str, **elements: object) -> bytes:
    return orjson.dumps(
        {
            "resourceType": "Patient",
            "id": id,
            "meta": {"lastUpdated": STATED},
            "name": [{"text": NAME}],
            "telecom": [{"system": "phone", "value": PHONE}],
            **elements,
        }
    )


def observation(id: str, person: str, when: str) -> bytes:
    return orjson.dumps(
        {
            "resourceType": "Observation",
            "id": id,
            "meta": {"lastUpdated": STATED},
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": NAME},
            "subject": {"reference": f"Patient/{person}", "display": NAME},
            "effectiveDateTime": when,
        }
    )


def stated(resource: bytes, when: str) -> bytes:
    return resource.replace(STATED.encode(), when.encode())


def bundle(*resources: bytes) -> bytes:
    entries = [{"resource": orjson.loads(resource)} for resource in resources]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


CARD_ITEM = [{"system": "urn:oid:2.16.156.10011.1.3", "value": CARD}]
DEEP = b'{"resourceType":"Patient","id":"deep","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
#: Bad lines by file, each with the reason and the element that it is refused for. A good Patient follows in each file.
BAD: dict[str, list[tuple[bytes, str, str]]] = {
    "not-utf8": [(patient("gbk").decode().encode("gbk"), "not-utf8", "")],
    "unknown-type": [
        (patient("odd").replace(b'"Patient"', b'"Pateint"'), "unknown-resource-type", "resourceType"),
        (patient("odd").replace(b'"Patient"', f'"{NAME}"'.encode()), "unknown-resource-type", "resourceType"),
        (b'{"id":"x"}', "not-a-resource", "resourceType"),
    ],
    "dates": [
        (patient("y0", birthDate="0000-01-01"), "date-out-of-range", "Patient.birthDate"),
        (patient("y9999", birthDate="9999-12-31"), "date-out-of-range", "Patient.birthDate"),
        (patient("feb30", birthDate="2025-02-30"), "bad-date", "Patient.birthDate"),
        (observation("o0", "good-dates", "0000-01-01"), "date-out-of-range", "Observation.effectiveDateTime"),
        (observation("o9999", "good-dates", "9999-12-31"), "date-out-of-range", "Observation.effectiveDateTime"),
        (stated(patient("s0"), "0000-10-25T08:00:00Z"), "date-out-of-range", "Patient.meta.lastUpdated"),
        (stated(patient("s9999"), "9999-10-25T08:00:00Z"), "date-out-of-range", "Patient.meta.lastUpdated"),
    ],
    "card": [(patient("card", identifier=CARD_ITEM), "identifier-check-digit", "Patient.identifier[0].value")],
    "person": [(observation("waits", "later", "2025-10-20"), "unresolved-reference", "Observation.subject")],
    "shapes": [
        (b"[1,2]", "not-a-resource", ""),
        (b"null", "not-a-resource", ""),
        (f'"{NAME}"'.encode(), "not-a-resource", ""),
        (b"\0" * 100, "not-json", ""),
        (b'{"a":"\\ud800"}', "not-json", ""),
        (DEEP, "not-json", ""),
        (patient(NAME), "wrong-type", "Patient.id"),
        (patient("named", name=NAME), "wrong-type", "Patient.name"),
        (patient("more", surname=NAME), "unknown-element", "Patient.surname"),
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files with faults, each with a good resource in it."""
    folder = tmp_path_factory.mktemp("bad")
    for name, lines in BAD.items():
        body = b"\n".join([*(line for line, _, _ in lines), patient(f"good-{name}"), b""])
        (folder / f"{name}.ndjson").write_bytes(body)
    (folder / "cut.ndjson").write_bytes(patient("good-cut") + b"\n" + patient("cut-off")[:-9])
    (folder / "nested.json").write_bytes(bundle(patient("good-nested"), bundle(patient("inner"))))
    (folder / "taken.ndjson").write_bytes(patient("good-taken") + b"\n" + patient("good-taken", gender="male") + b"\n")
    (folder / "empty.ndjson").touch()
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def loaded(folder: Path, data: Path) -> Answer:
    """What `xinglin load` said of the folder."""
    return xinglin("load", folder, "--data", data)


@pytest.fixture(scope="module")
def refused(loaded: Answer, data: Path) -> list[dict[str, Any]]:
    """What `xinglin refusal list` says then."""
    answer = xinglin("refusal", "list", "--data", data, "--limit", 1000, "--json")
    assert (loaded.code, answer.code) == (0, 0)
    found: list[dict[str, Any]] = answer.json()
    return found


@pytest.fixture(scope="module")
def house(loaded: Answer, data: Path) -> Iterator[House]:
    house = open_house(data)
    yield house
    house.close()


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_refused_with_its_reason(refused: list[dict[str, Any]], name: str) -> None:
    """Every bad line is refused by itself, with its line, a reason, the element at fault and a remedy."""
    found = sorted((r["line"], r["reason"], r["path"]) for r in refused if Path(r["file"]).stem == name)
    assert found == [(line, reason, path) for line, (_, reason, path) in enumerate(BAD[name], 1)]
    assert all(r["remedy"]["zh"] and r["remedy"]["en"] for r in refused)


def test_cut_nested_and_taken(refused: list[dict[str, Any]]) -> None:
    """A file cut off, a Bundle inside a Bundle and an id with two bodies are refused where they are."""
    found = {Path(r["file"]).stem: (r["line"], r["reason"], r["path"]) for r in refused}
    assert found["cut"] == (2, "truncated", "")
    assert found["nested"] == (2, "nested-bundle", "Bundle.entry[1].resource")
    assert found["taken"] == (2, "identifier-conflict", "Patient.id")


def test_what_is_good_beside_it_is_accepted(loaded: Answer, house: House, folder: Path) -> None:
    """Exactly the good resource of each file is in the log, and the report counts the rest."""
    names = {file.stem for file in folder.iterdir()} - {"empty"}
    assert {record.id for record in house.log.read()} == {f"good-{name}" for name in names}
    bad = sum(len(lines) for lines in BAD.values()) + 3
    assert f"accepted {len(names)} " in loaded.said
    assert f"refused {bad - 1} " in loaded.said
    assert "waiting 1 " in loaded.said


def test_an_empty_file_is_told(loaded: Answer) -> None:
    """An empty file is named, with what to do, and does not stop the others."""
    assert "empty.ndjson the file is empty." in loaded.said
    assert "Remedy: Ask the sender for it again." in loaded.said


def test_no_persons_data_in_any_message(loaded: Answer, data: Path, folder: Path) -> None:
    """Neither load nor the lists of refusals, as tables or JSON, show a name, an ID card or a telephone number."""
    answers = [
        loaded,
        xinglin("load", folder, "--data", data, "--json"),
        xinglin("refusal", "list", "--data", data, "--limit", 1000),
        xinglin("refusal", "list", "--data", data, "--limit", 1000, "--json"),
        xinglin("refusal", "replay", "--data", data),
    ]
    for answer in answers:
        assert answer.code == 0
        assert not any(secret in answer.said for secret in (NAME, CARD, CARD[6:14], PHONE))


def test_sent_again_nothing_is_new(loaded: Answer, data: Path, folder: Path, house: House) -> None:
    """The same folder again: every line is known, good or bad, and no refusal is kept twice."""
    before = house.intake.count_refusals()
    report = xinglin("load", folder, "--data", data, "--json").json()
    assert (report["accepted"], report["refused"], report["held"]) == (0, 0, 0)
    assert report["duplicates"] == report["lines"]
    assert house.intake.count_refusals() == before


def test_a_person_who_arrives_later_releases_what_waits(
    loaded: Answer, data: Path, house: House, tmp_path: Path
) -> None:
    """When the missing person arrives, what referred to it enters by itself."""
    assert [r.state for r in house.intake.refusals(reason="unresolved-reference")] == ["waiting"]
    (tmp_path / "later.ndjson").write_bytes(patient("later") + b"\n")
    answer = xinglin("load", tmp_path / "later.ndjson", "--data", data)
    assert answer.code == 0
    assert "released 1" in answer.said
    assert [r.state for r in house.intake.refusals(reason="unresolved-reference")] == ["replayed"]
    assert house.log.known([("Observation", "waits")])


def test_nothing_that_can_be_read_is_an_error(tmp_path: Path) -> None:
    """A path that is not there, a file of another kind and an empty folder: all are told at once, exit code 2."""
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    (tmp_path / "bare").mkdir()
    wrong = [tmp_path / "absent.ndjson", tmp_path / "scan.pdf", tmp_path / "bare"]
    answer = xinglin("load", *wrong, "--data", tmp_path / "data")
    assert answer.code == 2
    assert answer.said.count("Remedy:") == 3
    assert all(path.name in answer.said for path in wrong)


def test_a_line_of_200_mb_takes_little_memory(tmp_path: Path) -> None:
    """A line of 200 MB is refused with its size; the lines around it enter; memory stays below 400 MB."""
    file = tmp_path / "large.ndjson"
    with file.open("wb") as out:
        out.write(patient("before") + b"\n" + b'{"resourceType":"Patient","id":"large","photo":[{"data":"')
        for _ in range(200):
            out.write(b"A" * MEGABYTE)
        out.write(b'"}]}\n' + patient("after") + b"\n")
    answer = xinglin_process("load", file, "--data", tmp_path / "data", "--json", before=_TELL_MEMORY)
    file.unlink()
    assert answer.code == 0, answer.err
    report = answer.json()
    assert (report["accepted"], report["by_reason"]) == (2, {"line-too-long": 1})
    peak = int(answer.err.rpartition("peak ")[2].split()[0]) * 1024
    assert peak < MOST_MEMORY
    house = open_house(tmp_path / "data")
    (kept,) = house.intake.refusals()
    assert (kept.line, kept.faults[0].found.en) == (2, "200 MiB")
    assert len(kept.body) < MEGABYTE
    house.close()


#: The peak of this process alone; getrusage would count the parent's at the time of the fork.
_TELL_MEMORY = """
import atexit, re, sys
def tell():
    print("peak", re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
atexit.register(tell)
"""


def _bound_by_rights() -> None:
    """Run in a child before it starts: not even root may pass over a file's mode then."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in _PASS_OVER_MODES:
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")


_PR_CAPBSET_DROP = 24
_PASS_OVER_MODES = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@pytest.fixture
def bound_by_rights() -> Callable[[], None] | None:
    """What to run in a child so that rights bind it; None where they do anyway."""
    if os.geteuid() != 0:
        return None
    try:
        subprocess.run(["true"], preexec_fn=_bound_by_rights, check=True)
    except subprocess.SubprocessError:
        pytest.skip("running as root, which rights do not bind, and may not give that up")
    return _bound_by_rights


def test_a_folder_without_rights(tmp_path: Path, bound_by_rights: Callable[[], None] | None) -> None:
    """A folder and a file that may not be read are named with a remedy; what may be read beside them enters."""
    for name in ("open", "shut"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "a.ndjson").write_bytes(patient(f"good-{name}") + b"\n")
    (tmp_path / "in" / "open" / "b.ndjson").write_bytes(patient("good-b") + b"\n")
    (tmp_path / "in" / "open" / "b.ndjson").chmod(0)
    (tmp_path / "in" / "shut").chmod(0)
    given: dict[str, Any] = {"cwd": tmp_path, "prepare": bound_by_rights}
    answer = xinglin_process("load", "in", "--data", "data", **given)
    alone = xinglin_process("load", "in/shut", "in/open/b.ndjson", "--data", "data", **given)
    (tmp_path / "in" / "shut").chmod(0o700)
    assert answer.code == 0, answer.err
    assert "accepted 1 " in answer.said
    for path in ("in/shut", "in/open/b.ndjson"):
        assert f"{path} cannot be read: Permission denied." in answer.said
    assert "right to read it (chmod, chown)" in answer.said
    assert alone.code == 2
    assert "Traceback" not in answer.err + alone.err


def test_a_data_folder_without_rights(tmp_path: Path, bound_by_rights: Callable[[], None] | None) -> None:
    """A data folder that may not be written is told in words, with exit code 3."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o555)
    (tmp_path / "a.ndjson").write_bytes(patient("good") + b"\n")
    answer = xinglin_process("load", "a.ndjson", "--data", "data", cwd=tmp_path, prepare=bound_by_rights)
    assert answer.code == 3
    assert "Permission denied" in answer.said
    assert "--data FOLDER" in answer.said
    assert "Traceback" not in answer.err


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[NarrowDisk]:
    """A disk that can be made full."""
    with narrow_disk(tmp_path / "disk") as disk:
        yield disk


def test_a_full_disk(county: County, expected: HouseContents, disk: NarrowDisk) -> None:
    """On a full disk load and refresh stop with words and exit code 3; with space again they go on, nothing lost."""
    data = disk.folder / "data"
    new_house(data, county).close()
    first = sorted((county.feeds / "9-after").iterdir())[0]
    assert xinglin("load", first, "--data", data).code == 0
    acknowledged = _positions(data)
    _stopped_in_words(disk, 300_000, "load", county.feeds, "--data", data)
    kept = _positions(data)
    assert kept[: len(acknowledged)] == acknowledged
    assert len(acknowledged) < len(kept) < len(expected.versions)
    assert xinglin("load", county.feeds, "--data", data).code == 0
    house = open_house(data)
    assert (
        sorted((r.type, r.id, r.stated_at, r.sender, r.deleted, r.body) for r in house.log.read()) == expected.versions
    )
    _stopped_in_words(disk, 50_000, "refresh", "--data", data)
    assert house.views.snapshot() is None
    assert xinglin("refresh", "--data", data).code == 0
    assert view_rows(house) == expected.views
    house.close()


def _stopped_in_words(disk: NarrowDisk, room: int, *arguments: object) -> None:
    """With only `room` bytes left the command says that the disk is full, what to do, and names no person."""
    with disk.room(room) as prepare:
        answer = xinglin_process(*arguments, before=_SMALL_BATCHES, prepare=prepare)
    assert answer.code == 3, answer.said
    assert "Traceback" not in answer.err
    assert "full" in answer.said or "No space left" in answer.said or "disk" in answer.said
    assert "Check free disk space" in answer.said
    assert "INSERT" not in answer.said


_SMALL_BATCHES = "import xinglin.intake.door as door; door.BATCH_RESOURCES = 50"


def _positions(data: Path) -> list[tuple[int, str, bytes]]:
    """The log, whose positions are dense."""
    house = open_house(data)
    found = [(record.position, record.id, record.content_hash) for record in house.log.read()]
    assert [position for position, _, _ in found] == list(range(1, house.log.last_position() + 1))
    house.close()
    return found
