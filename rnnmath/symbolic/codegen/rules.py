"""Which rule turns a node into NumPy source, and what is computed before it."""

from typing import Any

from sympy import Basic, Inverse, MatMul, MatPow

from rnnmath.errors import Unsupported
from rnnmath.symbolic.codegen.matrices import MATRIX_RULES
from rnnmath.symbolic.codegen.norms import NORM_RULES
from rnnmath.symbolic.codegen.numbers import NUMBER_RULES
from rnnmath.symbolic.codegen.program import Program, Value, literal
from rnnmath.symbolic.nodes import Elementwise, OrderedProduct

__all__ = ["compile_node", "parts_of"]

_RULES = {**NUMBER_RULES, **NORM_RULES, **MATRIX_RULES}


def parts_of(node: Any) -> list[Any]:
    """Return the parts of a node that are computed on their own before it."""
    if isinstance(node, Elementwise):
        return [node.argument]
    if isinstance(node, MatMul):
        return [arg for arg in node.args if not isinstance(arg, OrderedProduct | MatPow | Inverse)]
    if type(node).__name__ in ("IndexedSum", "OrderedProduct", "Sum", "Product", "Piecewise"):
        return []
    if type(node).__name__ in ("MatAdd", "HadamardProduct", "Transpose", "DiagMatrix", "Softmax"):
        return list(node.args)
    return []


def compile_node(program: Program, node: Any) -> Value:
    """Write the lines of one node and return its value.

    Raises
    ------
    Unsupported
        If no rule covers the node.
    DomainError
        If a symbol is not among the arguments.
    """
    if not isinstance(node, Basic):
        msg = f"no code for {node!r}; it is not a SymPy expression"
        raise Unsupported(msg)
    if getattr(node, "is_number", False) and not node.is_Matrix:
        return Value(literal(node), "number")
    for cls in type(node).__mro__:
        rule = _RULES.get(cls.__name__)
        if rule is not None:
            return rule(program, node)
    msg = f"no code for the node {type(node).__name__} in {node}; give it as an argument"
    raise Unsupported(msg)
