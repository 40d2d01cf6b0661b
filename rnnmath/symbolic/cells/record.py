"""What a recurrent cell is on record: one step as named equations, and what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sympy import BlockMatrix

from rnnmath.errors import DomainError
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.tidy import tidy

__all__ = ["Cell", "closed", "define"]


@dataclass(frozen=True)
class Cell:
    """One step of a recurrent network at symbolic sizes.

    Parameters
    ----------
    name : str
        Which cell, in words.
    equations : tuple of Statement
        ``name_t = value`` in the order of computation; a value may use the names before it.
    previous : tuple of TimeVector
        The states before the step, each a column (n, 1): ``h_{t-1}``, for an LSTM ``c_{t-1}`` too.
    states : tuple of TimeVector
        The states after the step, in the order of ``previous``.
    input : TimeVector
        ``x_t``, shape (m, 1).
    parameters : tuple
        Weights (n, n) and (n, m), biases and peepholes (n, 1), and numbers.

    Raises
    ------
    DomainError
        If a state after the step has no equation, or the states do not pair up.

    Notes
    -----
    Source: derived here.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import vanilla
    >>> for equation in vanilla().equations:
    ...     print(equation)
    a[t] = U*x[t] + W*h[t - 1] + b
    h[t] = f(a[t])
    """

    name: str
    equations: tuple[Statement, ...]
    previous: tuple[Any, ...]
    states: tuple[Any, ...]
    input: Any
    parameters: tuple[Any, ...]

    def __post_init__(self) -> None:
        named = {equation.lhs for equation in self.equations}
        missing = [state for state in self.states if state not in named]
        if missing:
            msg = f"the cell {self.name} has no equation for its state {missing[0]}"
            raise DomainError(msg)
        if len(self.previous) != len(self.states):
            before, after = len(self.previous), len(self.states)
            msg = f"the cell {self.name} has {before} states before the step and {after} after it"
            raise DomainError(msg)

    @property
    def arguments(self) -> tuple[Any, ...]:
        """Every symbol of one step: previous states, input, parameters."""
        return (*self.previous, self.input, *self.parameters)

    @property
    def gates(self) -> Mapping[str, Any]:
        """The gates and other intermediate columns by letter, in previous states and input."""
        return MappingProxyType(
            {
                equation.lhs.name: closed(self, equation.lhs)
                for equation in self.equations
                if equation.lhs not in self.states
            }
        )

    @property
    def next_state(self) -> Any:
        """The state after the step in previous states and input; two states are stacked."""
        columns = [closed(self, state) for state in self.states]
        return columns[0] if len(columns) == 1 else BlockMatrix([[column] for column in columns])


def define(name: Any, value: Any) -> Statement:
    """Return the equation ``name = value``, the value in canonical form.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import W, h, t
    >>> print(define(h[t], W * h[t - 1]))
    h[t] = W*h[t - 1]
    """
    return Statement(name, Relation.EQUAL, tidy(value))


def closed(cell: Cell, expr: Any) -> Any:
    """Put the equations in for the names, until only previous states and the input are left.

    Parameters
    ----------
    cell : Cell
        Whose names.
    expr : expression
        In the names of the cell.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import vanilla
    >>> from rnnmath.symbolic.notation import a, t
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(closed(vanilla(), 2 * a[t])))
    2*(U*x[t] + W*h[t - 1] + b)
    """
    for equation in reversed(cell.equations):
        expr = expr.xreplace({equation.lhs: equation.rhs})
    return tidy(expr)
