"""Chapter 4: the spectral norm, the largest factor by which a matrix can stretch a vector."""

from rnnmath.theory.spectral_norm.axioms import NORM_AXIOMS
from rnnmath.theory.spectral_norm.definition import NORM_IS_STRETCH
from rnnmath.theory.spectral_norm.sandwich import NORM_SANDWICH
from rnnmath.theory.spectral_norm.transposed import NORM_TRANSPOSE

__all__ = ["CLAIMS", "NORM_AXIOMS", "NORM_IS_STRETCH", "NORM_SANDWICH", "NORM_TRANSPOSE"]

CLAIMS = (NORM_IS_STRETCH, NORM_TRANSPOSE, NORM_AXIOMS, NORM_SANDWICH)
