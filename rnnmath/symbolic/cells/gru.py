"""The gated recurrent unit, in the conventions that are in use."""

from typing import Any

from sympy import tanh

from rnnmath.errors import DomainError
from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.cells.gated import (
    bias,
    drive,
    gate,
    hidden_weight,
    input_weight,
    one_minus,
)
from rnnmath.symbolic.cells.record import Cell, define
from rnnmath.symbolic.nodes import elementwise, hadamard
from rnnmath.symbolic.notation import h, n, parameter, t, x
from rnnmath.symbolic.tidy import add, multiply

__all__ = ["gru"]


def gru(*, reset: str = "after", update: str = "keep") -> Cell:
    """Return the GRU with update gate z, reset gate r and candidate n.

    Formula: ``h_t = (1 - z_t) o n_t + z_t o h_{t-1}``, and with reset "after"
    ``n_t = tanh(U_n x_t + b_n + r_t o q_t)``, ``q_t = W_n h_{t-1} + b_hn``, with reset "before"
    ``n_t = tanh(U_n x_t + b_n + W_n (r_t o h_{t-1}))``.

    Parameters
    ----------
    reset : {"after", "before"}
        Whether r acts after the product with ``W_n`` (PyTorch, cuDNN) or before it (Cho et al.).
    update : {"keep", "replace"}
        Whether z weighs the previous state (PyTorch, Cho et al.) or the candidate (Chung et al.).

    Raises
    ------
    DomainError
        If an option has another value.

    Notes
    -----
    Source: Cho et al. (2014); Chung et al. (2014) for update "replace".

    Examples
    --------
    >>> for equation in gru().equations:
    ...     print(equation)
    r[t] = logistic(U_r*x[t] + W_r*h[t - 1] + b_r)
    z[t] = logistic(U_z*x[t] + W_z*h[t - 1] + b_z)
    q[t] = W_n*h[t - 1] + b_hn
    n[t] = tanh(U_n*x[t] + q[t] .* r[t] + b_n)
    h[t] = n[t] .* (1 - z[t]) + h[t - 1] .* z[t]
    >>> gru(reset="never")
    Traceback (most recent call last):
    rnnmath.errors.DomainError: reset must be 'after' or 'before', got 'never'
    """
    _require_choice("reset", reset, ("after", "before"))
    _require_choice("update", update, ("keep", "replace"))
    opened = [define(gate(g), elementwise(logistic, drive(g))) for g in "rz"]
    W, r, z, new = hidden_weight("n"), gate("r"), gate("z"), gate("n")
    parameters = [make(g) for make in (hidden_weight, input_weight, bias) for g in "rzn"]
    if reset == "after":
        product, hidden_bias = gate("q"), parameter("b_hn", n, 1)
        opened.append(define(product, add(multiply(W, h[t - 1]), hidden_bias)))
        recurrent = hadamard(r, product)
        parameters.append(hidden_bias)
    else:
        recurrent = multiply(W, hadamard(r, h[t - 1]))
    keep, take = (z, one_minus(z)) if update == "keep" else (one_minus(z), z)
    equations = (
        *opened,
        define(new, elementwise(tanh, drive("n", recurrent))),
        define(h[t], add(hadamard(take, new), hadamard(keep, h[t - 1]))),
    )
    name = f"GRU, reset {reset} the product, z to {update}"
    return Cell(name, equations, (h[t - 1],), (h[t],), x[t], tuple(parameters))


def _require_choice(name: str, value: Any, choices: tuple[str, str]) -> None:
    if value not in choices:
        msg = f"{name} must be {choices[0]!r} or {choices[1]!r}, got {value!r}"
        raise DomainError(msg)
