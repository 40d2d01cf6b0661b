"""Which rule rewrites which norm: one proposal a node, from above and from below."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import (
    Abs,
    Add,
    BlockMatrix,
    DiagMatrix,
    Function,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    OneMatrix,
    Product,
    Sum,
    Transpose,
    ZeroMatrix,
)
from sympy.core.function import UndefinedFunction

from rnnmath.errors import ShapeMismatch, Unsupported
from rnnmath.symbolic.bounds import rules
from rnnmath.symbolic.bounds.checks import is_square, parts_of
from rnnmath.symbolic.calculus.slopes import slope
from rnnmath.symbolic.derivation import Rule
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, OrderedProduct, hadamard
from rnnmath.symbolic.norms import (
    ActivationSupremum,
    MaxAbs,
    MinAbs,
    SmallestSingularValue,
    SpectralNorm,
    VectorNorm,
)
from rnnmath.symbolic.notation import TimeMatrix, TimeVector, TotalDerivative
from rnnmath.symbolic.tidy import diag, multiply, transpose

__all__ = ["Known", "activation_of", "lower_step", "norm_of", "upper_step"]

_ATOMS = (
    MatrixSymbol,
    TimeMatrix,
    TimeVector,
    TotalDerivative,
    Elementwise,
    ImmutableDenseMatrix,
    OneMatrix,
)
_Proposal = tuple[Rule, Any] | None


@dataclass(frozen=True)
class Known:
    """What the caller knows: orthogonal matrices, and values of sup |f'|."""

    orthogonal: frozenset[Any] = frozenset()
    suprema: Mapping[Any, Any] = field(default_factory=dict)


def norm_of(matrix: Any) -> Any:
    """Return ``‖A‖`` as a node: the length of a column, the spectral norm of everything else.

    Examples
    --------
    >>> norm_of(MatrixSymbol("v", 3, 1)), norm_of(MatrixSymbol("A", 3, 3))
    (VectorNorm(v), SpectralNorm(A))
    """
    column = matrix.shape[1] == 1 and matrix.shape[0] != 1
    return VectorNorm(matrix) if column else SpectralNorm(matrix)


def activation_of(steepness: Any, known: Known) -> tuple[Any, Any] | None:
    """Return f and ``sup |f'|`` for the function f', or None where f is not known.

    Examples
    --------
    >>> f, gamma = activation_of(Function("f'"), Known())
    >>> f, gamma == ActivationSupremum(f)
    (f, True)
    """
    for function, value in known.suprema.items():
        if rules.same_function(slope(function), steepness):
            return function, value
    if isinstance(steepness, UndefinedFunction) and steepness.__name__.endswith("'"):
        function = Function(steepness.__name__[:-1])
        return function, ActivationSupremum(function)
    return None


def _unsupported(focus: Any) -> Unsupported:
    node = focus.matrix
    kind, held = type(focus).__name__, type(node).__name__
    return Unsupported(f"no rule bounds {kind} of a {held}: {node}")


def _stripped(matrix: Any, known: Known, kind: type) -> Any:
    """Drop orthogonal factors on the outside; None where the matrix is one itself."""
    coefficient, factors = parts_of(matrix)

    def right(factor: Any) -> bool:
        fits = kind is SpectralNorm or (kind is SmallestSingularValue and is_square(factor))
        return fits and rules.orthonormal_rows(factor, known.orthogonal)

    while factors and rules.orthonormal_columns(factors[0], known.orthogonal):
        factors = factors[1:]
    while factors and right(factors[-1]):
        factors = factors[:-1]
    return multiply(coefficient, *factors) if factors else None


def _shared_step(focus: Any, known: Known) -> _Proposal:
    """Propose what holds for norms and smallest singular values alike."""
    kind, matrix = type(focus), focus.matrix
    if isinstance(matrix, ZeroMatrix):
        return rules.ZERO, Add()
    if isinstance(matrix, Identity):
        return rules.IDENTITY, Mul()
    coefficient, factors = parts_of(matrix)
    if coefficient != 1:
        rule = rules.SMALLEST_SCALAR if kind in (SmallestSingularValue, MinAbs) else rules.SCALAR
        return rule, Abs(coefficient) * kind(multiply(*factors))
    if known.orthogonal and kind not in (MaxAbs, MinAbs):
        core = _stripped(matrix, known, kind)
        if core is None:
            return rules.orthogonal_factor(known.orthogonal), Mul()
        if core != matrix:
            return rules.orthogonal_factor(known.orthogonal), kind(core)
    return None


def _nonnegative_power(focus: Any) -> Any:
    matrix = focus.matrix
    if not (matrix.exp.is_integer and matrix.exp.is_nonnegative):
        msg = f"{type(focus).__name__} of {matrix}: the exponent must be a nonnegative integer"
        raise Unsupported(msg)
    return type(focus)(matrix.base) ** matrix.exp


def _of_blocks(focus: Any) -> _Proposal:
    blocks, (rows, cols) = focus.matrix.blocks, focus.matrix.blockshape
    off = [blocks[i, j] for i in range(rows) for j in range(cols) if i != j]
    if rows == cols and all(isinstance(block, ZeroMatrix) for block in off):
        diagonal = (type(focus)(blocks[i, i]) for i in range(rows))
        if isinstance(focus, SmallestSingularValue):
            return rules.SMALLEST_BLOCK_DIAGONAL, Min(*diagonal)
        return rules.BLOCK_DIAGONAL, Max(*diagonal)
    if isinstance(focus, SmallestSingularValue):
        raise _unsupported(focus)
    norms = [[norm_of(blocks[i, j]) for j in range(cols)] for i in range(rows)]
    return rules.BLOCK, type(focus)(ImmutableDenseMatrix(norms))


def _product_step(focus: Any) -> _Proposal:
    factors = parts_of(focus.matrix)[1]
    for place in range(1, len(factors)):
        if factors[place].shape[0] == 1:
            u, v = multiply(*factors[:place]), transpose(multiply(*factors[place:]))
            return rules.OUTER, norm_of(u) * norm_of(v)
    if isinstance(focus, VectorNorm):
        matrix = multiply(*factors[:-1])
        return rules.STRETCH, SpectralNorm(matrix) * VectorNorm(factors[-1])
    return rules.SUBMULTIPLICATIVE, Mul(*(SpectralNorm(factor) for factor in factors))


def _largest_entry_step(focus: MaxAbs, known: Known) -> _Proposal:
    matrix = focus.matrix
    if isinstance(matrix, Elementwise):
        found = activation_of(matrix.function, known)
        return found and (rules.activation_supremum(known.suprema), found[1])
    if isinstance(matrix, _ATOMS):
        return None
    if isinstance(matrix, HadamardProduct):
        return rules.ENTRYWISE, Mul(*(MaxAbs(factor) for factor in matrix.args))
    if isinstance(matrix, MatAdd):
        return rules.TRIANGLE, Add(*(MaxAbs(term) for term in matrix.args))
    if isinstance(matrix, IndexedSum):
        return rules.INDEXED_SUM, Sum(MaxAbs(matrix.term), matrix.args[1])
    return rules.LARGEST_ENTRY, VectorNorm(matrix)


def upper_step(focus: Any, known: Known) -> _Proposal:
    """Propose a rule and its result for one norm; None where it is the norm of an atom.

    Raises
    ------
    Unsupported
        If no rule fits the matrix.
    """
    shared = _shared_step(focus, known)
    if shared is not None:
        return shared
    if isinstance(focus, MaxAbs):
        return _largest_entry_step(focus, known)
    matrix = focus.matrix
    if isinstance(matrix, Transpose):
        return rules.TRANSPOSE, SpectralNorm(matrix.arg)
    if isinstance(focus, SpectralNorm) and norm_of(matrix) != focus:
        return rules.COLUMN, norm_of(matrix)
    if isinstance(matrix, _ATOMS):
        return None
    if isinstance(matrix, MatMul):
        return _product_step(focus)
    if isinstance(matrix, MatAdd):
        return rules.TRIANGLE, Add(*(type(focus)(term) for term in matrix.args))
    if isinstance(matrix, IndexedSum):
        return rules.INDEXED_SUM, Sum(type(focus)(matrix.term), matrix.args[1])
    if isinstance(matrix, BlockMatrix):
        return _of_blocks(focus)
    if isinstance(matrix, HadamardProduct) and isinstance(focus, VectorNorm):
        *others, last = sorted(matrix.args, key=lambda factor: not isinstance(factor, Elementwise))
        return rules.HADAMARD, VectorNorm(multiply(diag(hadamard(*others)), last))
    return _square_step(focus, (rules.DIAGONAL, MaxAbs), rules.POWER, rules.ORDERED_PRODUCT)


def _square_step(focus: Any, diagonal: tuple[Rule, type], power: Rule, ordered: Rule) -> _Proposal:
    matrix = focus.matrix
    if isinstance(matrix, DiagMatrix):
        rule, entry = diagonal
        return rule, entry(matrix.args[0])
    if isinstance(matrix, MatPow):
        return power, _nonnegative_power(focus)
    if isinstance(matrix, OrderedProduct):
        return ordered, Product(type(focus)(matrix.term), matrix.args[1])
    raise _unsupported(focus)


def lower_step(focus: Any, known: Known) -> _Proposal:
    """Propose a rule and its result for one smallest singular value or smallest entry.

    Raises
    ------
    Unsupported
        If no rule fits the matrix.
    ShapeMismatch
        If a product has a factor that is not square.
    """
    shared = _shared_step(focus, known)
    matrix = focus.matrix
    if shared is not None:
        return shared
    if isinstance(matrix, _ATOMS):
        return None
    if isinstance(focus, MinAbs):
        if isinstance(matrix, HadamardProduct):
            return rules.SMALLEST_ENTRYWISE, Mul(*(MinAbs(factor) for factor in matrix.args))
        raise _unsupported(focus)
    if isinstance(matrix, Transpose) and is_square(matrix):
        return rules.SMALLEST_TRANSPOSE, SmallestSingularValue(matrix.arg)
    if isinstance(matrix, MatMul):
        factors = parts_of(matrix)[1]
        for factor in factors:
            if not is_square(factor):
                msg = (
                    f"a product is bounded from below by its square factors only, "
                    f"got {factor} of shape {factor.shape}"
                )
                raise ShapeMismatch(msg)
        return rules.SMALLEST_PRODUCT, Mul(*(SmallestSingularValue(factor) for factor in factors))
    if isinstance(matrix, BlockMatrix):
        return _of_blocks(focus)
    return _square_step(
        focus,
        (rules.SMALLEST_DIAGONAL, MinAbs),
        rules.SMALLEST_POWER,
        rules.SMALLEST_ORDERED_PRODUCT,
    )
