"""Chapter 8, gates."""

from rnnmath.theory.vanishing.gates.lstm import LSTM_JACOBIAN
from rnnmath.theory.vanishing.gates.lstm_bound import LSTM_BOUND

CLAIMS = (LSTM_JACOBIAN, LSTM_BOUND)
