"""Chapter 8, activations: saturation, ReLU, and what regularizers promise about the scale."""

from rnnmath.theory.vanishing.activation_choice.decay import DECAY_AND_CLIPPING
from rnnmath.theory.vanishing.activation_choice.regularization import (
    REGULARIZATION_BOUNDS,
    SPECTRAL_NORMALIZATION,
)
from rnnmath.theory.vanishing.activation_choice.relu import RELU
from rnnmath.theory.vanishing.activation_choice.saturation import SATURATED_SLOPES, SATURATION
from rnnmath.theory.vanishing.activation_choice.step import SATURATED_STEP
from rnnmath.theory.vanishing.activation_choice.stories import RELU_DIES, RELU_ONE_UNIT

__all__ = [
    "CLAIMS",
    "DECAY_AND_CLIPPING",
    "REGULARIZATION_BOUNDS",
    "RELU",
    "RELU_DIES",
    "RELU_ONE_UNIT",
    "SATURATED_SLOPES",
    "SATURATED_STEP",
    "SATURATION",
    "SPECTRAL_NORMALIZATION",
]

CLAIMS = (
    SATURATION,
    SATURATED_SLOPES,
    SATURATED_STEP,
    RELU,
    RELU_ONE_UNIT,
    RELU_DIES,
    SPECTRAL_NORMALIZATION,
    REGULARIZATION_BOUNDS,
    DECAY_AND_CLIPPING,
)
