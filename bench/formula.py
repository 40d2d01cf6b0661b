"""A formula derived in symbols and turned into code, beside NumPy written by hand."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sympy import MatrixSymbol, tanh

from bench.part import Part
from rnnmath.symbolic.calculus import jacobian
from rnnmath.symbolic.codegen import lambdify
from rnnmath.symbolic.nodes import elementwise
from rnnmath.symbolic.notation import size

__all__ = ["case", "cases"]


def case(n: int, target: float | None = None) -> Part:
    """Return d tanh(W h + b)/dh at one size; the generated function also checks its arguments."""
    rows = size("n")
    W, h, b = (MatrixSymbol(name, rows, rows if name == "W" else 1) for name in "Whb")
    generated = lambdify([W, h, b], jacobian(elementwise(tanh, W * h + b), h))
    rng = np.random.default_rng(n)
    weights, state, bias = rng.normal(size=(n, n)), rng.normal(size=(n, 1)), rng.normal(size=(n, 1))

    def by_hand() -> Any:
        return (1 - np.tanh(weights @ state + bias) ** 2) * weights

    return Part(
        name="generated formula",
        case=f"step Jacobian, n = {n}",
        peer="NumPy by hand",
        ours=lambda: generated(weights, state, bias),
        theirs=by_hand,
        target=target,
        gap=lambda mine, other: float(np.abs(mine - other).max()),
        tolerance=1e-13,
        sizes={"n": n},
    )


def cases() -> Iterator[Part]:
    """Yield the sizes of the target."""
    for n in (64, 256, 1024):
        yield case(n, 1.1)
