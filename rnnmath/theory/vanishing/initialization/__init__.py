"""Chapter 8: what a random matrix does to the size of a state, and how large it is itself."""

from rnnmath.theory.vanishing.initialization.compromise import XAVIER
from rnnmath.theory.vanishing.initialization.moments import SECOND_MOMENTS
from rnnmath.theory.vanishing.initialization.normal import GAUSSIAN_NORM_LOWER, INIT_SCALE
from rnnmath.theory.vanishing.initialization.orthogonal import ORTHOGONAL_NORM, ORTHOGONAL_TIGHT
from rnnmath.theory.vanishing.initialization.rectified import VARIANCE_HE, VARIANCE_RELU
from rnnmath.theory.vanishing.initialization.shared import VARIANCE_SHARED
from rnnmath.theory.vanishing.initialization.variance import (
    VARIANCE_BACKWARD,
    VARIANCE_KEPT,
    VARIANCE_PROPAGATION,
)

__all__ = [
    "CLAIMS",
    "GAUSSIAN_NORM_LOWER",
    "INIT_SCALE",
    "ORTHOGONAL_NORM",
    "ORTHOGONAL_TIGHT",
    "SECOND_MOMENTS",
    "VARIANCE_BACKWARD",
    "VARIANCE_HE",
    "VARIANCE_KEPT",
    "VARIANCE_PROPAGATION",
    "VARIANCE_RELU",
    "VARIANCE_SHARED",
    "XAVIER",
]

CLAIMS = (
    SECOND_MOMENTS,
    VARIANCE_PROPAGATION,
    VARIANCE_BACKWARD,
    VARIANCE_KEPT,
    XAVIER,
    VARIANCE_RELU,
    VARIANCE_HE,
    VARIANCE_SHARED,
    INIT_SCALE,
    GAUSSIAN_NORM_LOWER,
    ORTHOGONAL_NORM,
    ORTHOGONAL_TIGHT,
)
