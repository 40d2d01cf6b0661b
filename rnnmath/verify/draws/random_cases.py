"""Random cases: matrices, sequences, laws, networks and cells, by the options of a draw."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from rnnmath.verify.cellular import cell_world
from rnnmath.verify.draws.explicit import rational_value
from rnnmath.verify.draws.landscapes import landscape
from rnnmath.verify.draws.laws import drawn_law
from rnnmath.verify.draws.networks import (
    NetworkStyle,
    drawn_activation,
    drawn_network,
    drawn_times,
    functions_of,
)
from rnnmath.verify.draws.options import require_known
from rnnmath.verify.draws.planted import decomposed, diagonalized, set_apart, triangularized
from rnnmath.verify.draws.sequences import factored, weighted
from rnnmath.verify.draws.styles import STYLES, generic, orthogonal_multiple, rational
from rnnmath.verify.evaluate import Case

__all__ = ["random_case"]

Rng = np.random.Generator

OPTIONS = (
    *("sizes", "matrices", "sequences", "scalars", "law", "landscape"),
    *("decomposed", "diagonalized", "triangular", "apart", "factored", "weighted"),
    *("network", "times", "first", "gap"),
    *("cell", "weights", "where", "horizon"),
)


def _sizes(rng: Rng, ranges: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    wanted = {"n": (1, 3), "m": (1, 2), "p": (1, 2), **ranges}
    return {name: int(rng.integers(low, high + 1)) for name, (low, high) in wanted.items()}


def _scalar(rng: Rng, spec: tuple[Any, Any]) -> Any:
    low, high = (sp.sympify(bound) for bound in spec)
    if isinstance(spec[0], int) and isinstance(spec[1], int):
        return int(rng.integers(spec[0], spec[1] + 1))
    return rational(rng, Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q)))


def constant(value: Any, rows: int, cols: int) -> Any:
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
            return constant(values[style], rows, cols)
        if not isinstance(style, str):
            return constant(rational_value(style), rows, cols)
        return STYLES[style](rng, rows, cols)

    low, high = options.get("horizon", (2, 3))
    functions: dict[str, Any] = {}
    if options["cell"] == "residual":
        functions = functions_of(drawn_activation(rng, "polynomial")[0])
    world = cell_world(options["cell"], sizes, int(rng.integers(low, high + 1)), draw, functions)
    drawn = {**values, **world.values, **drawn_times(rng, options, world.horizon)}
    return Case(drawn, world.functions, note=options["cell"], cell=world)


def random_case(rng: Rng, options: Mapping[str, Any]) -> Case:
    """Return a case with everything that the options ask for.

    Raises
    ------
    DomainError
        If an option or a style has no meaning.

    Examples
    --------
    >>> case = random_case(np.random.default_rng(0), {"sizes": {"n": (2, 2)}})
    >>> case.values["n"]
    2
    """
    require_known(options, OPTIONS)
    sizes = _sizes(rng, options.get("sizes", {}))
    values: dict[str, Any] = dict(sizes)
    for name, (rows, cols, style) in options.get("matrices", {}).items():
        shape = [sizes[side] if isinstance(side, str) else int(side) for side in (rows, cols)]
        values[name] = STYLES[style](rng, shape[0], shape[1])
    for name, (count, rows, cols, style) in options.get("sequences", {}).items():
        shape = [sizes[side] if isinstance(side, str) else int(side) for side in (rows, cols)]
        values[name] = tuple(STYLES[style](rng, shape[0], shape[1]) for _ in range(count))
    for rows, cols, names in options.get("decomposed", ()):
        entries = [rational(rng) for _ in range(min(sizes[rows], sizes[cols]))]
        values |= decomposed(rng, sizes[rows], sizes[cols], entries, names)
    for side, names in options.get("diagonalized", ()):
        entries = [rational(rng) for _ in range(2 * sizes[side])]
        values |= diagonalized(rng, sizes[side], entries, names)
    for side, names in options.get("triangular", ()):
        values |= triangularized(rng, [rational(rng) for _ in range(sizes[side])], names)
    for rows, cols, names in options.get("apart", ()):
        values |= set_apart(rng, generic(rng, sizes[rows], sizes[cols]), names)
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
        steepness = orthogonal_multiple(rng, sizes["n"], 1)
        values |= landscape(rng, place, options["landscape"], steepness)
    note = ", ".join(f"{key} {value}" for key, value in options.get("network", {}).items())
    if "cell" in options:
        return _cell(rng, options, sizes, values)
    if "network" not in options:
        return Case(values, note=note)
    world, gamma = drawn_network(rng, NetworkStyle(**options["network"]), sizes)
    values |= drawn_times(rng, options, world.horizon)
    if gamma is not None:
        values["gamma"] = gamma
    return Case(values, functions_of(world.network.activation), world, note)
