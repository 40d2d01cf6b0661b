"""Explicit cases, written by the theory as SymPy numbers and matrices."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from rnnmath.errors import DomainError
from rnnmath.numeric import activations
from rnnmath.numeric.activations import Activation
from rnnmath.numeric.dual import dual_jacobian
from rnnmath.numeric.landscape import PowerLandscape
from rnnmath.numeric.losses import linear_loss, quadratic_loss
from rnnmath.numeric.networks import VanillaRNN
from rnnmath.numeric.oracles import exact_difference
from rnnmath.numeric.wiring import PLAIN, Wiring
from rnnmath.verify.draws.laws import drawn_law
from rnnmath.verify.draws.networks import functions_of, shares, softsign
from rnnmath.verify.draws.options import require_known
from rnnmath.verify.draws.styles import as_array
from rnnmath.verify.evaluate import Case
from rnnmath.verify.world import Oracle, World

__all__ = ["explicit_case", "rational_value"]

Rng = np.random.Generator

OPTIONS = ("values", "network", "note", "law", "sampled", "landscape")
NETWORK_OPTIONS = (
    *("W", "U", "V", "b", "c", "x", "h0"),
    *("activation", "loss", "wiring", "difference"),
)


def rational_value(value: Any) -> Any:
    """Turn a SymPy number or matrix, or a Python integer, into exact Python numbers."""
    if isinstance(value, tuple):
        return tuple(None if entry is None else rational_value(entry) for entry in value)
    value = sp.sympify(value)
    if isinstance(value, sp.MatrixBase):
        return as_array([rational_value(entry) for entry in value.flat()], value.shape)
    if not getattr(value, "is_Rational", False):
        msg = f"an explicit case takes rational numbers and SymPy matrices, got {value}"
        raise DomainError(msg)
    return int(value) if value.is_Integer else Fraction(int(value.p), int(value.q))


def _steepest(kind: str, numbers: list[Any]) -> Any:
    """Return gamma of an explicit activation; infinite for a polynomial that is no line."""
    if kind == "polynomial":
        return abs(numbers[1]) if len(numbers) == 2 else math.inf
    bend = [abs(number) for number in numbers]
    return max([Fraction(1), *bend]) if kind in ("relu", "leaky") else max(bend, default=None)


def _explicit_network(options: Mapping[str, Any]) -> World:
    """Build the network of an explicit case; what is not given is zero, of the fitting shape.

    ``activation`` is a tuple: ("relu",), ("polynomial", c0, c1, ...), ("leaky", alpha),
    ("softsign", scale).  ``x`` is a list of columns, ``loss`` a pair such as ("linear", columns).
    ``wiring`` holds the options of a :class:`Wiring`; ``difference`` is the step of an oracle that
    takes exact differences, for piecewise linear networks whose kinks the dual numbers pass over.
    """
    W = rational_value(options["W"])
    n, x = len(W), [rational_value(column) for column in options["x"]]
    V = rational_value(options.get("V", sp.eye(n)))
    kind, *numbers = options["activation"]
    numbers = [rational_value(number) for number in numbers]
    makers: Mapping[str, Callable[..., Activation]] = {
        "relu": lambda: activations.ACTIVATIONS["relu"],
        "polynomial": lambda *coefficients: activations.polynomial(coefficients),
        "leaky": activations.leaky_relu,
        "softsign": softsign,
        "shares": shares,
    }
    network = VanillaRNN(
        W=W,
        U=rational_value(options.get("U", sp.zeros(n, len(x[0])))),
        V=V,
        b=rational_value(options.get("b", sp.zeros(n, 1))),
        c=rational_value(options.get("c", sp.zeros(len(V), 1))),
        activation=makers[kind](*numbers),
    )
    rows, (loss, columns) = len(V), options.get("loss", ("linear", None))
    targets = [rational_value(column) for column in columns or [sp.ones(rows, 1)] * len(x)]
    h0 = rational_value(options.get("h0", sp.zeros(n, 1)))
    chosen = quadratic_loss if loss == "quadratic" else linear_loss
    wiring = PLAIN
    if given := options.get("wiring"):
        wiring = Wiring(
            feedback=given.get("feedback", False),
            grown_start=given.get("grown_start", False),
            layers=tuple(rational_value(sp.Matrix(layer)) for layer in given.get("layers", ())),
            delayed=rational_value(given["delayed"]) if "delayed" in given else None,
        )
    oracle: Oracle = dual_jacobian
    if "difference" in options:
        oracle = partial(exact_difference, step=rational_value(options["difference"]))
    return World(network, np.array(x), h0, chosen(np.array(targets)), oracle, wiring)


def explicit_case(rng: Rng, options: Mapping[str, Any]) -> Case:
    """Return the case that the options write out.

    Raises
    ------
    DomainError
        If an option has no meaning, or a number is not rational.

    Examples
    --------
    >>> options = {"values": {"A": sp.Matrix([[1, sp.Rational(1, 2)]])}}
    >>> explicit_case(np.random.default_rng(0), options).values["A"]
    array([[1, Fraction(1, 2)]], dtype=object)
    """
    require_known(options, OPTIONS)
    require_known(options.get("network", {}), NETWORK_OPTIONS)
    note = options.get("note", "explicit")
    values = {name: rational_value(value) for name, value in options.get("values", {}).items()}
    if "law" in options:
        law, moments = drawn_law(rng, values, options["law"])
        values = {**moments, **values, "law": law}
    if options.get("sampled"):
        values["sample"] = int(rng.integers(2**31))
    if "landscape" in options:
        axes, scales, powers, *tilt = options["landscape"]
        axes, scales, *tilt = (rational_value(sp.Matrix(part)) for part in (axes, scales, *tilt))
        leaning = list(tilt[0].flat) if tilt else ()
        values["L"] = PowerLandscape(axes, list(scales.flat), powers, leaning)
    if "network" not in options:
        return Case(values, note=note)
    world = _explicit_network(options["network"])
    sizes = {"n": len(world.network.W), "p": len(world.network.V), "m": world.network.U.shape[1]}
    kind, *numbers = options["network"]["activation"]
    gamma = _steepest(kind, [rational_value(number) for number in numbers])
    known = {} if gamma is None else {"gamma": gamma}
    return Case({**sizes, **known, **values}, functions_of(world.network.activation), world, note)
