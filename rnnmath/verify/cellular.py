"""A gated cell that runs in rationals: its equations evaluated, its derivatives measured.

The program is the list of equations of a symbolic cell; the derivatives come from dual numbers
that know no rule of the calculus.  Gates are *formal*: a rational value between the limits of the
gate, and by definition the slope ``v (1 - v)`` or ``1 - v^2``.  A Jacobian knows a gate by these
two alone, and every such value is one of the true gate at some real bias.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, partial
from typing import Any

import numpy as np

from rnnmath.errors import DomainError, Unsupported
from rnnmath.numeric.dual import Dual, dual_jacobian
from rnnmath.symbolic.cells import Cell, gru, lstm, residual
from rnnmath.verify.evaluate import Case, evaluate
from rnnmath.verify.world import Oracle

__all__ = ["CELLS", "FORMAL", "CellWorld", "cell_world"]

#: The name of all states of a cell, stacked in the order of the cell.
STACKED = "s"


def _formal(value: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function on object arrays with this value, and this slope in terms of the value."""

    def one(number: Any) -> Any:
        if not isinstance(number, Dual):
            return value(Fraction(number))
        reached = value(number.value)
        return Dual(reached, slope(reached) * number.derivative)

    return np.vectorize(one, otypes=[object])


def _squashed(number: Fraction) -> Fraction:
    return number / (1 + abs(number))


#: Gates by name: rational values in the open range of each, slopes by definition.
FORMAL: Mapping[str, Callable[[Any], Any]] = {
    "logistic": _formal(lambda a: (1 + _squashed(a)) / 2, lambda v: v * (1 - v)),
    "tanh": _formal(_squashed, lambda v: 1 - v**2),
}

CELLS: Mapping[str, Callable[[], Cell]] = {
    "lstm": cache(lstm),
    "gru": cache(gru),
    "gru before": cache(partial(gru, reset="before")),
    "residual": cache(residual),
}


@dataclass(frozen=True)
class CellWorld:
    """One run of a cell over an input, with the oracle that measures derivatives.

    Attributes
    ----------
    cell : Cell
        Whose equations are run.
    values : mapping
        Sizes and parameters by name.
    starts : tuple of arrays
        The states at time 0, in the order of the cell.
    x : array
        Inputs, shape (T, m, 1).
    functions : mapping
        What the equations apply, by name.
    oracle : callable
        Measures the Jacobian of a function at a point.
    """

    cell: Cell
    values: Mapping[str, Any]
    starts: tuple[Any, ...]
    x: Any
    functions: Mapping[str, Callable[[Any], Any]]
    oracle: Oracle = dual_jacobian
    run: dict[tuple[str, int], Any] = field(default_factory=dict, init=False, repr=False)
    measured: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for name, start in zip(self.states, self.starts, strict=True):
            self.run[name, 0] = start
        for step, column in enumerate(self.x, start=1):
            self.run["x", step] = column
            self._step(step, self.run)

    @property
    def states(self) -> tuple[str, ...]:
        """The letters of the states."""
        return tuple(state.name for state in self.cell.states)

    @property
    def horizon(self) -> int:
        """The number of steps T."""
        return len(self.x)

    def _step(self, step: int, run: dict[tuple[str, int], Any]) -> None:
        """Evaluate every equation of one step and keep its value by name."""
        case = Case({**self.values, "t": step}, self.functions, cell=_Columns(run))
        for equation in self.cell.equations:
            run[equation.lhs.name, step] = evaluate(equation.rhs, case)

    def vector(self, name: str, time: int) -> Any:
        """Return a state, a gate, the input, or all states stacked, at one time."""
        return _Columns(self.run).vector(name, time, self.states)

    def derivative(
        self, of: tuple[str, int], wrt: tuple[str, int], held: tuple[str, ...] = ()
    ) -> Any:
        """Measure the derivative of a column in a state once, through all that is downstream.

        Parameters
        ----------
        of, wrt : (letter, time)
            ``wrt`` is a state, or all of them stacked.
        held : tuple of str
            States that are put back to what they were after each step.
        """
        ends = (of[0], wrt[0])
        if len(self.states) > 1 and not held and set(ends) <= set(self.states):
            return self._block(self.derivative((STACKED, of[1]), (STACKED, wrt[1])), ends)
        if (of, wrt, held) not in self.measured:
            self.measured[of, wrt, held] = self._measure(of, wrt, held)
        return self.measured[of, wrt, held]

    def _block(self, jacobian: Any, ends: tuple[str, str]) -> Any:
        """Cut the block of one state in one state out of that of all in all."""
        rows, cols = (self.states.index(end) for end in ends)
        size = len(jacobian) // len(self.states)
        return jacobian[rows * size : (rows + 1) * size, cols * size : (cols + 1) * size]

    def _measure(self, of: tuple[str, int], wrt: tuple[str, int], held: tuple[str, ...]) -> Any:
        name, start = wrt
        if name not in (*self.states, STACKED):
            msg = f"derivatives of a cell are measured in its states, got {name!r}"
            raise Unsupported(msg)
        moved = self.states if name == STACKED else (name,)

        def rerun(value: Any) -> Any:
            run = dict(self.run)
            for place, part in zip(moved, np.split(value, len(moved)), strict=True):
                run[place, start] = part
            for step in range(start + 1, of[1] + 1):
                self._step(step, run)
                run.update({(state, step): self.run[state, step] for state in held})
            return _Columns(run).vector(*of, self.states)

        if of[1] < start:
            msg = f"{of[0]} at {of[1]} comes before {name} at {start}"
            raise Unsupported(msg)
        return self.oracle(rerun, self.vector(name, start))

    def direct(self, of: tuple[str, int], wrt: tuple[str, int]) -> Any:
        """Measure the derivative along one state, every other state held."""
        held = tuple(state for state in self.states if state != of[0])
        return self.derivative(of, wrt, held)


@dataclass(frozen=True)
class _Columns:
    """Columns by name and time; what the equations of one step see."""

    run: Mapping[tuple[str, int], Any]

    def vector(self, name: str, time: int, states: tuple[str, ...] = ()) -> Any:
        if name == STACKED and states:
            return np.concatenate([self.run[state, time] for state in states])
        if (name, time) not in self.run:
            known = ", ".join(sorted({letter for letter, _ in self.run}))
            msg = f"the cell has no {name!r} at time {time}; it has {known}"
            raise Unsupported(msg)
        return self.run[name, time]


def _shape(symbol: Any, sizes: Mapping[str, int]) -> tuple[int, int]:
    rows, cols = (sizes.get(str(side), side) for side in symbol.shape)
    return int(rows), int(cols)


def cell_world(
    kind: str,
    sizes: Mapping[str, int],
    steps: int,
    draw: Callable[[str, int, int], Any],
    functions: Mapping[str, Callable[[Any], Any]],
) -> CellWorld:
    """Draw the parameters, the first states and the input of a cell, and run it.

    Parameters
    ----------
    kind : str
        A key of ``CELLS``.
    sizes : mapping
        ``n`` and ``m``.
    steps : int
        The horizon T.
    draw : callable
        ``draw(name, rows, cols)`` returns an array of Fractions for a parameter, a state or x.
    functions : mapping
        Functions beyond the formal gates.

    Raises
    ------
    DomainError
        If there is no such cell.

    Examples
    --------
    >>> ones = lambda name, rows, cols: np.full((rows, cols), Fraction(0), dtype=object)
    >>> world = cell_world("lstm", {"n": 1, "m": 1}, 2, ones, {})
    >>> world.direct(("c", 2), ("c", 0))
    array([[Fraction(1, 4)]], dtype=object)
    """
    if kind not in CELLS:
        msg = f"no cell {kind!r}; there are {', '.join(CELLS)}"
        raise DomainError(msg)
    cell = CELLS[kind]()
    parameters = {str(p.name): draw(str(p.name), *_shape(p, sizes)) for p in cell.parameters}
    starts = tuple(draw(state.name, *_shape(state, sizes)) for state in cell.states)
    x = np.stack([draw("x", *_shape(cell.input, sizes)) for _ in range(steps)])
    return CellWorld(cell, {**sizes, **parameters}, starts, x, {**FORMAL, **functions})
