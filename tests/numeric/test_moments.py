"""Finite laws and polynomials in random entries: means exactly, by two routes."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from rnnmath.errors import DomainError, Unsupported
from rnnmath.numeric.moments import FiniteLaw, RandomPolynomial, gaussian_moment, random_matrix

HALF = Fraction(1, 2)


def coins(rows: int, cols: int) -> FiniteLaw:
    """Return the law of independent signs."""
    groups = tuple(
        tuple((HALF, {("W", i, j): Fraction(sign)}) for sign in (-1, 1))
        for i, j in product(range(rows), range(cols))
    )
    return FiniteLaw({"W": (rows, cols)}, groups)


def test_moments_and_values_give_one_mean() -> None:
    """The mean of a polynomial is the same by its moments and over all values."""
    law, W = coins(2, 2), random_matrix("W", (2, 2))
    form = (W @ W)[0, 1] * (W @ W)[0, 1] + 3 * W[0, 0] - 2
    by_moments = form.mean(law.moment, {"W"})
    by_values = sum(
        chance * (((V := values["W"]) @ V)[0, 1] ** 2 + 3 * V[0, 0] - 2)
        for chance, values in law.outcomes()
    )
    assert by_moments == by_values == 0


def test_a_mean_over_one_matrix_leaves_the_other() -> None:
    """Averaging over W leaves a polynomial in x."""
    W, x = random_matrix("W", (1, 1))[0, 0], random_matrix("x", (1, 1))[0, 0]
    left = (W * W * x * x + W * x).mean(gaussian_moment, {"W"})
    assert isinstance(left, RandomPolynomial)
    assert left.mean(gaussian_moment, {"x"}) == 1


def test_a_law_adds_up_to_one() -> None:
    """Probabilities that are no law, and entries that are missing, are refused."""
    with pytest.raises(DomainError, match="must add up to 1"):
        FiniteLaw({"w": (1, 1)}, (((HALF, {("w", 0, 0): Fraction(1)}),),))
    with pytest.raises(DomainError, match="each entry stands in one group"):
        FiniteLaw({"w": (1, 2)}, (((Fraction(1), {("w", 0, 0): Fraction(1)}),),))


def test_polynomials_take_exact_numbers_only() -> None:
    """A float does not enter a polynomial."""
    with pytest.raises(Unsupported, match=r"no polynomial can be formed with 0\.5"):
        random_matrix("w", (1, 1))[0, 0] * 0.5


@pytest.mark.parametrize("order", range(1, 7))
def test_normal_moments_are_those_of_the_integral(order: int) -> None:
    """Gauss-Hermite quadrature, exact for these degrees, gives the same moments."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    integral = float(weights @ nodes**order / np.sqrt(2 * np.pi))
    exact = float(gaussian_moment((("g", 0, 0),) * order))
    # eight terms of size at most 3^6 and 15 roundings
    assert abs(integral - exact) < 1e-10
