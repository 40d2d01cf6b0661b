"""The proven spectral norm beside LAPACK's unproven one."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.part import Part
from rnnmath.numeric.enclose import spectral_norm

__all__ = ["case", "cases"]

#: Relative; LAPACK may err by some ulp, and the enclosure has a width of a few.
TOLERANCE = 1e-12


def _gap(found: Any, norm: float) -> float:
    """Return how far LAPACK's number is outside the enclosure, plus the width, over the norm."""
    lower, upper = float(found.lower), float(found.upper)
    return (max(lower - norm, norm - upper, 0.0) + upper - lower) / norm


def case(kind: str, n: int, target: float | None = None) -> Part:
    """Return one matrix: Gaussian, or orthogonal."""
    A = np.random.default_rng(n).normal(size=(n, n))
    if kind == "orthogonal":
        A = np.linalg.qr(A)[0]
    return Part(
        name="proven spectral norm",
        case=f"{kind}, n = {n}",
        peer="np.linalg.norm(A, 2)",
        ours=lambda: spectral_norm(A),
        theirs=lambda: float(np.linalg.norm(A, 2)),
        target=target,
        gap=_gap,
        tolerance=TOLERANCE,
        sizes={"n": n},
    )


def cases() -> Iterator[Part]:
    """Yield the sizes of the targets, and some between them to see how the cost grows."""
    for n, target in ((64, 3.0), (128, None), (256, 1.0), (512, None), (1024, 0.5)):
        yield case("Gaussian", n, target)
    yield case("orthogonal", 1024, 1.0)
