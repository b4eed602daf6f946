"""A small simulated county, with a few lines added so that each way of being kept out, held and released occurs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random

import orjson

from xinglin.app import House, Settings, open_house
from xinglin.core.systems import SENDER_PREFIX
from xinglin.demonstration.county import County, CountySize, ready_county
from xinglin.demonstration.furnishing import furnish
from xinglin.flow import NUMBERS, WORK, load, silent, work_out

SIZE = CountySize(residents=300, days=70, seed=1, end=date(2025, 10, 31))
SENDER = "YX-H1"


def make_county(folder: Path) -> County:
    """The county's feeds, plan and truth in `folder`/county."""
    county = ready_county(folder, SIZE, silent)
    for name, lines in _planted().items():
        file = county.feeds / name / f"{SENDER}.ndjson"
        file.parent.mkdir()
        file.write_bytes(b"".join(line + b"\n" for line in lines))
    return county


def new_house(data: Path, county: County) -> House:
    """An empty house that stands on the day after the county's last."""
    data.mkdir(parents=True, exist_ok=True)
    Settings(as_of=county.as_of, simulated=True, county=county.name).write(data)
    return open_house(data)


def fill_house(house: House, county: County, feeds: Sequence[Path]) -> None:
    """Load `feeds` and work everything out, with the county's plan bound."""
    load(house, feeds)
    work_out(house, NUMBERS)
    furnish(house, county.plan, county.plan_year)
    work_out(house, WORK)


def shuffled(feeds: Path, folder: Path, files: int, random: Random) -> None:
    """All lines below `feeds`, in random order, in `files` files of random names below `folder`."""
    lines = [line for file in sorted(feeds.rglob("*.ndjson")) for line in file.read_bytes().splitlines()]
    random.shuffle(lines)
    for number in range(files):
        file = folder / f"{random.getrandbits(16):04x}" / f"{random.getrandbits(32):08x}-{number}.ndjson"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"".join(line + b"\n" for line in lines[number::files]))


def _planted() -> dict[str, list[bytes]]:
    """Lines by folder: one that is read before the county's days, and one after."""
    return {"0-before": list(_before()), "9-after": list(_after())}


def _before() -> Iterator[bytes]:
    yield _encounter("held-then-released", "late")
    yield _encounter("held-for-ever", "never")
    yield _encounter("deleted-before-it-came", "late", deleted=True)
    yield _encounter("corrected", "late", day=20, status="cancelled")
    yield _encounter("wrong-code", "late", status="已完成")
    yield b'{"resourceType":"Patient","id":"cut-o'
    yield patient_line("wrong-check-digit", card="990101199003074514")


def _after() -> Iterator[bytes]:
    yield _encounter("deleted-before-it-came", "late")
    yield _encounter("corrected", "late", day=19)
    yield _encounter("corrected", "late", day=21, status="entered-in-error")
    yield _encounter("corrected", "late", day=18, status="planned")
    yield patient_line("late")


def patient_line(name: str, card: str | None = None) -> bytes:
    """A person whom the hospital registered on a day of the county."""
    numbers = [{"system": "urn:oid:2.16.156.10011.1.3", "value": card}] if card else []
    return orjson.dumps(
        {
            "resourceType": "Patient",
            "id": f"{SENDER}-{name}",
            "meta": {"lastUpdated": "2025-10-25T08:00:00+08:00", "source": SENDER_PREFIX + SENDER},
            "name": [{"text": "来晚了"}],
            **({"identifier": numbers} if numbers else {}),
        }
    )


def _encounter(name: str, person: str, *, day: int = 20, status: str = "finished", deleted: bool = False) -> bytes:
    meta = {"lastUpdated": f"2025-10-{day}T12:00:00+08:00", "source": SENDER_PREFIX + SENDER}
    id = f"{SENDER}-{name}"
    if deleted:
        entry = {"request": {"method": "DELETE", "url": f"Encounter/{id}"}}
        later = "2025-10-28T12:00:00+08:00"
        return orjson.dumps(
            {
                "resourceType": "Bundle",
                "type": "history",
                "timestamp": later,
                "meta": {"source": SENDER_PREFIX + SENDER},
                "entry": [entry],
            }
        )
    return orjson.dumps(
        {
            "resourceType": "Encounter",
            "id": id,
            "meta": meta,
            "status": status,
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "type": [{"coding": [{"system": "urn:xinglin:encounter-type", "code": "outpatient"}]}],
            "subject": {"reference": f"Patient/{SENDER}-{person}"},
            "period": {"start": f"2025-10-{day}T09:00:00+08:00", "end": f"2025-10-{day}T09:20:00+08:00"},
            "serviceProvider": {"reference": f"Organization/{SENDER}"},
        }
    )
