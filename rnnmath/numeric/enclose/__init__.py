"""Norms of float matrices between proven bounds, about as fast as LAPACK's unproven number."""

from rnnmath.numeric.enclose.spectral import Enclosure, spectral_norm

__all__ = ["Enclosure", "spectral_norm"]
