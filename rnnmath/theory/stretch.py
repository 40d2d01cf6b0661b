"""The spectral norm by definition: an upper bound of all stretches, and the least one.

``‖A‖ = sup ‖A v‖ over ‖v‖ = 1``.  These two rules are all that any derivation knows about it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sympy import MatrixSymbol, Mul

from rnnmath.symbolic.bounds.checks import stretch
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.norms import SpectralNorm, VectorNorm
from rnnmath.symbolic.tidy import multiply

__all__ = ["LEAST_UPPER_BOUND", "STRETCH", "column_of", "least_upper_bound"]


def column_of(matrix: Any, name: str = "v") -> Any:
    """Return a column that the matrix can be applied to, of no other property.

    Examples
    --------
    >>> column_of(MatrixSymbol("A", 2, 3)).shape
    (3, 1)
    """
    return MatrixSymbol(name, matrix.shape[1], 1)


def _norm_in(product: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each way to read a product as a nonnegative factor times a norm."""
    for factor in Mul.make_args(product):
        rest = product / factor
        if isinstance(factor, SpectralNorm) and rest.is_nonnegative:
            yield rest, factor.matrix


def _least_upper_bound(focus: Any, result: Any, step: Step) -> bool:
    """``c ‖A v‖ <= bound ‖v‖`` for a column v that nothing else mentions."""
    if len(step.premises) != 1:
        return False
    (premise,) = step.premises
    bounded = premise.relation in (Relation.EQUAL, Relation.AT_MOST, Relation.LESS)
    if not bounded or premise.given != step.given:
        return False
    for factor, matrix in _norm_in(focus):
        for v in premise.start.atoms(MatrixSymbol):
            fresh = not any(mentions(part, v) for part in (focus, result, *step.given))
            if not fresh or v.shape != (matrix.shape[1], 1):
                continue
            start = premise.start - factor * VectorNorm(multiply(matrix, v))
            end = premise.end - result * VectorNorm(v)
            if start.expand() == 0 == end.expand():
                return True
    return False


#: ``‖A v‖ <= ‖A‖ ‖v‖``: the norm is an upper bound of the stretches.
STRETCH = Rule(
    "stretch, by definition",
    r"\lVert A v \rVert \le \lVert A \rVert \, \lVert v \rVert",
    Relation.AT_MOST,
    lambda focus, result, _: stretch(focus, result),
)

#: If ``‖A v‖ <= c ‖v‖`` for every v, then ``‖A‖ <= c``: no upper bound is smaller.
#: The premise proves it for one column v that neither A, nor c, nor a hypothesis mentions.
LEAST_UPPER_BOUND = Rule(
    "least upper bound",
    r"\lVert A v \rVert \le c \, \lVert v \rVert \text{ for all } v \implies \lVert A \rVert \le c",
    Relation.AT_MOST,
    _least_upper_bound,
)


def least_upper_bound(
    matrix: Any,
    bound: Any,
    prove: Callable[[Derivation, Any], Derivation],
    *,
    factor: Any = 1,
    given: tuple[Statement, ...] = (),
    name: str = "v",
) -> Derivation:
    """Derive ``‖A‖ <= bound`` from a chain that shows it for one arbitrary column.

    Parameters
    ----------
    matrix : matrix expression of shape (m, n)
    bound : expression
        Free of the column.
    prove : callable
        ``prove(start, v)`` continues the empty chain at ``‖A v‖`` and ends in ``bound ‖v‖``.
    factor : nonnegative expression
        Derive ``factor ‖A‖ <= bound`` instead; the chain then starts at ``factor ‖A v‖``.
    given : tuple of Statement
        What the chain supposes.
    name : str
        Name of the column.

    Returns
    -------
    Derivation
        From ``factor ‖A‖`` to the bound, one step with the chain as its premise.

    Examples
    --------
    >>> from rnnmath.symbolic.derivation import check
    >>> A, B = MatrixSymbol("A", 2, 3), MatrixSymbol("B", 3, 2)
    >>> def chain(start, v):
    ...     inner = SpectralNorm(A) * VectorNorm(B * v)
    ...     outer = SpectralNorm(A) * SpectralNorm(B) * VectorNorm(v)
    ...     short = start.then(STRETCH, start.start, inner)
    ...     return short.then(STRETCH, VectorNorm(B * v), outer / SpectralNorm(A))
    >>> proof = least_upper_bound(A * B, SpectralNorm(A) * SpectralNorm(B), chain)
    >>> print(proof.statement)
    ||A*B|| <= ||A||*||B||
    >>> check(proof)
    """
    v = column_of(matrix, name)
    start = factor * VectorNorm(multiply(matrix, v))
    premise = prove(Derivation(start, given=given), v)
    focus = factor * SpectralNorm(matrix)
    return Derivation(focus, given=given).then(LEAST_UPPER_BOUND, focus, bound, (premise,))
