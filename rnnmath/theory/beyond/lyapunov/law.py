"""A finite law of a pre-activation: points z with weights p, and means over it."""

from typing import Any

from sympy import Abs, Lambda, Matrix, MatrixSymbol, OneMatrix, Rational, Symbol

from rnnmath.claim import Draw
from rnnmath.symbolic.nodes import BOUND, Elementwise, InnerProduct
from rnnmath.symbolic.notation import n
from rnnmath.theory.beyond.lyapunov.objects import equal

__all__ = ["NOT_NEGATIVE", "ONES", "THIRDS", "WHOLE", "average", "p", "points", "v", "z"]

p, z = MatrixSymbol("p", n, 1), MatrixSymbol("z", n, 1)
#: The variance of a weight, times the number of units.
v = Symbol("v", positive=True)
ONES = OneMatrix(n, 1)
WHOLE = equal(InnerProduct(p, ONES), 1)
NOT_NEGATIVE = equal(Elementwise(Abs, p), p)
THIRDS = [Rational(1, 3), Rational(2, 3)]


def average(function: Any) -> Any:
    """Return ``Σ_i p_i g(z_i)``, g a formula in the bound symbol.

    Examples
    --------
    >>> average(BOUND**2).args[1]
    p
    """
    return InnerProduct(p, Elementwise(Lambda(BOUND, function), z))


def points(weights: Any, places: Any, variance: Any = 2) -> Draw:
    """Return the case of one finite law.

    Examples
    --------
    >>> points([1], [-4]).options["values"]["n"]
    1
    """
    values = {"n": len(places), "p": Matrix(weights), "z": Matrix(places), "v": variance}
    return Draw("explicit", {"values": values})
