"""Bounds of a matrix expression, from above by its norm and from below by its smallest stretch.

The chain is built from the outside in: one norm node at a time is rewritten by the rule that fits
its matrix, constants leave their products last, and the finished chain is checked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sympy import (
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    MatAdd,
    MatMul,
    MatrixBase,
    Product,
    Sum,
    Transpose,
    oo,
    preorder_traversal,
    sympify,
)

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic.bounds import rules
from rnnmath.symbolic.bounds.steps import Known, activation_of, lower_step, norm_of, upper_step
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, check
from rnnmath.symbolic.nodes import IndexedSum, OrderedProduct, from_sympy, same_size
from rnnmath.symbolic.norms import (
    ActivationSupremum,
    MaxAbs,
    MinAbs,
    SmallestSingularValue,
    SpectralNorm,
    VectorNorm,
)
from rnnmath.symbolic.tidy import multiply, tidy, transpose

__all__ = ["norm_bound", "singular_value_bound"]

_MEASURES = (SpectralNorm, VectorNorm, MaxAbs, SmallestSingularValue, MinAbs)
_Propose = Callable[[Any, Known], tuple[Rule, Any] | None]


def _read(expr: Any, caller: str) -> Any:
    expr = sympify(expr)
    if isinstance(expr, MatrixBase):
        expr = ImmutableDenseMatrix(expr)
    if not getattr(expr, "is_Matrix", False):
        msg = f"{caller} takes a matrix expression, got {expr!r}"
        raise ShapeMismatch(msg)
    expr = from_sympy(expr)
    for node in preorder_traversal(expr):
        if isinstance(node, MatMul):
            matrices = node.as_coeff_matrices()[1]
            pairs = [(x, y, x.shape[1], y.shape[0]) for x, y in pairwise(matrices)]
        elif isinstance(node, MatAdd | HadamardProduct):
            first, *others = node.args
            pairs = [(first, y, first.shape[d], y.shape[d]) for y in others for d in (0, 1)]
        else:
            continue
        for left, right, have, need in pairs:
            if not same_size(have, need):
                shapes = f"{left} of shape {left.shape}, {right} of shape {right.shape}"
                msg = f"{caller} takes matrices that fit, got {shapes}"
                raise ShapeMismatch(msg)
    return tidy(expr)


def _measures_in(expr: Any) -> Iterator[Any]:
    """Yield the norms that stand in a scalar, looking into explicit matrices only."""
    if isinstance(expr, _MEASURES):
        yield expr
        inner = expr.matrix if isinstance(expr.matrix, ImmutableDenseMatrix) else ()
    else:
        inner = expr.args
    for part in inner:
        yield from _measures_in(part)


def _ranges_in(expr: Any) -> Iterator[Any]:
    """Yield scalar products and sums, innermost first."""
    inner = expr.matrix if isinstance(expr, _MEASURES) else expr.args
    if not isinstance(expr, _MEASURES) or isinstance(inner, ImmutableDenseMatrix):
        for part in inner:
            yield from _ranges_in(part)
    if isinstance(expr, Product | Sum):
        yield expr


def _take_constants_out(derivation: Derivation) -> Derivation:
    while True:
        for node in _ranges_in(derivation.end):
            index, lower, upper = node.limits[0]
            constant, rest = node.function.as_independent(index, as_Add=False)
            if constant == 1:
                continue
            length, product = upper - lower + 1, isinstance(node, Product)
            outside = constant**length if product else constant * (length if rest == 1 else 1)
            inside = 1 if rest == 1 else node.func(rest, node.limits[0])
            rule = rules.CONSTANT_FACTOR if product else rules.CONSTANT_TERM
            derivation = derivation.then(rule, node, outside * inside)
            break
        else:
            return derivation


def _bounded(start: Any, propose: _Propose, known: Known) -> Derivation:
    """Rewrite norms until only norms of atoms are left; the expression's scalars stay."""
    derivation = Derivation(start)
    final = set(start.matrix.atoms(*_MEASURES))
    while True:
        for focus in _measures_in(derivation.end):
            if focus in final:
                continue
            proposal = propose(focus, known)
            if proposal is not None:
                derivation = derivation.then(proposal[0], focus, proposal[1])
                break
            final.add(focus)
        else:
            break
    derivation = _take_constants_out(derivation)
    given = tuple(dict.fromkeys(_supposed(derivation, known)))
    steps = tuple(replace(step, given=given) for step in derivation.steps)
    derivation = Derivation(start, steps, given)
    check(derivation)
    return derivation


def _nonempty(margin: Any, enclosing: tuple[Any, ...]) -> Iterator[Any]:
    """Yield what must be >= 0 so that ``margin >= 0`` at every value of the enclosing indices."""
    if margin.is_nonnegative:
        return
    if margin.is_negative:
        msg = f"a range of {margin} terms runs backwards; an empty range is lo = hi + 1"
        raise DomainError(msg)
    for place, (index, lower, upper) in reversed(list(enumerate(enclosing))):
        if index not in margin.free_symbols:
            continue
        if margin.diff(index, 2) != 0:
            msg = f"the range length {margin} must be linear in the index {index}"
            raise DomainError(msg)
        for end in (lower, upper):
            yield from _nonempty(margin.subs(index, end).expand(), enclosing[:place])
        return
    yield margin


def _range_conditions(expr: Any, enclosing: tuple[Any, ...] = ()) -> Iterator[Statement]:
    """Yield ``lo - 1 <= hi`` for every product and sum where it is not certain."""
    if isinstance(expr, OrderedProduct | IndexedSum):
        margin = expr.length.expand()
        for condition in _nonempty(margin, enclosing):
            if condition == margin:
                yield Statement(expr.lower - 1, Relation.AT_MOST, expr.upper)
            else:
                yield Statement(sympify(0), Relation.AT_MOST, condition)
        enclosing = (*enclosing, (expr.index, expr.lower, expr.upper))
    for part in getattr(expr, "args", ()):
        yield from _range_conditions(part, enclosing)


def _suprema(suprema: Mapping[Any, Any] | None) -> dict[Any, Any]:
    read: dict[Any, Any] = {}
    for function, value in (suprema or {}).items():
        if not sympify(value).is_nonnegative:
            msg = f"suprema: sup |f'| of {function} must be known to be nonnegative, got {value}"
            raise DomainError(msg)
        read[ActivationSupremum(function).function] = sympify(value)
    return read


def _orthogonal(matrices: Iterable[Any]) -> frozenset[Any]:
    read = frozenset(sympify(matrix) for matrix in matrices)
    for matrix in read:
        if not getattr(matrix, "is_Matrix", False) or isinstance(matrix, Transpose):
            msg = f"orthogonal takes matrix symbols, got {matrix}"
            raise DomainError(msg)
        gap = matrix.shape[0] - matrix.shape[1]
        if gap.is_nonnegative is None and gap.is_nonpositive is None:
            msg = f"orthogonal: {matrix} of shape {matrix.shape} must be known to be tall or wide"
            raise ShapeMismatch(msg)
    return read


def _supposed(derivation: Derivation, known: Known) -> Iterator[Statement]:
    """Yield the hypotheses: no range runs backwards, the suprema are finite, Q is orthogonal."""
    yield from _range_conditions(derivation.start.matrix)
    for step in derivation.steps:
        if step.rule.name == "activation supremum":
            function, value = activation_of(step.focus.matrix.function, known) or (None, None)
            supremum = ActivationSupremum(function)
            if value == supremum:
                yield Statement(supremum, Relation.LESS, oo)
            else:
                yield Statement(supremum, Relation.AT_MOST, value)
    for Q in sorted(known.orthogonal, key=lambda matrix: matrix.sort_key()):
        gram = multiply(transpose(Q), Q)
        if (Q.shape[0] - Q.shape[1]).is_nonnegative is not True:
            gram = multiply(Q, transpose(Q))
        yield Statement(gram, Relation.EQUAL, Identity(gram.shape[0]))


def norm_bound(
    expr: Any, *, orthogonal: Iterable[Any] = (), suprema: Mapping[Any, Any] | None = None
) -> Derivation:
    """Bound the spectral norm of a matrix, or the length of a column, by norms of its atoms.

    Formula: ``‖expr‖ ≤ bound``, as a chain of named rules; for a vanilla network
    ``‖prod_{j=k+1..t} diag(f'(a_j)) W‖ ≤ (gamma ‖W‖)^(t-k)``.

    Parameters
    ----------
    expr : matrix expression of shape (m, n), real
        Sizes and ranges may be symbols.
    orthogonal : iterable of matrix symbols
        Square: orthogonal.  Tall: orthonormal columns.  Wide: orthonormal rows.
    suprema : mapping from f to a nonnegative number or expression
        Known values of ``gamma = sup |f'|``; without one, the abstract f has the node
        ``ActivationSupremum(f)``.

    Returns
    -------
    Derivation
        Checked.  It starts at ``SpectralNorm(expr)``, or at ``VectorNorm(expr)`` for a column;
        ``given`` holds what it supposes, such as ``k <= t``.  An element-wise map counts as an
        atom, and scalars of the expression stay as they are.

    Raises
    ------
    ShapeMismatch
        If expr is not a matrix expression or its shapes do not fit.
    DomainError
        If a range runs backwards, or a supremum is not known to be nonnegative.
    Unsupported
        If no rule covers a node; the message names it.

    Notes
    -----
    Source: derived here, from the rules in ``bounds.rules``; claim product-bound.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol
    >>> from rnnmath.symbolic.notation import W, a, j, k, t
    >>> from rnnmath.symbolic.nodes import elementwise
    >>> from rnnmath.symbolic.tidy import diag
    >>> step = diag(elementwise(Function("f'"), a[j])) * W
    >>> proof = norm_bound(OrderedProduct(step, (j, k + 1, t)))
    >>> gamma = ActivationSupremum(Function("f"))
    >>> proof.end == (gamma * SpectralNorm(W)) ** (t - k)
    True
    >>> [line.rule.name for line in proof.steps][:2]
    ['ordered product', 'submultiplicative']
    """
    matrix = _read(expr, "norm_bound")
    known = Known(_orthogonal(orthogonal), _suprema(suprema))
    return _bounded(norm_of(matrix), upper_step, known)


def singular_value_bound(expr: Any, *, orthogonal: Iterable[Any] = ()) -> Derivation:
    """Bound the smallest singular value of a matrix from below by those of its square factors.

    Formula: ``σ_min(A B) ≥ σ_min(A) σ_min(B)``, ``σ_min(diag(v)) = min_i |v_i|``.

    Parameters
    ----------
    expr : matrix expression of shape (n, n), real
        Sizes and ranges may be symbols.
    orthogonal : iterable of matrix symbols
        As in :func:`norm_bound`.

    Returns
    -------
    Derivation
        Checked, from ``SmallestSingularValue(expr)``.

    Raises
    ------
    ShapeMismatch
        If expr is not a matrix expression, its shapes do not fit, or a product has a factor that
        is not square: ``[1 0]`` and its transpose have a product of rank one.
    DomainError
        If a range runs backwards.
    Unsupported
        If no rule covers a node, a sum for one.

    Notes
    -----
    Source: derived here, from the rules in ``bounds.rules``; claim product-lower-bound.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
    >>> print(singular_value_bound(3 * A * B.T).end)
    3*SmallestSingularValue(A)*SmallestSingularValue(B)
    """
    start = SmallestSingularValue(_read(expr, "singular_value_bound"))
    return _bounded(start, lower_step, Known(_orthogonal(orthogonal)))
