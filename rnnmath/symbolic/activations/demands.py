"""Demands on an expression in u: that it is identically 0, that a condition is decided and true."""

from typing import Any

from sympy import Pow, Rational, Symbol, cosh, exp, numer, simplify, sinh, tanh, together
from sympy.sets.sets import Set

from rnnmath.errors import BadDerivation, Undecided
from rnnmath.symbolic.activations.implicit import ImplicitRoot
from rnnmath.symbolic.activations.records import logistic

__all__ = ["LEFT", "RIGHT", "U", "demand", "demand_zero", "flat", "half_lines"]

U = Symbol("u", real=True)
RIGHT, LEFT = Symbol("u", positive=True), Symbol("u", negative=True)
_POINTS = (Rational(-7, 3), Rational(-2, 5), Rational(3, 7), Rational(9, 4))


def demand_zero(expr: Any, what: str) -> None:
    """Demand that an expression in u is identically 0."""
    names = sorted(expr.free_symbols, key=str)
    for point in _POINTS if names else _POINTS[:1]:
        signed = abs(point) if RIGHT in names else -abs(point) if LEFT in names else point
        if abs(expr.subs(dict.fromkeys(names, signed)).evalf(30)) > 1e-25:
            msg = f"{what}: {expr} is not 0" + (f" at {signed}" if names else "")
            raise BadDerivation(msg)
    letters = {root: Symbol(f"y{place}") for place, root in enumerate(expr.atoms(ImplicitRoot))}
    if not any(form(expr.xreplace(letters)) == 0 for form in _FORMS):
        msg = f"{what}: {expr} is not seen to be 0"
        raise Undecided(msg)


def flat(expr: Any) -> Any:
    """Write the logistic function and 1/cosh^2 by tanh: one function, no relation left."""
    by_tanh = expr.replace(logistic, lambda value: (1 + tanh(value / 2)) / 2)
    by_tanh = by_tanh.replace(sinh, lambda value: tanh(value) * cosh(value))
    return by_tanh.replace(
        lambda node: isinstance(node, Pow) and isinstance(node.base, cosh) and node.exp < 0,
        lambda node: (1 - tanh(node.base.args[0]) ** 2) ** (-node.exp / 2),
    )


def _as_fraction(expr: Any) -> Any:
    """Bring a rational function of u and of tanh, as a free symbol, over one denominator."""
    by_tanh = flat(expr)
    letters = {value: Symbol(f"T{place}") for place, value in enumerate(by_tanh.atoms(tanh))}
    return numer(together(by_tanh.xreplace(letters))).expand()


_FORMS = (
    lambda expr: expr.expand(),
    _as_fraction,
    simplify,
    lambda expr: simplify(expr.rewrite(exp)),
)


def demand(condition: bool | None, what: str) -> None:
    """Raise unless a condition is decided and true."""
    if condition is None:
        msg = f"{what} is undecided"
        raise Undecided(msg)
    if not condition:
        msg = f"{what} is false"
        raise BadDerivation(msg)


def half_lines(part: Set) -> list[Any]:
    """Return a signed variable for each half-line that an open interval meets."""
    return [sign for sign, end in ((RIGHT, part.sup), (LEFT, -part.inf)) if end > 0]
