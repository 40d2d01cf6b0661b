"""The strangers that judge gradients, judged by each other."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    Estimate,
    central_difference,
    complex_step,
    dual_jacobian,
    exact_difference,
    to_fractions,
)

FUNCTIONS = {
    "exp": lambda z: np.exp(z[:2] * z[1:]),
    "tanh": lambda z: np.tanh(3 * z + z[::-1] ** 2),
    "quotient": lambda z: z[:1] / (1 + (z * z).sum()),
    "wave": lambda z: np.sin(7 * z),
    "mixed": lambda z: np.stack([z * z[0], np.cos(z)]),
    "polynomial": lambda z: z**5 - 2 * z[1] ** 3 * z,
}


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(FUNCTIONS)), st.integers(0, 2**32 - 1))
def test_two_unrelated_routes_agree(name, seed):
    """Complex steps lie within the error of central differences, which is small."""
    point = np.random.default_rng(seed).normal(size=3)
    step = complex_step(FUNCTIONS[name], point)
    estimate = central_difference(FUNCTIONS[name], point)
    assert estimate.agrees_with(step)
    assert estimate.error.max() <= 1e-7 * (1 + np.abs(step).max())


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_all_three_routes_agree_on_a_polynomial(seed):
    """Dual numbers are exact; the others agree with them as well as floats can."""
    point = np.random.default_rng(seed).normal(size=(2, 2))

    def function(z):
        return z @ z - z**3

    exact = dual_jacobian(function, point).astype(float)
    np.testing.assert_allclose(complex_step(function, point), exact, rtol=1e-13, atol=1e-13)
    assert central_difference(function, point).agrees_with(exact)


def test_a_wrong_jacobian_is_rejected():
    """One entry off by 1e-6, a transpose and a swap of outputs all lie outside the error."""
    point = np.array([0.3, -1.2, 0.7])
    estimate = central_difference(FUNCTIONS["tanh"], point)
    right = complex_step(FUNCTIONS["tanh"], point)
    off = right.copy()
    off[1, 2] += 1e-6
    for wrong in (off, right.T, right[::-1], np.full_like(right, np.nan)):
        assert not estimate.agrees_with(wrong)


def test_layout_is_outputs_by_inputs():
    """The Jacobian of a (2, 2) -> (3,) function has shape (3, 4), flattened in C order."""
    by_hand = np.zeros((3, 4))
    by_hand[0, 1] = by_hand[1, 2] = by_hand[2, 3] = 1

    def entries(z):
        return np.stack([z[0, 1], z[1, 0], z[1, 1]])

    point = np.ones((2, 2))
    assert (complex_step(entries, point) == by_hand).all()
    assert central_difference(entries, point).agrees_with(by_hand)
    assert (exact_difference(entries, point.astype(int), 1) == by_hand).all()


@pytest.mark.parametrize("magnitude", [1e-6, 1.0, 1e3, 1e8])
def test_the_stated_error_covers_functions_of_all_scales(magnitude):
    """The error grows with the value and with the curvature, as rounding and truncation do."""
    for function, slope in ((np.sin, np.cos), (np.exp, np.exp), (np.sqrt, lambda z: 0.5 / z**0.5)):
        for point in (0.9, 2.0, 4.4):
            estimate = central_difference(lambda z, f=function: magnitude * f(z), [point])
            assert estimate.agrees_with(np.array([[magnitude * slope(point)]]))


def test_single_precision_states_a_larger_error():
    """A function computed in float32 is known to 1e-4 or so, and says so."""
    estimate = central_difference(lambda z: np.sin(z.astype(np.float32)), [1.0])
    assert estimate.agrees_with(np.array([[np.cos(1.0)]]))
    assert 1e-7 < estimate.error[0, 0] < 1e-2


@pytest.mark.parametrize("kink", [0.0, 0.01, 0.0001])
def test_a_kink_shows_in_the_error(kink):
    """At a kink, and beside it, the stated error covers both one-sided slopes."""
    estimate = central_difference(lambda z: np.maximum(z - kink, 0), [0.0])
    assert estimate.agrees_with(np.array([[0.0]]))
    at_kink = central_difference(lambda z: np.maximum(z, 0), [0.0])
    assert at_kink.agrees_with(np.array([[1.0]]))
    assert at_kink.agrees_with(np.array([[0.0]]))


def test_exact_differences_of_piecewise_linear_functions():
    """Inside a piece the difference is the derivative, exactly, and equals the Dual route."""
    point = [Fraction(1, 3), Fraction(-2, 7)]

    def function(z):
        return np.array([max(z[0], z[1]) - 2 * abs(z[1]), z.sum()])

    found = exact_difference(function, point, Fraction(1, 100))
    assert found.tolist() == [[1, 2], [1, 1]]
    assert (found == dual_jacobian(function, point)).all()


@pytest.mark.parametrize(
    ("function", "point", "step"),
    [
        (abs, 0, 1),
        (abs, Fraction(1, 2), 1),
        (lambda z: z * z, 0, 1),
        (lambda z: z**3, 0, Fraction(1, 10)),
        (lambda z: np.maximum(z, Fraction(-1, 3)), Fraction(-1, 2), 1),
    ],
)
def test_exact_differences_refuse_what_is_not_linear(function, point, step):
    """A kink within the step, squares and cubes are seen, and symmetric cancellation too."""
    with pytest.raises(DomainError, match="not linear within"):
        exact_difference(lambda z: function(z), [point], step)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: complex_step(np.abs, [1.0]), DomainError, "returned float64 for a complex"),
        (lambda: complex_step(lambda z: z.real, [1.0]), DomainError, "drops the imaginary part"),
        (lambda: complex_step(lambda _: np.ones(1), [1.0]), DomainError, "ignores its argument"),
        (lambda: complex_step(lambda z: z * np.nan, [1.0]), DomainError, "output must be finite"),
        (lambda: complex_step(lambda z: z, [np.nan]), DomainError, "point must be finite"),
        (lambda: complex_step(lambda z: z, [1j]), DomainError, "point must be real"),
        (lambda: complex_step(lambda z: z, []), ShapeMismatch, "point is empty"),
        (lambda: central_difference(lambda z: z + 1j, [1.0]), DomainError, "return real"),
        (lambda: central_difference(lambda z: z / 0, [1.0]), DomainError, "output must be finite"),
        (lambda: central_difference(lambda z: z, [1.0], levels=2), DomainError, "at least 4"),
        (lambda: central_difference(lambda z: z, [[1.0], [2.0, 3.0]]), ShapeMismatch, "ragged"),
        (lambda: exact_difference(lambda z: z, [1], 0), DomainError, "step must be positive"),
        (lambda: exact_difference(lambda z: z + 1j, [1], 1), DomainError, "exact numbers"),
        (lambda: exact_difference(lambda z: z, [np.inf], 1), DomainError, "point must be finite"),
    ],
)
def test_strangers_refuse_to_guess(wrong, error, message):
    """Whatever would make a derivative meaningless is an error with a reason."""
    with np.errstate(divide="ignore"), pytest.raises(error, match=message):
        wrong()


def test_an_estimate_can_be_wrong_and_says_so():
    """Agreement is decided entry by entry against the stated error alone."""
    estimate = Estimate(np.array([[1.0, 2.0]]), np.array([[0.0, 0.5]]))
    assert estimate.agrees_with(np.array([[1.0, 2.5]]))
    assert not estimate.agrees_with(np.array([[1.0 + 1e-15, 2.0]]))


def test_floats_of_the_point_are_exact_for_dual_numbers():
    """A float point is converted exactly, not by its decimal print."""
    assert dual_jacobian(lambda z: z * z, [0.1])[0, 0] == 2 * to_fractions([0.1])[0]
