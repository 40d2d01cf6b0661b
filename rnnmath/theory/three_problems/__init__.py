"""Chapter 1: what backpropagation through time costs, and what truncating it leaves out."""

from rnnmath.theory.three_problems.bias import TBPTT_AT_ONE, TBPTT_BIAS
from rnnmath.theory.three_problems.cost import TRUNCATION_COST, UNROLL_COST
from rnnmath.theory.three_problems.orders import COST_ORDERS
from rnnmath.theory.three_problems.sums import TBPTT_SUM

__all__ = [
    "CLAIMS",
    "COST_ORDERS",
    "TBPTT_AT_ONE",
    "TBPTT_BIAS",
    "TBPTT_SUM",
    "TRUNCATION_COST",
    "UNROLL_COST",
]

CLAIMS = (UNROLL_COST, TRUNCATION_COST, COST_ORDERS, TBPTT_SUM, TBPTT_BIAS, TBPTT_AT_ONE)
