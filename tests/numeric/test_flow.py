"""Jacobian products and error signals over long gaps."""

from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    ACTIVATIONS,
    VanillaRNN,
    backward,
    complex_step,
    error_signal_profile,
    forward,
    jacobian_product,
    linear_loss,
    norm_profile,
    polynomial,
    random_network,
    replay,
    step_jacobian,
    to_fractions,
)

TANH = ACTIVATIONS["tanh"]


def problem(batch=1, steps=6, activation=TANH, n=3):
    """Return a network and its trajectory."""
    rng = np.random.default_rng(11)
    network = random_network(rng, n, 2, 2, activation, scale=1.3)
    return network, forward(
        network, rng.normal(size=(steps, 2, batch)), rng.normal(size=(n, batch))
    )


def test_the_product_is_the_derivative():
    """P(t, k) is the complex-step derivative of h_t in h_k for all 0 <= k <= t <= T."""
    network, seen = problem()
    loss = linear_loss(np.ones((6, 2, 1)))
    for t in range(7):
        for k in range(t):

            def run(value, t=t, k=k):
                return replay(network, seen.x, seen.state(0), loss, ("h", k), value, ("h", t))

            found = complex_step(run, seen.state(k))
            product = jacobian_product(network, seen, t, k)[0]
            np.testing.assert_allclose(product, found, rtol=1e-12, atol=1e-14)
        assert (jacobian_product(network, seen, t, t) == np.eye(3)).all()


def test_planted_mistakes_in_the_product_are_seen():
    """Reversed order, one factor more and one factor less all differ from the derivative."""
    network, seen = problem()
    loss = linear_loss(np.ones((6, 2, 1)))

    def run(value):
        return replay(network, seen.x, seen.state(0), loss, ("h", 2), value, ("h", 4))

    found = complex_step(run, seen.state(2))
    J3, J4 = (step_jacobian(network, seen, t)[0] for t in (3, 4))
    np.testing.assert_allclose(J4 @ J3, found, rtol=1e-12, atol=1e-14)
    longer, shorter = (jacobian_product(network, seen, 4, k)[0] for k in (1, 3))
    for wrong in (J3 @ J4, longer, shorter):
        assert np.abs(wrong - found).max() > 1e-2


def test_a_step_scales_the_rows_of_w():
    """J_t is a row scaling, equal to the dense product diag(f'(a_t)) W, one for each column."""
    network, seen = problem(batch=4)
    jacobians = step_jacobian(network, seen, 2)
    assert jacobians.shape == (4, 3, 3)
    for j in range(4):
        dense = np.diag(TANH.slope(seen.preactivation(2)[:, j])) @ network.W
        np.testing.assert_allclose(jacobians[j], dense, rtol=1e-15)


def test_a_batch_is_a_loop_over_columns():
    """Products and profiles of a batch are those of its columns."""
    network, seen = problem(batch=3)
    e = np.random.default_rng(0).normal(size=(6, 2, 3))
    together = norm_profile(network, seen, 6).log2_norms
    signals = error_signal_profile(network, seen, e, 5)
    for j in range(3):
        columns = np.s_[..., j : j + 1]
        alone = forward(network, seen.x[columns], seen.h[0][columns])
        product = jacobian_product(network, alone, 6, 1)
        batched = jacobian_product(network, seen, 6, 1)[j : j + 1]
        np.testing.assert_allclose(batched, product, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(
            together[:, j : j + 1], norm_profile(network, alone, 6).log2_norms, atol=1e-12
        )
        single = error_signal_profile(network, alone, e[columns], 5)
        np.testing.assert_allclose(signals.log2_total[:, j : j + 1], single.log2_total, atol=1e-11)


def test_exact_networks_have_exact_products():
    """On Fractions the product is exact, also the empty one."""
    network = random_network(np.random.default_rng(0), 2, 1, 1, polynomial([0, 1, 1]), exact=True)
    seen = forward(network, to_fractions(np.ones((3, 1, 1))), to_fractions(np.ones((2, 1))))
    product = jacobian_product(network, seen, 3, 1)[0]
    slopes = [1 + 2 * seen.preactivation(t).ravel() for t in (3, 2)]
    by_hand = (slopes[0][:, None] * network.W) @ (slopes[1][:, None] * network.W)
    assert (product == by_hand).all()
    identity = jacobian_product(network, seen, 2, 2)[0]
    assert identity.tolist() == [[1, 0], [0, 1]]
    assert isinstance(identity[0, 0], Fraction)


def test_single_precision_products_stay_single():
    """The product of a float32 network is float32, the empty product too."""
    network, seen = problem()
    single = VanillaRNN(
        *(getattr(network, k).astype(np.float32) for k in ("W", "U", "V", "b", "c")), TANH
    )
    low = forward(single, seen.x.astype(np.float32), seen.h[0].astype(np.float32))
    for k in (3, 1):
        assert jacobian_product(single, low, 3, k).dtype == np.float32
    assert norm_profile(single, low, 3).log2_norms.dtype == np.float64


def test_profiles_agree_with_products():
    """2^log2_norms[t - k] = ||P(t, k)|| wherever that can be represented."""
    network, seen = problem(batch=2)
    profile = norm_profile(network, seen, 6)
    assert profile.gaps.tolist() == [0, 1, 2, 3, 4, 5, 6]
    for gap in profile.gaps:
        norms = np.linalg.norm(jacobian_product(network, seen, 6, 6 - gap), 2, axis=(1, 2))
        np.testing.assert_allclose(2 ** profile.log2_norms[gap], norms, rtol=1e-12)


@pytest.mark.parametrize(("weight", "steps"), [(0.5, 100_000), (2.0, 5_000), (1.0, 5_000)])
def test_no_horizon_overflows_or_underflows(weight, steps):
    """A scaled rotation has ||P|| = w^gap exactly: log₂ is -100000 where floats end at -1074."""
    rotation = np.array([[0.0, -1.0], [1.0, 0.0]])
    zero = np.zeros((2, 1))
    network = VanillaRNN(weight * rotation, zero, np.eye(2), zero, zero, ACTIVATIONS["identity"])
    seen = forward(network, np.zeros((steps, 1, 1)), zero)
    profile = norm_profile(network, seen, steps)
    np.testing.assert_array_equal(profile.log2_norms[:, 0], profile.gaps * np.log2(weight))


def test_long_error_signals():
    """Signals of a scaled rotation are exact powers; the total is the geometric sum."""
    zero, steps = np.zeros((1, 1)), 5000
    for w in (0.5, 2.0):
        network = VanillaRNN([[w]], zero, [[1.0]], zero, zero, ACTIVATIONS["identity"])
        seen = forward(network, np.zeros((steps, 1, 1)), zero)
        profile = error_signal_profile(network, seen, np.ones((steps, 1, 1)), steps)
        assert profile.gaps.tolist() == list(range(steps))
        np.testing.assert_array_equal(profile.log2_single[:, 0], profile.gaps * np.log2(w))
        limit = np.log2(2) if w < 1 else steps
        assert profile.log2_total[-1, 0] == pytest.approx(limit, abs=1e-9)


def test_error_signals_agree_with_backpropagation():
    """Both profiles are the norms of the δ that `backward` returns."""
    network, seen = problem(batch=2)
    e = np.random.default_rng(1).normal(size=(6, 2, 2))
    alone = np.zeros_like(e)
    alone[3] = e[3]
    profile = error_signal_profile(network, seen, e, 4)
    for found, given in ((profile.log2_single, alone), (profile.log2_total, e)):
        delta = backward(network, seen, given).delta
        norms = np.linalg.norm(delta[:4], axis=1)[::-1]
        np.testing.assert_allclose(2**found, norms, rtol=1e-12)


def test_a_late_loss_that_has_vanished_does_not_hide_a_near_one():
    """Terms of exponents thousands apart add without overflow, in either order."""
    zero, steps = np.zeros((1, 1)), 3000
    for w, expected in ((0.5, 0.0), (2.0, 2999.0)):
        network = VanillaRNN([[w]], zero, [[1.0]], zero, zero, ACTIVATIONS["identity"])
        seen = forward(network, np.zeros((steps, 1, 1)), zero)
        e = np.zeros((steps, 1, 1))
        e[0] = e[-1] = 1
        profile = error_signal_profile(network, seen, e, steps)
        assert profile.log2_total[-1, 0] == expected


def test_a_dead_network_has_norm_zero():
    """Where the product is exactly zero the log is -inf, without a warning."""
    one, zero = np.ones((1, 1)), np.zeros((1, 1))
    network = VanillaRNN(one, one, one, -5 * one, zero, ACTIVATIONS["relu"])
    seen = forward(network, np.zeros((3, 1, 1)), zero)
    assert norm_profile(network, seen, 3).log2_norms.ravel().tolist() == [0, *[-np.inf] * 3]
    profile = error_signal_profile(network, seen, np.ones((3, 1, 1)), 3)
    assert (profile.log2_total == -np.inf).all()


def test_bad_times():
    """A product runs forward in time, within the trajectory."""
    network, seen = problem()
    with pytest.raises(DomainError, match=r"k must not exceed t.*got t=2, k=3"):
        jacobian_product(network, seen, 2, 3)
    with pytest.raises(DomainError, match=r"t must be an integer in 0..6, got 7"):
        jacobian_product(network, seen, 7, 3)
    with pytest.raises(DomainError, match=r"k must be an integer in 0..6, got -1"):
        jacobian_product(network, seen, 3, -1)
    with pytest.raises(DomainError, match=r"t must be an integer in 1..6, got 0"):
        step_jacobian(network, seen, 0)
    with pytest.raises(DomainError, match=r"in 0..6, got 9"):
        norm_profile(network, seen, 9)
    with pytest.raises(DomainError, match=r"in 1..6, got 0"):
        error_signal_profile(network, seen, seen.o, 0)


def test_bad_arguments():
    """Foreign trajectories, wrong e, and numbers that have no float norm are refused."""
    network, seen = problem()
    other = random_network(np.random.default_rng(0), 2, 2, 2, TANH)
    for call in (step_jacobian, norm_profile):
        with pytest.raises(ShapeMismatch, match="the trajectory has sizes"):
            call(other, seen, 1)
    with pytest.raises(ShapeMismatch, match="e must have shape"):
        error_signal_profile(network, seen, seen.o[1:], 2)
    with pytest.raises(DomainError, match="e must be finite"):
        error_signal_profile(network, seen, seen.o * np.nan, 2)
    exact = random_network(np.random.default_rng(0), 2, 1, 1, polynomial([0, 1]), exact=True)
    run = forward(exact, to_fractions(np.ones((3, 1, 1))), to_fractions(np.ones((2, 1))))
    with pytest.raises(DomainError, match="real floating point, but the network holds object"):
        norm_profile(exact, run, 2)
