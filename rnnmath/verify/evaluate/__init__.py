"""From a formula and a case to a number: exact over the rationals, or in floats.

What has no exact value becomes an enclosure, and a comparison of enclosures that overlap is
undecided.
"""

from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.decide import decide, speaks_of
from rnnmath.verify.evaluate.recursion import evaluate

__all__ = ["Case", "decide", "evaluate", "speaks_of"]
