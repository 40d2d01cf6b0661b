"""Chance: the law of random matrices, the mean of a number or a matrix, the chance of an event."""

from collections.abc import Callable
from typing import Any

from sympy import Basic, Expr, MatrixExpr, MatrixSymbol, sympify
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import DomainError
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.shapes import as_matrix

__all__ = [
    "Block",
    "Entries",
    "Expectation",
    "Gaussian",
    "Law",
    "MeanMatrix",
    "Probability",
    "Symmetric",
    "expectation",
]


class Block(Basic):
    """A random matrix of which something is supposed; the base of the kinds below."""

    def __new__(cls, variable: Any) -> "Block":
        """Take the matrix symbol that is random."""
        if not isinstance(variable, MatrixSymbol):
            msg = f"{cls.__name__} takes a matrix symbol, got {variable!r}"
            raise DomainError(msg)
        node: Block = Basic.__new__(cls, variable)
        return node

    @property
    def variable(self) -> Any:
        """The random matrix."""
        return self.args[0]


class Entries(Block):
    """A random matrix whose entries are independent of each other.

    Source: definition.

    Examples
    --------
    >>> Entries(MatrixSymbol("W", 2, 3)).variable
    W
    """


class Symmetric(Block):
    """A random matrix W that has the law of -W.

    Source: definition.

    Examples
    --------
    >>> Symmetric(MatrixSymbol("W", 2, 3)).variable
    W
    """


class Gaussian(Entries):
    """A random matrix with independent standard normal entries.

    Source: definition.

    Examples
    --------
    >>> isinstance(Gaussian(MatrixSymbol("G", 2, 2)), Entries)
    True
    """


class Law(Basic):
    """The joint law of random matrices that are independent of each other.

    Parameters
    ----------
    blocks : MatrixSymbol or Block
        A bare symbol is random in any way.

    Raises
    ------
    DomainError
        If a block is neither.

    Examples
    --------
    >>> W, x = MatrixSymbol("W", 2, 3), MatrixSymbol("x", 3, 1)
    >>> Law(Entries(W), x).variables
    (W, x)
    >>> Law(2 * W)
    Traceback (most recent call last):
    rnnmath.errors.DomainError: a law is one of matrix symbols, got 2*W
    """

    def __new__(cls, *blocks: Any) -> "Law":
        """Check that every block is a symbol or says something of one."""
        for block in blocks:
            if not isinstance(block, MatrixSymbol | Block):
                msg = f"a law is one of matrix symbols, got {block}"
                raise DomainError(msg)
        node: Law = Basic.__new__(cls, *blocks)
        return node

    @property
    def blocks(self) -> tuple[Any, ...]:
        """The independent parts."""
        return tuple(self.args)

    @property
    def variables(self) -> tuple[Any, ...]:
        """The random matrices."""
        return tuple(block.variable if isinstance(block, Block) else block for block in self.blocks)

    def has_independent_entries(self, variable: Any) -> bool:
        """Tell whether all entries of a matrix are independent of each other."""
        return any(
            isinstance(block, Entries) and block.variable == variable for block in self.blocks
        )

    def is_symmetric(self) -> bool:
        """Tell whether the sign of all matrices together may be turned."""
        return all(isinstance(block, Symmetric | Gaussian) for block in self.blocks)

    def below(self, printer: Any) -> str:
        """Return what stands below the sign of a mean or a chance."""
        return ", ".join(str(printer._print(variable)) for variable in self.variables)


def _free(law: Law, *parts: Any) -> set[Any]:
    symbols: set[Any] = set()
    for part in parts:
        symbols |= part.free_symbols
    sizes: set[Any] = set()
    for variable in law.variables:
        sizes |= set().union(*(side.free_symbols for side in variable.shape))
    return (symbols - set(law.variables)) | sizes


class Expectation(Expr):
    """The mean of a number that depends on random matrices.

    Formula: ``E f(W) = Σ P(W = w) f(w)`` for finitely many values.
    Source: definition.

    Examples
    --------
    >>> from rnnmath.symbolic.norms import VectorNorm
    >>> W, x = MatrixSymbol("W", 2, 3), MatrixSymbol("x", 3, 1)
    >>> mean = Expectation(VectorNorm(W * x) ** 2, Law(W))
    >>> print(mean, mean.is_nonnegative, mean.free_symbols)
    E_W ||W*x||**2 True {x}
    """

    is_commutative = True
    is_real = True

    def __new__(cls, expr: Any, law: Law) -> "Expectation":
        """Take the number and the law."""
        expr = sympify(expr)
        if getattr(expr, "is_Matrix", False):
            msg = f"Expectation takes a number, got the matrix {expr}; take expectation()"
            raise DomainError(msg)
        node: Expectation = Basic.__new__(cls, expr, law)
        return node

    @property
    def expr(self) -> Any:
        """What is averaged."""
        return self.args[0]

    @property
    def law(self) -> Law:
        """The law of what is random."""
        law: Law = self.args[1]
        return law

    @property
    def bound_symbols(self) -> list[Any]:
        """The random matrices, as SymPy's sums have their index."""
        return list(self.law.variables)

    @property
    def free_symbols(self) -> set[Any]:
        """Every symbol but the random ones."""
        return _free(self.law, self.expr)

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.expr.is_nonnegative else None

    def rises_with(self, focus: Any, rises: Callable[[Any, Any], bool]) -> bool:
        """Tell whether the mean certainly does not fall when the nonnegative focus grows."""
        return rises(self.expr, focus)

    def _latex(self, printer: Any) -> str:
        inside = printer.parenthesize(self.expr, 55)
        return rf"\mathbb{{E}}_{{{self.law.below(printer)}}} {inside}"

    def _sympystr(self, printer: Any) -> str:
        from rnnmath.symbolic.printing import plain

        text = plain(self.expr)
        inside = f"({text})" if self.expr.is_Add else text
        return f"E_{self.law.below(printer)} {inside}"


class MeanMatrix(MatrixExpr):
    """The mean of a random matrix, entry by entry; of its shape.

    Source: definition.

    Examples
    --------
    >>> W = MatrixSymbol("W", 2, 3)
    >>> MeanMatrix(W.T * W, Law(W)).shape
    (3, 3)
    """

    def __new__(cls, matrix: Any, law: Law) -> "MeanMatrix":
        """Take the matrix and the law."""
        node: MeanMatrix = Basic.__new__(cls, as_matrix(matrix, "a mean"), law)
        return node

    @property
    def matrix(self) -> Any:
        """What is averaged."""
        return self.args[0]

    @property
    def law(self) -> Law:
        """The law of what is random."""
        law: Law = self.args[1]
        return law

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of what is averaged."""
        rows, cols = self.matrix.shape
        return rows, cols

    @property
    def bound_symbols(self) -> list[Any]:
        """The random matrices."""
        return list(self.law.variables)

    @property
    def free_symbols(self) -> set[Any]:
        """Every symbol but the random ones."""
        return _free(self.law, self.matrix)

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    def _latex(self, printer: Any) -> str:
        inside = printer.parenthesize(self.matrix, 55)
        return rf"\mathbb{{E}}_{{{self.law.below(printer)}}} {inside}"

    def _sympystr(self, printer: Any) -> str:
        from rnnmath.symbolic.printing import plain

        return f"E_{self.law.below(printer)} ({plain(self.matrix)})"


def expectation(expr: Any, law: Law) -> Any:
    """Return the mean of a number or of a matrix.

    Examples
    --------
    >>> W = MatrixSymbol("W", 2, 3)
    >>> type(expectation(W, Law(W))).__name__, type(expectation(W[0, 0], Law(W))).__name__
    ('MeanMatrix', 'Expectation')
    """
    matrix = getattr(expr, "is_Matrix", False)
    return MeanMatrix(expr, law) if matrix else Expectation(expr, law)


class Probability(Expr):
    """The chance of an event, an inequality between numbers that depend on random matrices.

    Source: definition.

    Examples
    --------
    >>> from rnnmath.symbolic.norms import SpectralNorm
    >>> G = MatrixSymbol("G", 3, 3)
    >>> event = Statement(SpectralNorm(G), Relation.AT_LEAST, sympify(4))
    >>> chance = Probability(event, Law(Gaussian(G)))
    >>> print(chance, chance.is_nonnegative)
    P_G(||G|| >= 4) True
    """

    is_commutative = True
    is_real = True
    is_nonnegative = True
    #: Its value is enclosed by drawing.
    is_drawn = True

    def __new__(cls, event: Any, law: Any, *more: Any) -> "Probability":
        """Take a statement and a law, or the four parts that a node is rebuilt from."""
        if isinstance(event, Statement):
            parts = (event.lhs, Str(event.relation.value), event.rhs, law)
        else:
            parts = (event, law, *more)
        if len(parts) != 4 or not isinstance(parts[3], Law):
            msg = f"a chance is that of a statement under a law, got {event!r}"
            raise DomainError(msg)
        lhs, relation, rhs, law = parts
        node: Probability = Basic.__new__(cls, sympify(lhs), relation, sympify(rhs), law)
        return node

    @property
    def event(self) -> Statement:
        """What may happen."""
        return Statement(self.args[0], Relation(str(self.args[1].name)), self.args[2])

    @property
    def law(self) -> Law:
        """The law of what is random."""
        law: Law = self.args[3]
        return law

    @property
    def bound_symbols(self) -> list[Any]:
        """The random matrices."""
        return list(self.law.variables)

    @property
    def free_symbols(self) -> set[Any]:
        """Every symbol but the random ones."""
        return _free(self.law, self.args[0], self.args[2])

    def _latex(self, printer: Any) -> str:
        from rnnmath.symbolic.printing import latex

        below = self.law.below(printer)
        return rf"\mathbb{{P}}_{{{below}}}\left({latex(self.event)}\right)"

    def _sympystr(self, printer: Any) -> str:
        from rnnmath.symbolic.printing import plain

        return f"P_{self.law.below(printer)}({plain(self.event)})"
