"""rnnmath: verified mathematics of how gradients flow through recurrent networks.

The names below are loaded on first use, so that ``import rnnmath`` stays light.

Examples
--------
>>> import rnnmath
>>> from sympy import Function, MatrixSymbol
>>> W, h = MatrixSymbol("W", 3, 3), MatrixSymbol("h", 3, 1)
>>> print(rnnmath.plain(rnnmath.jacobian((W * h).applyfunc(Function("f")), h)))
diag(f'(W*h))*W
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rnnmath.errors import RnnmathError

if TYPE_CHECKING:
    from rnnmath.numeric import enclose
    from rnnmath.symbolic.bounds import norm_bound, singular_value_bound
    from rnnmath.symbolic.calculus import gradient, jacobian, trace_gradient, trace_jacobian
    from rnnmath.symbolic.codegen import lambdify
    from rnnmath.symbolic.nodes import OrderedProduct
    from rnnmath.symbolic.notation import TimeIndexed
    from rnnmath.symbolic.printing import latex, plain
    from rnnmath.verify import check, ledger

__all__ = [
    "OrderedProduct",
    "RnnmathError",
    "TimeIndexed",
    "check",
    "enclose",
    "gradient",
    "jacobian",
    "lambdify",
    "latex",
    "ledger",
    "norm_bound",
    "plain",
    "singular_value_bound",
    "trace_gradient",
    "trace_jacobian",
]

_ROOMS = {
    "OrderedProduct": "rnnmath.symbolic.nodes",
    "TimeIndexed": "rnnmath.symbolic.notation",
    "check": "rnnmath.verify",
    "enclose": "rnnmath.numeric",
    "gradient": "rnnmath.symbolic.calculus",
    "jacobian": "rnnmath.symbolic.calculus",
    "lambdify": "rnnmath.symbolic.codegen",
    "latex": "rnnmath.symbolic.printing",
    "ledger": "rnnmath.verify",
    "norm_bound": "rnnmath.symbolic.bounds",
    "plain": "rnnmath.symbolic.printing",
    "singular_value_bound": "rnnmath.symbolic.bounds",
    "trace_gradient": "rnnmath.symbolic.calculus",
    "trace_jacobian": "rnnmath.symbolic.calculus",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("rnnmath")
    if name not in _ROOMS:
        msg = f"module 'rnnmath' has no attribute {name!r}"
        raise AttributeError(msg)
    room = import_module(_ROOMS[name])
    if not hasattr(room, name):  # a room inside, not loaded yet
        import_module(f"{room.__name__}.{name}")
    return getattr(room, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
