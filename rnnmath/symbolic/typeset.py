"""How a node shows itself in a notebook: as the paper has it."""

from typing import Any

__all__ = ["Typeset", "tight"]


def tight(index: Any, printer: Any) -> str:
    """Print an index without the spaces around its signs, as it stands below a letter.

    Examples
    --------
    >>> from sympy import Symbol
    >>> from sympy.printing.latex import LatexPrinter
    >>> tight(Symbol("t") - 1, LatexPrinter())
    't-1'
    """
    return str(printer._print(index)).replace(" + ", "+").replace(" - ", "-")


class Typeset:
    """Lets a node print itself as a paper does, in a notebook and inside SymPy's own ``latex``."""

    __slots__ = ()

    def _latex(self, printer: Any) -> str:
        from rnnmath.symbolic.printing import node_latex

        return node_latex(self, printer)

    def _repr_latex_(self) -> str:
        from rnnmath.symbolic.printing import latex

        return f"$\\displaystyle {latex(self)}$"
