"""Losses of the outputs."""

from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    ACTIVATIONS,
    complex_step,
    dual_jacobian,
    forward,
    linear_loss,
    loss_gradients,
    quadratic_loss,
    random_network,
    total_loss,
)
from rnnmath.numeric.losses import at_end, cross_entropy_loss


@pytest.mark.parametrize("make", [quadratic_loss, linear_loss])
def test_gradient_is_the_derivative_of_the_value(make):
    """e_t is the gradient of l_t by complex step, and exactly by dual numbers."""
    rng = np.random.default_rng(0)
    loss = make(rng.normal(size=(2, 3, 1)))
    o = rng.normal(size=(3, 1))
    jacobian = complex_step(lambda z: loss.value(z, 2), o)
    np.testing.assert_allclose(jacobian, loss.gradient(o, 2).T, rtol=1e-14)
    exact = make(np.array([[[1], [Fraction(2, 3)]]], dtype=object))
    point = np.array([[Fraction(1, 2)], [Fraction(5)]])
    assert (dual_jacobian(lambda z: exact.value(z, 1), point) == exact.gradient(point, 1).T).all()


def test_totals_add_over_time_and_keep_the_batch():
    """L = Σ l_t for each column; e stacks the gradients."""
    rng = np.random.default_rng(1)
    network = random_network(rng, 2, 1, 2, ACTIVATIONS["tanh"])
    trajectory = forward(network, rng.normal(size=(4, 1, 3)), rng.normal(size=(2, 3)))
    targets = rng.normal(size=(4, 2, 3))
    loss = quadratic_loss(targets)
    by_hand = 0.5 * ((trajectory.o - targets) ** 2).sum(axis=(0, 1))
    np.testing.assert_allclose(total_loss(loss, trajectory), by_hand, rtol=1e-13)
    assert (loss_gradients(loss, trajectory) == trajectory.o - targets).all()


def test_single_precision_stays_single():
    """A float32 loss of float32 outputs is float32."""
    loss = quadratic_loss(np.ones((1, 1, 1), dtype=np.float32))
    assert loss.value(np.zeros((1, 1), dtype=np.float32), 1).dtype == np.float32


@pytest.mark.parametrize("make", [quadratic_loss, linear_loss])
def test_bad_arguments(make):
    """Shapes, times, NaN and mixed number types are refused."""
    loss = make(np.ones((2, 3, 1)))
    with pytest.raises(DomainError, match=r"t must be an integer in 1..2, got 3"):
        loss.value(np.ones((3, 1)), 3)
    with pytest.raises(ShapeMismatch, match=r"o has shape \(2, 1\)"):
        loss.gradient(np.ones((2, 1)), 1)
    with pytest.raises(DomainError, match="o is exact but"):
        loss.value(np.array([[Fraction(1)]] * 3, dtype=object), 1)
    with pytest.raises(ShapeMismatch, match=r"must have shape \(T, p, B\), got \(2,\)"):
        make([1.0, 2.0])
    with pytest.raises(DomainError, match="must be finite"):
        make([[[np.nan]]])


def test_cross_entropy_and_its_gradient():
    """The cost of a class is -log softmax, its gradient that of the complex step, weights too."""
    rng = np.random.default_rng(2)
    o, y = rng.normal(size=(4, 1)), np.array([0.0, 0.25, 0.0, 0.5])[:, None]
    loss = cross_entropy_loss(y[None])
    softmax = np.exp(o) / np.exp(o).sum()
    np.testing.assert_allclose(loss.value(o, 1), -(y * np.log(softmax)).sum(axis=0), rtol=1e-14)
    jacobian = complex_step(lambda z: loss.value(z, 1), o)
    np.testing.assert_allclose(jacobian, loss.gradient(o, 1).T, rtol=1e-13)


def test_cross_entropy_does_not_overflow():
    """Outputs of any size have a finite cost; where nothing is asked, nothing is paid."""
    huge = np.array([[1e4], [-1e4]])
    loss = cross_entropy_loss([[[0.0], [1.0]], [[0.0], [0.0]]])
    assert loss.value(huge, 1) == 2e4
    assert loss.value(huge, 2) == 0
    assert not loss.gradient(huge, 2).any()
    with pytest.raises(DomainError, match="softmax has no rational values"):
        cross_entropy_loss(np.array([[[Fraction(1)]]], dtype=object))


def test_loss_at_the_end_is_the_last_term_alone():
    """at_end keeps l_T with its gradient and drops every other term."""
    loss = quadratic_loss(np.zeros((3, 1, 1)))
    last, o = at_end(loss, 3), np.array([[2.0]])
    assert [last.value(o, t).item() for t in (1, 2, 3)] == [0, 0, 2]
    assert [last.gradient(o, t).item() for t in (1, 2, 3)] == [0, 0, 2]
