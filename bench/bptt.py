"""Gradients through time, forward and backward, beside PyTorch's cells with autograd."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from bench.part import Part
from rnnmath.numeric import ACTIVATIONS, VanillaRNN, backward, forward
from rnnmath.numeric.cells import (
    GRU,
    LSTM,
    backward_gru,
    backward_lstm,
    forward_gru,
    forward_lstm,
)

__all__ = ["case", "cases"]

torch.set_num_threads(1)


def _plain(W: Any, U: Any, b: Any, d: Any, readout: Any) -> Callable[[Any, Any, Any], Any]:
    network = VanillaRNN(W, U, readout[0], b + d, readout[1], ACTIVATIONS["tanh"])
    return lambda x, h0, e: backward(network, forward(network, x, h0), e)


def _lstm(W: Any, U: Any, b: Any, d: Any, readout: Any) -> Callable[[Any, Any, Any], Any]:
    network = LSTM(W, U, readout[0], b + d, readout[1])
    return lambda x, h0, e: backward_lstm(network, forward_lstm(network, x, h0, h0), e)


def _gru(W: Any, U: Any, b: Any, d: Any, readout: Any) -> Callable[[Any, Any, Any], Any]:
    split = 2 * W.shape[1]
    joined = np.concatenate([b[:split] + d[:split], b[split:]])
    network = GRU(W, U, readout[0], joined, readout[1], b_hn=d[split:])
    return lambda x, h0, e: backward_gru(network, forward_gru(network, x, h0), e)


CELLS: dict[str, tuple[Any, Any]] = {
    "RNN": (torch.nn.RNN, _plain),
    "LSTM": (torch.nn.LSTM, _lstm),
    "GRU": (torch.nn.GRU, _gru),
}


def case(
    cell: str, n: int, T: int, B: int, target: float | None = None, kind: str = "float64"
) -> Part:
    """Return one network with a readout; both give every gradient, those of inputs and h_0 too."""
    rng, m, p = np.random.default_rng(n), min(n, 32), 4
    dtype = getattr(torch, kind)
    x, e = (rng.normal(size=(T, size, B)).astype(kind) for size in (m, p))
    h0 = np.zeros((n, B), dtype=kind)
    torch.manual_seed(0)
    module, ours_of = CELLS[cell]
    recurrent, linear = module(m, n).to(dtype), torch.nn.Linear(n, p).to(dtype)
    U, W, b, d = (parameter.detach().numpy().copy() for parameter in recurrent.parameters())
    readout = linear.weight.detach().numpy().copy(), linear.bias.detach().numpy()[:, None].copy()
    run = ours_of(W, U, b[:, None], d[:, None], readout)
    given = torch.tensor(x.transpose(0, 2, 1).copy(), requires_grad=True)
    signal = torch.tensor(e.transpose(0, 2, 1).copy())
    start = torch.tensor(h0.T[None].copy(), requires_grad=True)
    wanted = [*recurrent.parameters(), *linear.parameters(), given, start]

    def theirs() -> Any:
        state = (start, start) if cell == "LSTM" else start
        return torch.autograd.grad((linear(recurrent(given, state)[0]) * signal).sum(), wanted)

    def gap(mine: Any, other: Any) -> float:
        pairs = ((mine.U, other[0]), (mine.W, other[1]), (mine.x.transpose(0, 2, 1), other[-2]))
        return max(
            float(np.abs(found - seen.numpy()).max() / np.abs(found).max()) for found, seen in pairs
        )

    return Part(
        name=f"BPTT, {cell}, {kind}",
        case=f"n = {n}, T = {T}, B = {B}",
        peer=f"torch.nn.{cell}, autograd",
        ours=lambda: run(x, h0, e),
        theirs=theirs,
        target=target,
        gap=gap,
        tolerance=1e-10 if kind == "float64" else 1e-3,
        sizes={"n": n, "T": T, "B": B},
    )


def cases() -> Iterator[Part]:
    """Yield the sizes of the targets; then each of n, T and B by itself, to see the cost grow."""
    for cell in CELLS:
        for n in (16, 32, 64):
            yield case(cell, n, 200, 1, 1 / 7)
        for n in (64, 128, 256, 512, 1024):
            yield case(cell, n, 50, 32, 1.0)
        yield case(cell, 256, 50, 32, 1.0, "float32")
    for T in (50, 100, 400, 800):
        yield case("RNN", 64, T, 1)
    for B in (1, 4, 16, 64):
        yield case("RNN", 128, 50, B)
