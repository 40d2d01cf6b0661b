"""Integer polynomials: roots on the line and in the disk."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.numeric import determinant
from rnnmath.numeric.exact import polynomials
from rnnmath.numeric.exact.matrices import shifted

small = st.integers(-4, 4)


def product(*factors):
    """Multiply coefficient lists."""
    total = [1]
    for factor in factors:
        total = [int(c) for c in np.convolve(np.array(total, dtype=object), factor)]
    return total


def schur_recursion(a):
    """Decide whether all roots lie in the open unit disk by Schur's degree-reducing recursion."""
    while len(a) > 1:
        if abs(a[-1]) >= abs(a[0]):
            return False
        a = [a[0] * x - a[-1] * y for x, y in zip(a, a[::-1], strict=True)][:-1]
    return True


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 4).flatmap(lambda n: st.lists(small, min_size=n * n, max_size=n * n)), small)
def test_characteristic_polynomial_is_a_determinant(numbers, z):
    """p(z) = det(z I - N) at integer points."""
    n = round(len(numbers) ** 0.5)
    N = np.array(numbers).reshape(n, n).tolist()
    assert polynomials.value_at(polynomials.characteristic_polynomial(N), z) == determinant(
        shifted(N, -1, z)
    )


@settings(deadline=None, max_examples=100)
@given(st.lists(small, min_size=1, max_size=5), small)
def test_real_roots_are_counted_once_each(roots, point):
    """Sturm's count of the roots above a point counts a multiple root once."""
    p = product(*([1, -r] for r in roots), [1, 0, 1])
    chain = polynomials.sturm_chain(polynomials.squarefree(p))
    assert polynomials.roots_above(chain, point, 1) == len({r for r in roots if r > point})
    assert polynomials.roots_above(chain, 2 * point + 1, 2) == len(
        {r for r in roots if r > point + 0.5}
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(small, min_size=1, max_size=5), st.integers(0, 100))
def test_the_greatest_root_is_found_if_it_is_an_integer(roots, margin):
    """Newton from above ends at the greatest root, whatever its multiplicity."""
    p = product(*([1, -r] for r in roots))
    assert polynomials.greatest_integer_root(p, max(roots) + margin) == max(roots)


def test_an_irrational_greatest_root_is_none():
    """z² - 2 and (z² - 2)(z - 1) have no integer for a greatest root."""
    assert polynomials.greatest_integer_root([1, 0, -2], 5) is None
    assert polynomials.greatest_integer_root(product([1, 0, -2], [1, -1]), 5) is None


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(-6, 6), min_size=1, max_size=5), st.integers(1, 6))
def test_the_disk_test_agrees_with_schurs_recursion(tail, lead):
    """The matrix of Schur and Cohn and the degree-reducing recursion give the same verdict."""
    a = [lead, *tail]
    assert polynomials.all_inside(a, Fraction(1)) == schur_recursion(a)
    stretched = [c * 3 ** (len(a) - 1 - i) * 2**i for i, c in enumerate(a)]
    assert polynomials.all_inside(a, Fraction(3, 2)) == schur_recursion(stretched)


def test_long_coefficients_are_decided_like_short_ones():
    """Leading bits decide 10^1500 times a polynomial plus noise as they decide the polynomial."""
    scale = 10**1500
    for p in ([4, 0, 0, 1], [1, 0, 0, 4], [8, 2, 5, -3]):
        noisy = [c * scale + i for i, c in enumerate(p)]
        assert polynomials.all_inside(noisy, Fraction(1)) == polynomials.all_inside(p, Fraction(1))
        assert polynomials.none_outside(noisy, Fraction(1)) == polynomials.all_inside(
            p, Fraction(1)
        )
    on_circle = [scale * c for c in product([1, 0, 1], [1, -1], [2, 1])]
    assert not polynomials.all_inside(on_circle, Fraction(1))
    assert polynomials.none_outside(on_circle, Fraction(1))


@pytest.mark.parametrize(
    ("factors", "inside", "closed"),
    [
        (([1, -1],), False, True),
        (([1, 0, 1],), False, True),
        (([5, -6, 5], [5, -6, 5], [1, 1]), False, True),
        (([1, 0, 1], [2, -1], [1, 0]), False, True),
        (([1, -2], [2, -1]), False, False),
        (([1, -2], [1, -2], [2, -1]), False, False),
        (([1, -3, 1],), False, False),
        (([2, -1], [2, -1], [4, 4, 1]), True, True),
        (([1, 0], [1, 0]), True, True),
        (([100, -101],), False, False),
        (([10**30, -(10**30) - 1],), False, False),
        (([10**30 + 1, -(10**30)],), True, True),
    ],
)
def test_roots_on_the_circle_and_mirror_pairs(factors, inside, closed):
    """Closed and open disk differ by roots on the circle; mirror pairs are no such roots."""
    p = product(*factors)
    assert polynomials.all_inside(p, Fraction(1)) is inside
    assert polynomials.none_outside(p, Fraction(1)) is closed


def test_squared_roots():
    """The roots 2, -3 and ±i turn into 4, 9 and -1 twice."""
    p = product([1, -2], [1, 3], [1, 0, 1])
    assert polynomials.squared_roots(p) == product([1, -4], [1, -9], [1, 1], [1, 1])
