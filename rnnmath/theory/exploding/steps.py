"""A step down a loss: the point it leads to, its failure beyond the first order, and draws."""

from typing import Any

from sympy import Matrix, MatrixSymbol, Rational, Symbol

from rnnmath.claim import Draw, Hypothesis
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.quantities.landscape import Curvature, GradientAt, LossAt
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.exploding.objects import n, theta

__all__ = [
    "BEND",
    "BOWLS",
    "BOWL_TWICE",
    "FAIL",
    "FLAT",
    "HERE",
    "OVER_THE_EDGE",
    "QUADRATIC",
    "SLOPE",
    "SMOOTH",
    "STEEP",
    "STEEPENING",
    "STEP",
    "THERE",
    "after",
    "cliff",
    "eta",
    "remainder",
    "w",
]

w = MatrixSymbol("w", n, 1)
eta = Symbol("eta", positive=True)
HERE, SLOPE = LossAt(w), GradientAt(w)
STEEP = VectorNorm(SLOPE)
STEP = Clip(SLOPE, theta)


def after(step: Any) -> Any:
    """Return the point that a step leads to."""
    return add(w, multiply(-eta, step))


THERE = after(STEP)
BEND = Curvature(w, THERE)
FAIL = LossAt(THERE) - HERE + eta * InnerProduct(SLOPE, STEP)


def remainder(bend: Any, size: Any) -> Any:
    """Return ``M eta^2 ‖d‖^2 / 2``."""
    return bend * eta**2 * size**2 / 2


def _landscape(powers: tuple[int, int], theta: Any, eta: Any, **sizes: tuple[int, int]) -> Draw:
    """Return a draw of rotated powers, with ranges of the threshold and of the rate."""
    return Draw(
        "random",
        {
            "sizes": {"n": (1, 3), **sizes},
            "landscape": powers,
            "scalars": {"theta": theta, "eta": eta},
        },
    )


QUADRATIC = _landscape((2, 2), ("1/4", 3), ("1/100", 1), n=(1, 1))
BOWLS = _landscape((2, 2), ("1/4", 3), ("1/100", 1))
STEEPENING = _landscape((2, 5), ("1/4", 3), ("1/100", 3))
FLAT = _landscape((1, 4), ("1/4", 1), ("1/100", 1))


def cliff(power: int, at: Any, threshold: Any, rate: Any, tilt: int = 0) -> Draw:
    """Return the loss ``w^power + tilt w`` of one number, with a point, a threshold and a rate."""
    values = {"n": 1, "w": Matrix([at]), "theta": threshold, "eta": rate}
    options = {"landscape": ([[1]], [1], [power], [tilt]), "values": values, "note": f"w^{power}"}
    return Draw("explicit", options)


OVER_THE_EDGE = cliff(10, 2, 1, Rational(1, 100))
BOWL_TWICE = cliff(2, 1, 9, Rational(3, 2))
SMOOTH = Hypothesis("$L$ is twice continuously differentiable on the segment")
