"""Derivatives not yet worked out, and the reading of what is to be differentiated."""

from typing import Any

from sympy import (
    Basic,
    Expr,
    Identity,
    MatrixBase,
    MatrixExpr,
    MatrixSymbol,
    S,
    ZeroMatrix,
)
from sympy import sympify as _sympify

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic.calculus.entry_sums import read_entry_sums
from rnnmath.symbolic.calculus.rule_parts import Depends, rows
from rnnmath.symbolic.nodes import from_sympy
from rnnmath.symbolic.notation import TimeMatrix, TimeVector
from rnnmath.symbolic.tidy import tidy
from rnnmath.symbolic.traverse import bottom_up

__all__ = [
    "CONSTANT",
    "ITSELF",
    "Jacobian",
    "Pullback",
    "height",
    "leaf",
    "read_column",
    "read_number",
    "unit_seed",
]

CONSTANT, ITSELF = "constant", "variable itself"


class Jacobian(MatrixExpr):
    """The Jacobian of a column (or number) in a column, not yet worked out.

    Formula: shape (rows of expr, rows of wrt).
    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> h = MatrixSymbol("h", 3, 1)
    >>> Jacobian(MatrixSymbol("W", 2, 3) * h, h).shape
    (2, 3)
    """

    is_derivative_of_args = True

    def __new__(cls, expr: Any, wrt: Any) -> "Jacobian":
        """Keep both parts as they are."""
        node: Jacobian = Basic.__new__(cls, expr, wrt)
        return node

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape ``(rows of expr, rows of wrt)``."""
        return _sympify(rows(self.args[0])), self.args[1].shape[0]


class Pullback(MatrixExpr):
    """The gradient in ``wrt`` of ``<seed, expr> = sum_ij seed_ij expr_ij``, not yet worked out.

    Formula: the shape of wrt.
    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> W, h, s = MatrixSymbol("W", 2, 3), MatrixSymbol("h", 3, 1), MatrixSymbol("s", 2, 1)
    >>> Pullback(W * h, h, s).shape
    (3, 1)
    """

    is_derivative_of_args = True

    def __new__(cls, expr: Any, wrt: Any, seed: Any) -> "Pullback":
        """Keep the parts as they are."""
        node: Pullback = Basic.__new__(cls, expr, wrt, _sympify(seed))
        return node

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of ``wrt``."""
        return self.args[1].shape[0], self.args[1].shape[1]


def _read(expr: Any, wrt: Any) -> Any:
    if not isinstance(wrt, MatrixSymbol | TimeVector | TimeMatrix):
        msg = f"wrt must be a MatrixSymbol or a time-indexed vector or matrix, got {wrt!r}"
        raise DomainError(msg)
    if not isinstance(expr, Expr | MatrixExpr | MatrixBase):
        msg = f"expr must be a SymPy expression, got {expr!r} of type {type(expr).__name__}"
        raise DomainError(msg)
    return tidy(read_entry_sums(from_sympy(_sympify(expr))))


def read_column(expr: Any, wrt: Any) -> Any:
    """Return a column in canonical form, or say why it has no Jacobian in ``wrt``.

    Raises
    ------
    ShapeMismatch, DomainError
        If ``expr`` is not a column (or number), or ``wrt`` not a column symbol.

    Examples
    --------
    >>> A, v = MatrixSymbol("A", 3, 3), MatrixSymbol("v", 3, 1)
    >>> read_column(A, v)
    Traceback (most recent call last):
    rnnmath.errors.ShapeMismatch: expr must be a column (n, 1), got shape (3, 3); ...
    """
    expr = _read(expr, wrt)
    if wrt.shape[1] != 1:
        msg = f"wrt must be a column (m, 1), got shape {wrt.shape}; use gradient for a matrix"
        raise ShapeMismatch(msg)
    if getattr(expr, "is_Matrix", False) and expr.shape[1] != 1:
        msg = f"expr must be a column (n, 1), got shape {expr.shape}; transpose it, or use gradient"
        raise ShapeMismatch(msg)
    return expr


def read_number(expr: Any, wrt: Any) -> Any:
    """Return a number or 1 x 1 matrix in canonical form, or say why it has no gradient in ``wrt``.

    Raises
    ------
    ShapeMismatch, DomainError
        If ``expr`` is not a number, or ``wrt`` not a symbol.

    Examples
    --------
    >>> v = MatrixSymbol("v", 3, 1)
    >>> read_number(v, v)
    Traceback (most recent call last):
    rnnmath.errors.ShapeMismatch: expr must be a number or 1 x 1, got shape (3, 1); use jacobian
    """
    expr = _read(expr, wrt)
    if getattr(expr, "is_Matrix", False) and expr.shape != (1, 1):
        msg = f"expr must be a number or 1 x 1, got shape {expr.shape}; use jacobian"
        raise ShapeMismatch(msg)
    return expr


def leaf(expr: Any, wrt: Any, depends: Depends) -> tuple[str, Any] | None:
    """Return the rule and the Jacobian of ``wrt`` itself or of a constant; None of the rest.

    Examples
    --------
    >>> v = MatrixSymbol("v", 3, 1)
    >>> leaf(v, v, lambda part: part == v), leaf(2 * v, v, lambda part: True)
    (('variable itself', I), None)
    """
    if expr == wrt:
        return ITSELF, Identity(wrt.shape[0])
    if not depends(expr):
        return CONSTANT, ZeroMatrix(rows(expr), wrt.shape[0])
    return None


def unit_seed(expr: Any) -> Any:
    """Return the 1 that the reverse mode starts from, as a number or as a 1 x 1 matrix.

    Examples
    --------
    >>> unit_seed(MatrixSymbol("s", 1, 1)), unit_seed(S.Half)
    (I, 1)
    """
    return Identity(1) if getattr(expr, "is_Matrix", False) else S.One


def height(expr: Any, known: dict[Any, int]) -> int:
    """Return the number of levels of an expression; ``known`` remembers those of its parts.

    Examples
    --------
    >>> height(MatrixSymbol("v", 3, 1), {})
    2
    """
    found: int = bottom_up(expr, lambda _, inside: 1 + max(inside, default=0), known)
    return found
