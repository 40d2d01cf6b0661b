"""Attention to the mean of the past turns exponential decay into a power law: a solvable model."""

from rnnmath.theory.beyond.attention_law.generating import ATTENTION_SERIES
from rnnmath.theory.beyond.attention_law.power_law import (
    ATTENTION_POWER_LAW,
    ATTENTION_THRESHOLD,
)
from rnnmath.theory.beyond.attention_law.recurrence import ATTENTION_RECURRENCE

__all__ = [
    "ATTENTION_POWER_LAW",
    "ATTENTION_RECURRENCE",
    "ATTENTION_SERIES",
    "ATTENTION_THRESHOLD",
    "CLAIMS",
]

CLAIMS = (
    ATTENTION_RECURRENCE,
    ATTENTION_SERIES,
    ATTENTION_POWER_LAW,
    ATTENTION_THRESHOLD,
)
