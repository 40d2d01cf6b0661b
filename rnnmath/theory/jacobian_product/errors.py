"""The error signal on its way back: what a state hands on, and one step of the recursion."""

from typing import Any

from sympy import ZeroMatrix

from rnnmath.claim import Claim, Draw, Kind, Mutant, Source, cite
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.derivation.algebra import ENTRY_BY_ENTRY
from rnnmath.symbolic.nodes import Elementwise, hadamard
from rnnmath.symbolic.notation import (
    L,
    T,
    TotalDerivative,
    V,
    W,
    a,
    delta,
    error_at,
    f_prime,
    h,
    n,
    o,
    t,
)
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.jacobian_product.setting import (
    CHAPTER,
    FROM_FIRST,
    GIVEN_INPUTS,
    IN_HORIZON,
    at_most,
    equal,
)
from rnnmath.theory.one_step import read_off
from rnnmath.theory.program import contributions
from rnnmath.theory.program_rules import AFTER_LAST, CHILDREN

__all__ = ["ERROR_RECURSION", "ERROR_TWO_EQUATIONS", "slopes"]

_GIVEN = (at_most(1, t), at_most(t, T))
_ANYWHERE = Draw("random", {"network": {}, "sizes": {"n": (2, 3)}, "times": ("t",), "first": 1})
# The last name takes the later time, so that a step follows step t.
_BEFORE_LAST = Draw(
    "random",
    {"network": {}, "sizes": {"n": (2, 3)}, "times": ("t", "later"), "first": 1, "gap": 1},
)


def slopes(time: Any) -> Any:
    """Return ``f'(a_t)``, the column of slopes."""
    return Elementwise(f_prime, a[time])


_HERE = multiply(transpose(V), error_at(t))
_LATER = multiply(transpose(W), delta(t + 1))
_BOTH = add(_HERE, _LATER)
_AT_STATE, _AT_LAST = TotalDerivative(L, h[t]), TotalDerivative(L, h[T])


def _from_state(time: Any) -> Derivation:
    """Add up what a state feeds: its own output, and the next pre-activation."""
    start = TotalDerivative(L, h[time])
    total = Derivation(start, given=_GIVEN)
    total = total.then(CHILDREN, start, contributions(L, h[time], _GIVEN))
    for child in (o[time], a[time + 1]):
        total = read_off(total, TotalDerivative(child, h[time]))
    return total


def _two_equations() -> tuple[Derivation, ...]:
    signal = Derivation(delta(t), given=_GIVEN)
    signal = signal.then(CHILDREN, delta(t), contributions(L, a[t], _GIVEN))
    signal = read_off(signal, TotalDerivative(h[t], a[t]))
    signal = signal.then(ENTRY_BY_ENTRY, signal.end, hadamard(slopes(t), _AT_STATE))
    last = _from_state(T).then(AFTER_LAST, delta(T + 1), ZeroMatrix(n, 1))
    return _from_state(t), signal, last


_STATE_MUTANTS = (
    Mutant(
        "the recurrent matrix not transposed",
        equal(_AT_STATE, add(_HERE, multiply(W, delta(t + 1)))),
        (_BEFORE_LAST,),
    ),
    Mutant("no local term", equal(_AT_STATE, _LATER)),
    Mutant("the local term taken for the total", equal(_AT_STATE, _HERE), (_BEFORE_LAST,)),
    Mutant(
        "the error of the next output",
        equal(_AT_STATE, add(multiply(transpose(V), error_at(t + 1)), _LATER)),
        (_BEFORE_LAST,),
    ),
    Mutant(
        "the error signal of the same step",
        equal(_AT_STATE, add(_HERE, multiply(transpose(W), delta(t)))),
    ),
)

ERROR_TWO_EQUATIONS = Claim(
    id="error-two-equations",
    kind=Kind.IDENTITY,
    title="Two equations carry the error back",
    says=(
        equal(_AT_STATE, _BOTH),
        equal(delta(t), hadamard(slopes(t), _AT_STATE)),
        equal(_AT_LAST, multiply(transpose(V), error_at(T))),
    ),
    given=(FROM_FIRST, IN_HORIZON, GIVEN_INPUTS),
    derive=_two_equations,
    draws=(_ANYWHERE, _BEFORE_LAST),
    mutants=(
        *_STATE_MUTANTS,
        Mutant(
            "the slope of the next step",
            equal(delta(t), hadamard(slopes(t + 1), _AT_STATE)),
            (_BEFORE_LAST,),
        ),
    ),
    source=Source("goodfellow2016", "Eqs. (10.20)-(10.21)"),
    chapter=CHAPTER,
)


def _recursion() -> tuple[Derivation, ...]:
    chain = Derivation(delta(t), given=_GIVEN)
    chain = chain.then(cite(ERROR_TWO_EQUATIONS, 1), delta(t), hadamard(slopes(t), _AT_STATE))
    return (chain.then(cite(ERROR_TWO_EQUATIONS, 0), _AT_STATE, _BOTH),)


ERROR_RECURSION = Claim(
    id="error-recursion",
    kind=Kind.IDENTITY,
    title="The error signal follows a recursion backward in time",
    says=(equal(delta(t), hadamard(slopes(t), _BOTH)),),
    given=(FROM_FIRST, IN_HORIZON, GIVEN_INPUTS),
    derive=_recursion,
    draws=(_ANYWHERE, _BEFORE_LAST),
    mutants=(
        Mutant(
            "the recurrent matrix not transposed",
            equal(delta(t), hadamard(slopes(t), add(_HERE, multiply(W, delta(t + 1))))),
            (_BEFORE_LAST,),
        ),
        Mutant(
            "the slope of the next step",
            equal(delta(t), hadamard(slopes(t + 1), _BOTH)),
            (_BEFORE_LAST,),
        ),
        Mutant("no local term", equal(delta(t), hadamard(slopes(t), _LATER))),
        Mutant(
            "the error of the next output",
            equal(
                delta(t),
                hadamard(slopes(t), add(multiply(transpose(V), error_at(t + 1)), _LATER)),
            ),
            (_BEFORE_LAST,),
        ),
        Mutant(
            "the slope applied before the recurrent matrix",
            equal(
                delta(t),
                add(
                    hadamard(slopes(t), _HERE),
                    multiply(transpose(W), hadamard(slopes(t), delta(t + 1))),
                ),
            ),
            (_BEFORE_LAST,),
        ),
    ),
    source=Source("rumelhart1986", "Eqs. (5)-(7), unrolled in time"),
    chapter=CHAPTER,
)
