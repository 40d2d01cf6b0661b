"""Attention: one factor to every state, and the derivative of the softmax that weighs them."""

from rnnmath.theory.vanishing.attention.norm import SOFTMAX_NORM
from rnnmath.theory.vanishing.attention.path import (
    ATTENTION_BOUND,
    ATTENTION_PATH,
    ATTENTION_UNIFORM,
)
from rnnmath.theory.vanishing.attention.softmax import SOFTMAX_JACOBIAN, SOFTMAX_VARIANCE

__all__ = [
    "ATTENTION_BOUND",
    "ATTENTION_PATH",
    "ATTENTION_UNIFORM",
    "CLAIMS",
    "SOFTMAX_JACOBIAN",
    "SOFTMAX_NORM",
    "SOFTMAX_VARIANCE",
]

CLAIMS = (
    SOFTMAX_JACOBIAN,
    SOFTMAX_VARIANCE,
    SOFTMAX_NORM,
    ATTENTION_PATH,
    ATTENTION_BOUND,
    ATTENTION_UNIFORM,
)
