"""Chapter 8, gates: what LSTM, GRU and residual steps do to a gradient."""

from rnnmath.theory.vanishing.gates.carousel import LSTM_CAROUSEL, LSTM_CONSTANT_GATES
from rnnmath.theory.vanishing.gates.gru import GRU_JACOBIAN, GRU_JACOBIAN_BEFORE
from rnnmath.theory.vanishing.gates.gru_bound import GRU_BOUND, GRU_BOUND_BEFORE
from rnnmath.theory.vanishing.gates.lstm import LSTM_JACOBIAN
from rnnmath.theory.vanishing.gates.lstm_bound import LSTM_BOUND
from rnnmath.theory.vanishing.gates.residual import RESIDUAL_JACOBIAN, RESIDUAL_STRETCH
from rnnmath.theory.vanishing.gates.zero_state import LSTM_ZERO_STATE, LSTM_ZERO_STATE_GROWTH

__all__ = [
    "CLAIMS",
    "GRU_BOUND",
    "GRU_BOUND_BEFORE",
    "GRU_JACOBIAN",
    "GRU_JACOBIAN_BEFORE",
    "LSTM_BOUND",
    "LSTM_CAROUSEL",
    "LSTM_CONSTANT_GATES",
    "LSTM_JACOBIAN",
    "LSTM_ZERO_STATE",
    "LSTM_ZERO_STATE_GROWTH",
    "RESIDUAL_JACOBIAN",
    "RESIDUAL_STRETCH",
]

CLAIMS = (
    LSTM_JACOBIAN,
    LSTM_BOUND,
    LSTM_CAROUSEL,
    LSTM_CONSTANT_GATES,
    LSTM_ZERO_STATE,
    LSTM_ZERO_STATE_GROWTH,
    GRU_JACOBIAN,
    GRU_JACOBIAN_BEFORE,
    GRU_BOUND,
    GRU_BOUND_BEFORE,
    RESIDUAL_JACOBIAN,
    RESIDUAL_STRETCH,
)
