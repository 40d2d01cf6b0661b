"""A product of a million Jacobians that never underflows, beside the plain one that does."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.part import Part
from rnnmath.numeric import ACTIVATIONS, forward, random_network
from rnnmath.numeric.flow import scaled_jacobian_product

__all__ = ["case", "cases"]


def _gap(found: Any, plain: Any) -> float:
    """Return the difference where the plain product is left, relative to it."""
    together = np.ldexp(found.mantissa, found.exponent[:, None, None])[0]
    size = np.abs(plain).max()
    return float(np.abs(together - plain).max() / size) if size else float(together.any())


def case(n: int, steps: int, target: float | None = None) -> Part:
    """Return a network of n units over so many steps; the peer multiplies in place too."""
    rng = np.random.default_rng(0)
    network = random_network(rng, n, 1, 1, ACTIVATIONS["tanh"])
    seen = forward(network, rng.normal(size=(steps, 1, 1)), np.zeros((n, 1)))

    def theirs() -> Any:
        slopes = np.ascontiguousarray(network.activation.slope(seen.a)[:, :, 0])
        product, scratch = np.eye(n), np.empty((n, n))
        for slope in slopes[::-1]:
            np.multiply(product, slope, out=scratch)
            scratch.dot(network.W, out=product)
        return product

    return Part(
        name="log-scaled product",
        case=f"n = {n}, {steps} steps",
        peer="plain product, underflows",
        ours=lambda: scaled_jacobian_product(network, seen, steps, 0),
        theirs=theirs,
        target=target,
        gap=_gap,
        tolerance=1e-9,
        sizes={"n": n, "T": steps},
        fewest=3,
    )


def cases() -> Iterator[Part]:
    """Yield a million steps, and fewer of a wider network."""
    yield case(16, 1_000_000, 1.1)
    yield case(64, 100_000, 1.1)
