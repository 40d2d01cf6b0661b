"""From error signals to the gradients of the parameters: every step that uses one has its share."""

from typing import Any

from rnnmath.claim import Claim, Draw, Kind, Mutant, Source
from rnnmath.symbolic.calculus import trace_gradient
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.notation import (
    L,
    T,
    TotalDerivative,
    U,
    V,
    W,
    a,
    b,
    c,
    delta,
    error_at,
    h,
    j,
    t,
    x,
)
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.jacobian_product.setting import (
    CHAPTER,
    FROM_FIRST,
    GIVEN_INPUTS,
    GIVEN_START,
    IN_HORIZON,
    at_most,
    equal,
)
from rnnmath.theory.one_step import read_off
from rnnmath.theory.program import contributions, parameter_sum
from rnnmath.theory.program_rules import CHILDREN, PARAMETER

__all__ = ["WEIGHT_GRADIENTS"]

_GIVEN = (at_most(1, t), at_most(t, T))


def _over_time(term: Any, first: Any = 1, last: Any = T) -> IndexedSum:
    return IndexedSum(term, (j, first, last))


def _of_loss(variable: Any) -> TotalDerivative:
    return TotalDerivative(L, variable)


_SHARE = multiply(delta(j), transpose(h[j - 1]))
_SUMS = {
    W: _over_time(_SHARE),
    U: _over_time(multiply(delta(j), transpose(x[j]))),
    b: _over_time(delta(j)),
    V: _over_time(multiply(error_at(j), transpose(h[j]))),
    c: _over_time(error_at(j)),
}
_BACK = {h[0]: multiply(transpose(W), delta(1)), x[t]: multiply(transpose(U), delta(t))}


def _summed(wrt: Any) -> Derivation:
    whole = Derivation(_of_loss(wrt))
    shares = parameter_sum(L, wrt)
    whole = whole.then(PARAMETER, whole.start, shares)
    number = shares.term.args[0]
    for step in trace_gradient(number, wrt).steps:
        whole = whole.then(step.rule, step.focus, step.result)
    return whole


def _fed(wrt: Any, child: Any) -> Derivation:
    whole = Derivation(_of_loss(wrt), given=_GIVEN)
    whole = whole.then(CHILDREN, whole.start, contributions(L, wrt, _GIVEN))
    return read_off(whole, TotalDerivative(child, wrt))


def _derive() -> tuple[Derivation, ...]:
    return (*map(_summed, _SUMS), _fed(h[0], a[1]), _fed(x[t], a[t]))


_ANYWHERE = Draw("random", {"network": {}, "times": ("t",), "first": 1})
_WIDE = Draw(
    "random",
    {
        "network": {"horizon": (3, 4)},
        "sizes": {"n": (2, 3), "m": (2, 3), "p": (2, 3)},
        "times": ("t",),
        "first": 1,
    },
)

WEIGHT_GRADIENTS = Claim(
    id="weight-gradients",
    kind=Kind.IDENTITY,
    title="The gradient of a parameter adds up its share in every step",
    says=tuple(equal(_of_loss(wrt), total) for wrt, total in {**_SUMS, **_BACK}.items()),
    given=(FROM_FIRST, IN_HORIZON, GIVEN_START, GIVEN_INPUTS),
    derive=_derive,
    draws=(_ANYWHERE, _WIDE),
    mutants=(
        Mutant(
            "the new state for the old one",
            equal(_of_loss(W), _over_time(multiply(delta(j), transpose(h[j])))),
        ),
        Mutant(
            "the outer product transposed",
            equal(_of_loss(W), _over_time(multiply(h[j - 1], transpose(delta(j))))),
            (_WIDE,),
        ),
        Mutant("the first step missing", equal(_of_loss(W), _over_time(_SHARE, 2))),
        Mutant("the last step missing", equal(_of_loss(W), _over_time(_SHARE, 1, T - 1))),
        Mutant(
            "the immediate term of the last step taken for the total",
            equal(_of_loss(W), multiply(delta(T), transpose(h[T - 1]))),
        ),
        Mutant(
            "the immediate term of each loss taken for the total",
            equal(_of_loss(W), _over_time(multiply(delta(j, only=j), transpose(h[j - 1])))),
        ),
        Mutant(
            "the old state for the new one, in V",
            equal(_of_loss(V), _over_time(multiply(error_at(j), transpose(h[j - 1])))),
        ),
        Mutant("the matrix not transposed", equal(_of_loss(h[0]), multiply(W, delta(1))), (_WIDE,)),
        Mutant(
            "the start moved by its own output",
            equal(_of_loss(h[0]), multiply(transpose(V), error_at(1))),
        ),
    ),
    source=Source("goodfellow2016", "Eqs. (10.22)-(10.28)"),
    chapter=CHAPTER,
)
