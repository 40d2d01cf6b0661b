"""Questions about shapes, asked wherever a node is built."""

from typing import Any

from sympy import sympify

from rnnmath.errors import ShapeMismatch

__all__ = ["as_matrix", "is_row", "same_size"]


def same_size(left: Any, right: Any) -> bool:
    """Tell whether two sizes are certainly equal, as numbers or as equal expressions.

    Examples
    --------
    >>> from sympy import symbols
    >>> n, m = symbols("n m", integer=True)
    >>> same_size(2 * (n + 1), 2 * n + 2), same_size(n, m)
    (True, False)
    """
    return bool(sympify(left - right).expand() == 0)


def as_matrix(value: Any, kind: str) -> Any:
    """Read the matrix argument of a node, or say what is wrong with it.

    Raises
    ------
    ShapeMismatch
        If the value is no matrix expression.

    Examples
    --------
    >>> as_matrix(3, "softmax")
    Traceback (most recent call last):
    rnnmath.errors.ShapeMismatch: softmax takes a matrix expression, got 3
    """
    value = sympify(value)
    if not getattr(value, "is_Matrix", False):
        msg = f"{kind} takes a matrix expression, got {value!r}"
        raise ShapeMismatch(msg)
    return value


def is_row(matrix: Any) -> bool:
    """Tell whether a matrix is a row (1, n) and not certainly 1 x 1.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> is_row(MatrixSymbol("r", 1, 3)), is_row(MatrixSymbol("s", 1, 1))
    (True, False)
    """
    return bool(matrix.shape[0] == 1 and matrix.shape[1] != 1)
