"""Norms of float matrices between proven bounds, about as fast as LAPACK's unproven number."""

from rnnmath.numeric.enclose.products import product_norm
from rnnmath.numeric.enclose.record import Enclosure
from rnnmath.numeric.enclose.smallest import smallest_singular_value
from rnnmath.numeric.enclose.spectral import spectral_norm

__all__ = ["Enclosure", "product_norm", "smallest_singular_value", "spectral_norm"]
