"""The noun *watch*: which series raise an alert, and what is opened when they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from xinglin.core.errors import Problem
from xinglin.core.period import PeriodKind
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
    raise NotImplementedError


WATCH = register(Noun("watch", "watches", Watch, _check))
