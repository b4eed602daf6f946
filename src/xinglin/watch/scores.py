"""What every detector answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scores:
    """A detector's answer, each array of shape (series, time), in the unit of the counts.

    `expected`: what the baseline leads to expect. `threshold`: above it an amount raises. `score`: how far the amount
    lies above the expected, in the detector's own measure. `alarm`: where the amount lies above the threshold.
    NaN, and no alarm, wherever there is too little history or an amount is missing.
    """

    expected: Floats
    threshold: Floats
    score: Floats
    alarm: Flags


def as_series(counts: Any) -> Floats:
    """`counts` as (series, time) floats; NaN stands for a missing amount. Raises ValueError for another shape."""
    array = np.asarray(counts, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"counts have {array.ndim} dimensions; a detector takes two: (series, time)")
    return array
