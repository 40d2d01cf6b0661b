"""What a real run shows: its truncated gradients, and what it multiplies, touches and keeps."""

from functools import lru_cache
from typing import Any

import numpy as np

from rnnmath.errors import Unsupported
from rnnmath.numeric.activations import Activation
from rnnmath.numeric.exact import interval_max
from rnnmath.numeric.losses import Loss, linear_loss
from rnnmath.numeric.metering import metered, watched, watched_loss
from rnnmath.numeric.networks import random_network
from rnnmath.numeric.networks.truncation import TruncatedGradients, chunked_bptt, sliding_bptt
from rnnmath.numeric.replay import replay
from rnnmath.symbolic.quantities import truncation
from rnnmath.symbolic.quantities.cost import RunCost
from rnnmath.symbolic.quantities.largest import Largest
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.numbers import simplest
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate, integer, need_world
from rnnmath.verify.world import World

__all__ = ["EVALUATORS"]


def _rises(value: Any) -> Any:
    return np.heaviside(value, 0)


#: One operation for f and one for f', so that entries are counted and not an implementation.
_ONE_OPERATION = Activation("relu", lambda a: np.maximum(a, 0), _rises)


@lru_cache(maxsize=4096)
def _counted(measure: str, schedule: str, T: int, length: int, sizes: tuple[int, ...]) -> int:
    """Run once and read the meter."""
    rng = np.random.default_rng(0)
    n, m, p = sizes
    network = watched(random_network(rng, n, m, p, _ONE_OPERATION))
    x, h0 = rng.normal(size=(T, m, 1)), rng.normal(size=(n, 1))
    loss = watched_loss(linear_loss(rng.normal(size=(T, p, 1))))
    run = sliding_bptt if schedule == "window" else chunked_bptt
    slope = None if measure == "tape" else _rises
    with metered() as meter:
        kept = run(network, x, h0, loss, length, slope_of_state=slope).kept
    counts = {"products": meter.products, "entries": meter.entries, "states": kept, "tape": kept}
    if measure not in counts:
        msg = f"the meter reads {', '.join(counts)}, not {measure!r}"
        raise Unsupported(msg)
    return counts[measure]


def _run_cost(node: Any, case: Case) -> int:
    T, *sizes = (int(case.values[name]) for name in "Tnmp")
    length = integer(node.length, case)
    if node.schedule == "whole" and length != T:
        msg = f"{node} is one stretch of the whole run of {T} steps, not of {length}"
        raise Unsupported(msg)
    return _counted(node.measure, node.schedule, T, length, tuple(sizes))


def _truncated(node: Any, case: Case) -> Any:
    world, length = need_world(case, node), integer(node.length, case)
    given = world.network, world.x, world.h0, world.loss, length
    run: TruncatedGradients
    if node.schedule == "window":
        run = sliding_bptt(*given)
    else:
        carry, rate = node.schedule == "chunks", case.values.get("eta", 0)
        run = chunked_bptt(*given, carry=carry, rate=rate)
    return run.W


def _from(world: World, after: int, state: Any, last: int) -> World:
    """Return the program of the steps after one, from a state that is given."""
    loss = Loss(
        lambda o, j: world.loss.value(o, j + after), lambda o, j: world.loss.gradient(o, j + after)
    )
    return World(world.network, world.x[after:last], state, loss, world.oracle)


def _held(node: Any, case: Case) -> Any:
    world, after = need_world(case, node), integer(node.after, case)
    step = integer(node.of.index, case)
    part = _from(world, after, evaluate(node.state, case), step)
    return part.derivative(("L", step - after), ("W",))


def _restarted(node: Any, case: Case) -> Any:
    """Measure the gradient of the loss of the program that goes back to h_0 every K steps."""
    world, length = need_world(case, node), integer(node.length, case)
    chunks = [
        _from(world, done, world.h0, done + length) for done in range(0, world.horizon, length)
    ]

    def loss(value: Any) -> Any:
        return sum(
            replay(chunk.network, chunk.x, chunk.h0, chunk.loss, ("W",), value, ("L",))
            for chunk in chunks
        )

    W = world.network.W
    return world.oracle(loss, W).reshape(W.shape)


def _largest(node: Any, case: Case) -> Any:
    low, high = (integer(end, case) for end in node.ends)
    steps = [case.but(**{str(node.index.name): step}) for step in range(low, high + 1)]
    return simplest(interval_max(*(evaluate(node.term, at) for at in steps)))


EVALUATORS: dict[type, Evaluator] = {
    RunCost: _run_cost,
    truncation.TruncatedGradient: _truncated,
    truncation.HeldGradient: _held,
    truncation.RestartedGradient: _restarted,
    truncation.ChunkStart: lambda node, case: evaluate(node.written_out, case),
    Largest: _largest,
}
