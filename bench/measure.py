"""Ratios of times: our run and the peer's in turn, so that both meet the same machine."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from bench.part import Part

__all__ = ["Row", "measured"]

MOST_ROUNDS = 41


@dataclass(frozen=True)
class Row:
    """A part, measured; ``ratio`` is the median over the rounds of our time to theirs."""

    name: str
    case: str
    peer: str
    sizes: dict[str, int]
    target: float | None
    ratio: float
    lower_quartile: float
    upper_quartile: float
    ours_seconds: float
    theirs_seconds: float
    rounds: int
    disagreement: float
    agrees: bool

    @property
    def verdict(self) -> str:
        """Return met, missed, or nothing where no target is set; wrong values are never met."""
        if not self.agrees:
            return "wrong values"
        if self.target is None:
            return ""
        return "met" if self.ratio <= self.target else "missed"


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = perf_counter()
    value = work()
    return value, perf_counter() - begin


def measured(part: Part, *, seconds: float = 6.0) -> Row:
    """Compare the values once, then run both in turn until the time is used up.

    Every second round begins with the peer. The first run of both warms up and gives the values;
    it counts only for a part that is content with one round and takes longer than the time.
    """
    mine, first_ours = _timed(part.ours)
    other, first_theirs = _timed(part.theirs)
    gap = part.gap(mine, other)
    del mine, other
    ours, theirs = [], []
    if part.fewest == 1 and first_ours + first_theirs > seconds:
        ours, theirs = [first_ours], [first_theirs]
    end = perf_counter() + (0.0 if ours else seconds)
    while len(ours) < part.fewest or (len(ours) < MOST_ROUNDS and perf_counter() < end):
        if len(ours) % 2:
            theirs.append(_timed(part.theirs)[1])
            ours.append(_timed(part.ours)[1])
        else:
            ours.append(_timed(part.ours)[1])
            theirs.append(_timed(part.theirs)[1])
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return Row(
        name=part.name,
        case=part.case,
        peer=part.peer,
        sizes=dict(part.sizes),
        target=part.target,
        ratio=median(ratios),
        lower_quartile=low,
        upper_quartile=high,
        ours_seconds=median(ours),
        theirs_seconds=median(theirs),
        rounds=len(ratios),
        disagreement=gap,
        agrees=gap <= part.tolerance,
    )
