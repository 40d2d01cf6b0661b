"""Products and sums over an index: the newest factor on the left, the ends symbols or numbers."""

from typing import Any

from sympy import Basic, Identity, MatrixExpr, Symbol, Tuple, ZeroMatrix, sympify
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic.shapes import as_matrix, same_size
from rnnmath.symbolic.typeset import Typeset

__all__ = ["IndexedSum", "OrderedProduct"]


class _Ranged(Typeset, MatrixExpr):
    """A term that runs over an index ``j = lo..hi``; the base of ordered products and sums."""

    def __new__(cls, term: Any, limits: Any) -> "_Ranged":
        try:
            index, lo, hi = limits
        except (TypeError, ValueError):
            msg = f"limits must be (index, lo, hi), got {limits!r}"
            raise DomainError(msg) from None
        if not isinstance(index, Symbol):
            msg = f"the index must be a Symbol, got {index!r}"
            raise DomainError(msg)
        lo, hi = sympify(lo), sympify(hi)
        if index in lo.free_symbols | hi.free_symbols:
            msg = f"the limits {lo}..{hi} of the index {index} must not depend on it"
            raise DomainError(msg)
        term = as_matrix(term, "a sum or product")
        node: _Ranged = Basic.__new__(cls, term, Tuple(index, lo, hi))
        node._shape = tuple(term.shape)
        return node

    @property
    def term(self) -> Any:
        """The matrix expression that runs."""
        return self.args[0]

    @property
    def index(self) -> Any:
        """The bound symbol."""
        return self.args[1][0]

    @property
    def lower(self) -> Any:
        """The first value of the index."""
        return self.args[1][1]

    @property
    def upper(self) -> Any:
        """The last value of the index."""
        return self.args[1][2]

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of one term."""
        shape: tuple[Any, Any] = self._shape
        return shape

    @property
    def length(self) -> Any:
        """Number of terms, ``hi - lo + 1``; 0 for an empty range."""
        return self.upper - self.lower + 1

    @property
    def bound_symbols(self) -> list[Any]:
        """The index, in a list, as SymPy's sums have it."""
        return [self.index]

    @property
    def free_symbols(self) -> set[Any]:
        """Every symbol but the index."""
        limits: set[Any] = self.lower.free_symbols | self.upper.free_symbols
        term: set[Any] = self.term.free_symbols
        return (term - {self.index}) | limits

    def at(self, value: Any) -> Any:
        """Return the term with the index replaced.

        Examples
        --------
        >>> from sympy import MatrixSymbol, symbols
        >>> j, T = symbols("j T", integer=True)
        >>> IndexedSum(j * MatrixSymbol("A", 2, 3), (j, 1, T)).at(5)
        5*A
        """
        return self.term.xreplace({self.index: sympify(value)})

    def renamed(self, taken: set[Any]) -> Any:
        """Return the same sum or product with an index that is not among the taken symbols.

        Examples
        --------
        >>> from sympy import MatrixSymbol, symbols
        >>> j, T = symbols("j T", integer=True)
        >>> IndexedSum(j * MatrixSymbol("A", 2, 3), (j, 1, T)).renamed({j})
        IndexedSum(j'*A, (j', 1, T))
        """
        index = self.index
        if index not in taken:
            return self
        while index in taken | self.term.free_symbols:
            index = Symbol(index.name + "'", **index.assumptions0)
        return type(self)(self.at(index), (index, self.lower, self.upper))

    def _number_of_terms(self) -> int | None:
        count = sympify(self.length).expand()
        if not count.is_Integer:
            return None
        if count < 0:
            span = f"{self.lower}..{self.upper}"
            msg = f"the range {span} runs backwards; an empty range is lo = hi + 1"
            raise DomainError(msg)
        return int(count)

    def _rebuilt(self, term: Any, lower: Any, upper: Any) -> Any:
        return type(self)(term, (self.index, lower, upper))

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    def _eval_subs(self, old: Any, new: Any) -> Any:
        within = self.index not in sympify(old).free_symbols  # else it speaks of another index
        safe = self.renamed(sympify(new).free_symbols) if within else self
        term = safe.term._subs(old, new) if within else safe.term
        return safe._rebuilt(term, safe.lower._subs(old, new), safe.upper._subs(old, new))

    def _xreplace(self, rule: Any) -> tuple[Any, bool]:
        """Replace parts, leaving the bound index alone and capturing no symbol.

        A part that itself speaks of the index is replaced where it stands, inside the range.
        """
        if self in rule:
            return rule[self], True
        inner = {old: new for old, new in rule.items() if old != self.index}
        if not inner:
            return self, False
        outside = [new for old, new in inner.items() if self.index not in old.free_symbols]
        safe = self.renamed(set().union(*(sympify(new).free_symbols for new in outside)))
        pairs = [part._xreplace(inner) for part in (safe.term, safe.lower, safe.upper)]
        if not any(changed for _, changed in pairs):
            return self, False
        return safe._rebuilt(*(part for part, _ in pairs)), True


class OrderedProduct(_Ranged):
    """``prod_{j=lo..hi} M_j`` with the newest factor (largest j) on the left; empty product I.

    Formula: ``M_hi M_{hi-1} ... M_lo``, a square (n, n) matrix expression.
    SymPy's own ``Product`` of matrices raises.
    Source: notation of the site; derived here.

    Examples
    --------
    >>> from sympy import MatrixSymbol, symbols
    >>> j, k, t = symbols("j k t", integer=True)
    >>> W = MatrixSymbol("W", 3, 3)
    >>> OrderedProduct(W, (j, k + 1, t)).length
    -k + t
    >>> OrderedProduct(W, (j, 1, 2)).doit()
    W**2
    >>> OrderedProduct(W, (j, 1, 0)).doit()
    I
    """

    def __new__(cls, factor: Any, limits: Any) -> "OrderedProduct":
        """Check the range, and that the factor is square."""
        node = super().__new__(cls, factor, limits)
        if not same_size(*node.shape):
            msg = f"the factor of an ordered product must be square, got shape {node.shape}"
            raise ShapeMismatch(msg)
        return node

    def split(self, at: Any) -> Any:
        """``prod_{lo..hi} = prod_{at+1..hi} prod_{lo..at}``, for lo - 1 <= at <= hi."""
        at = sympify(at)
        return self._rebuilt(self.term, at + 1, self.upper) * self._rebuilt(
            self.term, self.lower, at
        )

    def peel_last(self) -> Any:
        """``prod_{lo..hi} = M_hi prod_{lo..hi-1}``: the newest factor taken off on the left."""
        return self.at(self.upper) * self._rebuilt(self.term, self.lower, self.upper - 1)

    def peel_first(self) -> Any:
        """``prod_{lo..hi} = prod_{lo+1..hi} M_lo``: the oldest factor taken off on the right."""
        return self._rebuilt(self.term, self.lower + 1, self.upper) * self.at(self.lower)

    def doit(self, **hints: Any) -> Any:
        """Multiply out when the number of factors is a number; else stay."""
        count = self._number_of_terms()
        if count is None:
            return self
        product: Any = Identity(self.shape[0])
        for step in range(count):
            product = self.at(self.lower + step) * product
        return product.doit(**hints)


class IndexedSum(_Ranged):
    """``sum_{j=lo..hi} M_j`` of matrix expressions of one shape; the empty sum is zero.

    Source: notation of the site.

    Examples
    --------
    >>> from sympy import MatrixSymbol, symbols
    >>> j, T = symbols("j T", integer=True)
    >>> IndexedSum(j * MatrixSymbol("A", 2, 3), (j, 1, 3)).doit()
    6*A
    """

    def split(self, at: Any) -> Any:
        """``sum_{lo..hi} = sum_{lo..at} + sum_{at+1..hi}``, for lo - 1 <= at <= hi."""
        at = sympify(at)
        return self._rebuilt(self.term, self.lower, at) + self._rebuilt(
            self.term, at + 1, self.upper
        )

    def doit(self, **hints: Any) -> Any:
        """Add up when the number of terms is a number; else stay."""
        count = self._number_of_terms()
        if count is None:
            return self
        total: Any = ZeroMatrix(*self.shape)
        for step in range(count):
            total = total + self.at(self.lower + step)
        return total.doit(**hints)
