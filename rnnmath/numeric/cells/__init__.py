"""Gated, residual and leaky networks that run forward and backward, and their local Jacobians."""

from rnnmath.numeric.cells.draws import random_gru, random_lstm
from rnnmath.numeric.cells.gru import GRU, GRUTrajectory, forward_gru
from rnnmath.numeric.cells.gru_gradients import GRUGradients, backward_gru, gru_step_jacobian
from rnnmath.numeric.cells.lstm import LSTM, LSTMTrajectory, forward_lstm
from rnnmath.numeric.cells.lstm_gradients import (
    LSTMGradients,
    backward_lstm,
    lstm_step_jacobian,
)
from rnnmath.numeric.cells.records import GatedGradients, GatedTrajectory
from rnnmath.numeric.cells.skip import SkipRNN, forward_skip, leaky, residual
from rnnmath.numeric.cells.skip_gradients import backward_skip, skip_step_jacobian
from rnnmath.numeric.cells.torch_layout import (
    gru_from_torch_layout,
    gru_to_torch_layout,
    lstm_from_torch_layout,
    lstm_to_torch_layout,
)
from rnnmath.numeric.cells.transport import (
    cell_jacobian_product,
    cell_norm_profile,
    cell_step_jacobian,
)

__all__ = [
    "GRU",
    "LSTM",
    "GRUGradients",
    "GRUTrajectory",
    "GatedGradients",
    "GatedTrajectory",
    "LSTMGradients",
    "LSTMTrajectory",
    "SkipRNN",
    "backward_gru",
    "backward_lstm",
    "backward_skip",
    "cell_jacobian_product",
    "cell_norm_profile",
    "cell_step_jacobian",
    "forward_gru",
    "forward_lstm",
    "forward_skip",
    "gru_from_torch_layout",
    "gru_step_jacobian",
    "gru_to_torch_layout",
    "leaky",
    "lstm_from_torch_layout",
    "lstm_step_jacobian",
    "lstm_to_torch_layout",
    "random_gru",
    "random_lstm",
    "residual",
    "skip_step_jacobian",
]
