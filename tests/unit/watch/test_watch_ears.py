"""EARS C2: its formula, and what it says where it can say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from xinglin.watch.ears import ears_c2

NAN = float("nan")


def test_the_formula_by_hand() -> None:
    """The baseline is the seven days that end three days before; threshold and score follow by hand."""
    baseline = [1, 2, 3, 4, 5, 6, 7]
    scores = ears_c2([[*baseline, 90, 80, 12]])
    sd = np.std(baseline, ddof=1)
    assert scores.expected[0, 9] == pytest.approx(4)
    assert scores.threshold[0, 9] == pytest.approx(4 + 3 * sd)
    assert scores.score[0, 9] == pytest.approx((12 - 4) / sd)
    assert scores.alarm.tolist() == [[False] * 9 + [True]]


def test_an_amount_on_the_threshold_raises_nothing() -> None:
    """An alarm needs an amount above the threshold."""
    history = [0, 2, 0, 2, 0, 2, 1, 0, 0]
    threshold = ears_c2([[*history, 0]], limit=2).threshold[0, 9]
    assert not ears_c2([[*history, threshold]], limit=2).alarm[0, 9]
    assert ears_c2([[*history, np.nextafter(threshold, 99)]], limit=2).alarm[0, 9]


def test_a_flat_baseline_is_its_own_threshold() -> None:
    """Without any spread, what lies above the mean raises, as in R; its score is infinite."""
    scores = ears_c2([[2] * 9 + [3], [2] * 9 + [2], [2] * 9 + [1]])
    assert scores.threshold[:, 9].tolist() == [2, 2, 2]
    assert scores.alarm[:, 9].tolist() == [True, False, False]
    assert scores.score[:, 9].tolist() == [np.inf, 0, -np.inf]


@given(st.floats(0.01, 1e6), st.integers(2, 40))
def test_a_flat_baseline_of_any_amount_has_no_spread(amount: float, baseline: int) -> None:
    """Equal amounts never pretend a spread or a mean a bit off, so an equal one never raises."""
    scores = ears_c2([[amount] * (baseline + 3)], baseline=baseline)
    assert scores.expected[0, -1] == scores.threshold[0, -1] == amount
    assert not scores.alarm.any()


def test_a_floor_under_the_spread() -> None:
    """`minimum_sd` keeps a quiet series from raising at its first case."""
    assert not ears_c2([[0] * 9 + [3]], minimum_sd=1).alarm[0, 9]
    assert ears_c2([[0] * 9 + [4]], minimum_sd=1).score[0, 9] == 4


def test_too_little_history_says_nothing() -> None:
    """Before baseline and gap are complete there is neither score nor alarm, however long the series is not."""
    for length in range(10):
        scores = ears_c2(np.full((2, length), 9.0))
        assert np.isnan(scores.expected).all()
        assert np.isnan(scores.score).all()
        assert not scores.alarm.any()
    assert ears_c2(np.zeros((0, 30))).alarm.shape == (0, 30)


def test_a_missing_day_says_nothing_where_it_is_needed() -> None:
    """A day without an amount has no score; nor has any whose baseline holds it; the rest are as before."""
    counts = np.array([[1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 9]], dtype=float)
    whole = ears_c2(counts)
    counts[0, 11] = NAN
    scores = ears_c2(counts)
    assert np.isnan(scores.score[0, 11])
    assert not np.isnan(scores.threshold[0, 11])
    silent = np.isnan(scores.expected[0])
    assert np.flatnonzero(silent).tolist() == [*range(9), *range(14, 21)]
    assert np.array_equal(scores.threshold[0, ~silent], whole.threshold[0, ~silent])
    assert scores.alarm[0, 23]


@pytest.mark.parametrize("control", [{"baseline": 1}, {"gap": -1}, {"limit": -0.1}, {"minimum_sd": NAN}])
def test_an_unusable_control_is_refused(control: dict[str, float]) -> None:
    """A control that gives no answer is named, not obeyed."""
    with pytest.raises(ValueError, match=next(iter(control))):
        ears_c2([[1.0]], **control)


def test_counts_have_two_dimensions() -> None:
    """One series alone is refused rather than taken for many of one day."""
    with pytest.raises(ValueError, match="two"):
        ears_c2([1.0, 2.0])


SERIES = hnp.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 40)), elements=st.integers(0, 50))


@given(SERIES, st.integers(2, 9), st.integers(0, 4))
def test_series_are_scored_alone_and_only_from_their_past(counts: np.ndarray, baseline: int, gap: int) -> None:
    """A series scores the same beside others and alone, and no later day changes an earlier score."""
    together = ears_c2(counts, baseline=baseline, gap=gap)
    half = counts.shape[1] // 2
    earlier = ears_c2(counts[:, :half], baseline=baseline, gap=gap)
    for row in range(len(counts)):
        alone = ears_c2(counts[row : row + 1], baseline=baseline, gap=gap)
        assert np.array_equal(together.threshold[row], alone.threshold[0], equal_nan=True)
    assert np.array_equal(together.score[:, :half], earlier.score, equal_nan=True)
    assert np.array_equal(together.alarm[:, :half], earlier.alarm)
