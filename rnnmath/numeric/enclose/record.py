"""What an enclosure of this room is: an interval, and how it was proven."""

from dataclasses import dataclass
from typing import Any

from rnnmath.numeric.exact import Interval

__all__ = ["Enclosure"]


@dataclass(frozen=True, slots=True, init=False)
class Enclosure(Interval):
    """A proven interval, and the tier of the proof: how much work it took.

    Attributes
    ----------
    lower, upper : Fraction
    tier : str
        The function that returns it says which there are.

    Examples
    --------
    >>> Enclosure(1, 2, "trace")
    Enclosure(lower=Fraction(1, 1), upper=Fraction(2, 1), tier='trace')
    """

    tier: str

    def __init__(self, lower: Any, upper: Any, tier: str) -> None:
        Interval.__init__(self, lower, upper)
        object.__setattr__(self, "tier", tier)
