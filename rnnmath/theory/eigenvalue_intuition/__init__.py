"""Chapter 5: what the eigenvalues of one matrix say about many steps, and where that breaks."""

from rnnmath.theory.eigenvalue_intuition.powers import EIGEN_POWER
from rnnmath.theory.eigenvalue_intuition.products import RADIUS_OF_PRODUCT
from rnnmath.theory.eigenvalue_intuition.regimes import EIGEN_REGIMES
from rnnmath.theory.eigenvalue_intuition.saturation import SATURATION
from rnnmath.theory.eigenvalue_intuition.switching import TIME_VARYING
from rnnmath.theory.eigenvalue_intuition.transient import NONNORMAL_TRANSIENT

__all__ = [
    "CLAIMS",
    "EIGEN_POWER",
    "EIGEN_REGIMES",
    "NONNORMAL_TRANSIENT",
    "RADIUS_OF_PRODUCT",
    "SATURATION",
    "TIME_VARYING",
]

CLAIMS = (
    EIGEN_POWER,
    EIGEN_REGIMES,
    NONNORMAL_TRANSIENT,
    TIME_VARYING,
    RADIUS_OF_PRODUCT,
    SATURATION,
)
