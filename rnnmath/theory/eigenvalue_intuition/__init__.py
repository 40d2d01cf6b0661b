"""Chapter 5: what the eigenvalues of one matrix say about many steps, and where that breaks."""

from rnnmath.theory.eigenvalue_intuition.powers import EIGEN_POWER
from rnnmath.theory.eigenvalue_intuition.regimes import EIGEN_REGIMES

__all__ = ["CLAIMS", "EIGEN_POWER", "EIGEN_REGIMES"]

CLAIMS = (EIGEN_POWER, EIGEN_REGIMES)
