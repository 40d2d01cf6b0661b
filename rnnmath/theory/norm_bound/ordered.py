"""The norm of an ordered product, by induction on the newer time; and what moves through it."""

from typing import Any

from sympy import DiagMatrix, Identity, Integer, Inverse, Product

from rnnmath.symbolic.bounds.rules import (
    IDENTITY,
    ORDERED_PRODUCT,
    SMALLEST_ORDERED_PRODUCT,
    SMALLEST_PRODUCT,
    SUBMULTIPLICATIVE,
)
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.reasoning import EMPTY_PRODUCT, PEEL, induction, not_before
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.norms import ConditionNumber, SmallestSingularValue, SpectralNorm
from rnnmath.symbolic.tidy import multiply, same

__all__ = [
    "CONDITION",
    "DIAGONALS_COMMUTE",
    "PEEL_WITHIN",
    "by_induction",
    "continued",
]

_EQUAL = Relation.EQUAL


def _peel_numbers(focus: Any, result: Any, step: Step) -> bool:
    """``g_t prod_{..t-1} g_j`` against ``prod_{..t} g_j``, for numbers."""
    if not isinstance(result, Product):
        return False
    ((index, lower, upper),) = result.limits
    if not not_before(upper, lower, step.given):
        return False
    rest = Product(result.function, (index, lower, upper - 1))
    return bool(focus == result.function.xreplace({index: upper}) * rest)


def _peel_within(focus: Any, result: Any, step: Step) -> bool:
    """Put a newest factor back into an ordered product that stands inside the result."""
    for product in result.atoms(OrderedProduct):
        rest = OrderedProduct(product.term, (product.index, product.lower, product.upper - 1))
        peeled = multiply(product.at(product.upper), rest)
        nonempty = not_before(product.upper, product.lower, step.given)
        if nonempty and same(result.xreplace({product: peeled}), focus):
            return True
    return False


def _diagonals_commute(focus: Any, result: Any, _: Step) -> bool:
    """``D = S^-1 D S`` for diagonal D and S."""
    inner = [part for part in result.atoms(DiagMatrix) if part != focus]
    return isinstance(focus, DiagMatrix) and any(
        same(result, multiply(Inverse(S), focus, S)) for S in inner
    )


def _condition(focus: Any, result: Any, _: Step) -> bool:
    (number,) = result.atoms(ConditionNumber)
    S = number.matrix
    return bool(result.xreplace({number: SpectralNorm(S) * SpectralNorm(Inverse(S))}) == focus)


_TWO_FACTORS = {SpectralNorm: SUBMULTIPLICATIVE, SmallestSingularValue: SMALLEST_PRODUCT}
_PEEL_NUMBERS = Rule("newest factor", "", _EQUAL, _peel_numbers)
PEEL_WITHIN = Rule("newest factor", "", _EQUAL, _peel_within)
DIAGONALS_COMMUTE = Rule("diagonal matrices commute", r"D = S^{-1} D S", _EQUAL, _diagonals_commute)
CONDITION = Rule(
    "condition number",
    r"\operatorname{cond}(S) = \lVert S \rVert \, \lVert S^{-1} \rVert",
    _EQUAL,
    _condition,
)


def by_induction(chain: Derivation, focus: Any, result: Any, two_factors: Rule) -> Derivation:
    """Go on from a measure of an ordered product to the product of the measures.

    Parameters
    ----------
    chain : Derivation
        It supposes that the range does not run backwards.
    focus : expression
        The norm, or the smallest singular value, of an ``OrderedProduct``.
    result : Product
        The same measure of each factor.
    two_factors : Rule
        The law for two factors, an inequality.
    """
    measure, product = type(focus), focus.matrix
    start, time = product.lower - 1, product.upper
    relation = two_factors.relation
    empty = focus.xreplace({time: start})
    base = Derivation(empty, given=chain.given)
    base = base.then(EMPTY_PRODUCT, empty.matrix, Identity(product.shape[0]))
    base = base.then(IDENTITY, base.end, Integer(1))
    known = Statement(focus, relation, result)
    onward = Derivation(focus.xreplace({time: time + 1}), given=(*chain.given, known))
    newest = product.at(time + 1)
    onward = onward.then(PEEL, onward.end.matrix, multiply(newest, product))
    onward = onward.then(two_factors, onward.end, measure(newest) * focus)
    onward = onward.then(supposed(relation), focus, result)
    onward = onward.then(_PEEL_NUMBERS, onward.end, result.xreplace({time: time + 1}))
    return chain.then(induction(time, start, relation), focus, result, (base, onward))


def continued(chain: Derivation, proof: Derivation) -> Derivation:
    """Go on along the lines of another chain; ordered products are done by induction."""
    for step in proof.steps:
        if step.rule in (ORDERED_PRODUCT, SMALLEST_ORDERED_PRODUCT):
            chain = by_induction(chain, step.focus, step.result, _TWO_FACTORS[type(step.focus)])
        else:
            chain = chain.then(step.rule, step.focus, step.result, step.premises)
    return chain
