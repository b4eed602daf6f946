"""EARS C2: the first question asked of a daily series: is today far above the week that ended two days ago?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from xinglin.watch.scores import Floats, Scores, as_series


def ears_c2(counts: Any, *, baseline: int = 7, gap: int = 2, limit: float = 3.0, minimum_sd: float = 0.0) -> Scores:
    """Early Aberration Reporting System, method C2.

    With m and s the mean and the standard deviation (divisor baseline - 1) of the `baseline` amounts that end
    `gap` + 1 steps before t::

        expected_t  = m
        threshold_t = m + limit * max(s, minimum_sd)
        score_t     = (y_t - m) / max(s, minimum_sd)
        alarm_t     = y_t > threshold_t

    `counts`: (series, time); NaN = missing. Returns Scores of the same shape. Time t has nothing (NaN, no alarm) before
    baseline + gap amounts stand before it, nor where one of its baseline's is missing; where only its own amount is
    missing it has an expected and a threshold, but no score and no alarm.

    A baseline that does not vary (s = 0 and minimum_sd = 0) is treated as R's surveillance::earsC does: the threshold
    is the mean itself, so every amount above it raises. The score is then infinite above the mean, 0 on it and minus
    infinity below. Guard quiet series with a watch's `minimum`, or with `minimum_sd` (earsC's minSigma).

    Raises ValueError for a baseline under 2, a negative gap, limit or minimum_sd.

    Hutwagner L, Thompson W, Seeman GM, Treadwell T. The bioterrorism preparedness and response Early Aberration
    Reporting System (EARS). J Urban Health 2003;80(2 Suppl 1):i89-96. Fricker RD, Hegler BL, Dunfee DA. Comparing
    syndromic surveillance detection methods: EARS' versus a CUSUM-based methodology. Stat Med 2008;27(17):3407-29.
    """
    series = as_series(counts)
    _check(baseline, gap, limit, minimum_sd)
    mean, sd = _baseline(series, baseline, gap)
    spread = np.maximum(sd, minimum_sd)
    threshold = mean + limit * spread
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(series == mean, 0.0, (series - mean) / spread)
    return Scores(mean, threshold, score, series > threshold)


def _check(baseline: int, gap: int, limit: float, minimum_sd: float) -> None:
    if baseline < 2:
        raise ValueError(f"baseline is {baseline}; a standard deviation needs at least 2")
    for name, value in (("gap", gap), ("limit", limit), ("minimum_sd", minimum_sd)):
        if not value >= 0:
            raise ValueError(f"{name} is {value}; it cannot be below 0")


def _baseline(series: Floats, baseline: int, gap: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the baseline of every (series, time), NaN where it is not complete."""
    mean = np.full(series.shape, np.nan)
    sd = np.full(series.shape, np.nan)
    first = baseline + gap
    if series.shape[1] > first:
        windows = sliding_window_view(series, baseline, axis=1)[:, : series.shape[1] - first]
        mean[:, first:] = windows.mean(axis=-1)
        # Equal amounts have no spread; their floating mean may miss them by one bit and would pretend a tiny one.
        flat = windows.min(axis=-1) == windows.max(axis=-1)
        mean[:, first:][flat] = windows[..., 0][flat]
        sd[:, first:] = np.where(flat, 0.0, windows.std(axis=-1, ddof=1))
    return mean, sd
