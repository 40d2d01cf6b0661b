"""What is known about lengths of columns before any norm of a matrix: Cauchy-Schwarz and its kin.

Lengths are read as inner products by the rules in ``derivation.quadratic``; these are the
inequalities, each with the check of its exact form.
"""

from typing import Any

from sympy import Abs, MatAdd, MatrixSymbol

from rnnmath.symbolic.bounds.checks import triangle
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import CANCEL, by_squares, mentions, supposed
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import LargestEigenvalue, MaxAbs, VectorNorm
from rnnmath.symbolic.tidy import add, diag, multiply, same, tidy, transpose

__all__ = [
    "CAUCHY_SCHWARZ",
    "DISTRIBUTE",
    "EVERY_COLUMN",
    "LARGEST_STRETCH",
    "MINKOWSKI",
    "NO_LENGTH",
    "RAYLEIGH",
    "contraction",
    "isometry",
    "squared",
]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST


def _cauchy_schwarz(focus: Any, result: Any, _: Step) -> bool:
    """``x^T y``, its absolute value or its square, against the lengths."""
    exponent = 2 if focus.is_Pow and focus.exp == 2 else 1
    inner = focus.args[0] if isinstance(focus, Abs) or exponent == 2 else focus
    if not isinstance(inner, InnerProduct):
        return False
    x, y = inner.args
    return bool(result == (VectorNorm(x) * VectorNorm(y)) ** exponent)


def _minkowski(focus: Any, result: Any, _: Step) -> bool:
    return isinstance(focus, VectorNorm) and triangle(focus, result)


def _rayleigh(focus: Any, result: Any, _: Step) -> bool:
    """``v^T S v <= lambda_max(S) v^T v`` for a symmetric S that v is not part of."""
    for top in result.atoms(LargestEigenvalue):
        symmetric = same(transpose(top.matrix), top.matrix)
        for inner in result.atoms(InnerProduct):
            v = inner.args[0]
            if symmetric and result == top * InnerProduct(v, v):
                return same(focus, InnerProduct(v, multiply(top.matrix, v)))
    return False


def _every_column(focus: Any, result: Any, step: Step) -> bool:
    """Tell whether ``A v = B v`` is shown for a column v that nothing else mentions."""
    if len(step.premises) != 1 or step.premises[0].given != step.given:
        return False
    (premise,) = step.premises
    columns = [v for v in premise.start.atoms(MatrixSymbol) if v.shape == (focus.shape[1], 1)]
    return premise.relation == _EQUAL and any(
        same(premise.start, multiply(focus, v))
        and same(premise.end, multiply(result, v))
        and not any(mentions(part, v) for part in (focus, result, *step.given))
        for v in columns
    )


def _no_length(focus: Any, result: Any, step: Step) -> bool:
    """``x = y`` when the length of ``x - y`` is at most 0."""
    if len(step.premises) != 1 or step.premises[0].given != step.given:
        return False
    (premise,) = step.premises
    gap = tidy(add(focus, multiply(-1, result)))
    return (
        premise.relation in (_EQUAL, _AT_MOST)
        and same(premise.start, VectorNorm(gap))
        and bool(premise.end == 0)
    )


def _largest_stretch(focus: Any, result: Any, _: Step) -> bool:
    """``‖diag(s) x‖ <= max |s_i| ‖x‖``: the column s and x give the focus back."""
    entries = [part.matrix for part in result.atoms(MaxAbs)]
    columns = [part.matrix for part in result.atoms(VectorNorm)]
    return isinstance(focus, VectorNorm) and any(
        result == MaxAbs(s) * VectorNorm(x) and same(multiply(diag(s), x), focus.matrix)
        for s in entries
        for x in columns
    )


def _distribute(focus: Any, result: Any, _: Step) -> bool:
    """Tell whether the result is ``A v + B v`` for ``(A + B) v``, term by term."""
    factors = list(focus.args) if focus.is_MatMul else []
    return any(
        same(
            result,
            add(*(multiply(*factors[:place], term, *factors[place + 1 :]) for term in factor.args)),
        )
        for place, factor in enumerate(factors)
        if isinstance(factor, MatAdd)
    )


CAUCHY_SCHWARZ = Rule(
    "Cauchy-Schwarz",
    r"\lvert x^\top y \rvert \le \lVert x \rVert \, \lVert y \rVert",
    _AT_MOST,
    _cauchy_schwarz,
)
MINKOWSKI = Rule(
    "triangle of lengths",
    r"\lVert x + y \rVert \le \lVert x \rVert + \lVert y \rVert",
    _AT_MOST,
    _minkowski,
)
#: The largest eigenvalue is the largest value of the Rayleigh quotient.
RAYLEIGH = Rule(
    "Rayleigh quotient",
    r"v^\top S v \le \lambda_{\max}(S) \, v^\top v, \quad S^\top = S",
    _AT_MOST,
    _rayleigh,
)
DISTRIBUTE = Rule("distribute", "(A + B) v = A v + B v", _EQUAL, _distribute)
EVERY_COLUMN = Rule(
    "same on every column",
    r"A v = B v \text{ for all } v \implies A = B",
    _EQUAL,
    _every_column,
)
LARGEST_STRETCH = Rule(
    "entry by entry",
    r"\lVert \operatorname{diag}(s) x \rVert \le \max_i \lvert s_i \rvert \, \lVert x \rVert",
    _AT_MOST,
    _largest_stretch,
)
NO_LENGTH = Rule("length zero", r"\lVert x - y \rVert = 0 \implies x = y", _EQUAL, _no_length)


def squared(start: Any, given: tuple[Any, ...] = ()) -> Derivation:
    """Start a chain at the square of a length and read it as an inner product.

    Examples
    --------
    >>> print(squared(VectorNorm(MatrixSymbol("v", 3, 1))).statement)
    ||v||**2 = v.T*v
    """
    derivation = Derivation(start**2, given=given)
    return derivation.then(LENGTH, start**2, InnerProduct(start.matrix, start.matrix))


def isometry(derivation: Derivation, image: Any, column: Any, *, back: bool = False) -> Derivation:
    """Go on from ``‖Q x‖`` to ``‖x‖``, or back, where the derivation supposes ``Q^T Q = I``.

    Examples
    --------
    >>> from sympy import Identity
    >>> from rnnmath.symbolic.derivation import Statement, check
    >>> Q, x = MatrixSymbol("Q", 3, 2), MatrixSymbol("x", 2, 1)
    >>> given = (Statement(Q.T * Q, Relation.EQUAL, Identity(2)),)
    >>> chain = isometry(Derivation(VectorNorm(Q * x), given=given), Q * x, x)
    >>> check(chain)
    >>> print(chain.statement)
    ||Q*x|| = ||x||
    """
    turned = multiply(transpose(image.as_coeff_matrices()[1][0]), image)
    norms = VectorNorm(image), VectorNorm(column)
    ends = [InnerProduct(image, image), InnerProduct(column, turned), InnerProduct(column, column)]
    rules = [(INNER_PRODUCT, ends[1]), (supposed(_EQUAL), ends[2])]
    if back:
        norms = norms[::-1]
        rules = [(supposed(_EQUAL), ends[1]), (INNER_PRODUCT, ends[0])]
    chain = squared(norms[0], derivation.given)
    for rule, result in rules:
        chain = chain.then(rule, chain.end, result)
    chain = chain.then(LENGTH, chain.end, norms[1] ** 2)
    return derivation.then(by_squares(_EQUAL), norms[0], norms[1], (chain,))


def contraction(derivation: Derivation, image: Any, column: Any) -> Derivation:
    """Go on from ``‖R x‖`` to ``‖x‖``, where the derivation supposes ``R R^T = I``.

    Examples
    --------
    >>> from sympy import Identity
    >>> from rnnmath.symbolic.derivation import Statement, check
    >>> R, x = MatrixSymbol("R", 2, 3), MatrixSymbol("x", 3, 1)
    >>> given = (Statement(R * R.T, Relation.EQUAL, Identity(2)),)
    >>> chain = contraction(Derivation(VectorNorm(R * x), given=given), R * x, x)
    >>> check(chain)
    >>> print(chain.statement)
    ||R*x|| <= ||x||
    """
    R = image.as_coeff_matrices()[1][0]
    back = multiply(transpose(R), image)
    before, after = VectorNorm(image), VectorNorm(column)
    chain = squared(before, derivation.given)
    chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(column, back))
    chain = chain.then(CAUCHY_SCHWARZ, chain.end, after * VectorNorm(back))
    chain = isometry(chain, back, image)
    return derivation.then(CANCEL, before, after, (chain,))
