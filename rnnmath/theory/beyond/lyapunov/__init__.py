"""Beyond the text: Lyapunov exponents, and when a wide random network is at the edge of chaos."""

from rnnmath.theory.beyond.lyapunov.factored import LYAPUNOV_DETERMINANT
from rnnmath.theory.beyond.lyapunov.fixed import LYAPUNOV_FIXED
from rnnmath.theory.beyond.lyapunov.network import LYAPUNOV_BOUND, LYAPUNOV_SUBADDITIVE
from rnnmath.theory.beyond.lyapunov.relu import MEAN_FIELD_RELU
from rnnmath.theory.beyond.lyapunov.switching import LYAPUNOV_SWITCHING
from rnnmath.theory.beyond.lyapunov.wide import MEAN_FIELD_CONTRACTION, MEAN_FIELD_EDGE

__all__ = [
    "CLAIMS",
    "LYAPUNOV_BOUND",
    "LYAPUNOV_DETERMINANT",
    "LYAPUNOV_FIXED",
    "LYAPUNOV_SUBADDITIVE",
    "LYAPUNOV_SWITCHING",
    "MEAN_FIELD_CONTRACTION",
    "MEAN_FIELD_EDGE",
    "MEAN_FIELD_RELU",
]

CLAIMS = (
    LYAPUNOV_DETERMINANT,
    LYAPUNOV_SUBADDITIVE,
    LYAPUNOV_BOUND,
    LYAPUNOV_FIXED,
    LYAPUNOV_SWITCHING,
    MEAN_FIELD_RELU,
    MEAN_FIELD_CONTRACTION,
    MEAN_FIELD_EDGE,
)
