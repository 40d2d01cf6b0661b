"""Glorot and Bengio's compromise between the way forward and the way back."""

from typing import Any

from sympy import Integer, cancel, factor_list

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.theory.vanishing.initialization.objects import (
    CHAPTER,
    at_most,
    equal,
    n_in,
    n_out,
    v,
)

__all__ = ["GEOMETRIC", "XAVIER"]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
_COMPROMISE = equal(v, 2 / (n_in + n_out))


def _fractions(focus: Any, result: Any, step: Step) -> bool:
    """Two numbers are equal once what is supposed of v is put in."""
    known = {
        fact.lhs: fact.rhs for fact in step.given if fact.relation == _EQUAL and fact.lhs.is_Symbol
    }
    return bool(cancel((focus - result).xreplace(known)) == 0)


def _adds_a_square(focus: Any, result: Any, _: Step) -> bool:
    """Tell whether the result exceeds the focus by a square."""
    coefficient, factors = factor_list(result - focus)
    return bool(coefficient >= 0) and all(
        power % 2 == 0 and base.is_extended_real for base, power in factors
    )


_PUT_IN = Rule("what is supposed, put in", "", _EQUAL, _fractions)
GEOMETRIC = Rule(
    "a product is at most the squared mean",
    r"x y \le \left(\frac{x + y}{2}\right)^2",
    _AT_MOST,
    _adds_a_square,
)
_AHEAD, _BACK = n_in * v, n_out * v
_SUM, _PRODUCT = _AHEAD + _BACK, _AHEAD * _BACK


def _xavier() -> tuple[Derivation, ...]:
    given = (_COMPROMISE,)
    total = Derivation(_SUM, given=given).then(_PUT_IN, _SUM, Integer(2))
    mean = (_SUM / 2) ** 2
    product = Derivation(_PRODUCT, given=given).then(GEOMETRIC, _PRODUCT, mean)
    return total, product.then(_PUT_IN, product.end, Integer(1))


def _widths(inputs: int, outputs: int, variance: Any) -> Draw:
    values = {"n_in": inputs, "n_out": outputs, "v": variance}
    return Draw("explicit", {"note": f"{inputs} to {outputs}", "values": values})


XAVIER = Claim(
    id="xavier",
    kind=Kind.BOUND,
    title="The harmonic mean of both demands: the two factors have mean one, and no larger product",
    says=(equal(_SUM, 2), at_most(_PRODUCT, 1)),
    given=(
        Hypothesis(
            "$v = 2 / (n_{\\text{in}} + n_{\\text{out}})$, the harmonic mean of"
            " $1/n_{\\text{in}}$ and $1/n_{\\text{out}}$",
            _COMPROMISE,
            Witness("the arithmetic mean of the two variances", _widths(1, 3, "2/3")),
        ),
    ),
    derive=_xavier,
    draws=(_widths(2, 6, "1/4"), _widths(3, 3, "1/3"), _widths(5, 1, "1/3")),
    mutants=(
        Mutant("it keeps the mean square forward", equal(_AHEAD, 1)),
        Mutant("it keeps the mean square backward", equal(_BACK, 1)),
        Mutant("a layer there and back loses nothing", equal(_PRODUCT, 1)),
        Mutant("and gains", at_most(1, _PRODUCT)),
    ),
    source=Source("glorot2010", "Eq. (12)"),
    chapter=CHAPTER,
)
