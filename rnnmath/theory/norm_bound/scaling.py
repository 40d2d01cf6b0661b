"""The same bound in other units: a diagonal scaling commutes with the slopes."""

from typing import Any

from sympy import DiagMatrix, Identity, Integer, Inverse, Matrix, MatrixSymbol, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, cite
from rnnmath.symbolic.bounds import norm_bound
from rnnmath.symbolic.bounds.rules import (
    SUBMULTIPLICATIVE,
)
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.reasoning import EMPTY_PRODUCT, PEEL, induction
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.norms import ConditionNumber, MinAbs, SpectralNorm
from rnnmath.symbolic.notation import W, j, k, n, t
from rnnmath.symbolic.tidy import multiply, tidy
from rnnmath.theory.jacobian_product import IN_ORDER
from rnnmath.theory.local_jacobian import PRODUCT_EXPANDED
from rnnmath.theory.norm_bound.objects import (
    CHAPTER,
    FINITE,
    GAMMA,
    IS_FINITE,
    TRANSPORT,
    at_most,
    d,
    equal,
    explicit,
    network,
)
from rnnmath.theory.norm_bound.ordered import (
    CONDITION,
    DIAGONALS_COMMUTE,
    PEEL_WITHIN,
    continued,
)
from rnnmath.theory.norm_bound.product import LONG_GAP, switching
from rnnmath.theory.program import slope_matrix, step_matrix

__all__ = ["SCALED_PRODUCT_BOUND"]

EQUAL = Relation.EQUAL

_GIVEN = (at_most(k, t), IS_FINITE)
_RANGE = (j, k + 1, t)
_EXPANDED = OrderedProduct(step_matrix(j), _RANGE)
_SIZE = SpectralNorm(TRANSPORT)
_S = DiagMatrix(d)
_BACK = Inverse(_S)
_CORE = multiply(_S, W, _BACK)
_SCALED = OrderedProduct(multiply(slope_matrix(j), _CORE), _RANGE)
_SIMILAR = multiply(_BACK, _SCALED, _S)
_NO_ZERO = Statement(MinAbs(d), Relation.GREATER, Integer(0))
_INVERTIBLE = Hypothesis(
    "$S = \\operatorname{diag}(d)$ is invertible: no entry of $d$ is $0$",
    _NO_ZERO,
)


def _similar(given: tuple[Statement, ...]) -> Derivation:
    """Show ``prod D_j W = S^-1 (prod D_j S W S^-1) S`` by induction on t."""
    start = _EXPANDED.xreplace({t: k})
    base = Derivation(start, given=given).then(EMPTY_PRODUCT, start, Identity(n))
    known = equal(_EXPANDED, _SIMILAR)
    slopes = slope_matrix(t + 1)
    onward = Derivation(_EXPANDED.xreplace({t: t + 1}), given=(*given, known))
    onward = onward.then(PEEL, onward.end, multiply(slopes, W, _EXPANDED))
    onward = onward.then(supposed(EQUAL), _EXPANDED, _SIMILAR)
    onward = onward.then(DIAGONALS_COMMUTE, slopes, multiply(_BACK, slopes, _S))
    onward = onward.then(PEEL_WITHIN, onward.end, _SIMILAR.xreplace({t: t + 1}))
    whole = Derivation(_EXPANDED, given=given)
    return whole.then(induction(t, k), _EXPANDED, _SIMILAR, (base, onward))


def _scaled() -> tuple[Derivation, ...]:
    chain = Derivation(_SIZE, given=(*_GIVEN, _NO_ZERO))
    chain = chain.then(cite(PRODUCT_EXPANDED), TRANSPORT, _EXPANDED)
    (similar,) = _similar(chain.given).steps
    chain = chain.then(similar.rule, _EXPANDED, _SIMILAR, similar.premises)
    outer = SpectralNorm(_BACK) * SpectralNorm(_S)
    inner = SpectralNorm(_SCALED)
    chain = chain.then(SUBMULTIPLICATIVE, chain.end, outer * inner)
    core = MatrixSymbol("Z", n, n)
    proof = norm_bound(OrderedProduct(multiply(slope_matrix(j), core), _RANGE))
    chain = continued(chain, _renamed(proof, {core: _CORE}))
    return (chain.then(CONDITION, chain.end, _bound(_S)),)


def _renamed(proof: Derivation, names: dict[Any, Any]) -> Derivation:
    renamed = Derivation(tidy(proof.start.xreplace(names)), given=proof.given)
    for step in proof.steps:
        focus, result = (tidy(side.xreplace(names)) for side in (step.focus, step.result))
        renamed = renamed.then(step.rule, focus, result)
    return renamed


def _bound(S: Any) -> Any:
    norm = SpectralNorm(multiply(S, W, Inverse(S)))
    return ConditionNumber(S) * (GAMMA * norm) ** (t - k)


_SCALES = {"matrices": {"d": ("n", 1, "generic")}}
_LONG_SCALED = {**LONG_GAP, **_SCALES}
_UNBALANCED = [[Rational(1, 2), 4], [Rational(1, 100), Rational(1, 2)]]


def _unbalanced(steps: int) -> Draw:
    """Return the linear network whose W of norm 4.06 a scaling brings down to 7/10."""
    values = {"k": 0, "t": steps, "d": Matrix([1, 20])}
    return explicit(_UNBALANCED, steps, "polynomial", 0, 1, values=values)


def _turned(scale: Any) -> Draw:
    """Return a linear network of slope 3/2 whose W turns the plane; S is a multiple of I."""
    turn = [[Rational(3, 5), Rational(-4, 5)], [Rational(4, 5), Rational(3, 5)]]
    values = {"k": 0, "t": 3, "d": Matrix([scale, scale])}
    return explicit(turn, 3, "polynomial", 0, Rational(3, 2), values=values)


_X = MatrixSymbol("X", n, n)

SCALED_PRODUCT_BOUND = Claim(
    id="scaled-product-bound",
    kind=Kind.BOUND,
    title="Units may be rescaled before the norm is taken, at the price of a condition number",
    says=(at_most(_SIZE, _bound(_S)),),
    given=(IN_ORDER, FINITE, _INVERTIBLE),
    derive=_scaled,
    draws=(
        network("softsign", "rational norm", **_LONG_SCALED),
        network("relu", "generic", **_LONG_SCALED),
        _unbalanced(1),
        _unbalanced(4),
        _turned(2),
    ),
    mutants=(
        Mutant(
            "without the condition number",
            at_most(_SIZE, _bound(_S) / ConditionNumber(_S)),
            (_unbalanced(1),),
        ),
        Mutant(
            "a scaling that is not diagonal",
            at_most(_SIZE, _bound(_X)),
            (switching(6),),
        ),
        Mutant("gamma left out", at_most(_SIZE, _bound(_S) / GAMMA ** (t - k)), (_turned(2),)),
        Mutant(
            "the scaling on one side only",
            at_most(
                _SIZE, ConditionNumber(_S) * (GAMMA * SpectralNorm(multiply(_S, W))) ** (t - k)
            ),
            (_turned(Rational(1, 9)),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
