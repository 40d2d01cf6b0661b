"""The norms of a Jacobian product at every gap, beside a loop of LAPACK's norm."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.part import Part
from rnnmath.numeric import ACTIVATIONS, forward, norm_profile, random_network
from rnnmath.numeric.enclose import spectral_norm
from rnnmath.numeric.flow import jacobian_products, step_jacobian

__all__ = ["case", "cases"]


def _gap(found: Any, norms: Any) -> float:
    return float(np.abs(found / norms - 1).max())


def case(n: int, steps: int, target: float | None = None, *, proven: bool = False) -> Part:
    """Return a network whose products neither vanish nor grow fast.

    Proven are the norms of the products as they were rounded, not of the true ones.
    """
    rng = np.random.default_rng(0)
    network = random_network(rng, n, 1, 1, ACTIVATIONS["tanh"], scale=1.3)
    seen = forward(network, rng.normal(size=(steps, 1, 1)), np.zeros((n, 1)))

    def theirs() -> Any:
        product, norms = np.eye(n), [1.0]
        for k in range(steps, 0, -1):
            product = product @ step_jacobian(network, seen, k)[0]
            norms.append(np.linalg.norm(product, 2))
        return np.array(norms)

    def profile() -> Any:
        return 2 ** norm_profile(network, seen, steps).log2_norms[:, 0]

    def enclosed() -> Any:
        products = jacobian_products(network, seen, steps)[:, 0]
        return np.array([float(spectral_norm(product).upper) for product in products])

    return Part(
        name="proven norms at all gaps" if proven else "norms at all gaps",
        case=f"n = {n}, {steps} gaps",
        peer="loop of np.linalg.norm(P, 2)",
        ours=enclosed if proven else profile,
        theirs=theirs,
        target=target,
        gap=_gap,
        tolerance=1e-9,
        sizes={"n": n, "T": steps},
        fewest=3,
    )


def cases() -> Iterator[Part]:
    """Yield the sizes of the targets, which are set for proven norms."""
    for n, target in ((64, 1.0), (256, 0.25)):
        yield case(n, 200, target, proven=True)
    for n in (16, 64, 256):
        yield case(n, 200)
