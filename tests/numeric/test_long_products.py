"""Products and norms over long gaps, however fast they shrink or grow on the way."""

from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError
from rnnmath.numeric import ACTIVATIONS, VanillaRNN, forward, norm_profile
from rnnmath.numeric.flow import (
    identities,
    jacobian_product,
    product_profile,
    scaled_jacobian_product,
)
from rnnmath.numeric.flow.stretch import largest_stretches


def linear(W, steps):
    """Return a network without activation and its trajectory."""
    column = np.zeros((len(W), 1))
    network = VanillaRNN(W, column, column.T, column, [[0.0]], ACTIVATIONS["identity"])
    return network, forward(network, np.zeros((steps, 1, 1)), column)


@pytest.mark.parametrize("steps", [0, 1, 5, 200])
def test_a_scaled_product_is_the_product(steps):
    """The mantissa times 2^exponent is the plain product where that can be represented."""
    W = np.random.default_rng(0).normal(size=(4, 4)) / 3
    network, seen = linear(W, 200)
    found = scaled_jacobian_product(network, seen, 200, 200 - steps)
    plain = jacobian_product(network, seen, 200, 200 - steps)
    together = np.ldexp(found.mantissa, found.exponent[:, None, None])
    np.testing.assert_allclose(together, plain, rtol=1e-10, atol=1e-13 * np.abs(plain).max())
    assert 0.5 <= np.abs(found.mantissa).max() < 1


def test_a_scaled_product_rounds_nothing_by_its_scaling():
    """Integers whose product fits into 53 bits come out exactly, far beyond the range of floats."""
    base = np.array([[3.0, 1.0], [0.0, 1.0]])
    network, seen = linear(base * 2.0**-300, 30)
    found = scaled_jacobian_product(network, seen, 30, 0)
    exact = np.linalg.matrix_power(base.astype(int).astype(object), 30)
    scale = Fraction(2) ** int(found.exponent[0]) * Fraction(2) ** 9000
    assert [[Fraction(v) * scale for v in row] for row in found.mantissa[0]] == exact.tolist()


def test_a_product_that_falls_and_rises_within_a_few_steps_keeps_its_digits():
    """Factors of 2^-900 and 2^+900 in turn leave the profile of the factors without them."""
    rng = np.random.default_rng(1)
    plain = rng.normal(size=(40, 1, 3, 3))
    wild = [J * 2.0 ** (900 if j % 4 > 1 else -900) for j, J in enumerate(plain)]
    calm = product_profile(identities(plain[0]), plain).log2_norms[::4]
    found = product_profile(identities(plain[0]), wild).log2_norms[::4]
    np.testing.assert_allclose(found, calm, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("n", [5, 48, 49, 80])
def test_norms_are_those_of_the_svd(n):
    """Both ways agree with LAPACK on shrinking products, orthogonal ones and a swapped top."""
    rng = np.random.default_rng(n)
    orthogonal = np.linalg.qr(rng.normal(size=(n, n)))[0]
    swapped = np.eye(n)
    swapped[0, 0] = 4.0
    other = np.eye(n)
    other[1, 1] = 3.0
    chain = [rng.normal(size=(n, n)) / np.sqrt(n) for _ in range(6)]
    stack = np.array(
        [*chain, chain[0] @ chain[1] @ chain[2], orthogonal, swapped, other, 0 * other]
    )
    norms, guess = largest_stretches(stack[:, None], None)
    np.testing.assert_allclose(norms[:, 0], np.linalg.norm(stack, 2, axis=(1, 2)), rtol=1e-12)
    again, _ = largest_stretches(stack[::-1, None], guess)
    np.testing.assert_allclose(again[::-1], norms, rtol=1e-12)


def test_a_norm_that_misses_the_top_is_seen():
    """The comparison tells the second singular value from the first."""
    stack = np.diag([2.0, 2.0 - 1e-9, *[1.0] * 58])[None, None]
    norms, _ = largest_stretches(stack, None)
    np.testing.assert_allclose(norms, 2.0, rtol=1e-12)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(norms, 2.0 - 1e-9, rtol=1e-12)


def test_wide_profiles_agree_with_products():
    """The profile of a network too large for Gram matrices is that of its products."""
    W = np.random.default_rng(3).normal(size=(60, 60)) / np.sqrt(60)
    network, seen = linear(W, 12)
    found = norm_profile(network, seen, 12).log2_norms[:, 0]
    products = [jacobian_product(network, seen, 12, 12 - gap)[0] for gap in range(13)]
    np.testing.assert_allclose(2**found, [np.linalg.norm(P, 2) for P in products], rtol=1e-11)


def test_bad_arguments():
    """A product runs forward in time."""
    network, seen = linear(np.eye(2), 3)
    with pytest.raises(DomainError, match=r"k must not exceed t.*got t=1, k=2"):
        scaled_jacobian_product(network, seen, 1, 2)
