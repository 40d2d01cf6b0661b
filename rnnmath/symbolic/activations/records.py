"""What an activation function is on record: f, f', gamma, where gamma is attained, and a proof."""

from dataclasses import dataclass
from typing import Any

from sympy import Basic, Function, FunctionClass, Lambda, S, exp, tanh
from sympy.core.function import AppliedUndef, ArgumentIndexError
from sympy.sets.sets import Set

from rnnmath.symbolic.derivation import Statement
from rnnmath.symbolic.nodes import Elementwise, elementwise
from rnnmath.symbolic.norms import ActivationSupremum

__all__ = ["Activation", "Gap", "Hump", "logistic", "with_activation"]


class logistic(Function):  # noqa: N801
    """The logistic function ``1/(1 + exp(-u))``, with ``logistic' = logistic (1 - logistic)``.

    Source: definition.

    Examples
    --------
    >>> from sympy import Symbol, oo
    >>> x = Symbol("x", real=True)
    >>> logistic(x).diff(x)
    (1 - logistic(x))*logistic(x)
    >>> logistic(x).rewrite(exp)
    1/(1 + exp(-x))
    >>> logistic(0), logistic(oo), logistic(1).evalf(12)
    (1/2, 1, 0.731058578630)
    """

    is_real = True
    is_positive = True

    @classmethod
    def eval(cls, argument: Any) -> Any:
        """Give the values at 0 and at both infinities."""
        return {S.Zero: S.Half, S.Infinity: S.One, S.NegativeInfinity: S.Zero}.get(argument)

    def fdiff(self, argindex: int = 1) -> Any:
        """Return the derivative, written in the value itself."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return self * (1 - self)

    def _eval_rewrite_as_exp(self, argument: Any, **_: Any) -> Any:
        return 1 / (1 + exp(-argument))

    def _eval_rewrite_as_tanh(self, argument: Any, **_: Any) -> Any:
        return (1 + tanh(argument / 2)) / 2

    def _eval_evalf(self, prec: int) -> Any:
        return self.rewrite(exp)._eval_evalf(prec)


@dataclass(frozen=True)
class Gap:
    """On an interval, ``gamma - f'`` and ``gamma + f'`` written so that both are seen to be >= 0.

    ``approach`` is where f' tends to gamma if no point attains it: a point and the side.
    """

    upper: Any
    lower: Any
    interval: Set = S.Reals
    approach: tuple[Any, str] | None = None


@dataclass(frozen=True)
class Hump:
    """``f''(u) = positive(u) sign(u)`` with ``sign`` even and falling for u > 0, zero at ``peak``.

    With ``f'(u) + f'(-u) = 1`` and ``f' > 0`` for u > 0 this makes ``f'(peak)`` the supremum of
    |f'|: on u > 0 f' rises up to the peak and falls behind it, and ``f'(-u) = 1 - f'(u)``.
    ``fall`` is ``-sign'``, written so that it is seen to be positive for u > 0; ``solved`` is a
    consequence of ``sign(peak) = 0``: a pair (old, new) that may be put into ``f'(peak)``.
    Far out ``|f'(u)| <= 1 + tail(|u|)``, and ``tail`` falls for u >= 10.
    """

    positive: Any
    sign: Any
    fall: Any
    slope: Any
    peak: Any
    tail: Any
    solved: tuple[Any, Any] | None = None


@dataclass(frozen=True)
class Activation:
    """A scalar activation function, with the exact supremum of its slope.

    Attributes
    ----------
    name : str
        Its name in the catalogue.
    function : SymPy function or Lambda
        f.
    slope : Lambda
        f'; at a kink the value is a convention.
    supremum : Expr
        ``gamma = sup |f'|`` over the points where f' exists, an exact number.
    attained : Set
        Where ``|f'| = gamma``; the empty set where gamma is only approached.
    kinks : tuple
        The points where f has no derivative.
    proof : tuple of Gap and Hump
        Why the supremum is one, piece by piece; a piece on which f' is constant needs no entry.

    Examples
    --------
    >>> from rnnmath.symbolic.activations import catalogue
    >>> relu = catalogue()["relu"]
    >>> relu.supremum, relu.attained, relu.kinks
    (1, Interval.open(0, oo), (0,))
    """

    name: str
    function: Any
    slope: Lambda
    supremum: Any
    attained: Set
    kinks: tuple[Any, ...] = ()
    proof: tuple[Any, ...] = ()


def with_activation(expr: Any, f: FunctionClass, activation: Activation) -> Any:
    """Put a concrete activation in for the abstract f, f', f'', ... and for gamma.

    Parameters
    ----------
    expr : expression or Statement
        Where f stands.
    f : undefined SymPy function
        The abstract activation; its derivatives are the functions of its name with primes.
    activation : Activation
        What to put in.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> from rnnmath.symbolic.activations import catalogue
    >>> f = Function("f")
    >>> a = MatrixSymbol("a", 3, 1)
    >>> with_activation(Elementwise(Function("f'"), a), f, catalogue()["tanh"])
    Elementwise(Lambda(_u, 1 - tanh(_u)**2), a)
    >>> with_activation(ActivationSupremum(f), f, catalogue()["logistic"])
    1/4
    """
    if isinstance(expr, Statement):
        lhs, rhs = (with_activation(side, f, activation) for side in (expr.lhs, expr.rhs))
        return Statement(lhs, expr.relation, rhs)
    if not isinstance(expr, Basic) or not expr.args:
        return expr
    if isinstance(expr, ActivationSupremum) and expr.function == f:
        return activation.supremum
    args = [with_activation(arg, f, activation) for arg in expr.args]
    order = _primes(expr, f)
    if order is not None:
        return _derivative(activation, order)(args[0])
    if isinstance(expr, Elementwise):
        return elementwise(*args)
    if all(new is old for new, old in zip(args, expr.args, strict=True)):
        return expr
    return expr.func(*args)


def _primes(expr: Any, f: FunctionClass) -> int | None:
    """Count the primes if expr is f, f', f'', ... of one argument."""
    if not isinstance(expr, AppliedUndef) or len(expr.args) != 1:
        return None
    name, stem = expr.func.__name__, f.__name__
    order = len(name) - len(stem)
    return order if name == stem + "'" * order else None


def _derivative(activation: Activation, order: int) -> Any:
    if order == 0:
        return activation.function
    body = activation.slope.expr
    (variable,) = activation.slope.variables
    return Lambda(variable, body.diff(variable, order - 1) if order > 1 else body)
