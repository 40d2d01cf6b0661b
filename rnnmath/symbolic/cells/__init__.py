"""One step of a recurrent network at symbolic size: vanilla, residual, leaky, LSTM, GRU."""

from rnnmath.symbolic.cells.gru import gru
from rnnmath.symbolic.cells.jacobians import (
    in_names,
    input_jacobian,
    joined,
    state_jacobian,
)
from rnnmath.symbolic.cells.lstm import lstm
from rnnmath.symbolic.cells.plain import leaky, residual, vanilla
from rnnmath.symbolic.cells.record import Cell, closed

__all__ = [
    "Cell",
    "closed",
    "gru",
    "in_names",
    "input_jacobian",
    "joined",
    "leaky",
    "lstm",
    "residual",
    "state_jacobian",
    "vanilla",
]
