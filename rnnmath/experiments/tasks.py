"""Four tasks on which the answer depends on what was seen long ago, and what ignorance costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import Unsupported
from rnnmath.numeric.losses import Loss, at_end, cross_entropy_loss, quadratic_loss

__all__ = ["TASKS", "Batch", "Task"]

Rng = np.random.Generator

#: Sequences that a task is tested on.
TESTED = 500
#: Symbols that the copy task shows, how many different ones there are, and how long it waits.
SHOWN, SYMBOLS, WAIT = 10, 8, 10


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences with their answers.

    Parameters
    ----------
    x
        Inputs, shape (T, m, B).
    y
        Targets, shape (T, p, B); zero where nothing is asked, and a class weighs what it costs.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]


@dataclass(frozen=True)
class Task:
    """What is asked, how an answer is scored, and how long training may take.

    Parameters
    ----------
    name
        As claims call it.
    baseline
        The error of the best answer that ignores the input.
    updates
        Steps of training.
    draw
        (rng, size) -> Batch, for training.
    test
        (rng) -> Batch, never trained on.
    loss
        y -> Loss, whose gradients train.
    error
        (o, y) -> number, which is compared with the baseline.
    batch, rate
        Sequences in a step, and its length.
    """

    name: str
    baseline: float
    updates: int
    draw: Callable[[Rng, int], Batch]
    test: Callable[[Rng], Batch]
    loss: Callable[[NDArray[Any]], Loss]
    error: Callable[[NDArray[Any], NDArray[Any]], float]
    batch: int = 32
    rate: float = 0.003


def _one_hot(classes: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """Return shape (T, count, B) from classes of shape (T, B)."""
    return np.moveaxis(np.eye(count, dtype=np.float32)[classes], -1, 1)


def _asked_last(steps: int, answer: NDArray[Any]) -> NDArray[np.float32]:
    """Return targets (T, p, B) that are zero but for the last step."""
    y = np.zeros((steps, *answer.shape), dtype=np.float32)
    y[-1] = answer
    return y


def _adding(rng: Rng, size: int, steps: int) -> Batch:
    """Draw numbers in [0, 1], one marked in each half; the answer is the sum of the two."""
    half = steps // 2
    x = np.zeros((steps, 2, size), dtype=np.float32)
    x[:, 0] = rng.random((steps, size))
    marked = np.stack([rng.integers(0, half, size), rng.integers(half, steps, size)])
    columns = np.arange(size)
    x[marked, 1, columns] = 1
    return Batch(x, _asked_last(steps, x[marked, 0, columns].sum(axis=0)[None]))


def _copy(rng: Rng, size: int, wait: int) -> Batch:
    """Show ten symbols, wait, then ask for all ten; class 8 is the blank and class 9 the signal."""
    steps, blank = wait + 2 * SHOWN, SYMBOLS
    seen = np.full((steps, size), blank)
    seen[:SHOWN] = rng.integers(0, SYMBOLS, (SHOWN, size))
    seen[-SHOWN - 1] = blank + 1
    wanted = np.full((steps, size), blank)
    wanted[-SHOWN:] = seen[:SHOWN]
    return Batch(_one_hot(seen, SYMBOLS + 2), _one_hot(wanted, SYMBOLS + 1) / np.float32(steps))


def _order(rng: Rng, size: int, steps: int) -> Batch:
    """Hide two signals, each A or B, among four distractors; the answer is which, in order."""
    seen = rng.integers(2, 6, (steps, size))
    first = rng.integers(steps // 10, steps // 5, size)
    second = rng.integers(steps // 2, steps // 2 + steps // 10, size)
    signals = rng.integers(0, 2, (2, size))
    seen[np.stack([first, second]), np.arange(size)] = signals
    answer = _one_hot((2 * signals[0] + signals[1])[None], 4)[0]
    return Batch(_one_hot(seen, 6), _asked_last(steps, answer))


@cache
def _digits() -> tuple[Batch, Batch]:
    """Return handwritten digits, one pixel a step: those to train on, and those to test with."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        msg = "the digits come with scikit-learn: pip install 'rnnmath[tests]'"
        raise Unsupported(msg) from None
    images, classes = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(images))
    x = (images[order].T[:, None] / 8 - 1).astype(np.float32)
    y = _asked_last(len(x), _one_hot(classes[order][None], 10)[0])
    return Batch(x[..., TESTED:], y[..., TESTED:]), Batch(x[..., :TESTED], y[..., :TESTED])


def _some_digits(rng: Rng, size: int) -> Batch:
    known, _ = _digits()
    chosen = rng.integers(0, known.x.shape[2], size)
    return Batch(known.x[..., chosen], known.y[..., chosen])


def _squared(o: NDArray[Any], y: NDArray[Any]) -> float:
    return float(np.mean((o[-1] - y[-1]) ** 2))


def _nats(o: NDArray[Any], y: NDArray[Any]) -> float:
    loss = cross_entropy_loss(y)
    return float(np.mean(sum(loss.value(now, t) for t, now in enumerate(o, start=1))))


def _wrong(o: NDArray[Any], y: NDArray[Any]) -> float:
    return float(np.mean(o[-1].argmax(axis=0) != y[-1].argmax(axis=0)))


_Draw = Callable[[Rng, int], Batch]
_Scoring = tuple[Callable[[Any], Loss], Callable[[NDArray[Any], NDArray[Any]], float]]


def _endless(
    draw: Callable[[Rng, int, int], Batch], length: int
) -> tuple[_Draw, Callable[[Rng], Batch]]:
    """Return how a task of drawn sequences is trained and tested."""

    def sized(rng: Rng, size: int) -> Batch:
        return draw(rng, size, length)

    return sized, lambda rng: sized(rng, TESTED)


def _last(loss: Callable[[Any], Loss]) -> Callable[[Any], Loss]:
    return lambda y: at_end(loss(y), len(y))


_NUMBER: _Scoring = (_last(quadratic_loss), _squared)
_CLASS: _Scoring = (_last(cross_entropy_loss), _wrong)
_SERIES: _Scoring = (cross_entropy_loss, _nats)
_IGNORANT = SHOWN * float(np.log(SYMBOLS)) / (WAIT + 2 * SHOWN)

#: Every task, by name.
TASKS: Mapping[str, Task] = MappingProxyType(
    {
        task.name: task
        for task in (
            Task("adding", 1 / 6, 1200, *_endless(_adding, 40), *_NUMBER),
            Task("copy", _IGNORANT, 1000, *_endless(_copy, WAIT), *_SERIES),
            Task("order", 3 / 4, 600, *_endless(_order, 50), *_CLASS),
            Task("digits", 9 / 10, 800, _some_digits, lambda _: _digits()[1], *_CLASS),
        )
    }
)
