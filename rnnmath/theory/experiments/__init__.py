"""Experiments: what ignorance costs on four tasks, and what six networks learnt of them."""

from rnnmath.claim import Claim
from rnnmath.theory.experiments.baselines import ADDING_BASELINE, COPY_BASELINE
from rnnmath.theory.experiments.outcomes import OUTCOMES

__all__ = ["ADDING_BASELINE", "CLAIMS", "COPY_BASELINE", "OUTCOMES"]

CLAIMS: tuple[Claim, ...] = (ADDING_BASELINE, COPY_BASELINE, *OUTCOMES)
