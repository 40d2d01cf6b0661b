"""What is compared: two ways to one value, and what their ratio is to be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Part"]


@dataclass(frozen=True)
class Part:
    """One line of the table.

    Parameters
    ----------
    name, case
        The part, and which sizes or matrices.
    peer
        What it is measured against, in words.
    ours, theirs
        Functions without arguments that do the work once and return its value.
    target
        The largest ratio of our time to theirs that meets the target; None where none is set.
    gap
        How far the two values are apart, as a number that must stay below ``tolerance``.
    sizes
        The numbers that the cost grows with, such as n, T and B.
    fewest
        So many rounds at least, however long one takes.
    """

    name: str
    case: str
    peer: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    target: float | None
    gap: Callable[[Any, Any], float]
    tolerance: float
    sizes: Mapping[str, int] = field(default_factory=dict)
    fewest: int = 5

    def disagreement(self) -> float:
        """Run both once and return how far their values are apart."""
        return self.gap(self.ours(), self.theirs())
