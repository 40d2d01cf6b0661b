"""The catalogue of activation functions: f, f', the exact supremum of |f'| and why it is one."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sympy import (
    Abs,
    Interval,
    Lambda,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    atan,
    cosh,
    erf,
    exp,
    log,
    oo,
    pi,
    sinh,
    sqrt,
    sympify,
    tanh,
)
from sympy.sets.sets import FiniteSet

from rnnmath.errors import DomainError
from rnnmath.symbolic.activations.implicit import ImplicitRoot
from rnnmath.symbolic.activations.records import Activation, Gap, Hump, logistic, with_activation

__all__ = [
    "Activation",
    "Gap",
    "Hump",
    "catalogue",
    "elu",
    "leaky_relu",
    "linear",
    "logistic",
    "scaled_tanh",
    "with_activation",
]

u = Symbol("u", real=True)
_LEAK, _OUTER, _INNER = Rational(1, 100), Rational(17159, 10000), Rational(2, 3)
_ONLY_ZERO = FiniteSet(0)
_RIGHT, _LEFT = Interval.open(0, oo), Interval.open(-oo, 0)


def _number(name: str, value: Any) -> Any:
    number = sympify(value)
    if not (number.is_number and number.is_real and number.is_finite):
        msg = f"{name} must be a real number, got {value!r}"
        raise DomainError(msg)
    return number


def linear(slope: Any = 1) -> Activation:
    """Return ``f(u) = c u``; gamma = |c|, attained everywhere.

    Examples
    --------
    >>> linear(-2).supremum
    2
    """
    slope = _number("slope", slope)
    return Activation("linear", Lambda(u, slope * u), Lambda(u, slope), Abs(slope), S.Reals)


def leaky_relu(alpha: Any = _LEAK) -> Activation:
    """Return u for u > 0 and alpha u for u < 0; gamma = max(1, |alpha|).

    Examples
    --------
    >>> leaky_relu(-2).supremum
    2
    """
    alpha = _number("alpha", alpha)
    size = Abs(alpha)
    attained = S.Reals if alpha == 1 else _RIGHT if size < 1 else _LEFT
    if alpha == -1:
        attained = _LEFT + _RIGHT
    return Activation(
        "leaky_relu",
        Lambda(u, Piecewise((u, u > 0), (alpha * u, True))),
        Lambda(u, Piecewise((1, u > 0), (alpha, True))),
        Max(1, size),
        attained,
        () if alpha == 1 else (S.Zero,),
    )


def elu(alpha: Any = 1) -> Activation:
    """Return u for u > 0 and ``alpha (exp(u) - 1)`` for u < 0, alpha > 0; gamma = max(1, alpha).

    For alpha > 1 the supremum is approached at 0 from the left and not attained.

    Examples
    --------
    >>> elu(2).supremum, elu(2).attained
    (2, EmptySet)
    """
    alpha = _number("alpha", alpha)
    if not alpha.is_positive:
        msg = f"alpha must be positive, got {alpha}"
        raise DomainError(msg)
    top = Max(1, alpha)
    gap = Gap(
        upper=top - alpha - 2 * alpha * exp(u / 2) * sinh(u / 2),
        lower=top + alpha * exp(u),
        interval=_LEFT,
        approach=(S.Zero, "-") if alpha > 1 else None,
    )
    attained = {True: S.EmptySet, False: _RIGHT}[bool(alpha > 1)]
    return Activation(
        "elu",
        Lambda(u, Piecewise((u, u > 0), (alpha * (exp(u) - 1), True))),
        Lambda(u, Piecewise((1, u > 0), (alpha * exp(u), True))),
        top,
        Interval(0, oo) if alpha == 1 else attained,
        () if alpha == 1 else (S.Zero,),
        (gap,),
    )


def scaled_tanh(outer: Any = _OUTER, inner: Any = _INNER, name: str = "scaled_tanh") -> Activation:
    """Return ``A tanh(B u)``, A, B > 0; gamma = A B.  LeCun's choice is A = 1.7159, B = 2/3.

    Examples
    --------
    >>> scaled_tanh().supremum.evalf(6)
    1.14393
    """
    outer, inner = _number("outer", outer), _number("inner", inner)
    if not (outer.is_positive and inner.is_positive):
        msg = f"outer and inner must be positive, got {outer}, {inner}"
        raise DomainError(msg)
    top, scaled = outer * inner, inner * u
    gap = Gap(top * tanh(scaled) ** 2, top * (1 + 1 / cosh(scaled) ** 2))
    slope = Lambda(u, top * (1 - tanh(scaled) ** 2))
    return Activation(name, Lambda(u, outer * tanh(scaled)), slope, top, _ONLY_ZERO, (), (gap,))


def _softsign() -> Activation:
    gaps = tuple(
        Gap((r**2 + 2 * r) / (1 + r) ** 2, 1 + 1 / (1 + r) ** 2, interval)
        for r, interval in ((u, _RIGHT), (-u, _LEFT))
    )
    function, slope = Lambda(u, u / (1 + Abs(u))), Lambda(u, 1 / (1 + Abs(u)) ** 2)
    return Activation("softsign", function, slope, S.One, _ONLY_ZERO, (), gaps)


def _gelu() -> Activation:
    density = exp(-(u**2) / 2) / sqrt(2 * pi)
    slope = (1 + erf(u / sqrt(2))) / 2 + u * density
    top = (1 + erf(1)) / 2 + exp(-1) / sqrt(pi)
    hump = Hump(density, 2 - u**2, 2 * u, slope, sqrt(2), tail=u * density)
    function = Lambda(u, u * (1 + erf(u / sqrt(2))) / 2)
    return Activation("gelu", function, Lambda(u, slope), top, FiniteSet(sqrt(2)), (), (hump,))


def _silu() -> Activation:
    y = Symbol("y", real=True)
    root = ImplicitRoot(Lambda(y, y * tanh(y) - 1), 1, 2)
    value = logistic(u)
    slope = value + u * value * (1 - value)
    hump = Hump(
        positive=1 / (4 * cosh(u / 2) ** 2),
        sign=2 - u * tanh(u / 2),
        fall=tanh(u / 2) + u / (2 * cosh(u / 2) ** 2),
        slope=(1 + tanh(u / 2)) / 2 + u / (4 * cosh(u / 2) ** 2),
        peak=2 * root,
        tail=u * exp(-u),
        solved=(tanh(root), 1 / root),
    )
    top = (1 + root) / 2
    return Activation(
        "silu", Lambda(u, u * value), Lambda(u, slope), top, FiniteSet(2 * root), (), (hump,)
    )


def _gelu_tanh() -> Activation:
    c, share = sqrt(2 / pi), 3 * Rational(44715, 10**6) * u**2
    inner = c * u * (1 + share / 3)
    steep = c * (1 + share)
    slope = (1 + tanh(inner)) / 2 + u * steep * (1 - tanh(inner) ** 2) / 2
    sign = (1 + 2 * share) / (1 + share) ** 2 - c * u * tanh(inner)
    root = ImplicitRoot(Lambda(u, sign), 1, 2)
    hump = Hump(
        positive=c * (1 + share) ** 2 / cosh(inner) ** 2,
        sign=sign,
        fall=2 * share * share.diff(u) / (1 + share) ** 3
        + c * tanh(inner)
        + c * u * steep / cosh(inner) ** 2,
        slope=(1 + tanh(inner)) / 2 + u * steep / (2 * cosh(inner) ** 2),
        peak=root,
        tail=2 * u * steep * exp(-2 * c * u),
    )
    top = slope.xreplace({u: root})
    function = Lambda(u, u * (1 + tanh(inner)) / 2)
    return Activation("gelu_tanh", function, Lambda(u, slope), top, FiniteSet(root), (), (hump,))


def _plain() -> tuple[Activation, ...]:
    one = S.One
    value = logistic(u)
    half = tanh(u / 2)
    return (
        Activation("identity", Lambda(u, u), Lambda(u, one), one, S.Reals),
        Activation(
            "tanh",
            tanh,
            Lambda(u, 1 - tanh(u) ** 2),
            one,
            _ONLY_ZERO,
            (),
            (Gap(tanh(u) ** 2, 1 + 1 / cosh(u) ** 2),),
        ),
        Activation(
            "logistic",
            logistic,
            Lambda(u, value * (1 - value)),
            one / 4,
            _ONLY_ZERO,
            (),
            (Gap(half**2 / 4, (1 + 1 / cosh(u / 2) ** 2) / 4),),
        ),
        Activation(
            "relu",
            Lambda(u, Max(0, u)),
            Lambda(u, Piecewise((1, u > 0), (0, True))),
            one,
            _RIGHT,
            (S.Zero,),
        ),
        Activation(
            "hard_tanh",
            Lambda(u, Max(-1, Min(1, u))),
            Lambda(u, Piecewise((1, Abs(u) < 1), (0, True))),
            one,
            Interval.open(-1, 1),
            (-one, one),
        ),
        Activation(
            "softplus",
            Lambda(u, log(1 + exp(u))),
            Lambda(u, value),
            one,
            S.EmptySet,
            (),
            (Gap(logistic(-u), 1 + value, approach=(oo, "-")),),
        ),
        Activation(
            "arctan",
            atan,
            Lambda(u, 1 / (1 + u**2)),
            one,
            _ONLY_ZERO,
            (),
            (Gap(u**2 / (1 + u**2), 1 + 1 / (1 + u**2)),),
        ),
    )


@cache
def catalogue() -> Mapping[str, Activation]:
    """Return the activations by name, with their usual parameters.

    Every entry passes :func:`rnnmath.symbolic.activations.suprema.check_supremum`.
    Source: claim activation-sup.

    Examples
    --------
    >>> catalogue()["logistic"].supremum
    1/4
    >>> catalogue()["silu"].supremum.evalf(16)
    1.099839320128867
    """
    rest = (leaky_relu(), elu(), scaled_tanh(), _softsign(), _gelu(), _silu(), _gelu_tanh())
    return MappingProxyType({entry.name: entry for entry in (*_plain(), *rest)})
