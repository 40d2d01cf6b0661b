"""The rules of norm bounds, from above and from below: each a law, its relation and its check."""

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import (
    Dummy,
    FunctionClass,
    Identity,
    MatPow,
    Max,
    Min,
    Product,
    Sum,
    Transpose,
    ZeroMatrix,
)

from rnnmath.symbolic.bounds import checks as demand
from rnnmath.symbolic.calculus.slopes import slope
from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, OrderedProduct
from rnnmath.symbolic.norms import (
    ActivationSupremum,
    MaxAbs,
    MinAbs,
    SmallestSingularValue,
    SpectralNorm,
)

__all__ = [
    "BLOCK",
    "BLOCK_DIAGONAL",
    "COLUMN",
    "CONSTANT_FACTOR",
    "CONSTANT_TERM",
    "DIAGONAL",
    "ENTRYWISE",
    "HADAMARD",
    "IDENTITY",
    "INDEXED_SUM",
    "LARGEST_ENTRY",
    "ORDERED_PRODUCT",
    "OUTER",
    "POWER",
    "SCALAR",
    "SMALLEST_BLOCK_DIAGONAL",
    "SMALLEST_DIAGONAL",
    "SMALLEST_ENTRYWISE",
    "SMALLEST_ORDERED_PRODUCT",
    "SMALLEST_POWER",
    "SMALLEST_PRODUCT",
    "SMALLEST_SCALAR",
    "SMALLEST_TRANSPOSE",
    "STRETCH",
    "SUBMULTIPLICATIVE",
    "TRANSPOSE",
    "TRIANGLE",
    "ZERO",
    "activation_supremum",
    "orthogonal_factor",
    "orthonormal_columns",
    "orthonormal_rows",
    "same_function",
]

_EQUAL, _AT_MOST, _AT_LEAST = Relation.EQUAL, Relation.AT_MOST, Relation.AT_LEAST


def _rule(
    name: str, law: str, relation: Relation, check: demand.Check, claim: str | None = None
) -> Rule:
    def justify(focus: Any, result: Any, step: Step) -> bool:  # noqa: ARG001
        return bool(check(focus, result))

    return Rule(name, law, relation, justify, claim)


SUBMULTIPLICATIVE = _rule(
    "submultiplicative",
    r"\lVert A B \rVert \le \lVert A \rVert \, \lVert B \rVert",
    _AT_MOST,
    demand.of_product(SpectralNorm),
    "submultiplicative",
)
STRETCH = _rule(
    "stretch",
    r"\lVert A v \rVert \le \lVert A \rVert \, \lVert v \rVert",
    _AT_MOST,
    demand.stretch,
    "norm-is-stretch",
)
TRIANGLE = _rule(
    "triangle",
    r"\lVert A + B \rVert \le \lVert A \rVert + \lVert B \rVert",
    _AT_MOST,
    demand.triangle,
    "norm-axioms",
)
SCALAR = _rule(
    "scalar",
    r"\lVert c A \rVert = \lvert c \rvert \, \lVert A \rVert",
    _EQUAL,
    demand.scalar(demand.UPPER),
    "norm-axioms",
)
TRANSPOSE = _rule(
    "transpose",
    r"\lVert A^\top \rVert = \lVert A \rVert",
    _EQUAL,
    demand.of_transpose(demand.NORMS, square=False),
    "norm-transpose",
)
COLUMN = _rule(
    "column",
    r"\max_{\lvert c \rvert = 1} \lVert v c \rVert = \lVert v \rVert",
    _EQUAL,
    demand.column,
    "norm-is-stretch",
)
OUTER = _rule(
    "outer product",
    r"\lVert u v^\top \rVert = \lVert u \rVert \, \lVert v \rVert",
    _EQUAL,
    demand.outer,
    "norm-axioms",
)
DIAGONAL = _rule(
    "diagonal",
    r"\lVert \operatorname{diag}(v) \rVert = \max_i \lvert v_i \rvert",
    _EQUAL,
    demand.diagonal(SpectralNorm, MaxAbs),
    "diagonal-norm",
)
IDENTITY = _rule(
    "identity",
    r"\lVert I \rVert = \sigma_{\min}(I) = 1",
    _EQUAL,
    demand.constant(Identity, 1),
)
ZERO = _rule(
    "zero", r"\lVert 0 \rVert = \sigma_{\min}(0) = 0", _EQUAL, demand.constant(ZeroMatrix, 0)
)
POWER = _rule(
    "power",
    r"\lVert A^m \rVert \le \lVert A \rVert^m, \quad m \ge 0",
    _AT_MOST,
    demand.power(SpectralNorm),
    "submultiplicative",
)
ORDERED_PRODUCT = _rule(
    "ordered product",
    r"\Bigl\lVert \prod_j M_j \Bigr\rVert \le \prod_j \lVert M_j \rVert",
    _AT_MOST,
    demand.ranged((SpectralNorm,), OrderedProduct, Product),
    "product-bound",
)
INDEXED_SUM = _rule(
    "indexed sum",
    r"\Bigl\lVert \sum_j M_j \Bigr\rVert \le \sum_j \lVert M_j \rVert",
    _AT_MOST,
    demand.ranged(demand.UPPER, IndexedSum, Sum),
)
CONSTANT_FACTOR = _rule(
    "constant factor",
    r"\prod_{j=\ell}^{m} c \, g_j = c^{\,m-\ell+1} \prod_{j=\ell}^{m} g_j",
    _EQUAL,
    demand.constant_part(Product),
)
CONSTANT_TERM = _rule(
    "constant term",
    r"\sum_{j=\ell}^{m} c g_j = c \sum_{j=\ell}^{m} g_j, \quad \sum_{j=\ell}^{m} c = (m-\ell+1) c",
    _EQUAL,
    demand.constant_part(Sum),
)
BLOCK = _rule(
    "block",
    r"\lVert (A_{ij})_{ij} \rVert \le \lVert (\lVert A_{ij} \rVert)_{ij} \rVert",
    _AT_MOST,
    demand.block,
)
BLOCK_DIAGONAL = _rule(
    "block diagonal",
    r"\lVert A_1 \oplus \dots \oplus A_r \rVert = \max_i \lVert A_i \rVert",
    _EQUAL,
    demand.block_diagonal(SpectralNorm, Max),
)
HADAMARD = _rule(
    "Hadamard product",
    r"\lVert u \odot v \rVert = \lVert \operatorname{diag}(u) v \rVert",
    _EQUAL,
    demand.hadamard_column,
)
ENTRYWISE = _rule(
    "largest entry of a product",
    r"\max_i \lvert u_i v_i \rvert \le \max_i \lvert u_i \rvert \, \max_i \lvert v_i \rvert",
    _AT_MOST,
    demand.entrywise(MaxAbs),
)
LARGEST_ENTRY = _rule(
    "largest entry",
    r"\max_i \lvert v_i \rvert \le \lVert v \rVert",
    _AT_MOST,
    demand.largest_entry,
)
SMALLEST_PRODUCT = _rule(
    "smallest stretch of a product",
    r"\sigma_{\min}(A B) \ge \sigma_{\min}(A) \, \sigma_{\min}(B), \quad A, B \text{ square}",
    _AT_LEAST,
    demand.of_product(SmallestSingularValue),
    "smallest-stretch",
)
SMALLEST_SCALAR = _rule(
    "scalar",
    r"\sigma_{\min}(c A) = \lvert c \rvert \, \sigma_{\min}(A)",
    _EQUAL,
    demand.scalar(demand.LOWER),
)
SMALLEST_TRANSPOSE = _rule(
    "transpose",
    r"\sigma_{\min}(A^\top) = \sigma_{\min}(A), \quad A \text{ square}",
    _EQUAL,
    demand.of_transpose((SmallestSingularValue,), square=True),
)
SMALLEST_DIAGONAL = _rule(
    "diagonal",
    r"\sigma_{\min}(\operatorname{diag}(v)) = \min_i \lvert v_i \rvert",
    _EQUAL,
    demand.diagonal(SmallestSingularValue, MinAbs),
    "smallest-stretch",
)
SMALLEST_POWER = _rule(
    "power",
    r"\sigma_{\min}(A^m) \ge \sigma_{\min}(A)^m, \quad m \ge 0",
    _AT_LEAST,
    demand.power(SmallestSingularValue),
    "smallest-stretch",
)
SMALLEST_ORDERED_PRODUCT = _rule(
    "ordered product",
    r"\sigma_{\min}\Bigl(\prod_j M_j\Bigr) \ge \prod_j \sigma_{\min}(M_j)",
    _AT_LEAST,
    demand.ranged((SmallestSingularValue,), OrderedProduct, Product),
    "product-lower-bound",
)
SMALLEST_BLOCK_DIAGONAL = _rule(
    "block diagonal",
    r"\sigma_{\min}(A_1 \oplus \dots \oplus A_r) = \min_i \sigma_{\min}(A_i), A_i \text{ square}",
    _EQUAL,
    demand.block_diagonal(SmallestSingularValue, Min),
)
SMALLEST_ENTRYWISE = _rule(
    "smallest entry of a product",
    r"\min_i \lvert u_i v_i \rvert \ge \min_i \lvert u_i \rvert \, \min_i \lvert v_i \rvert",
    _AT_LEAST,
    demand.entrywise(MinAbs),
)


def orthonormal_columns(matrix: Any, orthogonal: frozenset[Any]) -> bool:
    """Tell whether ``Q^T Q = I`` follows from the matrices that are declared orthogonal."""
    if isinstance(matrix, Transpose):
        return orthonormal_rows(matrix.arg, orthogonal)
    if isinstance(matrix, MatPow):
        return bool(matrix.base in orthogonal and matrix.exp.is_nonnegative)
    return matrix in orthogonal and bool((matrix.shape[0] - matrix.shape[1]).is_nonnegative)


def orthonormal_rows(matrix: Any, orthogonal: frozenset[Any]) -> bool:
    """Tell whether ``R R^T = I`` follows from the matrices that are declared orthogonal."""
    if isinstance(matrix, Transpose):
        return orthonormal_columns(matrix.arg, orthogonal)
    if isinstance(matrix, MatPow):
        return bool(matrix.base in orthogonal and matrix.exp.is_nonnegative)
    return matrix in orthogonal and bool((matrix.shape[1] - matrix.shape[0]).is_nonnegative)


def orthogonal_factor(orthogonal: Iterable[Any]) -> Rule:
    """Return the rule ``‖Q A R‖ = ‖A‖``, and ``‖Q‖ = 1``, for the given Q and R.

    It serves the smallest singular value too, where R must be square.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> from rnnmath.symbolic.derivation import Derivation, check
    >>> Q, A = MatrixSymbol("Q", 3, 3), MatrixSymbol("A", 3, 3)
    >>> rule = orthogonal_factor([Q])
    >>> check(Derivation(SpectralNorm(Q * A)).then(rule, SpectralNorm(Q * A), SpectralNorm(A)))
    """
    given = frozenset(orthogonal)

    def rows(matrix: Any, kind: type) -> bool:
        fits = kind is not SmallestSingularValue or demand.is_square(matrix)
        return fits and orthonormal_rows(matrix, given)

    def check(focus: Any, result: Any) -> bool:
        kind = type(focus)
        if kind not in (*demand.NORMS, SmallestSingularValue):
            return False
        if result == 1:
            return orthonormal_columns(focus.matrix, given) or rows(focus.matrix, kind)
        if type(result) is not kind:
            return False
        (scale, factors), (kept, core) = map(demand.parts_of, (focus.matrix, result.matrix))
        return scale == kept and any(
            factors[start : start + len(core)] == core
            and all(orthonormal_columns(matrix, given) for matrix in factors[:start])
            and all(rows(matrix, kind) for matrix in factors[start + len(core) :])
            for start in range(len(factors) - len(core) + 1)
        )

    law = r"\lVert Q A R \rVert = \lVert A \rVert, \quad Q^\top Q = I, \; R R^\top = I"
    return _rule("orthogonal", law, _EQUAL, check, "norm-axioms")


def same_function(left: Any, right: Any) -> bool:
    """Tell whether two scalar functions are equal, as far as SymPy can simplify.

    Examples
    --------
    >>> from sympy import Lambda, Symbol, cosh, tanh
    >>> u = Symbol("u", real=True)
    >>> same_function(Lambda(u, 1 - tanh(u) ** 2), Lambda(u, 1 / cosh(u) ** 2))
    True
    """
    u = Dummy("u", real=True)
    if isinstance(left, FunctionClass) and isinstance(right, FunctionClass):
        return bool(left == right)
    gap = left(u) - right(u)
    return bool(gap.expand() == 0 or gap.simplify() == 0)


def activation_supremum(suprema: Mapping[Any, Any]) -> Rule:
    """Return the rule ``max_i |f'(a_i)| <= gamma``, with the given values of ``gamma = sup |f'|``.

    Without a value for f the result is the node ``ActivationSupremum(f)``.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol
    >>> from rnnmath.symbolic.derivation import Derivation, check
    >>> f, largest = Function("f"), MaxAbs(Elementwise(Function("f'"), MatrixSymbol("a", 3, 1)))
    >>> check(Derivation(largest).then(activation_supremum({}), largest, ActivationSupremum(f)))
    """

    def check(focus: Any, result: Any) -> bool:
        if not isinstance(focus, MaxAbs) or not isinstance(focus.matrix, Elementwise):
            return False
        steepness = focus.matrix.function
        if isinstance(result, ActivationSupremum):
            return same_function(slope(result.function), steepness)
        return any(
            bool(result == value) and same_function(slope(function), steepness)
            for function, value in suprema.items()
        )

    law = r"\max_i \lvert f'(a_i) \rvert \le \gamma = \sup \lvert f' \rvert"
    return _rule("activation supremum", law, _AT_MOST, check, "activation-sup")
