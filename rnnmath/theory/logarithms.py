"""When a power is past a level: equivalences that end in a rounded ratio of logarithms."""

from typing import Any

from sympy import Add, Integer, Pow, ceiling, floor, log

from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.quantities.crossing import FirstTime

__all__ = ["FIRST", "crossing", "first_time"]

_AT_MOST, _LESS, _EQUAL, _IFF = Relation.AT_MOST, Relation.LESS, Relation.EQUAL, Relation.IFF


def _positive(expr: Any, given: tuple[Statement, ...]) -> bool:
    """Tell whether a number is positive, by its own signs or as the slack of an assumption."""
    expr = expr.expand() if isinstance(expr, Add) else expr
    if expr.is_positive:
        return True
    if isinstance(expr, Pow):
        return bool(expr.exp.is_real and _positive(expr.base, given))
    return any(
        fact.relation == _LESS and (fact.rhs - fact.lhs - expr).expand() == 0 for fact in given
    )


def _sign_of_log(expr: Any, given: tuple[Statement, ...]) -> int | None:
    """Return 1 or -1 where ``ln x`` certainly has that sign, ``expr`` being ``ln x``."""
    if not isinstance(expr, log) or not _positive(expr.args[0], given):
        return None
    x = expr.args[0]
    if _positive(x - 1, given):
        return 1
    return -1 if _positive(1 - x, given) else None


def _compared(*statements: Any) -> bool:
    return all(
        isinstance(statement, Statement) and statement.relation in (_AT_MOST, _LESS)
        for statement in statements
    )


def _log_rises(focus: Any, result: Any, step: Step) -> bool:
    return (
        _compared(focus, result)
        and focus.relation == result.relation
        and all(_positive(side, step.given) for side in (focus.lhs, focus.rhs))
        and (result.lhs, result.rhs) == (log(focus.lhs), log(focus.rhs))
    )


def _power_law(focus: Any, result: Any, step: Step) -> bool:
    """Replace ``ln x^m`` by ``m ln x`` on either side, for x > 0."""

    def opened(side: Any) -> Any:
        if not isinstance(side, log) or not isinstance(side.args[0], Pow):
            return side
        base, exponent = side.args[0].args
        fits = exponent.is_real and _positive(base, step.given)
        return exponent * log(base) if fits else side

    return _compared(focus) and result == Statement(
        opened(focus.lhs), focus.relation, opened(focus.rhs)
    )


def _divide(focus: Any, result: Any, step: Step) -> bool:
    """``m l <= c`` and ``c/l <= m`` for l < 0; ``c <= m l`` and ``c/l <= m`` for l > 0."""
    if not _compared(focus, result) or focus.relation != result.relation:
        return False
    m = result.rhs
    for scaled, other, sign in ((focus.lhs, focus.rhs, -1), (focus.rhs, focus.lhs, 1)):
        factor = scaled / m
        if _sign_of_log(factor, step.given) == sign and result.lhs == other / factor:
            return True
    return False


def _round(focus: Any, result: Any, _: Step) -> bool:
    """``x <= m`` and ``ceil x <= m``; ``x < m`` and ``floor x + 1 <= m``, m an integer."""
    if not _compared(focus, result) or not focus.rhs.is_integer:
        return False
    strict = focus.relation == _LESS
    rounded = floor(focus.lhs) + 1 if strict else ceiling(focus.lhs)
    return bool(result == Statement(rounded, _AT_MOST, focus.rhs))


def _nonnegative_ratio(focus: Any, result: Any, step: Step) -> bool:
    """``0 <= ln x / ln y`` where both logarithms have one sign."""
    if focus != 0:
        return False
    top, bottom = result.as_numer_denom()
    number, above = top.as_coeff_Mul()
    signs = _sign_of_log(above, step.given), _sign_of_log(bottom, step.given)
    return None not in signs and bool(number.is_nonzero) and number * signs[0] * signs[1] > 0


def _rounding_up(focus: Any, result: Any, _: Step) -> bool:
    return result in (ceiling(focus), floor(focus) + 1)


def _sought(first: FirstTime, m: Any) -> Statement:
    """Return the comparison of ``base^m`` with the level, smaller side on the left."""
    power, relation = first.base**m, first.relation
    if relation in (_AT_MOST, _LESS):
        return Statement(power, relation, first.level)
    return Statement(first.level, _AT_MOST if relation == Relation.AT_LEAST else _LESS, power)


def _first(focus: Any, result: Any, step: Step) -> bool:
    """Ask the premises for: past the level exactly if ``result <= m``; and ``0 <= result``."""
    if not isinstance(focus, FirstTime) or len(step.premises) != 2:
        return False
    past, nonnegative = step.premises
    if any(premise.given != step.given for premise in step.premises):
        return False
    if not isinstance(past.end, Statement):
        return False
    m = past.end.rhs
    fresh = not any(mentions(part, m) for part in (focus, result, *step.given))
    return bool(
        fresh
        and m.is_Symbol
        and m.is_integer
        and m.is_nonnegative
        and past.relation == _IFF
        and past.start == _sought(focus, m)
        and past.end == Statement(result, _AT_MOST, m)
        and nonnegative.relation in (_AT_MOST, _LESS)
        and nonnegative.start == 0
        and nonnegative.end == result
        and (isinstance(result, ceiling) or isinstance(result - 1, floor))
    )


_LOG_RISES = Rule("the logarithm rises", r"x \le y \iff \ln x \le \ln y", _IFF, _log_rises)
_POWER_LAW = Rule("logarithm of a power", r"\ln x^m = m \ln x", _IFF, _power_law)
_DIVIDE = Rule(
    "divide by the logarithm, minding its sign",
    r"m \ell \le c \iff c / \ell \le m, \quad \ell < 0",
    _IFF,
    _divide,
)
_ROUND = Rule(
    "m is an integer",
    r"x \le m \iff \lceil x \rceil \le m, \quad x < m \iff \lfloor x \rfloor + 1 \le m",
    _IFF,
    _round,
)
_NONNEGATIVE_RATIO = Rule(
    "logarithms of one sign", r"0 \le \ln x / \ln y", _AT_MOST, _nonnegative_ratio
)
_ROUNDING_UP = Rule(
    "rounding up", r"x \le \lceil x \rceil, \; x < \lfloor x \rfloor + 1", _AT_MOST, _rounding_up
)
#: ``min{m : p(m)} = c`` where ``p(m)`` holds exactly for ``m >= c >= 0``.
FIRST = Rule(
    "the first of all that follow",
    r"(p(m) \iff c \le m), \; c \ge 0 \implies \min\{m \ge 0 : p(m)\} = c",
    _EQUAL,
    _first,
)


def crossing(first: FirstTime, m: Any, given: tuple[Statement, ...]) -> Derivation:
    """Derive when ``base^m`` is past the level, as a bound on m.

    Parameters
    ----------
    first : FirstTime
        The base is not 1, and base and level are positive, by what is given.
    m : Symbol
        An integer.
    given : tuple of Statement

    Examples
    --------
    >>> from sympy import Symbol
    >>> s, e = Symbol("s", positive=True), Symbol("e", positive=True)
    >>> m = Symbol("m", integer=True, nonnegative=True)
    >>> small = (Statement(s, Relation.LESS, Integer(1)), Statement(e, Relation.LESS, Integer(1)))
    >>> print(crossing(FirstTime(s, Relation.AT_MOST, e), m, small).statement)
    s**m <= e iff ceiling(log(e)/log(s)) <= m
    """
    start = _sought(first, m)
    relation, length = start.relation, log(first.base)
    logs = Statement(log(start.lhs), relation, log(start.rhs))
    plain = Statement(*(_opened(side) for side in (logs.lhs, relation, logs.rhs)))
    ratio = log(first.level) / length
    rounded = floor(ratio) + 1 if relation == _LESS else ceiling(ratio)
    chain = Derivation(start, given=given).then(_LOG_RISES, start, logs)
    chain = chain.then(_POWER_LAW, logs, plain)
    chain = chain.then(_DIVIDE, plain, Statement(ratio, relation, m))
    return chain.then(_ROUND, chain.end, Statement(rounded, _AT_MOST, m))


def _opened(side: Any) -> Any:
    power = isinstance(side, log) and isinstance(side.args[0], Pow)
    return side.args[0].exp * log(side.args[0].base) if power else side


def first_time(first: FirstTime, m: Any, given: tuple[Statement, ...]) -> Derivation:
    """Derive the first time as a rounded ratio of logarithms.

    Examples
    --------
    >>> from sympy import Symbol
    >>> e = Symbol("e", positive=True)
    >>> m = Symbol("m", integer=True, nonnegative=True)
    >>> print(first_time(FirstTime(1 + e, Relation.AT_LEAST, 2), m, ()).end)
    ceiling(log(2)/log(e + 1))
    """
    past = crossing(first, m, given)
    bound, ratio = past.end.lhs, log(first.level) / log(first.base)
    zero = Integer(0)
    above = Derivation(zero, given=given).then(_NONNEGATIVE_RATIO, zero, ratio)
    above = above.then(_ROUNDING_UP, ratio, bound)
    return Derivation(first, given=given).then(FIRST, first, bound, (past, above))
