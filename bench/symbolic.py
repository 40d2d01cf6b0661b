"""The Jacobian of an unrolled network at symbolic size, beside SymPy entry by entry."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sympy import Matrix, MatrixSymbol, diff, lambdify, symbols, tanh
from sympy.core.cache import clear_cache

from bench.part import Part
from rnnmath.symbolic import codegen
from rnnmath.symbolic.calculus import jacobian
from rnnmath.symbolic.nodes import elementwise
from rnnmath.symbolic.notation import size

__all__ = ["case", "cases"]

#: Beyond so many terms an entry of the peer takes too long to evaluate; a product in NumPy then
#: stands for its value.
MOST_TERMS = 500


def case(n: int, steps: int, target: float | None = None) -> Part:
    """Return h_T = tanh(W h_{T-1}), ... derived in h_0: ours for every n, theirs for one."""
    rows = size("n")
    W, h0 = MatrixSymbol("W", rows, rows), MatrixSymbol("h", rows, 1)
    numbers = np.random.default_rng(0).normal(size=(n, n)), np.full((n, 1), 0.3)

    def chain() -> Any:
        product, h = np.eye(n), numbers[1]
        for _ in range(steps):
            h = np.tanh(numbers[0] @ h)
            product = (1 - h**2) * (numbers[0] @ product)
        return product

    def ours() -> Any:
        clear_cache()
        h: Any = h0
        for _ in range(steps):
            h = elementwise(tanh, W * h)
        return jacobian(h, h0)

    def theirs() -> Any:
        clear_cache()
        entries = Matrix(n, n, symbols(f"w:{n * n}"))
        start = symbols(f"h:{n}")
        h = Matrix(start)
        for _ in range(steps):
            h = (entries * h).applyfunc(tanh)
        return entries, start, Matrix(n, n, lambda i, j: diff(h[i], start[j]))

    def gap(mine: Any, other: Any) -> float:
        entries, start, derived = other
        if n**steps > MOST_TERMS:
            return float(np.abs(codegen.lambdify([W, h0], mine)(*numbers) - chain()).max())
        by_entry = lambdify([*entries, *start], derived, cse=True)(
            *numbers[0].flat, *numbers[1].flat
        )
        return float(np.abs(codegen.lambdify([W, h0], mine)(*numbers) - by_entry).max())

    return Part(
        name="symbolic Jacobian",
        case=f"{steps} steps, peer at n = {n}",
        peer="SymPy entry by entry",
        ours=ours,
        theirs=theirs,
        target=target,
        gap=gap,
        tolerance=1e-12,
        sizes={"n": n, "T": steps},
        fewest=1,
    )


def cases() -> Iterator[Part]:
    """Yield a small case and that of the target."""
    yield case(3, 3)
    yield case(4, 6, 1 / 500)
