"""The registry of detectors, and the check that every watch names one that exists with a control it knows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from xinglin.core.errors import Problem
from xinglin.packs.nouns import Library
from xinglin.packs.watch import Watch
from xinglin.watch.ears import ears_c2
from xinglin.watch.scores import Scores


@dataclass(frozen=True, slots=True)
class Method:
    """A detector: a pure function from counts (series, time) and its control to Scores."""

    name: str
    function: Callable[..., Scores]
    reference: str

    @property
    def defaults(self) -> dict[str, Any]:
        """The control and its default values, as the function declares them."""
        parameters = inspect.signature(self.function).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}

    def __call__(self, counts: Any, **control: Any) -> Scores:
        return self.function(counts, **control)


DETECTORS: dict[str, Method] = {
    method.name: method for method in (Method("ears_c2", ears_c2, "Hutwagner et al. 2003, J Urban Health 80:i89-96"),)
}

#: Periods in which a watch can read its series today.
WATCHED_PERIODS = ("day",)


def check_watches(library: Library) -> list[Problem]:
    """Every watch whose detector, control or period does not hold, with the nearest right name."""
    return [problem for watch in library.of(Watch).values() for problem in _faults(watch, library)]


def _faults(watch: Watch, library: Library) -> Iterator[Problem]:
    where = library.sources.get(watch.id, watch.id)
    if watch.period not in WATCHED_PERIODS:
        yield Problem(where, f"a watch cannot read its series by {watch.period!r}.", ", ".join(WATCHED_PERIODS))
    method = DETECTORS.get(watch.detector.name)
    if method is None:
        yield _unknown(where, "detector", watch.detector.name, DETECTORS)
        return
    unknown = [name for name in watch.detector.control if name not in method.defaults]
    for name in unknown:
        yield _unknown(where, f"control of {method.name}:", name, method.defaults)
    if not unknown:
        yield from _unusable(where, method, watch.detector.control)


def _unusable(where: str, method: Method, control: dict[str, Any]) -> Iterator[Problem]:
    """The detector itself says what it cannot work with."""
    for name, value in control.items():
        if isinstance(value, bool) or not isinstance(value, type(method.defaults[name]) | int):
            expected = type(method.defaults[name]).__name__
            yield Problem(where, f"control {name} is {value!r}.", f"a number ({expected})")
            return
    try:
        method(np.zeros((1, 1)), **control)
    except ValueError as error:
        yield Problem(where, f"{method.name}: {error}.", f"such as its defaults {method.defaults}")


def _unknown(where: str, what: str, name: str, known: dict[str, Any]) -> Problem:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return Problem(
        where,
        f"{what} {name!r} is not known.",
        ", ".join(known),
        f"Did you mean {near[0]!r}?" if near else "Use one of those.",
    )
