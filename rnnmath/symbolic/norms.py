"""Norms, singular values and the other numbers of a matrix, as symbolic nodes.

Each node holds its matrix unevaluated, ``func(*args)`` rebuilds it, and a nonnegative number
says that it is one.
"""

from collections.abc import Callable
from typing import Any

from sympy import Basic, Expr, ImmutableDenseMatrix, MatMul, MatrixBase, Mul, sympify
from sympy import Function as SympyFunction

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic.nodes import BOUND, Elementwise, same_size
from rnnmath.symbolic.tidy import multiply, same, tidy, transpose

__all__ = [
    "ActivationSupremum",
    "ConditionNumber",
    "FrobeniusNorm",
    "InfinityNorm",
    "LargestEigenvalue",
    "MaxAbs",
    "MinAbs",
    "OneNorm",
    "Rank",
    "SmallestSingularValue",
    "SpectralNorm",
    "SpectralRadius",
    "VectorNorm",
]


class _MatrixNumber(Expr):
    """A real number that belongs to one matrix; the base of every node of this module."""

    is_commutative = True
    is_real = True

    def __new__(cls, matrix: Any) -> "_MatrixNumber":
        matrix = sympify(matrix)
        if isinstance(matrix, MatrixBase):
            matrix = ImmutableDenseMatrix(matrix)
        if isinstance(matrix, Mul):  # SymPy's simplifiers rebuild a MatMul as a Mul
            matrix = tidy(matrix)
        if not getattr(matrix, "is_Matrix", False):
            msg = f"{cls.__name__} takes a matrix expression, got {matrix!r}"
            raise ShapeMismatch(msg)
        cls._check_shape(matrix)
        node: _MatrixNumber = Basic.__new__(cls, matrix)
        return node

    @classmethod
    def _check_shape(cls, matrix: Any) -> None:
        """Accept every shape; the kinds with a condition override this."""

    @property
    def matrix(self) -> Any:
        return self.args[0]


class _MonotoneNumber(_MatrixNumber):
    """A norm that does not fall when an entry of a nonnegative matrix grows."""

    is_nonnegative = True

    def rises_with(self, focus: Any, rises: Callable[[Any, Any], bool]) -> bool:
        """Tell whether the norm certainly does not fall when the nonnegative focus grows."""
        return isinstance(self.matrix, ImmutableDenseMatrix) and all(
            entry.is_nonnegative and rises(entry, focus) for entry in self.matrix
        )


class _SquareNumber(_MatrixNumber):
    @classmethod
    def _check_shape(cls, matrix: Any) -> None:
        if not same_size(*matrix.shape):
            msg = f"{cls.__name__} takes a square matrix, got {matrix} of shape {matrix.shape}"
            raise ShapeMismatch(msg)


def _check_column(kind: str, matrix: Any) -> None:
    if matrix.shape[1] != 1:
        msg = f"{kind} takes a column (n, 1), got {matrix} of shape {matrix.shape}"
        raise ShapeMismatch(msg)


class SpectralNorm(_MonotoneNumber):
    """The largest stretch of a matrix, ``‖A‖ = max ‖A v‖ over ‖v‖ = 1``, for A (m, n).

    Source: claim norm-is-stretch; definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> SpectralNorm(MatrixSymbol("A", 2, 3)).is_nonnegative
    True
    >>> SpectralNorm(3)
    Traceback (most recent call last):
    rnnmath.errors.ShapeMismatch: SpectralNorm takes a matrix expression, got 3
    """


class FrobeniusNorm(_MonotoneNumber):
    """The root of the sum of squares, ``‖A‖_F = sqrt(Σ_ij A_ij²)``, for A (m, n).

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> FrobeniusNorm(MatrixSymbol("A", 2, 3)).is_nonnegative
    True
    """


class OneNorm(_MonotoneNumber):
    """The largest column sum, ``‖A‖_1 = max_j Σ_i |A_ij|``, for A (m, n).

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> OneNorm(MatrixSymbol("A", 2, 3)).is_nonnegative
    True
    """


class InfinityNorm(_MonotoneNumber):
    """The largest row sum, ``‖A‖_∞ = max_i Σ_j |A_ij|``, for A (m, n).

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> InfinityNorm(MatrixSymbol("A", 2, 3)).is_nonnegative
    True
    """


class VectorNorm(_MonotoneNumber):
    """The Euclidean length of a column, ``‖v‖ = sqrt(Σ_i v_i²)``, for v (n, 1).

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> VectorNorm(MatrixSymbol("v", 3, 1)).is_nonnegative
    True
    >>> VectorNorm(MatrixSymbol("A", 2, 3))
    Traceback (most recent call last):
    rnnmath.errors.ShapeMismatch: VectorNorm takes a column (n, 1), got A of shape (2, 3)
    """

    @classmethod
    def _check_shape(cls, matrix: Any) -> None:
        _check_column(cls.__name__, matrix)


class MaxAbs(_MonotoneNumber):
    """The largest entry of a column in absolute value, ``max_i |v_i|``, for v (n, 1).

    Source: claim diagonal-norm; definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> MaxAbs(MatrixSymbol("v", 3, 1)).is_nonnegative
    True
    """

    @classmethod
    def _check_shape(cls, matrix: Any) -> None:
        _check_column(cls.__name__, matrix)


class MinAbs(_MonotoneNumber):
    """The smallest entry of a column in absolute value, ``min_i |v_i|``, for v (n, 1).

    Source: claim product-lower-bound; definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> MinAbs(MatrixSymbol("v", 3, 1)).is_nonnegative
    True
    """

    @classmethod
    def _check_shape(cls, matrix: Any) -> None:
        _check_column(cls.__name__, matrix)


class SmallestSingularValue(_MatrixNumber):
    """The smallest stretch of a matrix, ``σ_min(A) = min ‖A v‖ over ‖v‖ = 1``, for A (m, n).

    By this definition a wide matrix (m < n) has σ_min = 0.
    Source: claim product-lower-bound; definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> SmallestSingularValue(MatrixSymbol("A", 2, 2)).is_nonnegative
    True
    """

    is_nonnegative = True


class SpectralRadius(_SquareNumber):
    """The largest modulus of an eigenvalue, ``ρ(A) = max |λ|``, for A (n, n).

    Source: claim norm-sandwich; definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> SpectralRadius(MatrixSymbol("A", 2, 3))
    Traceback (most recent call last):
    rnnmath.errors.ShapeMismatch: SpectralRadius takes a square matrix, got A of shape (2, 3)
    """

    is_nonnegative = True


class LargestEigenvalue(_SquareNumber):
    """The largest eigenvalue ``λ_max(S)`` of a symmetric S (n, n); it may be negative.

    Source: claim norm-is-stretch; definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> S = MatrixSymbol("S", 2, 2)
    >>> LargestEigenvalue(S).is_real, LargestEigenvalue(S).is_nonnegative
    (True, None)

    A Gram matrix ``AᵀA`` has no negative eigenvalue:

    >>> A = MatrixSymbol("A", 2, 3)
    >>> LargestEigenvalue(A.T * A).is_nonnegative
    True
    """

    def _eval_is_nonnegative(self) -> bool | None:
        factors = self.matrix.args if isinstance(self.matrix, MatMul) else ()
        half = len(factors) // 2
        left, right = factors[:half], factors[half:]
        gram = bool(factors) and same(multiply(*left), transpose(multiply(*right)))
        return True if gram and len(left) == len(right) else None


class Rank(_MatrixNumber):
    """The rank of A (m, n), a nonnegative integer.

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> Rank(MatrixSymbol("A", 2, 3)).is_integer
    True
    """

    is_integer = True
    is_nonnegative = True


class ConditionNumber(_SquareNumber):
    """``cond(S) = ‖S‖ ‖S⁻¹‖``, at least 1, for an invertible S (n, n).

    Source: claim scaled-product-bound; definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> ConditionNumber(MatrixSymbol("S", 2, 2)).is_positive
    True
    """

    is_positive = True


class ActivationSupremum(Expr):
    """The steepest slope of a scalar function, ``gamma = sup |f'|``, taken where f' exists.

    Source: claim activation-sup; definition.

    Raises
    ------
    DomainError
        If f is not a function of one number.

    Examples
    --------
    >>> from sympy import Function
    >>> gamma = ActivationSupremum(Function("f"))
    >>> gamma.is_nonnegative, gamma.function
    (True, f)
    """

    is_commutative = True
    is_nonnegative = True

    def __new__(cls, function: Any) -> "ActivationSupremum":
        """Take f itself, not its derivative."""
        if not callable(function):
            msg = f"f must be a SymPy function, a Lambda or a callable, got {function!r}"
            raise DomainError(msg)
        boxed = Elementwise(function, ImmutableDenseMatrix([[0]])).args[0]
        node: ActivationSupremum = Basic.__new__(cls, boxed)
        return node

    @property
    def function(self) -> Any:
        """The function f: the SymPy function class where it is one, else a Lambda."""
        body = self.args[0].expr
        if isinstance(body, SympyFunction) and body.args == (BOUND,):
            return body.func
        return self.args[0]
