"""The derivative of softmax, and the variance that it is."""

from typing import Any

from sympy import Abs, DiagMatrix, MatrixSymbol, OneMatrix, S, Transpose, ZeroMatrix

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind, Mutant
from rnnmath.symbolic.calculus import Jacobian, trace_jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import Elementwise, InnerProduct, elementwise
from rnnmath.symbolic.quantities.attention import Weights
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.multiplied_out import MULTIPLY_OUT
from rnnmath.theory.vanishing.attention.objects import (
    CHAPTER,
    DISTRIBUTIONS,
    NONNEGATIVE_WEIGHTS,
    ONES,
    SPREAD,
    WHOLE,
    T,
    alpha,
    at_most,
    equal,
    v,
)

__all__ = [
    "DIAGONAL_ONES",
    "SOFTMAX_JACOBIAN",
    "SOFTMAX_VARIANCE",
    "no_variance_below_zero",
    "variance",
]

_EQUAL = Relation.EQUAL

a = MatrixSymbol("a", T, 1)
_SOFTMAX = Weights(a)
_J = Jacobian(_SOFTMAX, a)
_LINE = multiply(_SOFTMAX, transpose(_SOFTMAX))
_FORMULA = add(DiagMatrix(_SOFTMAX), multiply(-1, _LINE))
_TOTAL = InnerProduct(ONES, _SOFTMAX)


def _sums_to_one(focus: Any, result: Any, _: Step) -> bool:
    weights = [part for part in focus.args if isinstance(part, Weights)]
    others = [part for part in focus.args if isinstance(part, OneMatrix)]
    inner = isinstance(focus, InnerProduct) and len(weights) == len(others) == 1
    return inner and bool(result == 1)


def _diagonal_ones(focus: Any, result: Any, _: Step) -> bool:
    """``diag(x) 1 = x``, also where it stands as ``1^T diag(x) y`` in an inner product."""
    if isinstance(focus, InnerProduct):
        return any(
            isinstance(ones, OneMatrix)
            and same(image, multiply(DiagMatrix(x), y))
            and result == InnerProduct(x, y)
            for ones, image in (focus.args, focus.args[::-1])
            if image.is_MatMul and isinstance(image.args[0], DiagMatrix)
            for x, y in [(image.args[0].args[0], multiply(*image.args[1:]))]
        )
    parts: list[Any] = list(focus.args) if focus.is_MatMul else []
    return (
        len(parts) == 2
        and isinstance(parts[0], DiagMatrix)
        and isinstance(parts[1], OneMatrix)
        and bool(parts[1].shape[1] == 1)
        and same(result, parts[0].args[0])
    )


SUMS_TO_ONE = Rule(
    "weights sum to 1", r"\mathbf 1^\top \operatorname{softmax}(a) = 1", _EQUAL, _sums_to_one
)
DIAGONAL_ONES = Rule(
    "diagonal times ones", r"\operatorname{diag}(x)\, \mathbf 1 = x", _EQUAL, _diagonal_ones
)


def _jacobian() -> tuple[Derivation, ...]:
    calculus = Derivation(_J)
    for step in trace_jacobian(_SOFTMAX, a).steps:
        calculus = calculus.then(step.rule, step.focus, step.result)
    turned = Derivation(Transpose(_J))
    for step in trace_jacobian(_SOFTMAX, a).steps:
        turned = turned.then(step.rule, step.focus, step.result)
    total = Derivation(_TOTAL).then(SUMS_TO_ONE, _TOTAL, S.One)
    along = Derivation(multiply(_J, ONES))
    for step in trace_jacobian(_SOFTMAX, a).steps:
        along = along.then(step.rule, step.focus, step.result)
    diagonal = multiply(DiagMatrix(_SOFTMAX), ONES)
    apart = add(diagonal, multiply(-_TOTAL, _SOFTMAX))
    along = along.then(MULTIPLY_OUT, along.end, apart)
    along = along.then(DIAGONAL_ONES, diagonal, _SOFTMAX)
    along = along.then(SUMS_TO_ONE, _TOTAL, S.One)
    return calculus, turned, total, along


_SCORES = tuple(
    Draw("random", {"sizes": {"T": sizes}, "matrices": {"a": ("T", 1, "generic")}})
    for sizes in ((2, 5), (1, 1), (3, 3))
)

SOFTMAX_JACOBIAN = Claim(
    id="softmax-jacobian",
    kind=Kind.IDENTITY,
    title="The derivative of softmax is the covariance of its weights",
    says=(
        equal(_J, _FORMULA),
        equal(Transpose(_J), _FORMULA),
        equal(_TOTAL, 1),
        equal(multiply(_J, ONES), ZeroMatrix(T, 1)),
    ),
    derive=_jacobian,
    draws=_SCORES,
    mutants=(
        Mutant("without the rank-one term", equal(_J, DiagMatrix(_SOFTMAX))),
        Mutant("with the rank-one term added", equal(_J, add(DiagMatrix(_SOFTMAX), _LINE))),
        Mutant(
            "entry by entry, as of the logistic function",
            equal(_J, DiagMatrix(elementwise(lambda u: u * (1 - u), _SOFTMAX))),
        ),
        Mutant("the rank-one term alone", equal(_J, multiply(-1, _LINE))),
        Mutant(
            "sensitive to a shift of all scores",
            equal(multiply(_J, ONES), _SOFTMAX),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_MEAN = InnerProduct(alpha, v)
_AWAY = add(v, multiply(-_MEAN, ONES))
_SEEN = InnerProduct(v, multiply(SPREAD, v))
_DIAGONAL = InnerProduct(v, multiply(DiagMatrix(alpha), v))
_VARIANCE = InnerProduct(_AWAY, multiply(DiagMatrix(alpha), _AWAY))


def variance(given: tuple[Statement, ...]) -> Derivation:
    """Derive ``v^T (diag(alpha) - alpha alpha^T) v = sum_i alpha_i (v_i - mean)^2``.

    Examples
    --------
    >>> from rnnmath.theory.vanishing.attention.objects import SUM_ONE
    >>> len(variance(SUM_ONE).steps)
    1
    """
    ones, across = InnerProduct(ONES, multiply(DiagMatrix(alpha), v)), _DIAGONAL
    total = InnerProduct(ONES, multiply(DiagMatrix(alpha), ONES))
    chain = Derivation(_VARIANCE, given=given)
    apart = across - 2 * _MEAN * ones + _MEAN**2 * total
    chain = chain.then(INNER_PRODUCT, chain.end, apart)
    chain = chain.then(DIAGONAL_ONES, ones, _MEAN)
    chain = chain.then(DIAGONAL_ONES, total, InnerProduct(alpha, ONES))
    chain = chain.then(supposed(_EQUAL), InnerProduct(ONES, alpha), 1)
    chain = chain.then(INNER_PRODUCT, chain.end, _SEEN)
    back = Derivation(_SEEN, given=given)
    return back.then(SYMMETRY, _SEEN, _VARIANCE, (chain,))


def _weighted_squares(focus: Any, result: Any, step: Step) -> bool:
    """``0 <= u^T diag(x) u`` where no entry of x is negative."""
    if focus != 0 or not isinstance(result, InnerProduct):
        return False
    for u, image in (result.args, result.args[::-1]):
        if image.is_MatMul and isinstance(image.args[0], DiagMatrix):
            x = image.args[0].args[0]
            if equal(Elementwise(Abs, x), x) in step.given and same(
                image, multiply(DiagMatrix(x), u)
            ):
                return True
    return False


WEIGHTED_SQUARES = Rule(
    "weighted squares",
    r"x_i \ge 0 \implies 0 \le u^\top \operatorname{diag}(x)\, u",
    Relation.AT_MOST,
    _weighted_squares,
)


def no_variance_below_zero(given: tuple[Statement, ...]) -> Derivation:
    """Derive ``0 <= v^T (diag(alpha) - alpha alpha^T) v``.

    Examples
    --------
    >>> from rnnmath.theory.vanishing.attention.objects import SUM_ONE
    >>> print(no_variance_below_zero(SUM_ONE).statement)
    0 <= ((diag(alpha) - alpha*alpha.T)*v).T*v
    """
    chain = Derivation(S.Zero, given=given).then(WEIGHTED_SQUARES, S.Zero, _VARIANCE)
    return chain.then(SYMMETRY, _VARIANCE, _SEEN, (variance(given),))


_EVEN = InnerProduct(ONES, v) / T
_EVEN_AWAY = add(v, multiply(-_EVEN, ONES))
_CONDITIONS = tuple(
    hypothesis.condition
    for hypothesis in (WHOLE, NONNEGATIVE_WEIGHTS)
    if hypothesis.condition is not None
)

SOFTMAX_VARIANCE = Claim(
    id="softmax-variance",
    kind=Kind.IDENTITY,
    title="As a quadratic form the derivative of softmax is a variance",
    says=(equal(_SEEN, _VARIANCE), at_most(0, _SEEN)),
    given=(WHOLE, NONNEGATIVE_WEIGHTS),
    derive=lambda: (variance(_CONDITIONS), no_variance_below_zero(_CONDITIONS)),
    draws=DISTRIBUTIONS,
    mutants=(
        Mutant("the second moment", equal(_SEEN, _DIAGONAL)),
        Mutant(
            "about the plain mean",
            equal(_SEEN, InnerProduct(_EVEN_AWAY, multiply(DiagMatrix(alpha), _EVEN_AWAY))),
        ),
        Mutant("all alike, 1/T each", equal(_SEEN, InnerProduct(_AWAY, _AWAY) / T)),
        Mutant("positive for every v", Statement(S.Zero, Relation.LESS, _SEEN)),
        Mutant("about zero", equal(_SEEN, _DIAGONAL + _MEAN**2)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
