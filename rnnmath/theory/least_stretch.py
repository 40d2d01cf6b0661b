"""The smallest singular value by definition: a lower bound of all stretches, and the greatest one.

``sigma_min(A) = inf ‖A v‖ over ‖v‖ = 1``, whatever the shape of A.
"""

from typing import Any

from sympy import DiagMatrix, Integer, MatrixSymbol, Mul

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import mentions, there_is
from rnnmath.symbolic.nodes import same_size
from rnnmath.symbolic.norms import MinAbs, SmallestSingularValue, VectorNorm
from rnnmath.symbolic.tidy import diag, multiply, same

__all__ = ["ENTRY_BY_ENTRY", "LEAST_STRETCH", "greatest_lower_bound", "smallest_entry", "squeezed"]

_AT_MOST, _AT_LEAST = Relation.AT_MOST, Relation.AT_LEAST
_AS_GOOD = {
    _AT_MOST: (Relation.EQUAL, _AT_MOST, Relation.LESS),
    _AT_LEAST: (Relation.EQUAL, _AT_LEAST, Relation.GREATER),
}


def _is_stretch(length: Any, product: Any) -> bool:
    """Tell whether ``product = sigma_min(A) ‖v‖`` with ``length = ‖A v‖``."""
    parts = Mul.make_args(product)
    smallest = [part.matrix for part in parts if isinstance(part, SmallestSingularValue)]
    columns = [part.matrix for part in parts if isinstance(part, VectorNorm)]
    if len(parts) != 2 or len(smallest) != 1 or len(columns) != 1:
        return False
    (A,), (v,) = smallest, columns
    fits = isinstance(length, VectorNorm) and same_size(A.shape[1], v.shape[0])
    return fits and same(multiply(A, v), length.matrix)


def _lower(smaller: Any, larger: Any, step: Step, relation: Relation) -> bool:
    """``c ‖v‖`` against ``‖A v‖`` for a column v that nothing else mentions."""
    if len(step.premises) != 1 or not isinstance(larger, SmallestSingularValue):
        return False
    (premise,) = step.premises
    if premise.relation not in _AS_GOOD[relation] or premise.given != step.given:
        return False
    ends = (premise.start, premise.end)
    low, high = ends if relation == _AT_MOST else ends[::-1]
    A = larger.matrix
    return any(
        v.shape == (A.shape[1], 1)
        and same(high, VectorNorm(multiply(A, v)))
        and (low - smaller * VectorNorm(v)).expand() == 0
        and not any(mentions(part, v) for part in (smaller, larger, *step.given))
        for v in high.atoms(MatrixSymbol)
    )


def greatest_lower_bound(relation: Relation) -> Rule:
    """Return the rule that no lower bound of the stretches is larger than ``sigma_min``.

    Its premise proves ``‖A v‖ >= c ‖v‖`` (or the same read upwards) for an arbitrary column v.

    Examples
    --------
    >>> greatest_lower_bound(Relation.AT_LEAST).name
    'greatest lower bound'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        sides = (focus, result) if relation == _AT_MOST else (result, focus)
        return _lower(*sides, step, relation)

    law = (
        r"\lVert A v \rVert \ge c \, \lVert v \rVert \text{ for all } v"
        r" \implies \sigma_{\min}(A) \ge c"
    )
    return Rule("greatest lower bound", law, relation, justify)


_LAW = r"\lVert A v \rVert \ge \sigma_{\min}(A) \, \lVert v \rVert"

#: ``‖A v‖ >= sigma_min(A) ‖v‖``: a lower bound of the stretches.
LEAST_STRETCH = Rule(
    "least stretch, by definition",
    _LAW,
    _AT_LEAST,
    lambda focus, result, _: _is_stretch(focus, result),
)


def squeezed() -> Rule:
    """Return the same rule read upwards: ``sigma_min(A) ‖v‖ <= ‖A v‖``.

    Examples
    --------
    >>> squeezed().relation
    <Relation.AT_MOST: '<='>
    """
    return Rule(
        LEAST_STRETCH.name, _LAW, _AT_MOST, lambda focus, result, _: _is_stretch(result, focus)
    )


def _entry_by_entry(focus: Any, result: Any, _: Step) -> bool:
    """``min |d_i| ‖v‖ <= ‖diag(d) v‖``."""
    smallest = [part.matrix for part in focus.atoms(MinAbs)]
    columns = [part.matrix for part in focus.atoms(VectorNorm)]
    return isinstance(result, VectorNorm) and any(
        focus == MinAbs(d) * VectorNorm(v) and same(multiply(diag(d), v), result.matrix)
        for d in smallest
        for v in columns
    )


ENTRY_BY_ENTRY = Rule(
    "entry by entry",
    r"\min_i \lvert d_i \rvert \, \lVert v \rVert \le \lVert \operatorname{diag}(d) v \rVert",
    _AT_MOST,
    _entry_by_entry,
)


def smallest_entry(column: Any, e: Any) -> tuple[Rule, tuple[Statement, ...]]:
    """Return the theorem that ``diag(d)`` stretches one basis vector e by ``min |d_i|``.

    Examples
    --------
    >>> smallest_entry(MatrixSymbol("d", 3, 1), MatrixSymbol("e", 3, 1))[0].name
    'the smallest entry'
    """
    length = VectorNorm(multiply(DiagMatrix(column), e))
    facts = (
        Statement(MinAbs(column), Relation.EQUAL, length),
        Statement(VectorNorm(e), Relation.EQUAL, Integer(1)),
    )
    law = r"\lVert \operatorname{diag}(d) e \rVert = \min_i \lvert d_i \rvert"
    return there_is("the smallest entry", law, facts, (e,), about=column), facts
