"""ReLU: a step is W with some rows deleted."""

from typing import Any

from sympy import Identity, Integer, MatPow, Matrix, Piecewise, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.activations import catalogue
from rnnmath.symbolic.bounds.rules import DIAGONAL, SUBMULTIPLICATIVE, ZERO
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.nodes import Elementwise
from rnnmath.symbolic.norms import MaxAbs, MinAbs, SpectralNorm
from rnnmath.symbolic.notation import TotalDerivative, W, a, h, n, t
from rnnmath.symbolic.tidy import add, diag, multiply, same
from rnnmath.theory.local_jacobian import LOCAL_JACOBIAN
from rnnmath.theory.norm_bound.objects import at_most, equal, explicit, network
from rnnmath.theory.program import slope_matrix, step_matrix
from rnnmath.theory.vanishing.activation_choice.objects import CHAPTER, at_least, less

__all__ = ["RELU", "STEP"]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
#: The slope of ReLU: 1 on the right, 0 on the left, and 0 by convention at the kink.
STEP = catalogue()["relu"].slope


def _mask(time: Any) -> Any:
    return Elementwise(STEP, a[time])


def _masked(time: Any) -> Any:
    return multiply(diag(_mask(time)), W)


_JACOBIAN = TotalDerivative(h[t], h[t - 1])
_GAP = SpectralNorm(add(_JACOBIAN, multiply(-1, _masked(t))))
_SIZE, _NORM = SpectralNorm(_JACOBIAN), SpectralNorm(W)
_SLOPES = slope_matrix(t)
_IS_RELU = equal(_SLOPES.args[0], _mask(t))
_OFF_KINK = less(0, MinAbs(a[t]))
_GIVEN = (_IS_RELU, _OFF_KINK)


def _zero_or_one(matrix: Any) -> bool:
    """Tell whether an element-wise function only takes the values 0 and 1."""
    body = matrix.args[0].expr if isinstance(matrix, Elementwise) else None
    return isinstance(body, Piecewise) and all(value in (0, 1) for value, _ in body.args)


def _largest(focus: Any, result: Any, _: Step) -> bool:
    return isinstance(focus, MaxAbs) and _zero_or_one(focus.matrix) and bool(result == 1)


def _idempotent(focus: Any, result: Any, _: Step) -> bool:
    whole = isinstance(focus, MatPow) and focus.exp == 2
    return bool(
        whole
        and same(focus.base, result)
        and result == diag(result.args[0])
        and _zero_or_one(result.args[0])
    )


_ONES_AND_ZEROS = Rule(
    "entries 0 or 1",
    r"m_i \in \{0, 1\} \implies \max_i \lvert m_i \rvert \le 1",
    _AT_MOST,
    _largest,
)
_TWICE_IS_ONCE = Rule(
    "a mask twice is a mask",
    r"m_i \in \{0, 1\} \implies \operatorname{diag}(m)^2 = \operatorname{diag}(m)",
    _EQUAL,
    _idempotent,
)


def _to_mask(start: Any) -> Derivation:
    """Put the mask in for the slopes."""
    chain = Derivation(start, given=_GIVEN)
    return chain.then(supposed(_EQUAL), _IS_RELU.lhs, _IS_RELU.rhs)


def _measured() -> Derivation:
    chain = Derivation(_GAP, given=_GIVEN)
    chain = chain.then(cite(LOCAL_JACOBIAN), _JACOBIAN, step_matrix(t))
    chain = chain.then(supposed(_EQUAL), _IS_RELU.lhs, _IS_RELU.rhs)
    return chain.then(ZERO, chain.end, Integer(0))


def _bounded() -> Derivation:
    chain = Derivation(_SIZE, given=_GIVEN)
    chain = chain.then(cite(LOCAL_JACOBIAN), _JACOBIAN, step_matrix(t))
    chain = chain.then(supposed(_EQUAL), _IS_RELU.lhs, _IS_RELU.rhs)
    norm, largest = SpectralNorm(diag(_mask(t))), MaxAbs(_mask(t))
    chain = chain.then(SUBMULTIPLICATIVE, chain.end, norm * _NORM)
    return chain.then(DIAGONAL, norm, largest).then(_ONES_AND_ZEROS, largest, Integer(1))


def _projector() -> Derivation:
    chain = _to_mask(_SLOPES**2)
    chain = chain.then(_TWICE_IS_ONCE, chain.end, diag(_mask(t)))
    return chain.then(supposed(_EQUAL), _IS_RELU.rhs, _IS_RELU.lhs)


_WITH: dict[str, Any] = {"sizes": {"n": (1, 3)}, "times": ("t",), "first": 1}
_DRAWN = network("relu", "rational norm", **_WITH)
_ALL_ON = explicit([[2, 1], [1, 2]], 2, "relu", values={"t": 2})
_HALF_ON = explicit([[2, 1], [1, -3]], 2, "relu", values={"t": 1})
_KINK = explicit(
    [[0, 1, -1], [1, 0, 0], [-1, 0, 0]],
    2,
    "relu",
    b=Matrix([1, 0, 0]),
    h0=Matrix([0, 0, 0]),
    difference=Rational(1, 2),
    values={"t": 1},
    note="ReLU at its kink",
)

RELU = Claim(
    id="relu",
    kind=Kind.BOUND,
    title="A step of ReLU is W with the rows of its silent units deleted",
    says=(
        equal(step_matrix(t), _masked(t)),
        at_most(_GAP, 0),
        equal(_SLOPES**2, _SLOPES),
        at_most(_SIZE, _NORM),
    ),
    given=(
        Hypothesis(
            "$f$ is ReLU: its slopes are 1 where $a_t$ is positive, and 0 where it is negative",
            _IS_RELU,
            Witness(
                "a leak lets something through",
                explicit([[2, 1], [1, -3]], 1, "leaky", Rational(1, 10), values={"t": 1}),
            ),
        ),
        Hypothesis(
            "no pre-activation is zero",
            _OFF_KINK,
            Witness(
                "through two units at the kink exact differences measure a derivative of 1, "
                "the product of masks says 0",
                _KINK,
                equal(TotalDerivative(h[t + 1], h[t - 1]), multiply(_masked(t + 1), _masked(t))),
            ),
        ),
    ),
    derive=lambda: (_to_mask(step_matrix(t)), _measured(), _projector(), _bounded()),
    draws=(_DRAWN, _ALL_ON, _HALF_ON),
    mutants=(
        Mutant("columns deleted", equal(step_matrix(t), multiply(W, diag(_mask(t)))), (_HALF_ON,)),
        Mutant("never vanishes: at least the norm of W", at_least(_SIZE, _NORM)),
        Mutant("gamma below 1", at_most(_SIZE, Rational(9, 10) * _NORM), (_ALL_ON,)),
        Mutant("W itself", equal(step_matrix(t), W)),
        Mutant("the measured step is W", at_most(SpectralNorm(add(_JACOBIAN, multiply(-1, W))), 0)),
        Mutant("every unit is on", equal(_SLOPES**2, Identity(n))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
