"""Episodes: days of exceedance that belong together."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xinglin.watch.episodes import FRESH_DAYS, Episode, episodes, exceedances, is_over
from xinglin.watch.scores import Scores


def found(pattern: str, cool_down: int) -> list[Episode]:
    """Episodes of a series written as text: '.' a quiet day, a digit an exceedance by so much."""
    excess = np.array([0.0 if mark == "." else float(mark) for mark in pattern])
    return list(episodes(excess > 0, excess, cool_down))


def test_quiet_days_part_episodes() -> None:
    """Fewer quiet days than the cool-down leave one episode; as many make two."""
    assert found("1..1", 3) == [Episode(0, 3, 0, 2)]
    assert found("1...1", 3) == [Episode(0, 0, 0, 1), Episode(4, 4, 4, 1)]
    assert found("....", 3) == []


def test_the_peak_is_the_first_greatest() -> None:
    """The peak is the day furthest above the expected, the first of equals; days count exceedances only."""
    assert found(".2.5.5.1.", 4) == [Episode(1, 7, 3, 4)]


def test_small_numbers_do_not_exceed() -> None:
    """An alarm below the watch's minimum does not count, nor does a day without an amount."""
    observed = np.array([[1.0, 3.0, np.nan]])
    nothing = np.zeros((1, 3))
    scores = Scores(nothing, nothing, nothing, np.array([[True, True, True]]))
    assert exceedances(observed, scores, 3).tolist() == [[False, True, False]]


def test_when_a_signal_is_over() -> None:
    """A signal is over after its cool-down, but stays fresh for a week."""
    assert not is_over(13, 14)
    assert is_over(14, 14)
    assert not is_over(FRESH_DAYS, 2)
    assert is_over(FRESH_DAYS + 1, 2)


@given(st.lists(st.integers(0, 3), max_size=120), st.integers(1, 20))
def test_episodes_keep_apart(amounts: list[int], cool_down: int) -> None:
    """No two episodes overlap or lie within the cool-down of each other, and none has such a gap inside."""
    excess = np.array(amounts, dtype=float)
    exceeds = excess > 0
    all_episodes = list(episodes(exceeds, excess, cool_down))
    for one, next_one in pairwise(all_episodes):
        assert next_one.first - one.last - 1 >= cool_down
    for episode in all_episodes:
        inside = np.flatnonzero(exceeds[episode.first : episode.last + 1])
        assert exceeds[episode.first]
        assert exceeds[episode.last]
        assert episode.days == inside.size
        assert (np.diff(inside) <= cool_down).all()
        assert excess[episode.peak] == excess[episode.first : episode.last + 1].max()
    assert sum(episode.days for episode in all_episodes) == exceeds.sum()
