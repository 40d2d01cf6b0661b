"""Certificates over the rational numbers: what is decided here is decided without rounding."""

from rnnmath.numeric.exact.eigenvalues import largest_eigenvalue, spectral_radius
from rnnmath.numeric.exact.growth import growth_rate
from rnnmath.numeric.exact.interval import Interval, interval_max, interval_min, square_root
from rnnmath.numeric.exact.logarithms import is_power, logarithm
from rnnmath.numeric.exact.matrices import is_positive_definite, is_positive_semidefinite
from rnnmath.numeric.exact.measures import (
    determinant,
    frobenius_squared,
    inf_norm,
    one_norm,
    rank,
    trace,
)
from rnnmath.numeric.exact.planting import rational_orthogonal, with_singular_values
from rnnmath.numeric.exact.singular_values import smallest_singular_value, spectral_norm

__all__ = [
    "Interval",
    "determinant",
    "frobenius_squared",
    "growth_rate",
    "inf_norm",
    "interval_max",
    "interval_min",
    "is_positive_definite",
    "is_positive_semidefinite",
    "is_power",
    "largest_eigenvalue",
    "logarithm",
    "one_norm",
    "rank",
    "rational_orthogonal",
    "smallest_singular_value",
    "spectral_norm",
    "spectral_radius",
    "square_root",
    "trace",
    "with_singular_values",
]
