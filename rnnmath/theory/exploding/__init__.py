"""Chapter 7: what clipping a gradient does, what it leaves as it was, and why large steps fail."""

from rnnmath.theory.exploding.clip import CLIP, CLIP_SCALE
from rnnmath.theory.exploding.jacobian import CLIP_JACOBIAN
from rnnmath.theory.exploding.jacobian_norm import CLIP_JACOBIAN_NORM
from rnnmath.theory.exploding.kink import CLIP_JACOBIAN_INSIDE, CLIP_KINK

__all__ = ["CLAIMS"]

CLAIMS = (
    CLIP,
    CLIP_SCALE,
    CLIP_JACOBIAN,
    CLIP_JACOBIAN_NORM,
    CLIP_JACOBIAN_INSIDE,
    CLIP_KINK,
)
