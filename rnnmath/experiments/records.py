"""What is written down about one training run."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rnnmath.errors import DomainError

__all__ = ["METRICS", "Record"]

#: What a claim may ask of a run.
METRICS = ("error", "reach before", "reach after", "longest gradient")


@dataclass(frozen=True)
class Record:
    """One network, trained once on one task.

    Parameters
    ----------
    task, model, seed
        What was run.
    curve
        Pairs of the number of updates and the error on the test sequences; the last pair is the
        outcome.
    before, after
        log₂ of the root mean square of ``‖dL_T/dh_k‖`` over sequences, at index k in 0..T, by the
        first and by the last parameters; of the pair of h and cell for an LSTM.
    longest
        The longest gradient of the parameters that training met, before it was clipped.
    seconds
        Processor time.
    platform
        Where, and with which Python and NumPy.

    Examples
    --------
    >>> curve, flat = ((0, 0.5), (10, 0.25)), (-3.0, -1.0)
    >>> run = Record("adding", "GRU", 0, curve, flat, flat, 2.0, 1.5, "here")
    >>> run.metric("error"), run.metric("reach before")
    (0.25, -2.0)
    >>> Record.from_json(run.to_json()) == run
    True
    >>> run.metric("beauty")
    Traceback (most recent call last):
    rnnmath.errors.DomainError: metric must be one of error, reach before, reach after, longest ...
    """

    task: str
    model: str
    seed: int
    curve: tuple[tuple[int, float], ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    longest: float
    seconds: float
    platform: str

    def metric(self, name: str) -> float:
        """Return one number of the run; a reach is the log₂ of what of a gradient gets to h_0."""
        if name == "error":
            return self.curve[-1][1]
        if name == "longest gradient":
            return self.longest
        if name in ("reach before", "reach after"):
            profile = self.before if name.endswith("before") else self.after
            return profile[0] - profile[-1]
        msg = f"metric must be one of {', '.join(METRICS)}, got {name!r}"
        raise DomainError(msg)

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Record":
        """Read what `to_json` gave, also after a passage through JSON, which knows no tuples."""
        curve = tuple((int(updates), float(error)) for updates, error in data["curve"])
        profiles = {name: tuple(map(float, data[name])) for name in ("before", "after")}
        return cls(**{**data, "curve": curve, **profiles})
