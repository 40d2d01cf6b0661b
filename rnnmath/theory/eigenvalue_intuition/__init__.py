"""Chapter 5: what the eigenvalues of one matrix say about many steps, and where that breaks."""

from rnnmath.theory.eigenvalue_intuition.powers import EIGEN_POWER
from rnnmath.theory.eigenvalue_intuition.regimes import EIGEN_REGIMES
from rnnmath.theory.eigenvalue_intuition.transient import NONNORMAL_TRANSIENT

__all__ = ["CLAIMS", "EIGEN_POWER", "EIGEN_REGIMES", "NONNORMAL_TRANSIENT"]

CLAIMS = (EIGEN_POWER, EIGEN_REGIMES, NONNORMAL_TRANSIENT)
