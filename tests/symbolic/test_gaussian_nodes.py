"""Means under a normal law as nodes: what they take, what they are, and their exact values."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import Symbol, exp

from rnnmath.errors import DomainError
from rnnmath.symbolic.printing import latex, plain
from rnnmath.symbolic.quantities.gaussian import GaussianMean
from rnnmath.verify.evaluate import Case, evaluate

z, a = Symbol("z", real=True), Symbol("a", real=True)


def test_mean_is_rebuilt_from_its_parts() -> None:
    """The node is an ordinary one: func(*args) gives it back, and its variable is bound."""
    mean = GaussianMean(a * z**2, z)
    assert mean.func(*mean.args) == mean
    assert mean.free_symbols == {a}
    assert mean.bound_symbols == [z]
    assert GaussianMean(a**2 * z**2, z).is_nonnegative
    assert mean.is_nonnegative is None


@pytest.mark.parametrize(
    ("power", "moment"), [(0, 1), (1, 0), (2, 1), (3, 0), (4, 3), (6, 15), (8, 105)]
)
def test_two_ways_to_the_moments(power: int, moment: int) -> None:
    """Double factorials in symbols and a recurrence in fractions give the same moments."""
    mean = GaussianMean(a * z**power, z)
    assert mean.moments() == moment * a
    assert evaluate(mean, Case({"a": Fraction(2, 3)})) == moment * Fraction(2, 3)


def test_value_is_that_of_the_integral() -> None:
    """Gauss-Hermite quadrature, exact for polynomials, agrees."""
    points, weights = np.polynomial.hermite_e.hermegauss(10)
    expected = weights @ (points - points**3 / 3) ** 2 / weights.sum()
    value = evaluate(GaussianMean((z - z**3 / 3) ** 2, z), Case({}))
    assert abs(float(value) - expected) < 1e-12


def test_what_is_no_polynomial_is_refused() -> None:
    """A mean is taken of a polynomial, in a symbol."""
    for expr, variable in ((exp(z), z), (1 / z, z), (z, 2 * z)):
        with pytest.raises(DomainError, match="polynomial in a symbol"):
            GaussianMean(expr, variable)


def test_it_prints() -> None:
    """The mean names its variable, in plain text and in LaTeX."""
    mean = GaussianMean((a * z) ** 2 + 1, z)
    assert plain(mean).startswith("E_z")
    assert latex(mean).startswith(r"\mathbb{E}_{z}")
