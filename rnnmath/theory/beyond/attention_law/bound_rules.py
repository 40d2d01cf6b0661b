"""Rules that hold the derivative between two powers of T, for 0 < kappa <= 1 and 0 <= r < 1."""

from typing import Any

from sympy import Identity, Integer, RisingFactorial, Sum, factorial, gamma

from rnnmath.symbolic.calculus import Jacobian
from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.quantities.averaging import AveragingState
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.attention_law.objects import h_1, kappa, law_influence, r

__all__ = [
    "BINOMIAL_TAIL",
    "EARLY_AND_LATE",
    "FALLING",
    "MEAN_BELOW",
    "NORM_OF_MULTIPLE",
    "REGIME",
    "WENDEL_ABOVE",
    "WENDEL_BELOW",
    "late",
    "weight",
]

_EQUAL, _AT_MOST, _LESS = Relation.EQUAL, Relation.AT_MOST, Relation.LESS
_AT_LEAST = Relation.AT_LEAST
#: ``0 < kappa <= 1`` and ``0 <= r < 1``: then every term of the series is nonnegative.
REGIME = (
    Statement(Integer(0), _LESS, kappa),
    Statement(kappa, _AT_MOST, Integer(1)),
    Statement(Integer(0), _AT_MOST, r),
    Statement(r, _LESS, Integer(1)),
)


def weight(count: Any) -> Any:
    """Return ``kappa (kappa + 1) ... / j!``, which falls with j where kappa is at most 1.

    Examples
    --------
    >>> weight(2)
    kappa*(kappa + 1)/2
    """
    return RisingFactorial(kappa, count) / factorial(count)


def late(count: Any) -> Any:
    """Return ``(1 - kappa)(2 - kappa) ... r^m / m!``, of sum ``(1 - r)^(kappa - 1)``.

    Examples
    --------
    >>> late(0)
    1
    """
    return RisingFactorial(1 - kappa, count) / factorial(count) * r**count


def _in_regime(step: Step) -> bool:
    return set(REGIME) <= set(step.given)


def _convolution(focus: Any) -> tuple[Any, Any, Any] | None:
    """Read ``sum_{j=0}^{N} weight(j) late(N - j)``; return the sum, its index and N."""
    if not isinstance(focus, Sum) or len(focus.limits) != 1:
        return None
    index, lower, upper = focus.limits[0]
    fits = lower == 0 and focus.function == weight(index) * late(upper - index)
    return (focus, index, upper) if fits else None


def _norm_of_multiple(focus: Any, result: Any, step: Step) -> bool:
    """``‖x I‖ = x`` for the sum x, no term of which is negative in the regime."""
    found = _convolution(result)
    return bool(
        _in_regime(step)
        and found is not None
        and isinstance(focus, SpectralNorm)
        and focus.matrix == multiply(result, Identity(focus.matrix.shape[0]))
    )


def _late_sum(index: Any, upper: Any) -> Any:
    return Sum(late(index), (index, 0, upper))


def _falling(focus: Any, result: Any, step: Step) -> bool:
    """``sum_j weight(j) late(N - j) >= weight(N) sum_m late(m)``: the weights fall."""
    found = _convolution(focus)
    if found is None or not _in_regime(step):
        return False
    _, index, upper = found
    return bool(result == weight(upper) * _late_sum(index, upper))


def _early_and_late(focus: Any, result: Any, step: Step) -> bool:
    """``<= weight(N - M) (1 - r)^(kappa - 1) + r^(M+1) / (1 - r)``, 0 <= M < N.

    The first M + 1 late parts meet weights of at most ``weight(N - M)``; what comes after is at
    most a geometric series, as no weight is above 1 and no ``late(m)`` above ``r^m``.
    """
    found = _convolution(focus)
    if found is None or not _in_regime(step):
        return False
    upper = found[2]
    for node in result.atoms(RisingFactorial):
        kept = (upper - node.args[1]).expand()
        bound = weight(upper - kept) * (1 - r) ** (kappa - 1) + r ** (kept + 1) / (1 - r)
        inside = not_before(kept, Integer(0), step.given)
        if inside and not_before(upper, kept, step.given) and result == bound:
            return True
    return False


def _binomial_tail(focus: Any, result: Any, step: Step) -> bool:
    """``c sum_{m<=N} late(m) >= c ((1 - r)^(kappa - 1) - r^(N+1) / (1 - r))``, c from Wendel."""
    sums = focus.atoms(Sum)
    if len(sums) != 1 or not _in_regime(step):
        return False
    (total,) = sums
    index, lower, upper = total.limits[0]
    factor = (upper + 1) ** (kappa - 1) / gamma(kappa)
    bound = (1 - r) ** (kappa - 1) - r ** (upper + 1) / (1 - r)
    whole = lower == 0 and total == _late_sum(index, upper)
    return bool(whole and focus == factor * total and result == factor * bound)


def _wendel_below(focus: Any, result: Any, step: Step) -> bool:
    """``weight(N) >= (N + 1)^(kappa - 1) / Gamma(kappa)``, times a sum of late parts."""
    for total in focus.atoms(Sum):
        index, lower, upper = total.limits[0]
        bound = (upper + 1) ** (kappa - 1) / gamma(kappa)
        late_sum = lower == 0 and total == _late_sum(index, upper)
        if late_sum and focus == weight(upper) * total and result == bound * total:
            return _in_regime(step) and not_before(upper, Integer(0), step.given)
    return False


def _wendel_above(focus: Any, result: Any, step: Step) -> bool:
    """``weight(N) <= N^(kappa - 1) / Gamma(kappa)``, times the limit of the late sums."""
    limit = (1 - r) ** (kappa - 1)
    for node in focus.atoms(RisingFactorial):
        count = node.args[1]
        lowered = (count ** (kappa - 1) / gamma(kappa) - weight(count)) * limit
        if not_before(count, Integer(1), step.given) and (result - focus - lowered).expand() == 0:
            return _in_regime(step)
    return False


def _mean_below(focus: Any, result: Any, step: Step) -> bool:
    """Tell the side of 1 by the side on which ``r + kappa (1 - r)``, the sum of the weights, lies.

    ``h_(t+1)`` moves by r times the last move plus ``kappa (1 - r)`` times the mean of all, the
    first move being 1: each later one is below 1, 1 or above 1 as the sum of the weights is.
    """
    if not all(isinstance(side, Statement) for side in (focus, result)):
        return False
    node = focus.lhs.matrix if isinstance(focus.lhs, SpectralNorm) else None
    if not isinstance(node, Jacobian) or not isinstance(node.args[0], AveragingState):
        return False
    time = node.args[0].time
    wanted = {REGIME[0], *REGIME[2:]}
    return bool(
        node == law_influence(time)
        and h_1 == node.args[1]
        and wanted <= set(step.given)
        and not_before(time, Integer(2), step.given)
        and focus.relation == result.relation
        and focus.relation in (_LESS, _EQUAL, Relation.GREATER)
        and (focus.rhs, result.lhs, result.rhs) == (1, kappa, 1)
    )


NORM_OF_MULTIPLE = Rule(
    "norm of a multiple of I",
    r"x \ge 0 \implies \lVert x I \rVert = x",
    _EQUAL,
    _norm_of_multiple,
    "norm-axioms",
)
FALLING = Rule("the weights fall", r"b_j \ge b_N, \; d_m \ge 0", _AT_LEAST, _falling)
EARLY_AND_LATE = Rule(
    "cut after M",
    r"\sum_{m \le M} d_m b_{N-m} \le b_{N-M} \sum_m d_m, \quad \sum_{m > M} d_m \le"
    r" \tfrac{r^{M+1}}{1 - r}",
    _AT_MOST,
    _early_and_late,
)
BINOMIAL_TAIL = Rule(
    "binomial series, cut",
    r"\sum_{m \le N} d_m \ge (1 - r)^{\kappa - 1} - \tfrac{r^{N+1}}{1 - r}",
    _AT_LEAST,
    _binomial_tail,
)
WENDEL_BELOW = Rule(
    "Wendel's inequality",
    r"\Gamma(N + \kappa) \ge N!\, (N + 1)^{\kappa - 1}, \quad 0 < \kappa \le 1",
    _AT_LEAST,
    _wendel_below,
)
WENDEL_ABOVE = Rule(
    "Wendel's inequality",
    r"\Gamma(N + \kappa) \le N!\, N^{\kappa - 1}, \quad 0 < \kappa \le 1",
    _AT_MOST,
    _wendel_above,
)
MEAN_BELOW = Rule(
    "the sum of the weights against 1",
    r"x_1 = 1, \; x_{t+1} = r x_t + \kappa (1 - r)\, \bar x_t",
    Relation.IFF,
    _mean_below,
    "attention-recurrence",
)
