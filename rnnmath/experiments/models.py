"""Six ways to build a recurrent network, each a choice that the theory speaks of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.activations import ACTIVATIONS
from rnnmath.numeric.cells.gru import GRU, forward_gru
from rnnmath.numeric.cells.gru_gradients import backward_gru
from rnnmath.numeric.cells.lstm import LSTM, forward_lstm
from rnnmath.numeric.cells.lstm_gradients import backward_lstm
from rnnmath.numeric.networks.backpropagation import backward
from rnnmath.numeric.networks.vanilla import VanillaRNN, forward

__all__ = ["MODELS", "Model", "Parameters"]

Parameters = dict[str, NDArray[Any]]
Rng = np.random.Generator


@dataclass(frozen=True)
class Model:
    """How a network starts, runs forward and backward, and what is done to a long gradient.

    Parameters
    ----------
    name
        As claims call it.
    start
        (rng, n, m, p) -> the first parameters.
    build
        Parameters by name -> network.
    forward
        (network, x) -> trajectory, from the zero state.
    backward
        (network, trajectory, e) -> gradients.
    threshold
        Gradients are clipped to this length; None leaves them alone.
    states
        Names of what a step hands to the next one.
    """

    name: str
    start: Callable[[Rng, int, int, int], Parameters]
    build: Callable[..., Any]
    forward: Callable[[Any, NDArray[Any]], Any]
    backward: Callable[[Any, Any, NDArray[Any]], Any]
    threshold: float | None = 1.0
    states: tuple[str, ...] = ("h",)


def _uniform(rng: Rng, n: int, m: int, p: int, gates: int = 1) -> Parameters:
    """Draw all weights as PyTorch does, uniform within 1/√n of zero."""
    rows, edge = gates * n, n**-0.5
    shapes = {"W": (rows, n), "U": (rows, m), "V": (p, n), "b": (rows, 1), "c": (p, 1)}
    return {name: rng.uniform(-edge, edge, shape) for name, shape in shapes.items()}


def _orthogonal(rng: Rng, n: int, m: int, p: int) -> Parameters:
    """Draw W among the orthogonal matrices: as a map it changes no length."""
    return _uniform(rng, n, m, p) | {"W": np.linalg.qr(rng.normal(size=(n, n)))[0]}


def _identity(rng: Rng, n: int, m: int, p: int) -> Parameters:
    """Start from W = I and b = 0, so that ReLU leaves a state as it is."""
    return _uniform(rng, n, m, p) | {"W": np.eye(n), "b": np.zeros((n, 1))}


def _keeping(gates: str, open_gate: str) -> Callable[[Rng, int, int, int], Parameters]:
    """Draw all weights alike, but open the gate that keeps the old state, by a bias of 2."""

    def start(rng: Rng, n: int, m: int, p: int) -> Parameters:
        drawn = _uniform(rng, n, m, p, len(gates))
        place = gates.index(open_gate) * n
        drawn["b"][place : place + n] = 2
        return drawn

    return start


def _zeros(network: Any, x: NDArray[Any]) -> NDArray[Any]:
    return np.zeros((network.sizes[0], x.shape[2]), dtype=x.dtype)


def _forward(network: Any, x: NDArray[Any]) -> Any:
    return forward(network, x, _zeros(network, x))


def _forward_lstm(network: Any, x: NDArray[Any]) -> Any:
    return forward_lstm(network, x, _zeros(network, x), _zeros(network, x))


def _forward_gru(network: Any, x: NDArray[Any]) -> Any:
    return forward_gru(network, x, _zeros(network, x))


_TANH = partial(VanillaRNN, activation=ACTIVATIONS["tanh"])
_RELU = partial(VanillaRNN, activation=ACTIVATIONS["relu"])
_LSTM = (_keeping("ifgo", "f"), LSTM, _forward_lstm, backward_lstm)
_GRU = (_keeping("rzn", "z"), GRU, _forward_gru, backward_gru)

#: Every model, by name; the two of tanh start from the same weights.
MODELS: Mapping[str, Model] = MappingProxyType(
    {
        model.name: model
        for model in (
            Model("tanh", _uniform, _TANH, _forward, backward, threshold=None),
            Model("tanh clipped", _uniform, _TANH, _forward, backward),
            Model("identity ReLU", _identity, _RELU, _forward, backward),
            Model("orthogonal", _orthogonal, _TANH, _forward, backward),
            Model("LSTM", *_LSTM, states=("h", "cell")),
            Model("GRU", *_GRU),
        )
    }
)
