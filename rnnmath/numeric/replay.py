"""Interventions: put a value in for one variable and run the program from there.

This module knows the program of the network but no derivative of anything.
"""

from typing import Any

from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import require_shape, same_numbers
from rnnmath.numeric.losses import Loss
from rnnmath.numeric.networks.vanilla import VanillaRNN
from rnnmath.numeric.wiring import PLAIN, Wiring

__all__ = ["Variable", "depends_on", "replay"]

# ("W",), ("h0",), ("L",), or a letter with a time: ("h", 3).
Variable = tuple[str] | tuple[str, int]

PARAMETERS = ("W", "U", "V", "b", "c")


def replay(
    network: VanillaRNN,
    x: Any,
    h0: Any,
    loss: Loss,
    set_: Variable,
    value: Any,
    get: Variable,
    wiring: Wiring = PLAIN,
) -> NDArray[Any]:
    """Put ``value`` in for the variable ``set_``, recompute what depends on it, and return ``get``.

    Law: everything upstream of the intervention keeps its value; the derivative of this function in
    ``value`` is by definition the derivative of ``get`` in ``set_``.

    Parameters
    ----------
    network, x, h0, loss
        The program and its inputs, with a batch of one column: x (T, m, 1), h0 (n, 1).
    set_
        ("h", k), ("a", k), ("x", k), ("o", k), ("W",), ("U",), ("V",), ("b",), ("c",) or ("h0",).
        ("h0",) and ("h", 0) are the same.
    value
        Of the variable's shape; floating point or complex for a floating-point network, exact
        (Fraction, Dual) for an exact one.
    get
        ("h", t), ("a", t), ("o", t), ("L", t) for l_t alone, or ("L",) for the sum.
    wiring
        Departures from the plain program.

    Returns
    -------
    numpy.ndarray
        Shape (n, 1), (p, 1), or (1,) for a loss; of the type that ordinary arithmetic gives.

    Raises
    ------
    ShapeMismatch
        If x, h0 or the value has the wrong shape, the batch is not one column, or the wiring does
        not fit.
    DomainError
        If a name is unknown or a time out of range, or a number is not finite or of another kind.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> import numpy as np
    >>> from rnnmath.numeric import ACTIVATIONS, linear_loss
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(2 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> x, loss = np.zeros((3, 1, 1)), linear_loss(np.ones((3, 1, 1)))
    >>> replay(network, x, one, loss, ("h", 1), 10 * one, ("h", 3))
    array([[40.]])
    >>> replay(network, x, one, loss, ("h", 3), 10 * one, ("h", 1))
    array([[2.]])
    """
    arrays = same_numbers(**{name: getattr(network, name) for name in PARAMETERS}, x=x, h0=h0)
    steps, (n, m, p) = len(arrays["x"]), network.sizes
    require_shape(arrays["x"], (None, m, 1), "x")
    require_shape(arrays["h0"], (n, 1), "h0")
    wiring.require_fit(steps, network.sizes)
    placed = require_settable(set_, steps)
    wanted = require_gettable(get, steps)
    value = same_numbers(W=network.W, value=value)["value"]
    shapes = {"x": (m, 1), "a": (n, 1), "h": (n, 1), "o": (p, 1)}
    require_shape(value, shapes.get(placed[0]) or arrays[placed[0]].shape, f"value for {set_}")

    if placed[0] in PARAMETERS:
        arrays[placed[0]] = value
    seen: dict[Variable, NDArray[Any]] = {}

    def record(name: str, t: int, computed: NDArray[Any]) -> NDArray[Any]:
        seen[name, t] = value if placed == (name, t) else computed
        return seen[name, t]

    grown = wiring.grown_start
    h = record("h", 0, arrays["W"] @ arrays["h0"] + arrays["b"] if grown else arrays["h0"])
    for t in range(1, steps + 1):
        fed = wiring.feedback and t > 1
        x_t = record("x", t, seen["o", t - 1] if fed else arrays["x"][t - 1])
        W_t = wiring.layers[t - 1] if wiring.layers else arrays["W"]
        driven = arrays["U"] @ x_t + arrays["b"]
        if wiring.delayed is not None and t > 1:
            driven = driven + wiring.delayed @ seen["h", t - 2]
        a = record("a", t, W_t @ h + driven)
        h = record("h", t, network.activation.value(a))
        o = record("o", t, arrays["V"] @ h + arrays["c"])
        loss_t = record("L", t, loss.value(o, t))
        seen["L",] = loss_t if t == 1 else seen["L",] + loss_t
    return seen[wanted]


def depends_on(get: Variable, set_: Variable) -> bool:
    """Tell whether the variable ``get`` lies downstream of ``set_`` in the plain program.

    Law: if it does not, `replay` returns the same for every value.

    Raises
    ------
    DomainError
        If a name is unknown or a time negative.

    Examples
    --------
    >>> depends_on(("h", 3), ("h", 1)), depends_on(("h", 3), ("o", 1)), depends_on(("L",), ("o", 1))
    (True, False, True)
    """
    horizon = max([1, *(part for item in (get, set_) for part in item[1:])])
    name, *time = require_settable(set_, horizon)
    target, *target_time = require_gettable(get, horizon)
    if not target_time:
        return True
    t = target_time[0]
    order = {"x": 0, "a": 1, "h": 2}
    if name in ("V", "c"):
        return target in ("o", "L")
    if name in ("W", "U", "b"):
        return t >= 1
    k = time[0]
    if name == "o":
        return target in ("o", "L") and t == k
    return t > k or (t == k and order.get(target, 3) >= order[name])


def require_settable(variable: Variable, steps: int) -> Variable:
    """Return the variable with ("h0",) written as ("h", 0), or raise DomainError."""
    if variable == ("h0",):
        return ("h", 0)
    allowed = {"h": 0, "a": 1, "x": 1, "o": 1}
    return _require_known(variable, allowed, PARAMETERS, steps, "set_")


def require_gettable(variable: Variable, steps: int) -> Variable:
    """Return the variable, or raise DomainError if it can't be observed."""
    allowed = {"h": 0, "a": 1, "o": 1, "L": 1}
    return _require_known(variable, allowed, ("L",), steps, "get")


def _require_known(
    variable: Any, timed: dict[str, int], untimed: tuple[str, ...], steps: int, name: str
) -> Variable:
    match variable:
        case (str(letter),) if letter in untimed:
            return (letter,)
        case (str(letter), int(t)) if letter in timed and timed[letter] <= t <= steps:
            return (letter, t)
    names = ", ".join([f"({letter!r}, {low}..{steps})" for letter, low in timed.items()])
    names += ", " + ", ".join(f"({letter!r},)" for letter in untimed)
    msg = f"{name} must be one of {names}, got {variable!r}"
    raise DomainError(msg)
