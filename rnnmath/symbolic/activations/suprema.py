"""Why gamma is gamma: the certificate of each activation, replayed exactly, then enclosed.

Two unrelated routes: an identity that shows ``gamma - |f'| >= 0`` and where it is 0, checked with
SymPy; and interval branch and bound on f' alone, which never sees the certificate.
"""

import itertools
from dataclasses import dataclass
from typing import Any

from sympy import (
    Abs,
    Lambda,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    limit,
    oo,
    piecewise_fold,
    solve,
)
from sympy.sets.sets import FiniteSet, Set, Union

from rnnmath.errors import BadDerivation, Undecided
from rnnmath.symbolic.activations.demands import RIGHT, U, demand, demand_zero, flat, half_lines
from rnnmath.symbolic.activations.enclosures import (
    above,
    enclose,
    enclose_maximum,
    interval,
    root_interval,
)
from rnnmath.symbolic.activations.implicit import ImplicitRoot
from rnnmath.symbolic.activations.records import Activation, Gap, Hump

__all__ = [
    "Enclosure",
    "check_root",
    "check_supremum",
    "enclose_supremum",
    "supremum_certificate",
]

_TAIL = Rational(60)
_WIDTH = Rational(1, 10**9)


@dataclass(frozen=True)
class Enclosure:
    """Rational numbers with ``low <= sup |f'| <= high``."""

    low: Any
    high: Any


def _pieces(function: Any) -> list[tuple[Any, Set]]:
    """Split a function of one number into expressions on intervals, as its own branches say."""
    body = function(U)
    if body.has(Max, Min, Abs, Piecewise):
        body = piecewise_fold(body.rewrite(Piecewise))
    if not isinstance(body, Piecewise):
        return [(body, S.Reals)]
    pairs = [(expr, Set.interior.fget(part)) for expr, part in body.as_expr_set_pairs()]
    return sorted(pairs, key=lambda pair: pair[1].inf)


def _gap_attained(gap: Gap, slope: Any, top: Any) -> Set:
    """Check a gap and return the points where it closes."""
    demand_zero(top - slope - gap.upper, "gamma - f' against its certificate")
    demand_zero(top + slope - gap.lower, "gamma + f' against its certificate")
    strict = True
    for sign in half_lines(gap.interval):
        upper, lower = (side.xreplace({U: sign}) for side in (gap.upper, gap.lower))
        demand(upper.is_nonnegative, f"{upper} >= 0")
        demand(lower.is_positive, f"{lower} > 0")
        strict = strict and bool(upper.is_positive)
    if not strict:
        msg = f"where {gap.upper} vanishes is undecided"
        raise Undecided(msg)
    if gap.approach is not None:
        point, side = gap.approach
        demand_zero(limit(slope, U, point, side) - top, f"the limit of f' at {point} against gamma")
    if S.Zero not in gap.interval:
        return S.EmptySet
    at_zero = gap.upper.xreplace({U: S.Zero})
    demand(at_zero.is_nonnegative, f"{at_zero} >= 0")
    return FiniteSet(0) if at_zero == 0 else S.EmptySet


def check_root(root: ImplicitRoot) -> None:
    """Demand that an implicit root exists and is the only one in its interval.

    The signs at the ends differ, and the derivative keeps one sign on boxes that cover the rest.

    Raises
    ------
    Undecided
        If the signs or the monotony are not decided by 256 boxes.

    Examples
    --------
    >>> x = Symbol("x")
    >>> check_root(ImplicitRoot(Lambda(x, x**2 - 2), 1, 2))
    >>> check_root(ImplicitRoot(Lambda(x, x**2 - 2), -2, 2))
    Traceback (most recent call last):
    rnnmath.errors.Undecided: x**2 - 2 does not change its sign between -2 and 2
    """
    root_interval(root)
    (variable,) = root.function.variables
    slope = root.function.expr.diff(variable)
    low, high = root.interval
    step = (high - low) / 256
    boxes = [
        enclose(slope, {variable: interval(low + step * place, low + step * (place + 1))})
        for place in range(256)
    ]
    if not (all(box.a > 0 for box in boxes) or all(box.b < 0 for box in boxes)):
        msg = f"{root.function.expr} is not seen to be monotone between {low} and {high}"
        raise Undecided(msg)


def _using(expr: Any, solved: tuple[Any, Any] | None) -> Any:
    """Put in what the equation of the root says."""
    return expr if solved is None else flat(expr).subs(*solved)


def _check_solved(hump: Hump) -> None:
    """Demand that ``solved`` follows from the equation of the root."""
    if hump.solved is None:
        return
    old, new = hump.solved
    (root,) = new.atoms(ImplicitRoot)
    stand_in = Symbol("w")
    equation = root.function(root).subs(old, stand_in)
    demand(solve(equation, stand_in) == [new], f"{old} = {new}, from {root}")


def _hump_attained(hump: Hump, slope: Any, top: Any) -> Set:
    """Check a hump and return the one point that attains the supremum."""
    demand_zero(slope - hump.slope, "the slope against the form in the certificate")
    demand_zero(hump.slope.diff(U) - hump.positive * hump.sign, "f'' against its factors")
    demand(hump.positive.is_positive, f"{hump.positive} > 0")
    demand_zero(hump.slope + hump.slope.xreplace({U: -U}) - 1, "f'(u) + f'(-u) = 1")
    demand_zero(hump.sign - hump.sign.xreplace({U: -U}), "the sign of f'' is even")
    demand_zero(hump.sign.diff(U) + hump.fall, "the fall of the sign of f''")
    for side in (hump.fall, hump.slope):
        demand(side.xreplace({U: RIGHT}).is_positive, f"{side} > 0 for u > 0")
    for root in hump.peak.atoms(ImplicitRoot):
        check_root(root)
    _check_solved(hump)
    demand(hump.peak.is_positive, f"{hump.peak} > 0")
    same = isinstance(hump.peak, ImplicitRoot) and hump.peak.function == Lambda(U, hump.sign)
    if not same:
        demand_zero(
            _using(hump.sign.subs(U, hump.peak), hump.solved), "the sign of f'' at the peak"
        )
    demand_zero(top - _using(hump.slope.subs(U, hump.peak), hump.solved), "gamma against f'(peak)")
    demand(bool(enclose(top, {}).a >= 1), f"{top} >= 1")
    return FiniteSet(hump.peak)


def supremum_certificate(activation: Activation) -> tuple[tuple[Set, Any, Any], ...]:
    """Return (open interval, f' there, certificate) piece by piece; None where f' is constant.

    Raises
    ------
    Undecided
        If a piece on which f' varies has no certificate.

    Examples
    --------
    >>> from rnnmath.symbolic.activations import catalogue
    >>> supremum_certificate(catalogue()["relu"])
    ((Interval.open(-oo, 0), 0, None), (Interval.open(0, oo), 1, None))
    """
    parts = []
    for expr, part in _pieces(activation.function):
        slope = expr.diff(U)
        proofs = [
            proof
            for proof in activation.proof
            if part.is_subset(getattr(proof, "interval", S.Reals))
        ]
        if slope.free_symbols and not proofs:
            msg = f"{activation.name} has no certificate on {part}"
            raise Undecided(msg)
        parts.append((part, slope, None if slope.is_number else proofs[0]))
    return tuple(parts)


def _check_slope(activation: Activation) -> None:
    """Demand that the recorded f' is the derivative of f, piece by piece."""
    for expr, part in _pieces(activation.function):
        for slope, other in _pieces(activation.slope):
            common = part & other
            if not (common is S.EmptySet or isinstance(common, FiniteSet)):
                signs = half_lines(common) if common != S.Reals else [U]
                for sign in signs:
                    demand_zero((slope - expr.diff(U)).xreplace({U: sign}), "f' against d f/du")


def _joints(activation: Activation) -> list[tuple[Any, Any, Any]]:
    """Return (point, slope from the left, slope from the right) between pieces."""
    pieces = _pieces(activation.function)
    joints = []
    for (left, before), (right, _) in itertools.pairwise(pieces):
        point = before.sup
        demand_zero(limit(left, U, point, "-") - limit(right, U, point, "+"), f"f jumps at {point}")
        ends = (limit(left.diff(U), U, point, "-"), limit(right.diff(U), U, point, "+"))
        joints.append((point, *ends))
    return joints


def _attained(activation: Activation) -> tuple[Set, bool]:
    """Return where |f'| = gamma, and whether gamma is at least approached."""
    top = activation.supremum
    found: list[Set] = []
    reached = False
    for part, slope, proof in supremum_certificate(activation):
        if proof is None:
            demand((top - Abs(slope)).is_nonnegative, f"|{slope}| <= {top}")
            found.append(part if Abs(slope) == top else S.EmptySet)
        elif isinstance(proof, Gap):
            found.append(_gap_attained(proof, slope, top) & part)
            reached = reached or proof.approach is not None
        else:
            found.append(_hump_attained(proof, slope, top))
    for point, left, right in _joints(activation):
        if left == right and Abs(left) == top:
            found.append(FiniteSet(point))
    return Union(*found), reached or any(part is not S.EmptySet for part in found)


def check_supremum(activation: Activation) -> Enclosure:
    """Replay the certificate of a supremum exactly, then enclose sup |f'| without it.

    Returns
    -------
    Enclosure
        Rational bounds around sup |f'|, closer than 1e-9, that hold the recorded supremum.

    Raises
    ------
    BadDerivation
        If f' is not the derivative of f, an identity of the certificate is false, the bound is
        not attained or approached, or the kinks or the attaining points are others.
    Undecided
        If a step can be neither proved nor refuted.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from rnnmath.symbolic.activations import catalogue
    >>> logistic = catalogue()["logistic"]
    >>> bounds = check_supremum(logistic)
    >>> bounds.low <= Rational(1, 4) <= bounds.high
    True
    >>> check_supremum(replace(logistic, supremum=Rational(1, 2)))
    Traceback (most recent call last):
    rnnmath.errors.BadDerivation: logistic: gamma = 1/2, but sup |f'| lies below 0.2500000001
    """
    _check_slope(activation)
    bounds = enclose_supremum(activation)
    recorded = enclose(activation.supremum, {})
    if not (recorded.a <= _bound(bounds.high) and recorded.b >= _bound(bounds.low)):
        side = "below" if recorded.a > _bound(bounds.high) else "above"
        value = bounds.high if side == "below" else bounds.low
        msg = f"{activation.name}: gamma = {activation.supremum}, but sup |f'| lies {side} "
        raise BadDerivation(msg + str(value.evalf(10)))
    kinks = {point for point, left, right in _joints(activation) if left != right}
    if kinks != set(activation.kinks):
        msg = f"{activation.name}: kinks {activation.kinks}, found {sorted(kinks)}"
        raise BadDerivation(msg)
    attained, reached = _attained(activation)
    if not reached:
        msg = f"{activation.name}: {activation.supremum} is a bound, but nothing comes near it"
        raise BadDerivation(msg)
    if attained != activation.attained:
        msg = f"{activation.name}: attained on {activation.attained}, found {attained}"
        raise BadDerivation(msg)
    return bounds


def _bound(value: Any) -> Any:
    return interval(value, value)


def enclose_supremum(activation: Activation) -> Enclosure:
    """Enclose sup |f'| by interval branch and bound on |u| <= 60 and a stated bound beyond.

    Beyond 60 a varying f' is enclosed on the whole half-line at once; a hump, whose f' is 0 times
    infinity there, is at most ``1 + tail(60)`` by its record.

    Raises
    ------
    Undecided
        If the bounds don't come closer than 1e-9.

    Examples
    --------
    >>> from rnnmath.symbolic.activations import catalogue
    >>> bounds = enclose_supremum(catalogue()["silu"])
    >>> bounds.low < Rational("1.099839320128867") < bounds.high
    True
    """
    lows, highs = [S.Zero], [S.Zero]
    for slope, part in _pieces(activation.slope):
        if slope.is_number:
            lows.append(Abs(slope))
            highs.append(Abs(slope))
            continue
        low, high = max(part.inf, -_TAIL), min(part.sup, _TAIL)
        for side in (slope, -slope):
            lower, upper = enclose_maximum(side, U, low, high, floor=max(lows))
            lows.append(lower)
            highs.append(upper)
        highs.extend(_beyond(activation, slope, part))
    bounds = Enclosure(max(lows), max(highs))
    if bounds.high - bounds.low > _WIDTH:
        msg = f"{activation.name}: sup |f'| is only known between {bounds.low} and {bounds.high}"
        raise Undecided(msg)
    return bounds


def _beyond(activation: Activation, slope: Any, part: Set) -> list[Any]:
    humps = [proof for proof in activation.proof if isinstance(proof, Hump)]
    if humps:
        excess = enclose(humps[0].tail, {U: interval(_TAIL, _TAIL)})
        return [1 + above(excess)]
    rays = [(_TAIL, oo)] if part.sup is S.Infinity else []
    rays += [(-oo, -_TAIL)] if part.inf is S.NegativeInfinity else []
    return [above(abs(enclose(slope, {U: interval(*ray)}))) for ray in rays]
