"""Means of products of one random matrix: every way to pair its entries, and what each counts.

For independent entries of mean zero the mean of a product of entries is a sum over the ways to cut
the factors into sets, all entries of a set being one and the same: a set of two counts the
variance, a set of four the fourth cumulant, and a normal law knows pairs only.  What is left of the
indices is free, and each free one counts n.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sympy import MatPow, Rational, S, Trace, Transpose

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.quantities.chance import Expectation, Gaussian
from rnnmath.symbolic.tidy import multiply, tidy, transpose

__all__ = ["PAIRED", "partitions", "sets_of"]

_Sets = list[list[int]]


def sets_of(items: Sequence[int], sizes: frozenset[int]) -> Iterator[_Sets]:
    """Yield the ways to cut items into sets of allowed sizes.

    Examples
    --------
    >>> list(sets_of(range(4), frozenset({2})))
    [[[0, 1], [2, 3]], [[0, 2], [1, 3]], [[0, 3], [1, 2]]]
    >>> len(list(sets_of(range(8), frozenset({2}))))
    105
    """
    if not items:
        yield []
        return
    first, *rest = items
    for size in sorted(sizes):
        for company in _chosen(rest, size - 1):
            left = [item for item in rest if item not in company]
            for others in sets_of(left, sizes):
                yield [[first, *company], *others]


def _chosen(items: Sequence[int], count: int) -> Iterator[list[int]]:
    if count == 0:
        yield []
        return
    for place, item in enumerate(items):
        for more in _chosen(items[place + 1 :], count - 1):
            yield [item, *more]


class _Indices:
    """Indices, some of which are known to be equal."""

    def __init__(self, count: int) -> None:
        self.root = list(range(count))

    def find(self, index: int) -> int:
        while self.root[index] != index:
            index = self.root[index]
        return index

    def join(self, one: int, other: int) -> None:
        self.root[self.find(one)] = self.find(other)

    def classes(self) -> set[int]:
        return {self.find(index) for index in range(len(self.root))}


def partitions(word: Sequence[bool], sizes: frozenset[int], closed: bool) -> Iterator[Any]:
    """Yield, for each way to cut a word of factors into sets, the sets and the free indices.

    Parameters
    ----------
    word : sequence of bool
        The factors of a product from left to right: True for a transposed one.
    sizes : frozenset of int
    closed : bool
        Whether the product stands in a trace, so that its two ends are one index.

    Yields
    ------
    tuple
        The sets; the number of free indices, the ends of an open product left out; whether the
        ends are equal.

    Examples
    --------
    >>> [(free, met) for _, free, met in partitions([True, False], frozenset({2}), False)]
    [(1, True)]
    """
    length = len(word)
    for sets in sets_of(range(length), sizes):
        indices = _Indices(length + 1)
        if closed:
            indices.join(0, length)
        for one in sets:
            rows = [place + 1 if word[place] else place for place in one]
            cols = [place if word[place] else place + 1 for place in one]
            for row, col in zip(rows[1:], cols[1:], strict=True):
                indices.join(rows[0], row)
                indices.join(cols[0], col)
        ends = set() if closed else {indices.find(0), indices.find(length)}
        yield sets, len(indices.classes() - ends), len(ends) == 1


def _word(product: Any, matrix: Any) -> list[bool] | None:
    """Read a product of one matrix and its transpose, powers written out."""
    flat: list[bool] = []
    for factor in factors_of(product)[1]:
        base, count = (factor.base, factor.exp) if isinstance(factor, MatPow) else (factor, 1)
        turned = isinstance(base, Transpose)
        whole = isinstance(count, int) or (count.is_Integer and count.is_positive)
        if (base.arg if turned else base) != matrix or not whole:
            return None
        flat += [turned] * int(count)
    return flat


def _read(expr: Any, matrix: Any) -> tuple[list[bool], Any] | None:
    """Read ``tr(product)``, or ``(product x)^T (product x)`` as a word between two x."""
    if isinstance(expr, Trace):
        word = _word(tidy(expr.args[0]), matrix)
        return None if word is None else (word, None)
    if not isinstance(expr, InnerProduct) or expr.args[0] != expr.args[1]:
        return None
    *factors, column = factors_of(tidy(expr.args[0]))[1]
    if column.shape[1] != 1 or column.has(matrix) or not factors:
        return None
    product = multiply(*factors)
    word = _word(multiply(transpose(product), product), matrix)
    return None if word is None else (word, column)


def _cumulants(law: Any, step: Step) -> dict[int, Any] | None:
    """Return variance and fourth cumulant of an entry, as the law or what is supposed has them."""
    (block,) = law.blocks
    if isinstance(block, Gaussian):
        return {2: S.One}
    if not law.has_independent_entries(block.variable):
        return None
    W = block.variable
    moments: dict[int, Any] = {}
    for fact in step.given:
        mean = getattr(fact.lhs, "matrix", None)
        if mean is None or fact.relation != Relation.EQUAL or fact.lhs.law != law:
            continue
        for order in (1, 2, 4):
            if mean[0, 0] == W[0, 0] ** order and tidy(fact.rhs).is_Matrix:
                moments[order] = _common_value(fact.rhs)
    if moments.get(1) != 0 or moments.get(2) is None or moments.get(4) is None:
        return None
    return {2: moments[2], 4: moments[4] - 3 * moments[2] ** 2}


def _common_value(matrix: Any) -> Any:
    """Return the value of all entries of a multiple of the matrix of ones, or of zero."""
    kind = type(matrix).__name__
    if kind == "ZeroMatrix":
        return S.Zero
    coefficient, factors = matrix.as_coeff_matrices() if matrix.is_MatMul else (S.One, [matrix])
    ones = len(factors) == 1 and type(factors[0]).__name__ == "OneMatrix"
    return coefficient if ones else None


def _paired(focus: Any, result: Any, step: Step) -> bool:
    if not isinstance(focus, Expectation) or len(focus.law.blocks) != 1:
        return False
    (matrix,) = focus.law.variables
    read, cumulants = _read(focus.expr, matrix), _cumulants(focus.law, step)
    size = matrix.shape[0]
    if read is None or cumulants is None or matrix.shape[1] != size:
        return False
    word, column = read
    if set(cumulants) != {2} and len(word) not in (2, 4):  # sets of three or six would count too
        return False
    total = S.Zero
    for sets, free, met in partitions(word, frozenset(cumulants), column is None):
        if column is not None and not met:  # never for the words of a length: checked, not assumed
            return False
        count = Rational(1)
        for one in sets:
            count *= cumulants[len(one)]
        total += count * size**free
    square = S.One if column is None else InnerProduct(column, column)
    return bool((total * square - result).expand() == 0)


PAIRED = Rule(
    "entries paired in every way",
    r"\mathbb{E} \prod_a w_a = \sum_{\text{sets}} \prod_{\text{set}} \kappa_{|\text{set}|}",
    Relation.EQUAL,
    _paired,
)
