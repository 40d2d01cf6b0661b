"""Cells with one activation: vanilla, residual and leaky."""

from typing import Any

from sympy import Symbol, sympify

from rnnmath.errors import DomainError
from rnnmath.symbolic.cells.record import Cell, define
from rnnmath.symbolic.nodes import elementwise
from rnnmath.symbolic.notation import TimeIndexed, U, W, a, b, f, h, n, t, x
from rnnmath.symbolic.tidy import add, multiply

__all__ = ["leaky", "residual", "vanilla"]

_PREACTIVATION = define(a[t], add(multiply(W, h[t - 1]), multiply(U, x[t]), b))


def _cell(name: str, *equations: Any, numbers: tuple[Any, ...] = ()) -> Cell:
    parameters = (W, U, b, *numbers)
    return Cell(name, (_PREACTIVATION, *equations), (h[t - 1],), (h[t],), x[t], parameters)


def vanilla(activation: Any = f) -> Cell:
    r"""Return the plain cell ``h_t = f(W h_{t-1} + U x_t + b)``.

    Parameters
    ----------
    activation : SymPy function, Lambda or callable
        f; abstract by default, printed with f' for its slope.

    Notes
    -----
    Source: Elman (1990); the notation is that of the theory pages.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import state_jacobian
    >>> from rnnmath.symbolic.printing import latex
    >>> print(latex(state_jacobian(vanilla())))
    \operatorname{diag}(f'(a_{t}))\,W
    """
    return _cell("vanilla", define(h[t], elementwise(activation, a[t])))


def residual(activation: Any = f) -> Cell:
    """Return the residual cell ``h_t = h_{t-1} + g_t`` with ``g_t = f(W h_{t-1} + U x_t + b)``.

    Parameters
    ----------
    activation : SymPy function, Lambda or callable
        f; abstract by default.

    Notes
    -----
    Source: He et al. (2016) for the identity path, here over time.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import state_jacobian
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(state_jacobian(residual())))
    I + diag(f'(a[t]))*W
    """
    g = TimeIndexed("g", n)
    branch = define(g[t], elementwise(activation, a[t]))
    return _cell("residual", branch, define(h[t], add(h[t - 1], g[t])))


def leaky(activation: Any = f, alpha: Any = None) -> Cell:
    """Return the leaky cell ``h_t = (1 - alpha) h_{t-1} + alpha f(W h_{t-1} + U x_t + b)``.

    Parameters
    ----------
    activation : SymPy function, Lambda or callable
        f; abstract by default.
    alpha : number or real Symbol
        The leak; by default the symbol ``alpha``, the last of the parameters.

    Raises
    ------
    DomainError
        If alpha is not real.

    Notes
    -----
    Source: Jaeger et al. (2007), leaky integrator units.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import state_jacobian
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(state_jacobian(leaky())))
    (1 - alpha)*I + alpha*diag(f'(a[t]))*W
    """
    alpha = Symbol("alpha", real=True) if alpha is None else sympify(alpha)
    if not alpha.is_real:
        msg = f"alpha must be a real number or symbol, got {alpha!r}"
        raise DomainError(msg)
    g = TimeIndexed("g", n)
    branch = define(g[t], elementwise(activation, a[t]))
    mixed = add(multiply(1 - alpha, h[t - 1]), multiply(alpha, g[t]))
    numbers = tuple(alpha.free_symbols)
    return _cell("leaky", branch, define(h[t], mixed), numbers=numbers)
