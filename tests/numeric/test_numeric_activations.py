"""Activations and their slopes."""

import math
from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import ACTIVATIONS, Dual, central_difference, elu, leaky_relu, polynomial

NAMES = sorted(ACTIVATIONS)
EXACT = ["hard_tanh", "identity", "leaky_relu", "relu", "softsign"]
# Both tails, both sides of every kink and of the seams of the special functions, 0 off the kinks.
POINTS = np.array(
    [-1000, -40, -5.5, -2.9, -2.8, -2, -1.1, -0.5, -1e-9, 1e-9, 0.3, 0.9, 1.7, 2.9, 6, 40, 1000.0]
)


@pytest.mark.parametrize("name", NAMES)
def test_slope_is_the_derivative_by_complex_step(name):
    """Im f(x + i s)/s = f'(x) at tails, seams and near kinks, to a few ulps of |x| + 1.

    The tolerance: f and f' are short formulas of functions good to an ulp, except Φ whose series of
    60 positive terms is good to about 60 ulps.
    """
    f = ACTIVATIONS[name]
    step = 2.0**-664
    moved = f.value(POINTS + 1j * step)
    scale = 64 * np.finfo(float).eps
    np.testing.assert_allclose(moved.imag / step, f.slope(POINTS), rtol=scale, atol=scale)
    np.testing.assert_allclose(moved.real, f.value(POINTS), rtol=scale, atol=scale)


@pytest.mark.parametrize("name", NAMES)
def test_slope_is_the_derivative_by_central_differences(name):
    """A second stranger, which never leaves the real line, agrees within its stated error."""
    f = ACTIVATIONS[name]
    points = POINTS[np.abs(POINTS) < 50]
    estimate = central_difference(f.value, points)
    slopes = np.diag(f.slope(points))
    kinks = np.array([float(k) for k in f.kinks])
    reach = 0.125 * np.maximum(1, np.abs(points))
    clear = np.array([(np.abs(kinks - p) > r).all() for p, r in zip(points, reach, strict=True)])
    error = np.abs(estimate.jacobian - slopes)
    assert (error[:, clear] <= estimate.error[:, clear]).all()
    assert clear.sum() >= 8
    # Softsign and ELU have no second derivative at 0: beside it the stated error is larger.
    assert estimate.error[:, clear & (np.abs(points) > 0.2)].max() < 1e-9


def test_a_wrong_slope_is_seen():
    """The comparison rejects a slope that is off by one part in a million."""
    f = ACTIVATIONS["tanh"]
    estimate = central_difference(f.value, [0.7])
    assert estimate.agrees_with(f.slope(np.array([[0.7]])))
    assert not estimate.agrees_with(f.slope(np.array([[0.7]])) * (1 + 1e-6))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
@pytest.mark.parametrize("name", NAMES)
def test_type_and_shape_are_kept_and_nothing_overflows(name, dtype):
    """The output has the input's dtype and shape, and is finite at |x| = 1000."""
    x = POINTS.astype(dtype).reshape(1, -1)
    for function in (ACTIVATIONS[name].value, ACTIVATIONS[name].slope):
        assert function(x).dtype == dtype
        assert function(x).shape == x.shape
        assert np.isfinite(function(x)).all()


@pytest.mark.parametrize("name", EXACT)
def test_piecewise_rational_functions_are_exact(name):
    """On Fractions the value rounds to the float value, and the Dual part is the slope."""
    f = ACTIVATIONS[name]
    points = [Fraction(-7, 3), Fraction(-1, 2), Fraction(1, 3), Fraction(9, 2)]
    exact = f.value(np.array(points, dtype=object))
    np.testing.assert_allclose(exact.astype(float), f.value(np.array(points, dtype=float)))
    slopes = f.slope(np.array(points, dtype=object))
    duals = f.value(np.array([Dual(p, 1) for p in points], dtype=object))
    assert [getattr(d, "derivative", 0) for d in duals] == slopes.tolist()
    assert all(isinstance(s, Fraction) for s in slopes)


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(EXACT)))
def test_transcendental_functions_have_no_exact_value(name):
    """A Fraction given to tanh and its like is an error, never a silent float."""
    for function in (ACTIVATIONS[name].value, ACTIVATIONS[name].slope):
        with pytest.raises(DomainError, match=f"{name} has no exact value"):
            function(np.array([Fraction(1, 2)], dtype=object))


def test_conventions_at_the_kinks():
    """At kinks ReLU and hard tanh have slope 0, leaky ReLU and ELU the slope from the left."""
    at_zero = np.array([0.0])
    assert ACTIVATIONS["relu"].slope(at_zero) == [0]
    assert ACTIVATIONS["relu"].slope(np.array([Fraction(0)])) == [0]
    assert (ACTIVATIONS["hard_tanh"].slope(np.array([-1.0, 1.0])) == 0).all()
    assert leaky_relu(0.25).slope(at_zero) == [0.25]
    assert elu(2.0).slope(at_zero) == [2]
    assert elu(2.0).kinks == (0,)
    assert (elu(1.0).kinks, leaky_relu(1).kinks) == ((), ())
    assert ACTIVATIONS["hard_tanh"].kinks == (-1, 1)


def test_tails_keep_their_relative_size():
    """Slopes far out are not rounded to 0 too early: tanh'(20), Φ(-10) and softplus(-30)."""
    (slope,) = ACTIVATIONS["tanh"].slope(np.array([20.0]))
    assert slope == pytest.approx(4 * math.exp(-40), rel=1e-12)
    (soft,) = ACTIVATIONS["softplus"].value(np.array([-30.0]))
    assert soft == pytest.approx(math.exp(-30), rel=1e-12)
    (gelu,) = ACTIVATIONS["gelu"].value(np.array([-10.0]))
    assert gelu == pytest.approx(-5 * math.erfc(10 / math.sqrt(2)), rel=1e-12)


def test_polynomials_are_horner_in_every_number_type():
    """1 - 2x + 3x² and its slope -2 + 6x, on floats, integers, Fractions and Duals."""
    p = polynomial([1, -2, 3])
    assert p.value(np.array([[2]])).tolist() == [[9.0]]
    assert p.slope(np.array([0.5])).tolist() == [1.0]
    assert p.value(np.array([Fraction(1, 3)])).tolist() == [Fraction(2, 3)]
    assert p.value(np.array([Dual(2, 1)]))[0].derivative == 10
    assert p.value(np.array([1j])).tolist() == [-2 - 2j]
    assert p.value(np.float32([0.1])).dtype == np.float32
    assert polynomial([7]).slope(np.array([3.0])).tolist() == [0.0]


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: polynomial([]), ShapeMismatch, "coefficients is empty"),
        (lambda: polynomial([[1, 2]]), ShapeMismatch, r"\(degree \+ 1,\), got \(1, 2\)"),
        (lambda: polynomial([np.nan]), DomainError, "coefficients must be finite"),
        (lambda: leaky_relu(np.inf), DomainError, "alpha must be finite"),
        (lambda: ACTIVATIONS["tanh"].value([np.nan]), DomainError, r"x must be finite.*nan"),
        (lambda: ACTIVATIONS["relu"].value(["a"]), DomainError, "x has dtype <U1"),
        (lambda: ACTIVATIONS["relu"].value(np.array([0.5], dtype=object)), DomainError, "0.5"),
        (lambda: ACTIVATIONS["relu"].value([2**62 + 1]), DomainError, "float64 can't represent"),
    ],
)
def test_bad_arguments(wrong, error, message):
    """Empty, ragged, non-finite and non-numeric input is refused by name."""
    with pytest.raises(error, match=message):
        wrong()
