"""How loose the bound by the product of norms is: exactly 1 a step, or nearly 2."""

from rnnmath.theory.beyond.looseness.edge import FUSS_CATALAN_EDGE, LOOSENESS
from rnnmath.theory.beyond.looseness.numbers import LOOSENESS_NUMBERS
from rnnmath.theory.beyond.looseness.powers import GAUSSIAN_POWER_MOMENTS, GAUSSIAN_POWER_NORM

__all__ = [
    "CLAIMS",
    "FUSS_CATALAN_EDGE",
    "GAUSSIAN_POWER_MOMENTS",
    "GAUSSIAN_POWER_NORM",
    "LOOSENESS",
    "LOOSENESS_NUMBERS",
]

CLAIMS = (
    GAUSSIAN_POWER_MOMENTS,
    FUSS_CATALAN_EDGE,
    GAUSSIAN_POWER_NORM,
    LOOSENESS,
    LOOSENESS_NUMBERS,
)
