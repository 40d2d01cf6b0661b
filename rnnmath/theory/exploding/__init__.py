"""Chapter 7: what clipping a gradient does, what it leaves as it was, and why large steps fail."""

from rnnmath.theory.exploding.cause import CLIP_KEEPS_CAUSE
from rnnmath.theory.exploding.cliff import CLIFF
from rnnmath.theory.exploding.clip import CLIP, CLIP_SCALE
from rnnmath.theory.exploding.decrease import CLIPPED_DECREASE
from rnnmath.theory.exploding.failure import FIRST_ORDER_FAILURE
from rnnmath.theory.exploding.jacobian import CLIP_JACOBIAN
from rnnmath.theory.exploding.jacobian_norm import CLIP_JACOBIAN_NORM
from rnnmath.theory.exploding.kink import CLIP_JACOBIAN_INSIDE, CLIP_KINK
from rnnmath.theory.exploding.projection import CLIP_CORNER, CLIP_PROJECTION

__all__ = [
    "CLAIMS",
    "CLIFF",
    "CLIP",
    "CLIPPED_DECREASE",
    "CLIP_CORNER",
    "CLIP_JACOBIAN",
    "CLIP_JACOBIAN_INSIDE",
    "CLIP_JACOBIAN_NORM",
    "CLIP_KEEPS_CAUSE",
    "CLIP_KINK",
    "CLIP_PROJECTION",
    "CLIP_SCALE",
    "FIRST_ORDER_FAILURE",
]

CLAIMS = (
    CLIP,
    CLIP_SCALE,
    CLIP_CORNER,
    CLIP_PROJECTION,
    CLIP_JACOBIAN,
    CLIP_JACOBIAN_NORM,
    CLIP_JACOBIAN_INSIDE,
    CLIP_KINK,
    CLIP_KEEPS_CAUSE,
    FIRST_ORDER_FAILURE,
    CLIPPED_DECREASE,
    CLIFF,
)
