"""The Jacobian of one variable of the program in another, by a named route."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric.dual import dual_jacobian
from rnnmath.numeric.losses import Loss
from rnnmath.numeric.networks.vanilla import Trajectory, VanillaRNN, forward
from rnnmath.numeric.oracles import Estimate, central_difference, complex_step
from rnnmath.numeric.replay import PARAMETERS, Variable, depends_on, replay, require_settable

__all__ = ["ROUTES", "sensitivity"]

ROUTES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"complex_step": complex_step, "central_difference": central_difference, "dual": dual_jacobian}
)


def sensitivity(
    network: VanillaRNN,
    x: Any,
    h0: Any,
    loss: Loss,
    set_: Variable,
    get: Variable,
    route: str = "complex_step",
) -> Estimate:
    """Return d get / d set_ as the derivative of `replay`, by one of three unrelated routes.

    Formula: J[i, j] = ∂ replay(..., value, get)_i / ∂ value_j at the value that the variable has.

    Parameters
    ----------
    network, x, h0, loss, set_, get
        As for `replay`.
    route
        "complex_step" and "central_difference" for floating point, "dual" for exact networks.

    Returns
    -------
    Estimate
        ``jacobian`` of shape (get.size, set.size) in numerator layout, a matrix variable flattened
        in C order; ``error`` is that of central differences, and 0 for the other routes (complex
        step is good to rounding, dual numbers are exact).

    Raises
    ------
    ShapeMismatch
        As `replay`.
    DomainError
        As `replay`; if the route is unknown or does not fit the number type; or if a complex step
        meets a pre-activation at a kink of f, where there is no derivative.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, linear_loss
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(2 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> x, loss = np.zeros((3, 1, 1)), linear_loss(np.ones((3, 1, 1)))
    >>> sensitivity(network, x, one, loss, ("h", 0), ("h", 3)).jacobian
    array([[8.]])
    """
    if route not in ROUTES:
        msg = f"route must be one of {', '.join(ROUTES)}, got {route!r}"
        raise DomainError(msg)
    trajectory = forward(network, x, h0)
    point = _present_value(network, trajectory, set_)
    if (point.dtype == object) != (route == "dual"):
        msg = f"route {route!r} does not fit numbers of type {point.dtype}"
        raise DomainError(msg)
    if route == "complex_step":
        _require_no_kink(network, trajectory)

    def function(value: NDArray[Any]) -> NDArray[Any]:
        return replay(network, x, h0, loss, set_, value, get)

    if not depends_on(get, set_):
        flat = np.zeros((function(point).size, point.size), dtype=point.dtype)
        return Estimate(flat, np.zeros(flat.shape))
    found = ROUTES[route](function, point)
    return found if isinstance(found, Estimate) else Estimate(found, np.zeros(found.shape))


def _present_value(network: VanillaRNN, trajectory: Trajectory, set_: Variable) -> NDArray[Any]:
    match require_settable(set_, trajectory.steps):
        case ("h", int(t)):
            return trajectory.state(t)
        case ("a", int(t)):
            return trajectory.preactivation(t)
        case ("x", int(t)):
            return trajectory.input(t)
        case ("o", int(t)):
            return trajectory.output(t)
        case (name, *_):
            parameters: dict[Any, NDArray[Any]] = {p: getattr(network, p) for p in PARAMETERS}
            return parameters[name]


def _require_no_kink(network: VanillaRNN, trajectory: Trajectory) -> None:
    for kink in network.activation.kinks:
        if (trajectory.a == float(kink)).any():
            msg = f"a pre-activation equals {kink}, where {network.activation.name} has a kink"
            raise DomainError(msg)
