"""What goes wrong between institutions and the county: lines sent twice, corrected, taken back or spoilt. Every kind is
counted.

A spoilt line never shares an id and a lastUpdated with a good one of other content, so the order of loading cannot
matter.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import orjson

from xinglin.city.days import Days
from xinglin.city.registers import deletion

#: Shares of lines. The rest goes through untouched.
SHARES = {
    "duplicate": 0.005,
    "correction": 0.005,
    "withdrawn": 0.0006,
    "deletion": 0.0004,
    "broken-json": 0.00012,
    "wrong-code": 0.00014,
    "bad-date": 0.00014,
    "missing-person": 0.00012,
}
SPOILT = ("broken-json", "wrong-code", "bad-date", "missing-person", "wrong-check-digit")
_TOTAL = sum(SHARES.values())
_REPEAT = SHARES["duplicate"]


@dataclass(frozen=True, slots=True)
class Disturbed:
    """`now`: the line sent today; `later`: one sent on `later_day`; `stands`: whether a good version is there in the
    end.
    """

    now: str
    later: str = ""
    later_day: int = 0
    stands: bool = True


class Noise:
    """One town's share of mishaps, from a stream of its own. `counts` by kind; `keys`: Type/id of the spoilt."""

    def __init__(self, random: Random, days: Days) -> None:
        self._random = random
        self._days = days
        self.counts: Counter[str] = Counter()
        self.keys: dict[str, list[str]] = {kind: [] for kind in SPOILT}

    def spares(self) -> bool:
        return self._random.random() >= _TOTAL

    def repeats(self) -> bool:
        return self._random.random() < _REPEAT

    def repeat_after(self, day: int) -> int:
        later = day + 1 + int(self._random.random() * 4)
        self._count("duplicate", later)
        return later

    def spoil_card(self, card: str, key: str) -> str:
        """The ID card with a wrong check digit."""
        self._count("wrong-check-digit", 0, key)
        return card[:-1] + ("1" if card[-1] != "1" else "2")

    def disturb(self, line: str, sender: str, day: int) -> Disturbed:
        kind = self._random.choices(tuple(SHARES), tuple(SHARES.values()))[0]
        later = day + 1 + int(self._random.random() * 4)
        stated = f"{self._days.iso(later)}T18:{int(self._random.random() * 60):02}:30+08:00"
        if later > self._days.last and kind in ("duplicate", "correction", "withdrawn", "deletion"):
            return Disturbed(line)
        if kind == "duplicate":
            self._count(kind, later)
            return Disturbed(line, line, later)
        body = orjson.loads(line)
        key = f"{body['resourceType']}/{body['id']}"
        self._count(kind, 0, key)
        match kind:
            case "correction":
                return Disturbed(line, _corrected(body, stated), later)
            case "withdrawn":
                return Disturbed(line, _withdrawn(body, stated), later, stands=False)
            case "deletion":
                return Disturbed(line, deletion(f"{body['id']}-deleted", key, sender, stated), later, stands=False)
            case _:
                return Disturbed(_spoilt(kind, body, line, self._random), stands=False)

    def _count(self, kind: str, later: int, key: str = "") -> None:
        if later <= self._days.last:
            self.counts[kind] += 1
            if kind in self.keys:
                self.keys[kind].append(key)


def _corrected(body: dict[str, Any], stated: str) -> str:
    """The same resource stated anew, with another value where it has one."""
    body["meta"]["lastUpdated"] = stated
    match body["resourceType"]:
        case "Observation" if "component" in body:
            body["component"][0]["valueQuantity"]["value"] += 4
        case "Observation":
            body["valueQuantity"]["value"] = round(body["valueQuantity"]["value"] + 0.1, 1)
        case "MedicationRequest":
            quantity = body["dispenseRequest"]["quantity"]
            quantity["value"] = round(quantity["value"] * 1.25, 3)
        case "Encounter":
            ended = datetime.fromisoformat(body["period"]["end"]) + timedelta(minutes=7)
            body["period"]["end"] = ended.isoformat()
        case _:
            body["note"] = [{"text": "更正登记信息"}]
    return orjson.dumps(body).decode()


def _withdrawn(body: dict[str, Any], stated: str) -> str:
    body["meta"]["lastUpdated"] = stated
    if body["resourceType"] == "Condition":
        body["verificationStatus"]["coding"][0]["code"] = "entered-in-error"
        body.pop("clinicalStatus", None)
    else:
        body["status"] = "entered-in-error"
    return orjson.dumps(body).decode()


def _spoilt(kind: str, body: dict[str, Any], line: str, random: Random) -> str:
    match kind:
        case "broken-json":
            return line[: int(len(line) * random.uniform(0.3, 0.9))]
        case "wrong-code":
            if body["resourceType"] == "Condition":
                body["category"] = "encounter-diagnosis"
            else:
                body["status"] = "已完成"
        case "bad-date":
            return orjson.dumps(_with_bad_date(body, random)).decode()
        case _:
            name = "patient" if "patient" in body else "subject"
            org, _, number = body[name]["reference"].rpartition("-p")
            body[name]["reference"] = f"{org}-p7{number}"
    return orjson.dumps(body).decode()


def _with_bad_date(body: dict[str, Any], random: Random) -> dict[str, Any]:
    wrong = random.choice(("2025-02-30T09:00:00+08:00", "0000-01-01", "2024/05/06", "2025-13-01T10:00:00+08:00"))
    for name in ("effectiveDateTime", "authoredOn", "recordedDate", "performedDateTime", "occurrenceDateTime"):
        if name in body:
            body[name] = wrong
            return body
    for name in ("period", "performedPeriod"):
        if name in body:
            body[name]["start"] = wrong
    return body
