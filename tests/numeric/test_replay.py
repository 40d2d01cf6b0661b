"""Interventions by replay."""

from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    ACTIVATIONS,
    Dual,
    depends_on,
    forward,
    linear_loss,
    polynomial,
    quadratic_loss,
    random_network,
    replay,
    to_fractions,
    total_loss,
)

STEPS = 3
SETTABLE = [(name,) for name in ("W", "U", "V", "b", "c", "h0")]
SETTABLE += [("h", k) for k in range(STEPS + 1)]
SETTABLE += [(name, k) for name in "axo" for k in range(1, STEPS + 1)]
GETTABLE = [("L",), ("h", 0)] + [(name, t) for name in "haoL" for t in range(1, STEPS + 1)]


def problem(*, exact=False):
    """Return a network with n = 2, m = 2, p = 2, its input, initial state and loss."""
    rng = np.random.default_rng(0)
    f = polynomial([Fraction(1, 3), 1, Fraction(1, 2)]) if exact else ACTIVATIONS["tanh"]
    network = random_network(rng, 2, 2, 2, f, exact=exact)

    def draw(*shape):
        drawn = np.round(4 * rng.normal(size=shape)) / 4 + 0.25
        return to_fractions(drawn) if exact else drawn

    return network, draw(STEPS, 2, 1), draw(2, 1), quadratic_loss(draw(STEPS, 2, 1))


def present(network, x, h0, loss, variable):
    """Return the value that a variable has without intervention."""
    seen = forward(network, x, h0)
    match variable:
        case ("h0",):
            return h0
        case ("L",):
            return total_loss(loss, seen)
        case ("L", t):
            return loss.value(seen.output(t), t)
        case (name,):
            return getattr(network, name)
        case (name, t):
            readers = {"h": seen.state, "a": seen.preactivation, "o": seen.output, "x": seen.input}
            return readers[name](t)


@pytest.mark.parametrize("set_", SETTABLE, ids=str)
def test_putting_in_the_present_value_changes_nothing(set_):
    """Replay with the value that the variable has anyway returns what forward computed."""
    case = problem(exact=True)
    value = present(*case, set_)
    for get in GETTABLE:
        assert (replay(*case, set_, value, get) == present(*case, get)).all()


@pytest.mark.parametrize("set_", SETTABLE, ids=str)
def test_depends_on_tells_exactly_what_can_change(set_):
    """A variable is downstream iff another value changes it; generic values hide no dependence."""
    case = problem(exact=True)
    value = present(*case, set_)
    value = value + to_fractions(np.arange(1, value.size + 1)).reshape(value.shape) / 7
    for get in GETTABLE:
        before, after = present(*case, get), replay(*case, set_, value, get)
        assert bool((before != after).any()) == depends_on(get, set_), get


def test_an_intervention_cuts_the_past_off():
    """With h_2 set, nothing that happened before t = 2 matters for what comes after."""
    network, x, h0, loss = problem()
    value = np.array([[0.3], [-0.8]])
    here = replay(network, x, h0, loss, ("h", 2), value, ("o", 3))
    other_past = x.copy()
    other_past[:2] += 5
    elsewhere = replay(network, other_past, h0 - 7, loss, ("h", 2), value, ("o", 3))
    assert (here == elsewhere).all()
    by_hand = network.V @ np.tanh(network.W @ value + network.U @ x[2] + network.b) + network.c
    np.testing.assert_allclose(here, by_hand, rtol=1e-14)


def test_number_types_pass_through():
    """Complex values give complex results, Duals give Duals; upstream stays real."""
    case = problem()
    value = present(*case, ("a", 2)) + 1e-200j
    assert replay(*case, ("a", 2), value, ("L",)).dtype == np.complex128
    assert replay(*case, ("a", 2), value, ("h", 1)).dtype == np.float64
    exact = problem(exact=True)
    moved = np.array([[Dual(1, 1)], [Dual(2)]])
    assert isinstance(replay(*exact, ("h", 1), moved, ("L", 3))[0], Dual)


@pytest.mark.parametrize(
    ("set_", "get", "message"),
    [
        (("y", 1), ("L",), r"set_ must be one of \('h', 0..3\)"),
        (("h", 4), ("L",), "got \\('h', 4\\)"),
        (("a", 0), ("L",), "got \\('a', 0\\)"),
        (("h",), ("L",), "got \\('h',\\)"),
        (("L",), ("h", 1), "set_ must be one of"),
        (("W",), ("x", 1), "get must be one of"),
        (("W",), ("o", 0), "get must be one of"),
        (("W",), ("W",), "get must be one of"),
    ],
)
def test_unknown_variables_are_refused(set_, get, message):
    """The message lists the names and times that exist."""
    with pytest.raises(DomainError, match=message):
        replay(*problem(), set_, np.ones((2, 1)), get)


def test_bad_values():
    """The value must have the variable's shape and the network's kind of number."""
    network, x, h0, loss = problem()
    with pytest.raises(ShapeMismatch, match=r"value for \('h', 1\) must have shape \(2, 1\)"):
        replay(network, x, h0, loss, ("h", 1), np.ones((2, 2)), ("L",))
    with pytest.raises(ShapeMismatch, match=r"x must have shape \(any, 2, 1\)"):
        replay(network, np.ones((3, 2, 2)), h0, loss, ("h", 1), h0, ("L",))
    with pytest.raises(DomainError, match="value must be finite"):
        replay(network, x, h0, loss, ("h", 1), np.full((2, 1), np.nan), ("L",))
    with pytest.raises(DomainError, match="value is exact but W is float64"):
        replay(network, x, h0, loss, ("h", 1), np.array([[Dual(1)], [Dual(2)]]), ("L",))
    with pytest.raises(DomainError, match=r"t must be an integer in 1..1, got 2"):
        replay(network, x, h0, linear_loss(np.ones((1, 2, 1))), ("h", 1), h0, ("L",))
