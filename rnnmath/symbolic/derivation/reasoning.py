"""Rules that are not calculus: induction, hypotheses, working term by term, cutting a product."""

from typing import Any

from sympy import Identity, MatMul, Symbol, sympify

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.nodes import IndexedSum, OrderedProduct
from rnnmath.symbolic.tidy import multiply, same, tidy

__all__ = [
    "EMPTY_PRODUCT",
    "HYPOTHESIS",
    "PEEL",
    "SPLIT",
    "SYMMETRY",
    "TERM_BY_TERM",
    "induction",
    "not_before",
    "runs_through",
]


def not_before(later: Any, earlier: Any, given: tuple[Statement, ...]) -> bool:
    """Tell whether ``earlier <= later`` follows from at most two of the assumptions, added up.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import j, k, t
    >>> given = (Statement(k, Relation.AT_MOST, j), Statement(j, Relation.AT_MOST, t))
    >>> not_before(t, k, given), not_before(k, t, given)
    (True, False)
    """
    gap = later - earlier
    facts = [fact.rhs - fact.lhs for fact in given if fact.relation == Relation.AT_MOST]
    once = [gap, *(gap - fact for fact in facts)]
    twice = [left - fact for left in once[1:] for fact in facts]
    return any(left.is_nonnegative for left in once + twice)


def runs_through(symbol: Any, low: Any) -> bool:
    """Tell whether a symbol may be any whole number from ``low`` on: nothing narrower is supposed.

    Examples
    --------
    >>> from sympy import Symbol
    >>> from rnnmath.symbolic.notation import t
    >>> runs_through(t, 0), runs_through(Symbol("t", even=True), 0), runs_through(t, -1)
    (True, False, False)
    """
    low = sympify(low)
    known = getattr(symbol, "assumptions0", None)
    return any(
        known == Symbol("any", integer=True, **more).assumptions0 and bool(from_low)
        for more, from_low in (
            ({}, True),
            ({"nonnegative": True}, low.is_nonnegative),
            ({"positive": True}, low.is_positive),
        )
    )


def _factors(expr: Any) -> tuple[Any, ...]:
    return tuple(expr.args) if isinstance(expr, MatMul) else (expr,)


def _within_product(focus: Any, result: Any, fact: Statement) -> bool:
    """Tell whether an equation turns one product into the other, some factors side by side."""
    whole, part = _factors(focus), _factors(fact.lhs)
    return any(
        whole[at : at + len(part)] == part
        and same(result, multiply(*whole[:at], fact.rhs, *whole[at + len(part) :]))
        for at in range(len(whole) - len(part) + 1)
    )


def _hypothesis(focus: Any, result: Any, step: Step) -> bool:
    return any(
        fact.relation == Relation.EQUAL and _within_product(tidy(focus), result, fact)
        for fact in step.given
    )


def _holds_between(time: Symbol, start: Any, given: tuple[Statement, ...]) -> bool:
    """Tell whether what is assumed of ``time`` holds of every time from ``start`` up to it too."""
    fixed = tuple(fact for fact in given if not fact.lhs.has(time) and not fact.rhs.has(time))
    for fact in given:
        if fact in fixed:
            continue
        slack = (fact.rhs - fact.lhs).expand() if fact.relation == Relation.AT_MOST else None
        if slack is None or not slack.diff(time).is_number:
            return False
        later, earlier = (side.xreplace({time: start}) for side in (fact.rhs, fact.lhs))
        if slack.diff(time) > 0 and not not_before(later, earlier, fixed):
            return False
    return not_before(time, start, given)


def induction(time: Symbol, start: Any, relation: Relation = Relation.EQUAL) -> Rule:
    """Return the rule that goes from a base and an onward step to every time from ``start`` on.

    The first premise proves the relation at ``start``; the second proves it at ``time + 1`` and
    may suppose it at ``time``, which then stands in its ``given``.  That ``start <= time`` must
    follow from what is given, and whatever else is given of ``time`` must hold on the whole way.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import k, t
    >>> induction(t, k).name
    'induction on t'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        if len(step.premises) != 2:
            return False
        base, onward = step.premises
        begin, advance = {time: start}, {time: time + 1}
        return bool(
            runs_through(time, start)
            and _holds_between(time, start, step.given)
            and base.given == step.given
            and onward.given == (*step.given, Statement(focus, relation, result))
            and {base.relation, onward.relation} <= {Relation.EQUAL, relation}
            and same(base.start, focus.xreplace(begin))
            and same(base.end, result.xreplace(begin).doit())
            and same(onward.start, focus.xreplace(advance))
            and same(onward.end, result.xreplace(advance))
        )

    return Rule(f"induction on {time}", "", relation, justify)


def _term_by_term(focus: Any, result: Any, step: Step) -> bool:
    """Two sums or products over one range are equal when their terms are, within the range.

    The index must be free of assumptions: what is given of a symbol says nothing of an index.
    """
    ranged = isinstance(focus, IndexedSum | OrderedProduct) and type(result) is type(focus)
    if not ranged or focus.args[1] != result.args[1] or len(step.premises) != 1:
        return False
    if any(side.has(focus.index) for fact in step.given for side in (fact.lhs, fact.rhs)):
        return False
    if not runs_through(focus.index, focus.lower):
        return False
    (premise,) = step.premises
    within = (
        Statement(focus.lower, Relation.AT_MOST, focus.index),
        Statement(focus.index, Relation.AT_MOST, focus.upper),
    )
    return bool(
        premise.given == (*step.given, *within)
        and premise.relation == Relation.EQUAL
        and same(premise.start, focus.term)
        and same(premise.end, result.term)
    )


def _peel(focus: Any, result: Any, step: Step) -> bool:
    """Take the newest factor of a product that has one off on the left, or put it back."""
    product = next((side for side in (focus, result) if isinstance(side, OrderedProduct)), None)
    if product is None or not not_before(product.upper, product.lower, step.given):
        return False
    rest = OrderedProduct(product.term, (product.index, product.lower, product.upper - 1))
    return same(multiply(product.at(product.upper), rest), result if product is focus else focus)


def _empty_product(focus: Any, result: Any, _: Step) -> bool:
    """Read a product without factors as the identity."""
    empty = isinstance(focus, OrderedProduct) and focus.length == 0
    return bool(empty and result == Identity(focus.shape[0]))


def _split(focus: Any, result: Any, step: Step) -> bool:
    """Cut an ordered product into the newer part times the older part, inside its range."""
    parts: tuple[Any, ...] = getattr(result, "args", ())
    if not isinstance(focus, OrderedProduct) or len(parts) != 2:
        return False
    cut = getattr(parts[1], "upper", None)
    if cut is None or not not_before(focus.upper, cut, step.given):
        return False
    newer = OrderedProduct(focus.term, (focus.index, cut + 1, focus.upper))
    older = OrderedProduct(focus.term, (focus.index, focus.lower, cut))
    return not_before(cut + 1, focus.lower, step.given) and same(result, multiply(newer, older))


def _symmetry(focus: Any, result: Any, step: Step) -> bool:
    """Read the equation that a premise proves from right to left."""
    if len(step.premises) != 1:
        return False
    (premise,) = step.premises
    return bool(
        premise.given == step.given
        and premise.relation == Relation.EQUAL
        and same(premise.start, result)
        and same(premise.end, focus)
    )


EMPTY_PRODUCT = Rule("empty product", r"\prod_{k+1}^{k}=I", Relation.EQUAL, _empty_product)
HYPOTHESIS = Rule("hypothesis", "", Relation.EQUAL, _hypothesis)
SYMMETRY = Rule("read backward", r"B=A\ \text{because}\ A=B", Relation.EQUAL, _symmetry)
TERM_BY_TERM = Rule("term by term", "", Relation.EQUAL, _term_by_term)
PEEL = Rule("newest factor", r"\prod_{k+1}^{t}=J_t\prod_{k+1}^{t-1}", Relation.EQUAL, _peel)
SPLIT = Rule("split", r"\prod_{k+1}^{t}=\prod_{j+1}^{t}\prod_{k+1}^{j}", Relation.EQUAL, _split)
