"""What was planted, told as plain values: `truth.json`. Only `city mark` reads it, never a room of the software."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from xinglin.city.feeds import late_days
from xinglin.city.noise import SHARES
from xinglin.city.outbreaks import Outbreak, plan_outbreaks
from xinglin.city.plan_text import LATE_WORDS
from xinglin.city.returns import FALSE_FACTOR, false_months
from xinglin.city.screening import LATE, planned
from xinglin.city.world import World

#: What the late target is about, in the codes and in words by which software may name it.
_LATE_NAMES = ("two-cancer", "cervical", "两癌", "宫颈癌")


def tell(
    world: World, towns: Sequence[Mapping[str, Any]], declared: Mapping[str, tuple[int, int]], screened: int
) -> dict[str, Any]:
    """The whole truth. `declared`: month → what the false institution declared and what its lines add up to."""
    days = world.days
    outbreaks: dict[str, Any] = {}
    noise: Counter[str] = Counter()
    spoilt: dict[str, list[str]] = {}
    for town in sorted(towns, key=lambda one: int(one["town"])):
        outbreaks |= town["outbreaks"]
        noise.update(town["noise"])
        for kind, keys in town["spoilt"].items():
            spoilt.setdefault(kind, []).extend(keys)
    return {
        "version": 1,
        "as_of": days.iso(days.last),
        "outbreaks": [_outbreak(one, world, outbreaks[one.id]) for one in plan_outbreaks(world)],
        "late_targets": _late_targets(world, screened),
        "declarations": _declarations(world, declared),
        "duplicate_persons": [pair for town in towns for pair in town["duplicates"]],
        "noise": {
            "counts": {kind: noise[kind] for kind in (*SHARES, "wrong-check-digit")},
            "spoilt": spoilt,
            "late_feeds": late_days(world),
        },
        "residents_at_end": sum(int(town["residents"]) for town in towns),
    }


def _outbreak(one: Outbreak, world: World, count: Mapping[str, Any]) -> dict[str, Any]:
    days = world.days
    place = {"primary-school": one.town.school.id, "kindergarten": one.town.kindergarten.id}.get(one.setting, "")
    return {
        "id": one.id,
        "disease": one.disease.code,
        "name": one.disease.name,
        "setting": one.setting,
        "institution": place,
        "area": one.town.code,
        "first_day": days.iso(one.first_day),
        "last_day": days.iso(one.last_day),
        "extra_cases": len(one.onsets),
        "extra_reports": count["reports"],
        "extra_visits": count["visits"],
        "first_report": count["first_report"],
        "running": one.last_day >= days.last - 10,
    }


def _late_targets(world: World, screened: int) -> list[dict[str, Any]]:
    """Late only where the data cover the plan's year well enough to say so."""
    last = world.days.date(world.days.last)
    first_needed = last.replace(month=1, day=1).toordinal()
    if world.days.first > first_needed or last.month < 6:
        return []
    return [
        {
            "item": LATE,
            "names": list(_LATE_NAMES),
            "words": LATE_WORDS.format(planned(world, LATE)),
            "planned": planned(world, LATE),
            "done": screened,
            "as_of": world.days.iso(world.days.last),
            "since": f"{last.year}-04",
        }
    ]


def _declarations(world: World, declared: Mapping[str, tuple[int, int]]) -> list[dict[str, Any]]:
    liar = world.only("tcm-hospital").id
    return [
        {
            "institution": liar,
            "item": "outpatient-visits",
            "factor": FALSE_FACTOR,
            "months": [
                {"month": month, "declared": declared[month][0], "counted": declared[month][1]}
                for month in false_months(world)
                if month in declared
            ],
        }
    ]
