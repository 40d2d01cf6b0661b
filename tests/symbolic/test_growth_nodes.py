"""The growth rate and the orbit of a map are nodes that print and rebuild themselves."""

import pytest
from sympy import Lambda, MatrixSymbol, Symbol, tanh

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic.printing import latex
from rnnmath.symbolic.quantities.growth import GrowthRate, Orbit

_A = MatrixSymbol("A", 2, 2)
_u, _x = Symbol("u", real=True), Symbol("x", real=True)
_m = Symbol("m", integer=True, nonnegative=True)


def test_nodes_rebuild_from_their_arguments() -> None:
    """``func(*args)`` gives the node back, and replacing a symbol reaches inside."""
    for node in (GrowthRate(_A), Orbit(Lambda(_u, tanh(_u)), _x, _m)):
        assert node.func(*node.args) == node
    B = MatrixSymbol("B", 2, 2)
    assert GrowthRate(_A).xreplace({_A: B}) == GrowthRate(B)
    assert Orbit(Lambda(_u, tanh(_u)), _x, _m).xreplace({_m: _m + 1}).count == _m + 1


def test_nodes_print_as_a_paper_has_them() -> None:
    """The limit stands with its norm and root, the orbit as a state with its time."""
    assert latex(GrowthRate(_A)) == r"\lim_{m \to \infty} \lVert A^{m} \rVert^{1/m}"
    assert latex(GrowthRate(_A) ** 2).startswith(r"(\lim")
    assert latex(Orbit(Lambda(_u, tanh(_u)), _x, _m + 1)) == "h_{m+1}"
    assert str(GrowthRate(2 * _A)) == "lim ||(2*A)**m||**(1/m)"


def test_bad_arguments_are_refused() -> None:
    """A growth rate needs a square matrix, an orbit a function of one variable."""
    with pytest.raises(ShapeMismatch):
        GrowthRate(MatrixSymbol("A", 2, 3))
    with pytest.raises(DomainError, match="Lambda"):
        Orbit(tanh, _x, 1)
