"""A meter for real runs: what the arrays of a network multiply, and what they touch entry by entry.

The arrays of a watched network are views that count; what is computed from them counts too.
A product of two arrays that are not watched is not seen: watch the loss as well as the network.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnmath.numeric.losses import Loss
from rnnmath.numeric.networks.vanilla import VanillaRNN

__all__ = ["Meter", "metered", "watched", "watched_loss"]


@dataclass
class Meter:
    """What was counted so far.

    Parameters
    ----------
    products
        Multiply-adds of matrix products: r s q for a product (r, s)(s, q), times a batch of them.
    entries
        Entries of the results of all other operations; a sum of N entries counts N - 1, and
        comparisons count nothing.
    """

    products: int = 0
    entries: int = 0

    def count(self, operation: Any, method: str, inputs: tuple[Any, ...], result: Any) -> None:
        """Add what one operation of NumPy does."""
        if np.asarray(result).dtype == bool:
            return
        if operation is np.matmul:
            self.products += np.size(result) * inputs[0].shape[-1]
        elif method == "reduce":
            self.entries += np.size(inputs[0]) - np.size(result)
        else:
            self.entries += np.size(result)


_ACTIVE: ContextVar[Meter | None] = ContextVar("meter", default=None)


class _Counting(np.ndarray):
    """An array whose operations are counted by the active meter."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = tuple(_plain(value) for value in inputs)
        if "out" in options:
            options["out"] = tuple(_plain(value) for value in options["out"])
        result = getattr(ufunc, method)(*plain, **options)
        meter = _ACTIVE.get()
        if meter is not None:
            meter.count(ufunc, method, plain, result)
        return result.view(_Counting) if isinstance(result, np.ndarray) else result

    def dot(self, other: Any, out: Any = None) -> Any:
        """Multiply as ``@`` does, which is seen."""
        return np.matmul(self, other, out=out)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        result = super().__array_function__(function, types, args, kwargs)
        return result.view(_Counting) if isinstance(result, np.ndarray) else result


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, _Counting) else value


def watched(network: VanillaRNN) -> VanillaRNN:
    """Return the network with the same numbers in arrays that count.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(one, one, one, one, one, ACTIVATIONS["identity"])
    >>> (watched(network).W == network.W).all().item()
    True
    """
    counting = copy(network)
    for name in ("W", "U", "V", "b", "c"):
        object.__setattr__(counting, name, getattr(network, name).view(_Counting))
    return counting


def watched_loss(loss: Loss) -> Loss:
    """Return the loss with gradients that count from there on; its own cost is left out.

    Examples
    --------
    >>> from rnnmath.numeric import linear_loss
    >>> loss = watched_loss(linear_loss(np.ones((2, 3, 1))))
    >>> with metered() as meter:
    ...     doubled = 2 * loss.gradient(np.zeros((3, 1)), 1)
    >>> meter.entries
    3
    """
    return Loss(loss.value, lambda o, t: np.asarray(loss.gradient(o, t)).view(_Counting))


@contextmanager
def metered() -> Iterator[Meter]:
    """Count what watched networks do in the body.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, forward
    >>> W, one = np.eye(3), np.ones((3, 1))
    >>> network = watched(VanillaRNN(W, one, one.T, one, one[:1], ACTIVATIONS["identity"]))
    >>> with metered() as meter:
    ...     run = forward(network, np.ones((5, 1, 1)), one)
    >>> meter.products == 5 * (3 * 3 + 3 * 1 + 1 * 3)
    True
    """
    meter = Meter()
    token = _ACTIVE.set(meter)
    try:
        yield meter
    finally:
        _ACTIVE.reset(token)
