"""Weights in PyTorch's layout: read into our networks, and written out of them.

PyTorch is not imported; its arrays are given and returned as NumPy arrays.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import require_shape
from rnnmath.numeric.cells._parts import floating, require_gates
from rnnmath.numeric.cells.gru import GRU
from rnnmath.numeric.cells.lstm import LSTM

__all__ = [
    "gru_from_torch_layout",
    "gru_to_torch_layout",
    "lstm_from_torch_layout",
    "lstm_to_torch_layout",
]

Arrays = dict[str, NDArray[Any]]


def lstm_from_torch_layout(
    weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, V: Any = None, c: Any = None
) -> LSTM:
    """Return the LSTM with the weights of ``torch.nn.LSTMCell`` or of a layer of ``nn.LSTM``.

    Formula: U = weight_ih, W = weight_hh, b = bias_ih + bias_hh; the gates in the order i, f, g, o.

    Parameters
    ----------
    weight_ih, weight_hh
        Shapes (4n, m), (4n, n).
    bias_ih, bias_hh
        Shape (4n,).
    V, c
        Readout, shapes (p, n), (p, 1); without it the outputs are the states.

    Raises
    ------
    ShapeMismatch
        If a shape does not fit.
    DomainError
        If an entry is not finite.

    Notes
    -----
    The layout is that of PyTorch's documentation of ``LSTMCell``.

    Examples
    --------
    >>> four = np.ones((4, 1))
    >>> lstm_from_torch_layout(four, four, np.ones(4), np.ones(4)).b.ravel()
    array([2., 2., 2., 2.])
    """
    U, W, input_bias, hidden_bias = _read("ifgo", weight_ih, weight_hh, bias_ih, bias_hh)
    V, c = _readout(V, c, W)
    return LSTM(W, U, V, (input_bias + hidden_bias)[:, None], c)


def lstm_to_torch_layout(network: LSTM) -> Arrays:
    """Return the weights of an LSTM under the names and in the layout of ``torch.nn.LSTMCell``.

    Formula: the whole bias goes to bias_ih; bias_hh is zero.

    Parameters
    ----------
    network
        With forget gate and without peepholes, since PyTorch's has no others.

    Returns
    -------
    dict
        Arrays weight_ih (4n, m), weight_hh (4n, n), bias_ih (4n,), bias_hh (4n,).

    Raises
    ------
    DomainError
        If the network has no forget gate, or peepholes.

    Notes
    -----
    The layout is that of PyTorch's documentation of ``LSTMCell``.

    Examples
    --------
    >>> from rnnmath.numeric.cells import random_lstm
    >>> lstm_to_torch_layout(random_lstm(np.random.default_rng(0), 2, 3, 1))["weight_ih"].shape
    (8, 3)
    """
    if not network.forget_gate or network.peephole is not None:
        msg = "PyTorch's LSTM has a forget gate and no peepholes; this network is another"
        raise DomainError(msg)
    return _written(network.U, network.W, network.b[:, 0], np.zeros_like(network.b[:, 0]))


def gru_from_torch_layout(
    weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, V: Any = None, c: Any = None
) -> GRU:
    """Return the GRU with the weights of ``torch.nn.GRUCell`` or of a layer of ``nn.GRU``.

    Formula: U = weight_ih, W = weight_hh, b = bias_ih + (bias_hr, bias_hz, 0), b_hn = bias_hn; the
    gates in the order r, z, n; reset "after", update "keep".

    Parameters
    ----------
    weight_ih, weight_hh
        Shapes (3n, m), (3n, n).
    bias_ih, bias_hh
        Shape (3n,).
    V, c
        Readout, shapes (p, n), (p, 1); without it the outputs are the states.

    Raises
    ------
    ShapeMismatch
        If a shape does not fit.
    DomainError
        If an entry is not finite.

    Notes
    -----
    The layout is that of PyTorch's documentation of ``GRUCell``.

    Examples
    --------
    >>> three = np.ones((3, 1))
    >>> network = gru_from_torch_layout(three, three, np.ones(3), np.ones(3))
    >>> network.b.ravel(), network.b_hn.ravel()
    (array([2., 2., 1.]), array([1.]))
    """
    U, W, input_bias, hidden_bias = _read("rzn", weight_ih, weight_hh, bias_ih, bias_hh)
    V, c = _readout(V, c, W)
    n = W.shape[1]
    b = np.concatenate([input_bias[: 2 * n] + hidden_bias[: 2 * n], input_bias[2 * n :]])
    return GRU(W, U, V, b[:, None], c, hidden_bias[2 * n :, None])


def gru_to_torch_layout(network: GRU) -> Arrays:
    """Return the weights of a GRU under the names and in the layout of ``torch.nn.GRUCell``.

    Formula: b goes to bias_ih, b_hn to the last n entries of bias_hh, whose others are zero; for
    update "replace" the rows of z change sign, because 1 - σ(a) = σ(-a).

    Parameters
    ----------
    network
        With reset "after", since PyTorch's has no other.

    Returns
    -------
    dict
        Arrays weight_ih (3n, m), weight_hh (3n, n), bias_ih (3n,), bias_hh (3n,).

    Raises
    ------
    DomainError
        If the network has reset "before".

    Notes
    -----
    The layout is that of PyTorch's documentation of ``GRUCell``.

    Examples
    --------
    >>> from rnnmath.numeric.cells import random_gru
    >>> gru_to_torch_layout(random_gru(np.random.default_rng(0), 2, 3, 1))["weight_ih"].shape
    (6, 3)
    """
    if network.b_hn is None:
        msg = "PyTorch's GRU resets after the product; this network has reset 'before'"
        raise DomainError(msg)
    n = network.W.shape[1]
    sign = np.ones_like(network.b)
    if network.update == "replace":
        sign[network.rows("z")] = -1
    hidden_bias = np.concatenate([np.zeros_like(network.b[: 2 * n, 0]), network.b_hn[:, 0]])
    return _written(sign * network.U, sign * network.W, (sign * network.b)[:, 0], hidden_bias)


def _read(
    gates: str, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    arrays = floating(weight_ih=weight_ih, weight_hh=weight_hh, bias_ih=bias_ih, bias_hh=bias_hh)
    rows = len(gates) * require_gates(arrays["weight_hh"], gates, "weight_hh")
    require_shape(arrays["weight_ih"], (rows, None), "weight_ih")
    for name in ("bias_ih", "bias_hh"):
        require_shape(arrays[name], (rows,), name)
    U, W, input_bias, hidden_bias = arrays.values()
    return U, W, input_bias, hidden_bias


def _readout(V: Any, c: Any, W: NDArray[Any]) -> tuple[Any, Any]:
    V = np.eye(W.shape[1], dtype=W.dtype) if V is None else V
    return V, np.zeros((len(V), 1), dtype=W.dtype) if c is None else c


def _written(*arrays: NDArray[Any]) -> Arrays:
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return {name: array.copy() for name, array in zip(names, arrays, strict=True)}
