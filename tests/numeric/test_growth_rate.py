"""The growth rate of powers is enclosed without eigenvalues, and holds the spectral radius."""

from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.exact import growth_rate, spectral_radius


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("bits", [60, 120])
def test_rate_holds_the_radius(size: int, bits: int) -> None:
    """The limit is the spectral radius, which another route computes."""
    rng = np.random.default_rng([size, bits])
    for _ in range(5):
        A = [[Fraction(int(v), 7) for v in row] for row in rng.integers(-20, 21, (size, size))]
        rate, radius = growth_rate(A, bits), spectral_radius(A)
        assert rate.lower <= radius.upper
        assert radius.lower <= rate.upper


def test_width_falls_with_the_precision() -> None:
    """More bits give longer powers and a narrower enclosure."""
    A = [[Fraction(9, 10), 1], [0, Fraction(9, 10)]]
    widths = [growth_rate(A, bits).width for bits in (60, 120, 240)]
    assert widths[0] > 4 * widths[1] > 16 * widths[2] > 0


@pytest.mark.parametrize(
    ("A", "rate"), [([[0, 5], [0, 0]], 0), ([[0, 1], [1, 0]], 1), ([[1, 0], [0, 1]], 1)]
)
def test_exact_ends(A: list[list[int]], rate: int) -> None:
    """A nilpotent matrix has rate 0; a permutation has the upper end 1, which it reaches."""
    assert growth_rate(A).upper == rate


def test_vanishing_traces_do_not_hide_growth() -> None:
    """A cyclic shift times 2 has trace 0 but at every third power; its rate is 2 all the same."""
    rate = growth_rate([[0, 2, 0], [0, 0, 2], [2, 0, 0]])
    assert rate.lower > Fraction(199, 100)
    assert rate.upper == 2


def test_bad_input_is_refused() -> None:
    """Only square matrices of numbers have powers, and bits are a positive integer."""
    with pytest.raises(ShapeMismatch):
        growth_rate([[1, 2]])
    with pytest.raises(DomainError, match="bits"):
        growth_rate([[1]], 0)
