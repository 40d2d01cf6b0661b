"""Vanilla networks, drawn: activations that are exact over the rationals, and styles of weights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.errors import DomainError
from rnnmath.numeric import activations
from rnnmath.numeric.activations import Activation
from rnnmath.numeric.dual import dual_jacobian
from rnnmath.numeric.losses import Loss, linear_loss, quadratic_loss
from rnnmath.numeric.networks import VanillaRNN
from rnnmath.numeric.wiring import PLAIN, Wiring
from rnnmath.verify.draws.styles import STYLES, rational, wild
from rnnmath.verify.world import World

__all__ = [
    "NetworkStyle",
    "drawn_activation",
    "drawn_network",
    "drawn_times",
    "functions_of",
    "shares",
    "softsign",
]

Rng = np.random.Generator


def softsign(scale: Fraction) -> Activation:
    """Return ``c a / (1 + |a|)``, smooth but for its curvature at 0, and exact over the rationals.

    Examples
    --------
    >>> squashed = softsign(Fraction(2))
    >>> squashed.value(Fraction(1)), squashed.slope(Fraction(1))
    (Fraction(1, 1), Fraction(1, 2))
    """
    return Activation(
        "scaled softsign",
        lambda a: scale * a / (1 + abs(a)),
        lambda a: scale / (1 + abs(a)) ** 2,
    )


def shares() -> Activation:
    """Return ``a_i / sum_j a_j``, which is not element-wise; it has no slope of its own."""
    return Activation("shares", lambda a: a / sum(a.flat), lambda a: 1 / sum(a.flat) + 0 * a)


def drawn_activation(rng: Rng, style: str) -> tuple[Activation, Fraction | None]:
    """Return an activation that is exact over the rationals, and its gamma where it is finite."""
    if style == "polynomial":
        return activations.polynomial([int(v) for v in wild(rng, 3, 1).flat]), None
    if style == "relu":
        return activations.ACTIVATIONS["relu"], Fraction(1)
    scale = rational(rng, Fraction(1, 4))
    if style == "linear":
        return activations.polynomial([0, scale]), scale
    if style == "leaky":
        return activations.leaky_relu(scale), max(Fraction(1), scale)
    if style == "softsign":
        return softsign(scale), scale
    msg = f"no activation style {style!r}; there are polynomial, relu, linear, leaky, softsign"
    raise DomainError(msg)


@dataclass(frozen=True)
class NetworkStyle:
    """Options of a drawn network, with what they are where nothing is said."""

    activation: str = "polynomial"
    weights: str = "wild"
    others: str = ""
    horizon: tuple[int, int] = (2, 4)
    loss: str = "quadratic"
    layered: bool = False

    def style_of_others(self) -> str:
        """Return the style of everything but W."""
        return self.others or ("wild" if self.weights == "wild" else "generic")


def _loss(kind: str, targets: Any) -> Loss:
    if kind == "quadratic":
        return quadratic_loss(targets)
    if kind == "linear":
        return linear_loss(targets)
    msg = f"no loss {kind!r}; there are quadratic and linear"
    raise DomainError(msg)


def drawn_network(rng: Rng, style: NetworkStyle, sizes: dict[str, int]) -> tuple[World, Any]:
    """Return a network with its run, and the gamma of its activation, None where it is infinite.

    Examples
    --------
    >>> sizes = {"n": 2, "m": 1, "p": 1}
    >>> world, gamma = drawn_network(np.random.default_rng(0), NetworkStyle("relu"), sizes)
    >>> world.network.W.shape, gamma
    ((2, 2), Fraction(1, 1))
    """
    n, m, p = sizes["n"], sizes["m"], sizes["p"]
    steps = int(rng.integers(style.horizon[0], style.horizon[1] + 1))
    activation, gamma = drawn_activation(rng, style.activation)
    draw = STYLES[style.style_of_others()]
    network = VanillaRNN(
        W=STYLES[style.weights](rng, n, n),
        U=draw(rng, n, m),
        V=draw(rng, p, n),
        b=draw(rng, n, 1),
        c=draw(rng, p, 1),
        activation=activation,
    )
    x = draw(rng, steps * m, 1).reshape(steps, m, 1)
    targets = draw(rng, steps * p, 1).reshape(steps, p, 1)
    h0, wiring = draw(rng, n, 1), PLAIN
    if style.layered:
        wiring = Wiring(layers=tuple(STYLES[style.weights](rng, n, n) for _ in range(steps)))
    return World(network, x, h0, _loss(style.loss, targets), dual_jacobian, wiring), gamma


def drawn_times(rng: Rng, options: Mapping[str, Any], steps: int) -> dict[str, int]:
    """Draw times in order, from ``first`` to the horizon, the last at least ``gap`` on."""
    names, first, gap = options.get("times", ()), options.get("first", 0), options.get("gap", 0)
    if not names:
        return {}
    start = int(rng.integers(first, steps - gap + 1))
    end = int(rng.integers(start + gap, steps + 1))
    middle = sorted(int(v) for v in rng.integers(start, end + 1, max(0, len(names) - 2)))
    return dict(zip(names, [start, *middle, end] if len(names) > 1 else [end], strict=True))


def functions_of(activation: Activation) -> dict[str, Callable[[Any], Any]]:
    """Return the value and the slope by the names that formulas have for them.

    Examples
    --------
    >>> sorted(functions_of(softsign(Fraction(2))))
    ['f', "f'"]
    """
    return {"f": activation.value, "f'": activation.slope}
