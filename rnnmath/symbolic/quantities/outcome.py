"""What came out of a training run, as a number that a statement may speak of."""

from typing import Any

from sympy import Basic, Expr
from sympy.core.symbol import Str

from rnnmath.errors import DomainError

__all__ = ["Outcome"]

_METRICS = ("error", "reach before", "reach after", "longest gradient")


class Outcome(Expr):
    """A number that is read from the record of one training run.

    The ``error`` is that on test sequences after training; the ``reach`` is the base-2 logarithm
    of the share of a gradient ``dL_T/dh_T`` that arrives at ``h_0``, before or after training.
    Source: definition.

    Raises
    ------
    DomainError
        If the metric is none of those.

    Examples
    --------
    >>> run = Outcome("adding", "LSTM", "error")
    >>> print(run, run.model, run.is_real)
    error(adding, LSTM) LSTM True
    >>> Outcome("adding", "LSTM", "charm")
    Traceback (most recent call last):
    rnnmath.errors.DomainError: metric must be one of error, reach before, reach after, longest ...
    """

    is_commutative = True
    is_real = True

    def __new__(cls, task: Any, model: Any, metric: Any) -> "Outcome":
        """Take the names of the task, of the model and of the metric."""
        names = tuple(str(getattr(name, "name", name)) for name in (task, model, metric))
        if names[2] not in _METRICS:
            msg = f"metric must be one of {', '.join(_METRICS)}, got {names[2]!r}"
            raise DomainError(msg)
        node: Outcome = Basic.__new__(cls, *(Str(name) for name in names))
        return node

    @property
    def task(self) -> str:
        """What was asked."""
        return str(self.args[0].name)

    @property
    def model(self) -> str:
        """Who was trained."""
        return str(self.args[1].name)

    @property
    def metric(self) -> str:
        """What is read from the record."""
        return str(self.args[2].name)

    def _latex(self, _: Any) -> str:
        metric = rf"\text{{{self.metric}}}"
        if self.metric.startswith("reach "):
            metric = rf"\text{{reach}}_{{\text{{{self.metric.removeprefix('reach ')}}}}}"
        return rf"{metric}(\text{{{self.task}, {self.model}}})"

    def _sympystr(self, _: Any) -> str:
        return f"{self.metric}({self.task}, {self.model})"
