"""Detectors against R's surveillance, and against their own kept outcome over a fixed synthetic outbreak."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
import yaml

from shared_material import GOLDEN
from xinglin.watch.detectors import DETECTORS
from xinglin.watch.ears import ears_c2

KEPT = Path(__file__).parent / "ears_c2_baseline.yaml"


def earsc_runs() -> list[dict[str, Any]]:
    manifest = GOLDEN / "manifest_other.json"
    if not manifest.exists():
        return []
    runs = json.loads(manifest.read_text(encoding="utf-8"))
    return [run for run in runs if run["algorithm"] == "earsC" and run["control"]["method"] == "C2"]


def column(file: Path, name: str) -> np.ndarray[Any, Any]:
    with file.open(encoding="utf-8", newline="") as lines:
        values = [row[name] for row in csv.DictReader(lines)]
    return np.array([float("nan") if value in {"", "NA"} else float(value) for value in values])


@pytest.mark.skipif(not earsc_runs(), reason="the golden outputs of R (../shared/golden) are not here")
def test_ears_c2_equals_r() -> None:
    """On every golden series EARS C2 gives R's upper bound to 1e-6 and exactly R's alarms."""
    points = 0
    for run in earsc_runs():
        control, output = run["control"], GOLDEN / f"{run['id']}.csv"
        counts = column(GOLDEN / "series" / f"{run['series']}.csv", "observed")
        scores = ears_c2(
            counts[np.newaxis],
            baseline=control["baseline"],
            limit=NormalDist().inv_cdf(1 - control["alpha"]),
            minimum_sd=control["minSigma"],
        )
        monitored = column(output, "k").astype(int) - 1
        expected, alarms = column(output, "upperbound"), column(output, "alarm")
        np.testing.assert_allclose(scores.threshold[0, monitored], expected, rtol=1e-6, atol=1e-6, err_msg=run["id"])
        known = ~np.isnan(alarms)
        assert np.array_equal(scores.alarm[0, monitored][known], alarms[known].astype(bool)), run["id"]
        points += monitored.size
    assert points > 10_000


def test_the_kept_outbreak() -> None:
    """Over a fixed synthetic outbreak EARS C2 gives what it gave: a change here is made on purpose or not at all."""
    kept = yaml.safe_load(KEPT.read_text(encoding="utf-8"))
    scores = ears_c2([kept["counts"]], **kept["control"])
    for name in ("expected", "threshold", "score"):
        given = [None if np.isnan(value) else round(float(value), 6) for value in getattr(scores, name)[0]]
        assert given == kept[name], name
    assert np.flatnonzero(scores.alarm[0]).tolist() == kept["alarm_days"]
    first, last = kept["outbreak_days"]
    assert any(first <= day <= last for day in kept["alarm_days"])


def test_every_detector_has_a_kept_baseline() -> None:
    """No detector is registered without a file of its own outcome over a synthetic outbreak."""
    missing = [name for name in DETECTORS if not (KEPT.parent / f"{name}_baseline.yaml").exists()]
    assert missing == []
