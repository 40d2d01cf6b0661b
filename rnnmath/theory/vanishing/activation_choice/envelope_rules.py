"""Rules about slopes of tanh and of the logistic function, once written in powers of e."""

from typing import Any

from sympy import Abs, Dummy, S, Symbol, Wild, exp

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.norms import MaxAbs, MinAbs
from rnnmath.theory.eigenvalue_intuition.hyperbolic_rules import EXPONENTIALS

__all__ = ["BELOW_TOP", "DENOMINATOR_ONE", "DENOMINATOR_TWO", "EACH_ENTRY", "EVEN", "NOT_NEGATIVE"]

_AT_MOST, _AT_LEAST, _LESS = Relation.AT_MOST, Relation.AT_LEAST, Relation.LESS


def _even(focus: Any, result: Any, step: Step) -> bool:
    """``g(u) = g(|u|)``, where ``g(-u) = g(u)`` in powers of e."""
    return any(
        result == focus.xreplace({u: Abs(u)})
        and EXPONENTIALS.justify(focus, focus.xreplace({u: -u}), step)
        for u in focus.free_symbols
        if u.is_real
    )


def _share(expr: Any) -> tuple[Any, Any] | None:
    """Read ``c x / (1 + x)^2`` as (c, x), c > 0 and x a power of e that is at most 1."""
    c, x = Wild("c", properties=[lambda part: part.is_number]), Wild("x")
    found = expr.match(c * x / (1 + x) ** 2)
    if not found or c not in found or x not in found:
        return None
    scale, power = found[c], found[x]
    below_one = isinstance(power, exp) and power.args[0].is_nonpositive
    return (scale, power) if below_one and scale.is_positive else None


def _denominator(kept: Any) -> Any:
    def justify(focus: Any, result: Any, _: Step) -> bool:
        read = _share(focus)
        return read is not None and bool((result - kept * read[0] * read[1]).expand() == 0)

    return justify


def _below_top(focus: Any, result: Any, step: Step) -> bool:
    """``c x / (1 + x)^2 < c/4`` for ``x < 1``, as ``(1 - x)^2 > 0``."""
    read = _share(focus)
    if read is None or result != read[0] / 4:
        return False
    exponent = read[1].args[0]
    return any(
        fact.relation == _LESS
        and fact.lhs == 0
        and isinstance(fact.rhs, Abs)
        and bool((exponent / fact.rhs).is_negative)
        for fact in step.given
    )


def _each_entry(focus: Any, result: Any, step: Step) -> bool:
    """``max_i |g(v_i)| < c`` where ``|g(u)| < c`` for ``u != 0``, and ``min_i |v_i| > 0``."""
    if not isinstance(focus, MaxAbs) or len(step.premises) != 1:
        return False
    (premise,) = step.premises
    column = getattr(focus.matrix, "argument", None)
    if column is None or Statement(S.Zero, _LESS, MinAbs(column)) not in step.given:
        return False
    value = Dummy("u", real=True)
    return premise.relation == _LESS and any(
        premise.given == (*step.given, Statement(S.Zero, _LESS, Abs(u)))
        and not any(mentions(part, u) for part in (focus, result, *step.given))
        and premise.start.xreplace({u: value}) == Abs(focus.matrix.apply(value))
        and premise.end == result
        for u in premise.start.free_symbols
        if getattr(u, "assumptions0", None) == Symbol("u", real=True).assumptions0
    )


def _not_negative(focus: Any, result: Any, step: Step) -> bool:
    """``|x| = y`` where the premise shows ``x = y``, and y is not negative."""
    if len(step.premises) != 1 or step.premises[0].given != step.given:
        return False
    (premise,) = step.premises
    return bool(
        premise.relation == Relation.EQUAL
        and focus == Abs(premise.start)
        and result == premise.end
        and result.is_nonnegative
    )


EVEN = Rule("even", r"g(-u) = g(u) \implies g(u) = g(\lvert u \rvert)", Relation.EQUAL, _even)
DENOMINATOR_ONE = Rule(
    "denominator at least 1",
    r"\frac{c x}{(1 + x)^2} \le c x, \quad x \ge 0",
    _AT_MOST,
    _denominator(S.One),
)
DENOMINATOR_TWO = Rule(
    "denominator at most 4",
    r"\frac{c x}{(1 + x)^2} \ge \frac{c x}{4}, \quad 0 \le x \le 1",
    _AT_LEAST,
    _denominator(S.One / 4),
)
BELOW_TOP = Rule(
    "below the top",
    r"\frac{4 x}{(1 + x)^2} = 1 - \frac{(1 - x)^2}{(1 + x)^2} \lt 1, \quad 0 \le x \lt 1",
    _LESS,
    _below_top,
)
#: The premise shows it for one number u that nothing else mentions.
EACH_ENTRY = Rule(
    "entry by entry",
    r"\lvert g(u) \rvert \lt c \text{ for } u \ne 0 \implies \max_i \lvert g(v_i) \rvert \lt c",
    _LESS,
    _each_entry,
)
NOT_NEGATIVE = Rule(
    "not negative", r"x = y \ge 0 \implies \lvert x \rvert = y", Relation.EQUAL, _not_negative
)
