"""Chapter 5: what the eigenvalues of one matrix say about many steps, and where that breaks."""

from rnnmath.theory.eigenvalue_intuition.powers import EIGEN_POWER

__all__ = ["CLAIMS", "EIGEN_POWER"]

CLAIMS = (EIGEN_POWER,)
