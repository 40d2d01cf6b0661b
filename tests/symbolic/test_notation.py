"""The alphabet: sizes and times have their assumptions, and equal times are equal."""

import pytest
from sympy import Integer, MatrixSymbol, symbols

from rnnmath.errors import DomainError, RnnmathError, ShapeMismatch
from rnnmath.symbolic.notation import (
    L,
    LocalDerivative,
    StepScalar,
    TimeIndexed,
    TimeMatrix,
    TimeScalar,
    TimeVector,
    TotalDerivative,
    W,
    delta,
    error_at,
    h,
    k,
    loss_at,
    n,
    o,
    p,
    parameter,
    size,
    t,
    time,
)


def test_sizes_are_positive_and_times_are_not_negative():
    """A size is a positive integer, a time a nonnegative one."""
    assert size("n").is_positive
    assert size("n").is_integer
    assert time("t").is_nonnegative
    assert time("t").is_integer


def test_names_and_assumptions_make_a_symbol():
    """The same name gives the same symbol wherever it is made."""
    assert size("n") == n
    assert time("t") == t
    assert parameter("W", n, n) == W == MatrixSymbol("W", n, n)


def test_time_vectors_are_columns():
    """``h[t]`` is an (n, 1) column, made of its name, size and time."""
    assert h[t].shape == (n, 1)
    assert (h[t].name, h[t].index) == ("h", t)
    assert h[t].free_symbols == {n, t}
    assert str(h[t - 1]) == "h[t - 1]"
    assert h[3] == TimeVector("h", n, 3)


def test_equal_times_compare_equal():
    """The index is kept expanded."""
    assert h[(t + 1) ** 2] == h[t**2 + 2 * t + 1]
    assert h[t] != h[t - 1]
    assert h[t].xreplace({t: k + 1}) == h[k + 1]
    assert h[t * (k + 1)].subs(k, 2) == h[3 * t]
    layer = TimeMatrix("W", n, n, t * (t + 1))
    assert layer == TimeMatrix("W", n, n, t**2 + t)


@pytest.mark.parametrize("index", [Integer(1) / 2, symbols("r"), 1.5])
def test_a_time_is_an_integer(index):
    """What is not certainly an integer is refused."""
    with pytest.raises(DomainError, match="must be an integer"):
        h[index]


def test_a_total_derivative_has_the_shape_of_its_kind():
    """Of a vector a Jacobian, of a number a gradient."""
    assert TotalDerivative(o[t], h[k]).shape == (p, n)
    assert TotalDerivative(L, W).shape == (n, n)
    assert TotalDerivative(loss_at(t), h[k]).shape == (n, 1)
    assert error_at(t) == TotalDerivative(loss_at(t), o[t])
    assert delta(k) == TotalDerivative(L, TimeIndexed("a", n)[k])
    assert delta(k, only=t).of == loss_at(t)


def test_a_local_derivative_is_another_thing():
    """Local and total derivatives of the same pair differ."""
    assert LocalDerivative(h[t], h[k]) != TotalDerivative(h[t], h[k])
    assert LocalDerivative(h[t], h[k]).shape == (n, n)


@pytest.mark.parametrize(("of", "wrt"), [(W, h[t]), (L, t), (h[t], 3)])
def test_a_total_derivative_of_anything_else_is_refused(of, wrt):
    """It is of a network variable, in a matrix or vector."""
    with pytest.raises(ShapeMismatch) as caught:
        TotalDerivative(of, wrt)
    assert isinstance(caught.value, RnnmathError)


def test_losses_are_real_numbers():
    """A loss is a real commutative number with a name, one of time t a time as well."""
    assert L.is_real
    assert L.shape == (1, 1)
    assert StepScalar("L") == L
    assert TimeScalar("L", t) != L
    assert (loss_at(t).name, loss_at(t).index) == ("L", t)
