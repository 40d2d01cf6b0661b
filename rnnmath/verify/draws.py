"""Where cases come from: random draws by named styles, and explicit cases written as SymPy numbers.

The theory names a style and its options as plain data; what a style means is said here once.
All numbers are rational, so that every verdict can be exact.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from rnnmath.claim import Draw
from rnnmath.errors import DomainError
from rnnmath.numeric import activations
from rnnmath.numeric.activations import Activation
from rnnmath.numeric.dual import dual_jacobian
from rnnmath.numeric.exact import rational_orthogonal, with_singular_values
from rnnmath.numeric.landscape import PowerLandscape
from rnnmath.numeric.losses import Loss, linear_loss, quadratic_loss
from rnnmath.numeric.networks import VanillaRNN
from rnnmath.numeric.oracles import exact_difference
from rnnmath.numeric.wiring import PLAIN, Wiring
from rnnmath.verify.cellular import cell_world
from rnnmath.verify.evaluate import Case
from rnnmath.verify.landscapes import landscape
from rnnmath.verify.laws import drawn_law
from rnnmath.verify.planted import (
    decomposed,
    diagonalized,
    normal_matrix,
    set_apart,
    triangularized,
)
from rnnmath.verify.sequences import factored, weighted
from rnnmath.verify.world import Oracle, World

__all__ = ["SAMPLE_SIZE", "draw_case"]

#: Identities are tested at integers drawn from this many values (Schwartz-Zippel).
SAMPLE_SIZE = 2_000_001

Rng = np.random.Generator
Style = Callable[[Rng, int, int], Any]


def _array(values: list[Any], shape: tuple[int, ...]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape)


def _wild(rng: Rng, rows: int, cols: int) -> Any:
    half = SAMPLE_SIZE // 2
    return _array([int(v) for v in rng.integers(-half, half + 1, rows * cols)], (rows, cols))


def rational(rng: Rng, low: Fraction = Fraction(-3), high: Fraction = Fraction(3)) -> Fraction:
    """Return a rational strictly between two bounds, with a small denominator."""
    parts = int(rng.integers(5, 25))
    return low + (high - low) * Fraction(int(rng.integers(1, parts)), parts)


def _generic(rng: Rng, rows: int, cols: int) -> Any:
    return _array([rational(rng) for _ in range(rows * cols)], (rows, cols))


def _orthogonal_multiple(rng: Rng, rows: int, cols: int) -> Any:
    size = max(rows, cols)
    return (rational_orthogonal(rng, size) * rational(rng, Fraction(1, 4)))[:rows, :cols]


def _orthogonal(rng: Rng, rows: int, cols: int) -> Any:
    return rational_orthogonal(rng, max(rows, cols))[:rows, :cols]


def _singular_values(rng: Rng, count: int, high: Fraction) -> list[Fraction]:
    return [rational(rng, Fraction(0), high) for _ in range(count)]


def _rational_norm(rng: Rng, rows: int, cols: int) -> Any:
    values = _singular_values(rng, min(rows, cols), Fraction(3))
    return with_singular_values(rng, values, rows, cols)


def _contraction(rng: Rng, rows: int, cols: int) -> Any:
    values = _singular_values(rng, min(rows, cols), Fraction(1, 4))
    return with_singular_values(rng, values, rows, cols)


def _rank_one(rng: Rng, rows: int, cols: int) -> Any:
    return _generic(rng, rows, 1) @ _generic(rng, 1, cols)


def _diagonal(rng: Rng, rows: int, cols: int) -> Any:
    matrix = _array([Fraction(0)] * (rows * cols), (rows, cols))
    for i in range(min(rows, cols)):
        matrix[i, i] = rational(rng)
    return matrix


def _positive_diagonal(rng: Rng, rows: int, cols: int) -> Any:
    return abs(_diagonal(rng, rows, cols))


def _nilpotent(rng: Rng, rows: int, cols: int) -> Any:
    return np.triu(_generic(rng, rows, cols), 1) + _zero(rng, rows, cols)


def _symmetric(rng: Rng, rows: int, cols: int) -> Any:
    matrix = _generic(rng, rows, cols)
    return matrix + matrix.T


def _zero(_: Rng, rows: int, cols: int) -> Any:
    return _array([Fraction(0)] * (rows * cols), (rows, cols))


def _normal(rng: Rng, rows: int, cols: int) -> Any:
    if rows != cols:
        msg = f"a normal matrix is square, got shape ({rows}, {cols})"
        raise DomainError(msg)
    return normal_matrix(rng, _singular_values(rng, rows, Fraction(3)))


def _flat(rng: Rng, rows: int, cols: int) -> Any:
    """Return a matrix of any rank above 0 whose nonzero singular values are equal."""
    count = min(rows, cols)
    kept = int(rng.integers(1, count + 1))
    value = rational(rng, Fraction(0))
    values = [value] * kept + [Fraction(0)] * (count - kept)
    return with_singular_values(rng, values, rows, cols)


def _distribution(rng: Rng, rows: int, cols: int) -> Any:
    """Return columns of positive numbers that sum to 1."""
    weights = abs(_generic(rng, rows, cols)) + Fraction(1, 8)
    return weights / sum(weights)


_STYLES: Mapping[str, Style] = {
    "wild": _wild,
    "generic": _generic,
    "orthogonal": _orthogonal,
    "orthogonal multiple": _orthogonal_multiple,
    "rational norm": _rational_norm,
    "contraction": _contraction,
    "rank one": _rank_one,
    "diagonal": _diagonal,
    "positive": lambda rng, rows, cols: abs(_generic(rng, rows, cols)) + Fraction(1, 8),
    "positive diagonal": _positive_diagonal,
    "nilpotent": _nilpotent,
    "normal": _normal,
    "flat": _flat,
    "symmetric": _symmetric,
    "distribution": _distribution,
    "zero": _zero,
}


def _softsign(scale: Fraction) -> Activation:
    return Activation(
        "scaled softsign",
        lambda a: scale * a / (1 + abs(a)),
        lambda a: scale / (1 + abs(a)) ** 2,
    )


def _shares() -> Activation:
    """Return ``a_i / sum_j a_j``, which is not element-wise; it has no slope of its own."""
    return Activation("shares", lambda a: a / sum(a.flat), lambda a: 1 / sum(a.flat) + 0 * a)


def _activation(rng: Rng, style: str) -> tuple[Activation, Fraction | None]:
    """Return an activation that is exact over the rationals, and its gamma where it is finite."""
    if style == "polynomial":
        return activations.polynomial([int(v) for v in _wild(rng, 3, 1).flat]), None
    if style == "relu":
        return activations.ACTIVATIONS["relu"], Fraction(1)
    scale = rational(rng, Fraction(1, 4))
    if style == "linear":
        return activations.polynomial([0, scale]), scale
    if style == "leaky":
        return activations.leaky_relu(scale), max(Fraction(1), scale)
    if style == "softsign":
        return _softsign(scale), scale
    msg = f"no activation style {style!r}; there are polynomial, relu, linear, leaky, softsign"
    raise DomainError(msg)


def _steepest(kind: str, numbers: list[Any]) -> Any:
    """Return gamma of an explicit activation; infinite for a polynomial that is no line."""
    if kind == "polynomial":
        return abs(numbers[1]) if len(numbers) == 2 else math.inf
    bend = [abs(number) for number in numbers]
    return max([Fraction(1), *bend]) if kind in ("relu", "leaky") else max(bend, default=None)


@dataclass(frozen=True)
class _NetworkStyle:
    """Options of a drawn network, with what they are where nothing is said."""

    activation: str = "polynomial"
    weights: str = "wild"
    others: str = ""
    horizon: tuple[int, int] = (2, 4)
    loss: str = "quadratic"
    layered: bool = False

    def style_of_others(self) -> str:
        return self.others or ("wild" if self.weights == "wild" else "generic")


def _loss(kind: str, targets: Any) -> Loss:
    if kind == "quadratic":
        return quadratic_loss(targets)
    if kind == "linear":
        return linear_loss(targets)
    msg = f"no loss {kind!r}; there are quadratic and linear"
    raise DomainError(msg)


def _network(rng: Rng, style: _NetworkStyle, sizes: dict[str, int]) -> tuple[World, Any]:
    n, m, p = sizes["n"], sizes["m"], sizes["p"]
    steps = int(rng.integers(style.horizon[0], style.horizon[1] + 1))
    activation, gamma = _activation(rng, style.activation)
    draw = _STYLES[style.style_of_others()]
    network = VanillaRNN(
        W=_STYLES[style.weights](rng, n, n),
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
        wiring = Wiring(layers=tuple(_STYLES[style.weights](rng, n, n) for _ in range(steps)))
    return World(network, x, h0, _loss(style.loss, targets), dual_jacobian, wiring), gamma


def _sizes(rng: Rng, ranges: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    wanted = {"n": (1, 3), "m": (1, 2), "p": (1, 2), **ranges}
    return {name: int(rng.integers(low, high + 1)) for name, (low, high) in wanted.items()}


def _times(rng: Rng, options: Mapping[str, Any], steps: int) -> dict[str, int]:
    """Draw times in order, from ``first`` to the horizon, the last at least ``gap`` on."""
    names, first, gap = options.get("times", ()), options.get("first", 0), options.get("gap", 0)
    if not names:
        return {}
    start = int(rng.integers(first, steps - gap + 1))
    end = int(rng.integers(start + gap, steps + 1))
    middle = sorted(int(v) for v in rng.integers(start, end + 1, max(0, len(names) - 2)))
    return dict(zip(names, [start, *middle, end] if len(names) > 1 else [end], strict=True))


def _scalar(rng: Rng, spec: tuple[Any, Any]) -> Any:
    low, high = (sp.sympify(bound) for bound in spec)
    if isinstance(spec[0], int) and isinstance(spec[1], int):
        return int(rng.integers(spec[0], spec[1] + 1))
    return rational(rng, Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q)))


def _constant(value: Any, rows: int, cols: int) -> Any:
    """Return a column of one number, or a multiple of the identity."""
    pattern = np.ones((rows, 1), dtype=int) if cols == 1 else np.eye(rows, dtype=int)
    return value * pattern.astype(object)


def _cell(
    rng: Rng, options: Mapping[str, Any], sizes: Mapping[str, int], values: Mapping[str, Any]
) -> Case:
    """Draw a gated cell; ``where`` says what is not generic: a style, a number, or a scalar."""
    where = options.get("where", {})

    def draw(name: str, rows: int, cols: int) -> Any:
        style = where.get(name, options.get("weights", "generic"))
        if name in values:
            return values[name]
        if style in values:
            return _constant(values[style], rows, cols)
        if not isinstance(style, str):
            return _constant(_rational_value(style), rows, cols)
        return _STYLES[style](rng, rows, cols)

    low, high = options.get("horizon", (2, 3))
    functions: dict[str, Any] = {}
    if options["cell"] == "residual":
        functions = _functions(_activation(rng, "polynomial")[0])
    world = cell_world(options["cell"], sizes, int(rng.integers(low, high + 1)), draw, functions)
    drawn = {**values, **world.values, **_times(rng, options, world.horizon)}
    return Case(drawn, world.functions, note=options["cell"], cell=world)


def _random(rng: Rng, options: Mapping[str, Any]) -> Case:
    sizes = _sizes(rng, options.get("sizes", {}))
    values: dict[str, Any] = dict(sizes)
    for name, (rows, cols, style) in options.get("matrices", {}).items():
        shape = [sizes[side] if isinstance(side, str) else int(side) for side in (rows, cols)]
        values[name] = _STYLES[style](rng, shape[0], shape[1])
    for name, (count, rows, cols, style) in options.get("sequences", {}).items():
        shape = [sizes[side] if isinstance(side, str) else int(side) for side in (rows, cols)]
        values[name] = tuple(_STYLES[style](rng, shape[0], shape[1]) for _ in range(count))
    for rows, cols, names in options.get("decomposed", ()):
        entries = [rational(rng) for _ in range(min(sizes[rows], sizes[cols]))]
        values |= decomposed(rng, sizes[rows], sizes[cols], entries, names)
    for side, names in options.get("diagonalized", ()):
        entries = [rational(rng) for _ in range(2 * sizes[side])]
        values |= diagonalized(rng, sizes[side], entries, names)
    for side, names in options.get("triangular", ()):
        values |= triangularized(rng, [rational(rng) for _ in range(sizes[side])], names)
    for rows, cols, names in options.get("apart", ()):
        values |= set_apart(rng, _generic(rng, sizes[rows], sizes[cols]), names)
    for side, (low, high), even in options.get("factored", ()):
        steps, entries = int(rng.integers(low, high + 1)), [rational(rng) for _ in range(7)]
        values |= factored(rng, sizes[side], steps, entries=entries, even=even)
    for side, (low, high) in options.get("weighted", ()):
        entries, shares = ([rational(rng) for _ in range(9)] for _ in range(2))
        last = int(rng.integers(low, high + 1))
        values |= weighted(rng, sizes[side], last, entries=entries, shares=shares)
    for name, spec in options.get("scalars", {}).items():
        values[name] = _scalar(rng, spec)
    if "law" in options:
        values["law"], known = drawn_law(rng, sizes, options["law"])
        values = {**known, **values}
    if "landscape" in options:
        place = [
            rational(rng, Fraction(1, 8)) * int(rng.choice([-1, 1])) for _ in range(sizes["n"])
        ]
        steepness = _orthogonal_multiple(rng, sizes["n"], 1)
        values |= landscape(rng, place, options["landscape"], steepness)
    note = ", ".join(f"{key} {value}" for key, value in options.get("network", {}).items())
    if "cell" in options:
        return _cell(rng, options, sizes, values)
    if "network" not in options:
        return Case(values, note=note)
    world, gamma = _network(rng, _NetworkStyle(**options["network"]), sizes)
    values |= _times(rng, options, world.horizon)
    if gamma is not None:
        values["gamma"] = gamma
    return Case(values, _functions(world.network.activation), world, note)


def _functions(activation: Activation) -> dict[str, Callable[[Any], Any]]:
    return {"f": activation.value, "f'": activation.slope}


def _rational_value(value: Any) -> Any:
    """Turn a SymPy number or matrix, or a Python integer, into exact Python numbers."""
    if isinstance(value, tuple):
        return tuple(None if entry is None else _rational_value(entry) for entry in value)
    value = sp.sympify(value)
    if isinstance(value, sp.MatrixBase):
        return _array([_rational_value(entry) for entry in value.flat()], value.shape)
    if not getattr(value, "is_Rational", False):
        msg = f"an explicit case takes rational numbers and SymPy matrices, got {value}"
        raise DomainError(msg)
    return int(value) if value.is_Integer else Fraction(int(value.p), int(value.q))


def _explicit_network(options: Mapping[str, Any]) -> World:
    """Build the network of an explicit case; what is not given is zero, of the fitting shape.

    ``activation`` is a tuple: ("relu",), ("polynomial", c0, c1, ...), ("leaky", alpha),
    ("softsign", scale).  ``x`` is a list of columns, ``loss`` a pair such as ("linear", columns).
    ``wiring`` holds the options of a :class:`Wiring`; ``difference`` is the step of an oracle that
    takes exact differences, for piecewise linear networks whose kinks the dual numbers pass over.
    """
    W = _rational_value(options["W"])
    n, x = len(W), [_rational_value(column) for column in options["x"]]
    V = _rational_value(options.get("V", sp.eye(n)))
    kind, *numbers = options["activation"]
    numbers = [_rational_value(number) for number in numbers]
    makers: Mapping[str, Callable[..., Activation]] = {
        "relu": lambda: activations.ACTIVATIONS["relu"],
        "polynomial": lambda *coefficients: activations.polynomial(coefficients),
        "leaky": activations.leaky_relu,
        "softsign": _softsign,
        "shares": _shares,
    }
    network = VanillaRNN(
        W=W,
        U=_rational_value(options.get("U", sp.zeros(n, len(x[0])))),
        V=V,
        b=_rational_value(options.get("b", sp.zeros(n, 1))),
        c=_rational_value(options.get("c", sp.zeros(len(V), 1))),
        activation=makers[kind](*numbers),
    )
    rows, (loss, columns) = len(V), options.get("loss", ("linear", None))
    targets = [_rational_value(column) for column in columns or [sp.ones(rows, 1)] * len(x)]
    h0 = _rational_value(options.get("h0", sp.zeros(n, 1)))
    chosen = quadratic_loss if loss == "quadratic" else linear_loss
    wiring = PLAIN
    if given := options.get("wiring"):
        wiring = Wiring(
            feedback=given.get("feedback", False),
            grown_start=given.get("grown_start", False),
            layers=tuple(_rational_value(sp.Matrix(layer)) for layer in given.get("layers", ())),
            delayed=_rational_value(given["delayed"]) if "delayed" in given else None,
        )
    oracle: Oracle = dual_jacobian
    if "difference" in options:
        oracle = partial(exact_difference, step=_rational_value(options["difference"]))
    return World(network, np.array(x), h0, chosen(np.array(targets)), oracle, wiring)


def _explicit(rng: Rng, options: Mapping[str, Any]) -> Case:
    note = options.get("note", "explicit")
    values = {name: _rational_value(value) for name, value in options.get("values", {}).items()}
    if "law" in options:
        law, moments = drawn_law(rng, values, options["law"])
        values = {**moments, **values, "law": law}
    if options.get("sampled"):
        values["sample"] = int(rng.integers(2**31))
    if "landscape" in options:
        axes, scales, powers, *tilt = options["landscape"]
        axes, scales, *tilt = (_rational_value(sp.Matrix(part)) for part in (axes, scales, *tilt))
        leaning = list(tilt[0].flat) if tilt else ()
        values["L"] = PowerLandscape(axes, list(scales.flat), powers, leaning)
    if "network" not in options:
        return Case(values, note=note)
    world = _explicit_network(options["network"])
    sizes = {"n": len(world.network.W), "p": len(world.network.V), "m": world.network.U.shape[1]}
    kind, *numbers = options["network"]["activation"]
    gamma = _steepest(kind, [_rational_value(number) for number in numbers])
    known = {} if gamma is None else {"gamma": gamma}
    return Case({**sizes, **known, **values}, _functions(world.network.activation), world, note)


def draw_case(draw: Draw, rng: Rng) -> Case:
    """Return one case of a draw.

    Parameters
    ----------
    draw : Draw
        Strategy "random" with options sizes, matrices {name: (rows, cols, style)}, scalars
        {name: (low, high)}, sequences {name: (count, rows, cols, style)},
        decomposed [(rows, cols, (A, P, s, R, w))],
        diagonalized [(side, (J, R, l, lambda, v, K))], apart [(rows, cols, (R, e))],
        triangular [(side, (J, Q, l, N))],
        factored [(side, steps, even)] (sequences J, Q, R), weighted [(side, last)] (x, p),
        network {activation, weights, others, horizon, loss, layered}, times,
        first, gap, landscape (lowest and highest power; a loss L and a point w),
        cell (the name of a gated cell) with weights, horizon, and where {name: style, number, or
        name of a scalar}, law {name: (rows, cols, kind)} of random matrices; or strategy
        "explicit" with options values, network, note, law, sampled (whether the seed of samples
        is drawn), landscape (axes, scales, powers, and a tilt where there is one).
    rng : numpy.random.Generator

    Raises
    ------
    DomainError
        If the strategy or a style has no meaning.

    Examples
    --------
    >>> draw = Draw("random", {"matrices": {"A": ("n", "n", "orthogonal")}})
    >>> case = draw_case(draw, np.random.default_rng(0))
    >>> bool((case.values["A"] @ case.values["A"].T == np.eye(case.values["n"])).all())
    True
    """
    if draw.strategy == "random":
        return _random(rng, draw.options)
    if draw.strategy == "explicit":
        return _explicit(rng, draw.options)
    msg = f"no strategy {draw.strategy!r}; there are random and explicit"
    raise DomainError(msg)
