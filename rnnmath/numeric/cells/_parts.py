"""What the gated networks share: checks of their arrays, gate functions, sums over time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric._checks import as_numbers, require_shape
from rnnmath.numeric.activations import ACTIVATIONS

__all__: list[str] = []


def floating(**values: Any) -> dict[str, NDArray[Any]]:
    """Return all arguments as finite float or complex arrays; exact arrays are refused."""
    arrays = {name: as_numbers(value, name) for name, value in values.items()}
    for name, array in arrays.items():
        if array.dtype == object:
            msg = f"{name} is exact, but logistic and tanh have no rational values; give floats"
            raise DomainError(msg)
    return arrays


def require_gates(W: NDArray[Any], gates: str, name: str = "W") -> int:
    """Return n, or raise ShapeMismatch unless W stacks one square block for each gate."""
    count = len(gates)
    if W.ndim != 2 or W.shape[0] != count * W.shape[1]:
        listed = ", ".join(gates)
        msg = f"{name} must have shape ({count}n, n), a block for each of {listed}; got {W.shape}"
        raise ShapeMismatch(msg)
    return int(W.shape[1])


def require_readout(V: NDArray[Any], c: NDArray[Any], n: int) -> None:
    """Raise ShapeMismatch unless V is (p, n) and c is (p, 1)."""
    require_shape(V, (None, n), "V")
    require_shape(c, (len(V), 1), "c")


def rows_of(gates: str, gate: str, n: int) -> slice:
    """Return the rows of one gate in the stack, or raise DomainError for an unknown gate."""
    if not isinstance(gate, str) or len(gate) != 1 or gate not in gates:
        msg = f"gate must be one of {', '.join(gates)}, got {gate!r}"
        raise DomainError(msg)
    place = gates.index(gate)
    return slice(place * n, (place + 1) * n)


def open_gates(a: NDArray[Any], out: NDArray[Any]) -> None:
    """Write the logistic function of a; the caller lets exp overflow, which closes the gate."""
    if a.dtype.kind == "c":
        out[...] = ACTIVATIONS["logistic"].value(a)
        return
    np.negative(a, out=out)
    np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.reciprocal(out, out=out)


def sigma_slope(a: NDArray[Any]) -> NDArray[Any]:
    """Return the slope of the logistic function, from a, so that saturation costs no digits."""
    return ACTIVATIONS["logistic"].slope(a)


def tanh_slope(a: NDArray[Any]) -> NDArray[Any]:
    """Return the slope of tanh, from a, so that saturation costs no digits."""
    return ACTIVATIONS["tanh"].slope(a)


def scaled(columns: NDArray[Any], matrix: NDArray[Any]) -> NDArray[Any]:
    """Return diag(v) M for each column v of the batch, shape (B, n, cols)."""
    product: NDArray[Any] = columns.T[:, :, None] * matrix
    return product
