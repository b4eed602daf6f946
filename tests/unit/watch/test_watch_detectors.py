"""The registry of detectors and the check of every watch against it."""

from __future__ import annotations

from typing import Any

import pytest

from xinglin.packs.nouns import Library
from xinglin.packs.watch import Detector, Watch
from xinglin.watch.detectors import DETECTORS, check_watches


def faults(watch: Watch, **detector: Any) -> list[str]:
    changed = watch.model_copy(update={"detector": Detector(**detector)})
    library = Library(contents={Watch: {watch.id: changed}}, sources={watch.id: "packs/test/watches/rise.yaml:4"})
    return [str(problem) for problem in check_watches(library)]


def test_a_right_watch_has_no_problem(watch: Watch) -> None:
    """The defaults, and every control by its name, are accepted."""
    assert faults(watch, name="ears_c2") == []
    assert faults(watch, name="ears_c2", control={"baseline": 14, "gap": 0, "limit": 2, "minimum_sd": 0.5}) == []


def test_an_unknown_detector_names_the_nearest(watch: Watch) -> None:
    """A slip of the pen is told with file, known names and the nearest of them."""
    (told,) = faults(watch, name="ears_c4")
    assert told.startswith("packs/test/watches/rise.yaml:4  detector 'ears_c4' is not known.")
    assert "Did you mean 'ears_c2'?" in told


def test_every_unknown_control_is_named(watch: Watch) -> None:
    """Control is validated: a misspelt parameter is a problem, not silently ignored as in R."""
    told = faults(watch, name="ears_c2", control={"basline": 7, "thershold": 3})
    assert len(told) == 2
    assert "Did you mean 'baseline'?" in told[0]


@pytest.mark.parametrize("control", [{"baseline": "7"}, {"baseline": 7.5}, {"baseline": True}, {"baseline": 1}])
def test_an_unusable_value_is_a_problem(watch: Watch, control: dict[str, Any]) -> None:
    """A value that the detector cannot work with is told when the pack is checked, not in the morning."""
    (told,) = faults(watch, name="ears_c2", control=control)
    assert "baseline" in told


def test_a_period_that_cannot_be_watched_is_a_problem(watch: Watch) -> None:
    """Series are read by day."""
    weekly = watch.model_copy(update={"period": "week"})
    (problem,) = check_watches(Library(contents={Watch: {watch.id: weekly}}))
    assert "week" in problem.found


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_every_detector_says_what_it_is(name: str) -> None:
    """Each registered detector has defaults for its control, a reference and a docstring."""
    method = DETECTORS[name]
    assert method.name == name
    assert method.defaults
    assert method.reference
    assert method.function.__doc__
