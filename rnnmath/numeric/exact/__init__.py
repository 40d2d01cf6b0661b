"""Certificates over the rational numbers: what is decided here is decided without rounding."""

from rnnmath.numeric.exact.enclosures import (
    largest_eigenvalue,
    smallest_singular_value,
    spectral_norm,
    spectral_radius,
)
from rnnmath.numeric.exact.interval import Interval, interval_max, interval_min, square_root
from rnnmath.numeric.exact.matrices import (
    determinant,
    frobenius_squared,
    inf_norm,
    is_positive_definite,
    is_positive_semidefinite,
    one_norm,
    rank,
    trace,
)
from rnnmath.numeric.exact.planting import rational_orthogonal, with_singular_values

__all__ = [
    "Interval",
    "determinant",
    "frobenius_squared",
    "inf_norm",
    "interval_max",
    "interval_min",
    "is_positive_definite",
    "is_positive_semidefinite",
    "largest_eigenvalue",
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
