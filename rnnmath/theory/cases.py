"""Proofs by cases, and the larger or smaller of two numbers once it is known which it is."""

from collections.abc import Iterator
from typing import Any

from sympy import Max, Min, sympify

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.tidy import same

__all__ = ["EXTREME", "GAP", "SMALLER", "by_cases", "in_cases", "known_at_most", "known_less"]

_EQUAL, _AT_MOST, _LESS = Relation.EQUAL, Relation.AT_MOST, Relation.LESS
_AS_GOOD = {
    _EQUAL: (_EQUAL,),
    _AT_MOST: (_EQUAL, _AT_MOST, _LESS),
    _LESS: (_LESS,),
}


def _known(step: Step) -> Iterator[tuple[Any, Relation, Any]]:
    """Yield what is supposed, and what the premises show from no more than that."""
    for fact in step.given:
        yield fact.lhs, fact.relation, fact.rhs
    for premise in step.premises:
        if set(premise.given) <= set(step.given):
            yield premise.start, premise.relation, premise.end


def _known_gap(low: Any, high: Any, step: Step, relation: Relation) -> bool:
    gap = high - low
    return any(
        how in _AS_GOOD[relation] and (right - left - gap).expand() == 0
        for left, how, right in _known(step)
        if not isinstance(left, Statement) and not getattr(left, "is_Matrix", False)
    )


def known_at_most(low: Any, high: Any, step: Step) -> bool:
    """Tell whether ``low <= high`` is supposed, shown by a premise, or plain from the signs.

    Examples
    --------
    >>> from sympy import Symbol
    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> fact = Statement(x, Relation.AT_MOST, y)
    >>> step = Step(EXTREME, x, x, x, x, given=(fact,))
    >>> known_at_most(x, y, step), known_at_most(y, x, step), known_at_most(x - y, 0, step)
    (True, False, True)
    """
    low, high = sympify(low), sympify(high)
    return bool((high - low).is_nonnegative) or _known_gap(low, high, step, _AT_MOST)


def known_less(low: Any, high: Any, step: Step) -> bool:
    """Tell whether ``low < high`` is supposed, shown by a premise, or plain from the signs.

    Examples
    --------
    >>> from sympy import Symbol
    >>> x = Symbol("x", positive=True)
    >>> known_less(0, x, Step(EXTREME, x, x, x, x))
    True
    """
    low, high = sympify(low), sympify(high)
    return bool((high - low).is_positive) or _known_gap(low, high, step, _LESS)


def _extreme(focus: Any, result: Any, step: Step) -> bool:
    if not isinstance(focus, Max | Min) or result not in focus.args or len(focus.args) != 2:
        return False
    (other,) = (arg for arg in focus.args if arg != result)
    low, high = (other, result) if isinstance(focus, Max) else (result, other)
    return known_at_most(low, high, step)


def _smaller(focus: Any, result: Any, _: Step) -> bool:
    return isinstance(focus, Min) and result in focus.args


def _gap(focus: Any, result: Any, step: Step) -> bool:
    """``x <= x + c (b - a)`` where the premise shows ``a <= b`` and c is a nonnegative number."""
    if len(step.premises) != 1 or not set(step.premises[0].given) <= set(step.given):
        return False
    (premise,) = step.premises
    if premise.relation not in _AS_GOOD[_AT_MOST]:
        return False
    added, gap = (result - focus).expand(), (premise.end - premise.start).expand()
    return any((added - factor * gap).expand() == 0 for factor in (1, 2))


def by_cases(relation: Relation) -> Rule:
    """Return the rule that proves a line twice: where ``x <= y``, and where ``y < x``.

    Each premise supposes its case after what the line itself supposes.

    Examples
    --------
    >>> by_cases(Relation.EQUAL).name
    'two cases'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        if len(step.premises) != 2:
            return False
        first, second = step.premises
        extra = [premise.given[len(step.given) :] for premise in step.premises]
        if any(premise.given[: len(step.given)] != step.given for premise in step.premises):
            return False
        if [len(more) for more in extra] != [1, 1]:
            return False
        (low,), (high,) = extra
        complete = (
            low.relation == _AT_MOST
            and high.relation == _LESS
            and (low.lhs, low.rhs) == (high.rhs, high.lhs)
        )
        return complete and all(
            premise.relation in _AS_GOOD[relation]
            and same(premise.start, focus)
            and same(premise.end, result)
            for premise in (first, second)
        )

    return Rule("two cases", r"x \le y \ \text{or}\ y \lt x", relation, justify)


def in_cases(given: tuple[Statement, ...], low: Any, high: Any) -> tuple[Any, Any]:
    """Return what each of the two premises supposes: ``low <= high``, and ``high < low``.

    Examples
    --------
    >>> from sympy import symbols
    >>> x, y = symbols("x y", real=True)
    >>> for given in in_cases((), x, y):
    ...     print(given[0])
    x <= y
    y < x
    """
    return (
        (*given, Statement(low, _AT_MOST, high)),
        (*given, Statement(high, _LESS, low)),
    )


EXTREME = Rule(
    "the larger, or smaller, of two", r"x \le y \implies \max(x, y) = y", _EQUAL, _extreme
)
SMALLER = Rule("the smaller of two", r"\min(x, y) \le x", _AT_MOST, _smaller)
#: ``x <= x + c (b - a)``, c = 1 or 2, for ``a <= b``.
GAP = Rule("add what is not negative", r"a \le b \implies x \le x + (b - a)", _AT_MOST, _gap)
