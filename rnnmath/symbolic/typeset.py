"""How a node shows itself in a notebook: as the paper has it."""

from typing import Any

__all__ = ["Typeset"]


class Typeset:
    """Lets a node print itself as a paper does, in a notebook and inside SymPy's own ``latex``."""

    __slots__ = ()

    def _latex(self, printer: Any) -> str:
        from rnnmath.symbolic.printing import node_latex

        return node_latex(self, printer)

    def _repr_latex_(self) -> str:
        from rnnmath.symbolic.printing import latex

        return f"$\\displaystyle {latex(self)}$"
