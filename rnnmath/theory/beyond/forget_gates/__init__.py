"""The derivative of an LSTM's cell state against the textbook's product of forget gates."""

from rnnmath.theory.beyond.forget_gates.detour import LSTM_DETOUR
from rnnmath.theory.beyond.forget_gates.detours import LSTM_DETOURS
from rnnmath.theory.beyond.forget_gates.direction import LSTM_REST_DIRECTION
from rnnmath.theory.beyond.forget_gates.rest import LSTM_REST_GAP
from rnnmath.theory.beyond.forget_gates.size import (
    LSTM_DETOUR_BOUND,
    LSTM_DETOUR_NONE,
    LSTM_TEXTBOOK,
)
from rnnmath.theory.beyond.forget_gates.witnesses import LSTM_CUT_OFF, LSTM_GROWS

__all__ = [
    "CLAIMS",
    "LSTM_CUT_OFF",
    "LSTM_DETOUR",
    "LSTM_DETOURS",
    "LSTM_DETOUR_BOUND",
    "LSTM_DETOUR_NONE",
    "LSTM_GROWS",
    "LSTM_REST_DIRECTION",
    "LSTM_REST_GAP",
    "LSTM_TEXTBOOK",
]

CLAIMS = (
    LSTM_DETOUR,
    LSTM_DETOURS,
    LSTM_DETOUR_BOUND,
    LSTM_DETOUR_NONE,
    LSTM_TEXTBOOK,
    LSTM_REST_GAP,
    LSTM_REST_DIRECTION,
    LSTM_GROWS,
    LSTM_CUT_OFF,
)
