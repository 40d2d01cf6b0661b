"""A case: values for the names of a statement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rnnmath.numeric.dual import dual_jacobian
from rnnmath.verify.world import Oracle, World

__all__ = ["Case"]


@dataclass(frozen=True)
class Case:
    """Values for the names of a statement.

    Attributes
    ----------
    values : mapping
        Name to int, Fraction or array.
    functions : mapping
        Name of an abstract function ("f", "f'") to a callable on arrays.
    world : World or None
        The network that time-indexed vectors and total derivatives refer to.
    note : str
        How the case was drawn.
    bits : int
        Relative precision of enclosures.
    cell : CellWorld or None
        A gated cell in place of the network; within one step, its columns so far.
    oracle : callable
        Measures the Jacobian of a plain function at a point.
    """

    values: Mapping[str, Any]
    functions: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    world: World | None = None
    note: str = ""
    bits: int = 60
    cell: Any = None
    oracle: Oracle = dual_jacobian

    def but(self, **values: Any) -> "Case":
        """Return the case with some values replaced."""
        return replace(self, values={**self.values, **values})

    def __str__(self) -> str:
        shown = ", ".join(f"{name} = {_short(value)}" for name, value in self.values.items())
        return f"{self.note}: {shown}" if self.note else shown


def _short(value: Any) -> str:
    text = str(value.tolist() if isinstance(value, np.ndarray) else value)
    text = text.replace("Fraction", "")
    return text if len(text) <= 160 else text[:157] + "..."
