"""The noun *watch*: which series raise an alert, and what is opened when they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from xinglin.core.errors import Problem
from xinglin.core.period import PeriodKind
from xinglin.core.place import LEVEL_BY_LENGTH
from xinglin.core.systems import INSTITUTION_TYPE
from xinglin.packs.faults import nearest
from xinglin.packs.indicator import Indicator
from xinglin.packs.loop import Loop, unknown_role
from xinglin.packs.nouns import Content, Library, Noun, register


class Detector(BaseModel):
    """Name of a registered detector and its control, in the field's own parameter names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    control: dict[str, Any] = Field(default_factory=dict)


class Watch(Content):
    """An indicator's series over `places` and `period`, tested by `detector`.

    `levels`: area levels (county, town, village) or institution types watched. `minimum`: an observed amount below
    this never raises. `cool_down`: days without exceedance after which an alert's signal has ended.
    `loop`: the loop opened for an alert; `assign`: the role it goes to.
    """

    series: str
    levels: tuple[str, ...] = ("town",)
    period: PeriodKind = "day"
    detector: Detector
    minimum: float = 1
    cool_down: int = Field(default=14, ge=1)
    loop: str
    assign: str


def _check(where: str, watch: Watch, library: Library) -> Iterator[Problem]:
    """What can be told without the detectors, which live in the watch room: it checks name and control itself."""
    indicators, loops = library.of(Indicator), library.of(Loop)
    series = indicators.get(watch.series)
    if series is None:
        found = f"series {watch.series!r} is no known indicator."
        yield Problem(f"{where} series", found, "", nearest(watch.series, indicators))
    elif watch.period not in series.periods:
        found = f"series {watch.series!r} is not worked out by {watch.period}."
        yield Problem(f"{where} period", found, ", ".join(series.periods), "Add the period to the indicator.")
    loop = loops.get(watch.loop)
    if loop is None:
        yield Problem(
            f"{where} loop", f"loop {watch.loop!r} is not known.", ", ".join(loops), nearest(watch.loop, loops)
        )
    elif loop.kind != "alert":
        yield Problem(f"{where} loop", f"loop {watch.loop!r} is of kind {loop.kind!r}.", "a loop of kind alert")
    yield from unknown_role(f"{where} assign", watch.assign)
    yield from _check_levels(where, watch, series, library)


def _check_levels(where: str, watch: Watch, series: Indicator | None, library: Library) -> Iterator[Problem]:
    areas = set(LEVEL_BY_LENGTH.values())
    institutions = {code.code for code in library.codes.of(INSTITUTION_TYPE)}
    known = sorted(areas | institutions)
    for place, level in enumerate(watch.levels):
        kind = "area" if level in areas else "institution"
        if level not in known and institutions:
            expected = ", ".join(known)
            yield Problem(f"{where} levels {place}", f"level {level!r} is not known.", expected, nearest(level, known))
        elif series is not None and kind not in series.places:
            found = f"series {watch.series!r} is not worked out by {kind}."
            yield Problem(f"{where} levels {place}", found, ", ".join(series.places))


WATCH = register(Noun("watch", "watches", Watch, _check))
