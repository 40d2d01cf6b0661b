"""dh_T/dh_k for every k, beside torch.func.jacrev and compiled JAX."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch

from bench.part import Part
from rnnmath.numeric import ACTIVATIONS, VanillaRNN, forward
from rnnmath.numeric.flow import jacobian_products

__all__ = ["cases"]

torch.set_num_threads(1)
jax.config.update("jax_enable_x64", val=True)


def _torch(W: Any, drive: Any) -> Any:
    weights, driven = torch.tensor(W), torch.tensor(drive)

    def last(moves: Any) -> Any:
        h = moves[0]
        for t in range(len(driven)):
            h = torch.tanh(weights @ h + driven[t]) + moves[t + 1]
        return h

    derive, zero = torch.func.jacrev(last), torch.zeros(len(drive) + 1, len(W), dtype=torch.float64)
    return lambda: derive(zero).numpy()


def _jax(W: Any, drive: Any) -> Any:
    weights, driven = jnp.asarray(W), jnp.asarray(drive)

    def last(moves: Any) -> Any:
        def step(h: Any, given: Any) -> Any:
            return jnp.tanh(weights @ h + given[0]) + given[1], None

        return jax.lax.scan(step, moves[0], (driven, moves[1:]))[0]

    derive, zero = jax.jit(jax.jacrev(last)), jnp.zeros((len(drive) + 1, len(W)))
    return lambda: np.asarray(jax.block_until_ready(derive(zero)))


PEERS = {"torch.func.jacrev": _torch, "compiled JAX": _jax}


def _case(peer: str, n: int, T: int, target: float | None) -> Part:
    """Return one network; each peer moves every state by its own zero vector."""
    rng = np.random.default_rng(n)
    W, drive = 1.2 * rng.normal(size=(n, n)) / np.sqrt(n), rng.normal(size=(T, n))
    column = np.zeros((n, 1))
    network = VanillaRNN(W, np.eye(n), column.T, column, [[0.0]], ACTIVATIONS["tanh"])

    def ours() -> Any:
        return jacobian_products(network, forward(network, drive[:, :, None], column), T)

    def gap(mine: Any, other: Any) -> float:
        turned = other.transpose(1, 0, 2)[::-1]
        return float(np.abs(mine[:, 0] - turned).max() / np.abs(turned).max())

    return Part(
        name="Jacobians for all k",
        case=f"n = {n}, T = {T}",
        peer=peer,
        ours=ours,
        theirs=PEERS[peer](W, drive),
        target=target,
        gap=gap,
        tolerance=1e-10,
        sizes={"n": n, "T": T},
        fewest=3,
    )


def cases() -> Iterator[Part]:
    """Yield the sizes of the targets; compiled JAX is to take at least 0.9 of our time."""
    for n, target in ((16, 1 / 10), (64, 1 / 10), (256, 1 / 50)):
        yield _case("torch.func.jacrev", n, 200, target)
    for n in (16, 64, 256):
        yield _case("compiled JAX", n, 200, 1 / 0.9)
