"""The memory horizon is the last crossing of a profile, and the first crossing is another gap."""

from typing import Any

import numpy as np
import pytest

from rnnmath.errors import DomainError
from rnnmath.numeric import ACTIVATIONS, NormProfile, VanillaRNN, forward, norm_profile
from rnnmath.numeric.horizon import first_crossing, horizon


def profile(*columns: list[float]) -> NormProfile:
    """Return a profile with these norms, one column for each run."""
    norms = np.array(columns, dtype=float).T
    with np.errstate(divide="ignore"):
        return NormProfile(np.arange(len(norms)), np.log2(norms))


TWICE = [1.0, 2.0, 0.25, 0.5, 0.0625, 0.125]


def test_last_crossing_is_not_the_first() -> None:
    """A norm that returns is below at 2 and for good from 4 on."""
    assert horizon(profile(TWICE), 0.3).tolist() == [4]
    assert first_crossing(profile(TWICE), 0.3).tolist() == [2]


def test_each_column_has_its_own_horizon() -> None:
    """Runs of a batch are told apart, a zero product counts as small, and a level is reached."""
    columns = profile(TWICE, [1.0, 0.5, 0.25, 0.25, 0.125, 0.0], [1.0] * 6)
    assert horizon(columns, 0.25).tolist() == [4, 2, 6]
    assert first_crossing(columns, 0.25).tolist() == [2, 2, 6]


def test_horizon_beyond_the_run_is_its_length() -> None:
    """Where the last gap is above the level, the horizon is one more than that gap."""
    assert horizon(profile([1.0, 0.1, 0.9]), 0.5).tolist() == [3]
    assert first_crossing(profile([1.0, 0.1, 0.9]), 0.5).tolist() == [1]


def test_every_gap_from_the_horizon_on_is_below() -> None:
    """The definition itself, on random profiles: all below from there on, the one before above."""
    rng = np.random.default_rng(0)
    norms = rng.random((40, 60))
    drawn = profile(*norms)
    for level in (0.1, 0.5, 0.9):
        last, first = horizon(drawn, level), first_crossing(drawn, level)
        assert np.all(first <= last)
        for run, (end, start) in zip(norms, zip(last, first, strict=True), strict=True):
            assert np.all(run[end:] <= level)
            assert end == 0 or run[end - 1] > level
            assert start == 60 or run[start] <= level
            assert np.all(run[:start] > level)


def test_bound_on_a_network() -> None:
    """With an orthogonal multiple the horizon is at most the ratio of logarithms."""
    rng = np.random.default_rng(1)
    turn, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    zeros = np.zeros((5, 1)), np.zeros((2, 1))
    W, U, V = 0.8 * turn, rng.normal(size=(5, 1)), rng.normal(size=(2, 5))
    network = VanillaRNN(W, U, V, *zeros, ACTIVATIONS["tanh"])
    run = forward(network, rng.normal(size=(30, 1, 7)), np.zeros((5, 7)))
    assert np.all(horizon(norm_profile(network, run, 30), 0.01) <= 21)
    linear = VanillaRNN(W, U, V, *zeros, ACTIVATIONS["identity"])
    run = forward(linear, rng.normal(size=(30, 1, 7)), np.zeros((5, 7)))
    assert np.all(horizon(norm_profile(linear, run, 30), 0.01) == 21)


@pytest.mark.parametrize("level", [0.0, -1.0, float("nan"), float("inf"), "small", None])
@pytest.mark.parametrize("crossing", [horizon, first_crossing])
def test_bad_levels_are_refused(crossing: Any, level: Any) -> None:
    """A level is a positive finite number."""
    with pytest.raises(DomainError, match="level must be a positive finite number"):
        crossing(profile(TWICE), level)


def test_profiles_with_nan_are_refused() -> None:
    """A profile that is no number somewhere has no horizon."""
    with pytest.raises(DomainError, match="NaN"):
        horizon(NormProfile(np.arange(2), np.array([[0.0], [np.nan]])), 0.5)
