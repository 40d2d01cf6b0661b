"""Beyond the text: gradients cut at random, and windows that all point the wrong way."""

from rnnmath.theory.beyond.truncation.bounded import TRUNCATION_SPREAD
from rnnmath.theory.beyond.truncation.moments import TRUNCATION_HEAVY, TRUNCATION_LIGHT
from rnnmath.theory.beyond.truncation.sign import TRUNCATION_SIGN
from rnnmath.theory.beyond.truncation.unbiased import RANDOM_TRUNCATION

__all__ = [
    "CLAIMS",
    "RANDOM_TRUNCATION",
    "TRUNCATION_HEAVY",
    "TRUNCATION_LIGHT",
    "TRUNCATION_SIGN",
    "TRUNCATION_SPREAD",
]

CLAIMS = (
    TRUNCATION_SIGN,
    RANDOM_TRUNCATION,
    TRUNCATION_SPREAD,
    TRUNCATION_LIGHT,
    TRUNCATION_HEAVY,
)
