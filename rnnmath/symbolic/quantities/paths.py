"""One path among several: the derivative of a cell state along the cell state alone."""

from typing import Any

from rnnmath.errors import ShapeMismatch
from rnnmath.symbolic.notation import TimeVector, TotalDerivative

__all__ = ["DirectDerivative"]


class DirectDerivative(TotalDerivative):
    """The derivative of ``c_t`` in ``c_k`` with every other state in between held.

    It is *observed*: the program runs again from the moved ``c_k``, and at each step the other
    states are put back to what they were before.
    Source: claim lstm-carousel; definition.

    Raises
    ------
    ShapeMismatch
        If the two are not columns of one sequence.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import TimeIndexed, h, k, n, t
    >>> c = TimeIndexed("c", n)
    >>> DirectDerivative(c[t], c[k])
    (dc[t]/dc[k])|h
    >>> DirectDerivative(c[t], h[k])
    Traceback (most recent call last):
    rnnmath.errors.ShapeMismatch: a direct path stays in one sequence, got c[t] and h[k]
    """

    def __new__(cls, of: Any, wrt: Any) -> "DirectDerivative":
        """Check that both ends are columns of one sequence."""
        columns = isinstance(of, TimeVector) and isinstance(wrt, TimeVector)
        if not columns or of.name != wrt.name:
            msg = f"a direct path stays in one sequence, got {of} and {wrt}"
            raise ShapeMismatch(msg)
        node = super().__new__(cls, of, wrt)
        assert isinstance(node, DirectDerivative)
        return node

    def _latex(self, printer: Any) -> str:
        of, wrt = printer._print(self.of), printer._print(self.wrt)
        return rf"\left.\frac{{\partial {of}}}{{\partial {wrt}}}\right|_{{h}}"

    def _sympystr(self, printer: Any) -> str:
        return f"(d{printer._print(self.of)}/d{printer._print(self.wrt)})|h"
