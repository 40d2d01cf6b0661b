"""The vanilla network as a program: which variable feeds which, and what flows back along it.

``a_t = W h_{t-1} + U x_t + b``, ``h_t = f(a_t)``, ``o_t = V h_t + c``, ``L = sum_t L_t(o_t)``.
This is written here once; every rule about total derivatives (``program_rules``) looks it up.
"""

from typing import Any

from sympy import Integer

from rnnmath.symbolic.calculus import jacobian, trace_gradient
from rnnmath.symbolic.derivation import Statement
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, InnerProduct
from rnnmath.symbolic.notation import (
    StepScalar,
    T,
    TimeScalar,
    TimeVector,
    TotalDerivative,
    U,
    V,
    W,
    a,
    b,
    c,
    error_at,
    f,
    f_prime,
    h,
    j,
    k,
    o,
    x,
)
from rnnmath.symbolic.tidy import add, diag, multiply, transpose

__all__ = [
    "contributions",
    "definition",
    "edge",
    "parameter_sum",
    "slope_matrix",
    "step_matrix",
    "unfolded",
]


def definition(variable: TimeVector) -> Any:
    """Return the right side of the program's equation for a variable.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import t
    >>> definition(o[t])
    V*h[t] + c
    """
    time = variable.index
    equations = {
        "a": add(multiply(W, h[time - 1]), multiply(U, x[time]), b),
        "h": Elementwise(f, a[time]),
        "o": add(multiply(V, h[time]), c),
    }
    return equations[variable.name]


def slope_matrix(time: Any) -> Any:
    """Return ``D_t = diag(f'(a_t))``."""
    return diag(Elementwise(f_prime, a[time]))


def step_matrix(time: Any) -> Any:
    """Return ``J_t = diag(f'(a_t)) W``."""
    return multiply(slope_matrix(time), W)


def unfolded(of: TimeVector, wrt: Any) -> Any:
    """Return the equation of a variable as a function of ``wrt``, a_t written out where needed."""
    direct = definition(of)
    if direct.has(wrt) or of.name != "h":
        return direct
    return direct.xreplace({a[of.index]: definition(a[of.index])})


def edge(of: TimeVector, wrt: Any) -> Any:
    """Return the Jacobian of one equation of the program."""
    return jacobian(unfolded(of, wrt), wrt)


def _fed_by_state(
    loss: StepScalar, time: Any, given: tuple[Statement, ...]
) -> list[TimeVector] | None:
    """Return what ``h_t`` feeds on the way to a loss, None where the times leave it open."""
    onward, out = [a[time + 1]], [o[time]]
    if isinstance(loss, TimeScalar):
        if loss.index == time:
            return out
        return onward if not_before(loss.index, time + 1, given) else None
    if time == 0:
        return onward
    return out + onward if not_before(time, 1, given) else None


def contributions(loss: StepScalar, wrt: TimeVector, given: tuple[Statement, ...] = ()) -> Any:
    """Return the gradient of the loss in a variable, through everything that it feeds directly.

    ``h_t`` feeds ``o_t`` (for t >= 1) and ``a_{t+1}``; ``a_t`` feeds ``h_t``; ``x_t`` feeds
    ``a_t``.  The loss at one time sees the output of that time and nothing later.  None where the
    order of the times does not follow from what is given.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import L, t
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(contributions(L, h[t + 1])))
    (da[t + 2]/dh[t + 1]).T*delta[t + 2] + (do[t + 1]/dh[t + 1]).T*e[t + 1]
    >>> contributions(L, h[t]) is None
    True
    """
    time = wrt.index
    children: list[TimeVector] | None = {"a": [h[time]], "x": [a[time]]}.get(wrt.name)
    if wrt.name == "h":
        children = _fed_by_state(loss, time, given)
    if children is None:
        return None
    terms = []
    for child in children:
        seen = error_at(time) if child.name == "o" else TotalDerivative(loss, child)
        terms.append(multiply(transpose(TotalDerivative(child, wrt)), seen))
    return add(*terms)


def parameter_sum(of: Any, wrt: Any) -> Any:
    """Return the derivative in a parameter: its share in every step that uses it, added up.

    ``W``, ``U``, ``b`` act in every ``a_j``, ``V`` and ``c`` in every ``o_j``.
    Of the loss it is a gradient, each share not yet worked out; of a state ``h_t`` a Jacobian, and
    the parameter a vector.
    """
    if isinstance(of, TimeVector):
        return IndexedSum(
            multiply(TotalDerivative(of, a[k]), edge(a[k], wrt)), (k, Integer(1), of.index)
        )
    child = o[j] if wrt in (V, c) else a[j]
    seed = error_at(j) if child.name == "o" else TotalDerivative(of, child)
    share = trace_gradient(InnerProduct(seed, definition(child)), wrt).start
    return IndexedSum(share, (j, Integer(1), T))
