"""The journey of a fact as one readable list of steps: records → log → views → figures → alerts and colours → cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Protocol

from xinglin.app import House
from xinglin.cases.opening import open_for_alert, open_for_target
from xinglin.core.text import Text
from xinglin.intake.refusal import LoadReport, Progress
from xinglin.plan.scorecard import Scorecard
from xinglin.plan.store import StoredPlan
from xinglin.watch.alerts import Alert
from xinglin.watch.morning import run_watches

SLIP_LOOP = "foundation.supervision_slip"
SLIP_ROLE = "officer"


class Teller(Protocol):
    """Whoever is told how a step gets on: a share from 0 to 1 when it is known, and a word."""

    def __call__(self, share: float | None, word: str) -> None: ...


def silent(share: float | None, word: str) -> None:
    """A teller for callers who do not watch."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step done, and how long it took."""

    name: Text
    seconds: float
    result: str


def load(house: House, paths: Sequence[Path], *, sender: str | None = None, tell: Teller = silent) -> LoadReport:
    """Records from files through intake into the log."""

    def told(progress: Progress) -> None:
        share = progress.bytes / progress.bytes_total if progress.bytes_total else None
        tell(share, f"{progress.accepted:,}")

    return house.intake.load(paths, sender=sender, progress=told)


@dataclass(frozen=True, slots=True)
class Stage:
    """A named stage of the journey after the log."""

    name: Text
    work: Callable[[House], str]


def work_out(house: House, stages: Sequence[Stage], *, tell: Teller = silent) -> list[Step]:
    """Do `stages` in order, each from where it stopped: safe to repeat, safe to kill."""
    return [_timed(house, stage, tell) for stage in stages]


def _timed(house: House, stage: Stage, tell: Teller) -> Step:
    tell(None, f"{stage.name.zh} {stage.name.en}")
    started = monotonic()
    result = stage.work(house)
    return Step(stage.name, monotonic() - started, result)


def _refresh_views(house: House) -> str:
    snapshot = house.views.refresh(house.log)
    return f"version {snapshot.version}, {sum(snapshot.rows.values()):,} rows in {len(snapshot.rows)} views"


def _refresh_figures(house: House) -> str:
    snapshot = house.views.snapshot()
    assert snapshot is not None, "views are refreshed before figures"
    version = house.figures.refresh(snapshot, as_of=house.as_of)
    return f"version {version}"


def _watch(house: House) -> str:
    raised = run_watches(house.library, house.figures, house.places(), house.alerts, house.as_of, at=house.clock())
    opened = [_open_alert_case(house, alert) for alert in house.alerts.waiting_for_case(house.as_of)]
    return f"{len(raised)} alerts raised, {len(opened)} cases opened"


def _open_alert_case(house: House, alert: Alert) -> str:
    at, places = house.clock(), house.places()
    return open_for_alert(house.cases, house.library, alert, places=places, alerts=house.alerts, at=at)


def _keep_plan(house: House) -> str:
    plan = house.plans.current()
    if plan is None:
        return "no plan yet"
    cards = house.scorecards(plan)
    marks = {card.target_id: card.months for card in cards}
    house.plans.keep_marks(plan.id, marks, figures_version=house.figures.version(), at=house.clock())
    red = [card for card in cards if card.colour == "red"]
    month = f"{house.as_of:%Y-%m}"
    opened = sum(_open_slip(house, plan, card, month) for card in red)
    return f"{len(cards)} targets, {len(red)} red, {opened} slips opened"


def _open_slip(house: House, plan: StoredPlan, card: Scorecard, month: str) -> bool:
    """A slip for a red target, one a month, and none while an earlier month's is still open."""
    subject = f"{plan.id}.{card.target_id}"
    at = house.clock()
    keys = (f"target:{subject}:{mark.month}" for mark in card.months)
    if any(house.cases.open_for(key, at=at) for key in keys):
        return False
    root = house.places().root
    opened = open_for_target(
        house.cases,
        house.library,
        loop=SLIP_LOOP,
        target_id=subject,
        period=month,
        title=Text(zh=f"督办：{card.title}进度滞后", en=f"Behind its path: {card.title}"),
        place=(card.place_kind, card.place or (root.code if root else "")),
        assign=SLIP_ROLE,
        why=card.reason.zh,
        at=at,
    )
    return opened.is_new


#: The numbers: what a place needs before anything can be judged.
NUMBERS = (
    Stage(Text(zh="视图", en="views"), _refresh_views),
    Stage(Text(zh="指标", en="indicators"), _refresh_figures),
)
#: The work that follows from the numbers.
WORK = (
    Stage(Text(zh="监测预警", en="watches"), _watch),
    Stage(Text(zh="计划与督办", en="plan and slips"), _keep_plan),
)
