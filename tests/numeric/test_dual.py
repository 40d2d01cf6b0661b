"""Dual numbers over the rationals."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import Dual, dual_jacobian

rationals = st.fractions(min_value=-5, max_value=5, max_denominator=7)
duals = st.builds(Dual, rationals, rationals)


def as_matrix(z):
    """Return the 2 x 2 matrix that represents a dual number: an algebra of its own."""
    return np.array([[z.value, z.derivative], [Fraction(0), z.value]], dtype=object)


@settings(deadline=None, max_examples=60)
@given(duals, duals)
def test_arithmetic_is_that_of_the_matrix_representation(x, y):
    """The number a + b ε behaves as [[a, b], [0, a]] under +, -, * and /."""
    assert (as_matrix(x + y) == as_matrix(x) + as_matrix(y)).all()
    assert (as_matrix(x - y) == as_matrix(x) - as_matrix(y)).all()
    assert (as_matrix(x * y) == as_matrix(x) @ as_matrix(y)).all()
    if y.value != 0:
        assert (as_matrix(x / y) @ as_matrix(y) == as_matrix(x)).all()


@settings(deadline=None, max_examples=40)
@given(duals, st.integers(-4, 5))
def test_powers_are_repeated_products(x, exponent):
    """The power x ** k is the product of k factors, and of inverses for k < 0."""
    if x.value == 0 and exponent < 0:
        with pytest.raises(DomainError, match="whose value is 0"):
            x**exponent
        return
    product = np.array([[1, 0], [0, 1]], dtype=object)
    for _ in range(abs(exponent)):
        product = product @ as_matrix(x if exponent > 0 else 1 / x)
    assert (as_matrix(x**exponent) == product).all()


@settings(deadline=None, max_examples=40)
@given(rationals, st.lists(rationals, min_size=1, max_size=5))
def test_the_derivative_of_a_polynomial_is_its_finite_algebra(point, coefficients):
    """The derivative part equals (p(x) - p(y))/(x - y) at y = x, divided out by hand."""

    def p(z):
        return sum((c * z**k for k, c in enumerate(coefficients)), Fraction(0) * z)

    divided_out = sum(
        (
            c * sum(point**i * point ** (k - 1 - i) for i in range(k))
            for k, c in enumerate(coefficients)
        ),
        Fraction(0),
    )
    assert p(Dual(point, 1)).derivative == divided_out
    assert p(Dual(point, 1)).value == p(point)


def test_comparisons_and_abs_look_at_the_value():
    """A piecewise function takes the branch of its point."""
    assert Dual(1, 5) < Dual(2, -5) <= 2 < Dual(3)
    assert Dual(1, 5) == 1
    assert Dual(1, 5) == Dual(1, 7)
    assert Dual(2) > 1
    assert Dual(2) >= Dual(2, 9)
    assert hash(Dual(1, 5)) == hash(1)
    assert abs(Dual(-2, 3)).derivative == -3
    assert (+Dual(2, 3)).derivative == 3


def test_arrays_of_duals_multiply_as_matrices():
    """Object arrays of Dual numbers support @ and operations with arrays from both sides."""
    A = np.array([[Dual(1, 1), Dual(2)], [Dual(0), Dual(1)]], dtype=object)
    product = A @ A
    assert (product[0, 1].value, product[0, 1].derivative) == (4, 2)
    for made in (
        Dual(1) + A,
        A - Dual(1),
        Dual(2) * A,
        Dual(1) - A,
        A / Dual(2),
        Dual(1) / (A + 1),
    ):
        assert made.shape == (2, 2)


def test_jacobian_has_outputs_as_rows():
    """dual_jacobian flattens both sides in C order: J[i, j] = ∂ out_i/∂ in_j."""
    point = np.array([[1, 2], [3, 4]])
    jacobian = dual_jacobian(lambda z: z @ z[:, :1], point)
    by_hand = [[2 * 1, 3, 2, 0], [3, 0, 1 + 4, 3]]
    assert jacobian.tolist() == by_hand
    assert jacobian.shape == (2, 4)
    assert dual_jacobian(lambda z: [1, z[0]], [Fraction(1)]).tolist() == [[0], [1]]


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: Dual(0.5), DomainError, "convert 0.5 to a Fraction"),
        (lambda: Dual(True), DomainError, "convert True"),
        (lambda: Dual(1) * 1j, DomainError, "exact arithmetic"),
        (lambda: 0.5 - Dual(1), DomainError, "convert 0.5"),
        (lambda: Dual(1) < "a", DomainError, "exact arithmetic"),
        (lambda: Dual(1) ** 0.5, DomainError, "only integer exponents"),
        (lambda: Dual(1) / Dual(0, 1), DomainError, "division by Dual"),
        (lambda: dual_jacobian(lambda z: z, [np.nan]), DomainError, "point must be finite"),
        (lambda: dual_jacobian(lambda z: z, []), ShapeMismatch, "point is empty"),
        (lambda: dual_jacobian(lambda _: np.array([0.5]), [1]), DomainError, "convert 0.5"),
    ],
)
def test_what_is_not_exact_is_refused(wrong, error, message):
    """Floats, zero divisors and fractional powers raise a named error."""
    with pytest.raises(error, match=message):
        wrong()
