"""Rules about sequences of numbers: single values enclosed, whole tails proven, both together."""

from collections.abc import Iterator
from typing import Any

from sympy import Integer, Pow, S, Symbol

from rnnmath.symbolic.activations.enclosures import enclose
from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.tidy import same

__all__ = [
    "REWRITTEN",
    "ROOT_STEP",
    "below",
    "decided",
    "enclosed",
    "from_here_on",
    "instance",
    "until",
]

_LESS, _GREATER = Relation.LESS, Relation.GREATER


def decided(statement: Statement) -> bool | None:
    """Decide a strict inequality of two constants by enclosing both sides; None if they overlap.

    Examples
    --------
    >>> from sympy import sqrt
    >>> decided(Statement(sqrt(2), Relation.LESS, Integer(1)))
    False
    """
    low, high = statement.lhs, statement.rhs
    if statement.relation == _GREATER:
        low, high = high, low
    elif statement.relation != _LESS:
        return None
    below, above = enclose(low, {}), enclose(high, {})
    if below.b < above.a:
        return True
    return False if above.b <= below.a else None


def enclosed(relation: Relation) -> Rule:
    """Return the rule that compares two constants by rigorous enclosures, strictly apart.

    Examples
    --------
    >>> enclosed(Relation.LESS).name
    'by enclosure'
    """
    strict = {Relation.AT_MOST: _LESS, Relation.AT_LEAST: _GREATER}.get(relation, relation)
    return Rule(
        "by enclosure",
        "",
        relation,
        lambda focus, result, _: decided(Statement(focus, strict, result)) is True,
    )


def instance(symbol: Symbol, value: Any) -> Rule:
    """Return the rule that puts a number of steps into an equation proven for all of them.

    Examples
    --------
    >>> from rnnmath.theory.eigenvalue_intuition.objects import COUNT
    >>> instance(COUNT, COUNT + 1).name
    'the same at m + 1'
    """
    put = {symbol: value}

    def justify(focus: Any, result: Any, step: Step) -> bool:
        if len(step.premises) != 1 or not (value.is_integer and value.is_nonnegative):
            return False
        (premise,) = step.premises
        return bool(
            premise.given == ()
            and premise.relation == Relation.EQUAL
            and same(focus, premise.start.xreplace(put))
            and same(result, premise.end.xreplace(put))
        )

    return Rule(f"the same at {value}", "", Relation.EQUAL, justify)


def _rewritten(focus: Any, result: Any, step: Step) -> bool:
    """Replace sides of a statement by what premises show to be equal."""
    if not isinstance(focus, Statement) or not isinstance(result, Statement):
        return False
    equations = all(
        premise.relation == Relation.EQUAL and set(premise.given) <= set(step.given)
        for premise in step.premises
    )
    names = {premise.start: premise.end for premise in step.premises}
    left, right = (names.get(side, side) for side in (focus.lhs, focus.rhs))
    return equations and result == Statement(left, focus.relation, right)


def _range(first: Any, last: Any) -> Iterator[Any]:
    return map(Integer, range(int(first), int(last) + 1))


def _values(statement: Statement, symbol: Symbol, first: Any, last: Any) -> set[bool | None]:
    """Decide a statement at each integer of a range."""
    return {decided(statement.renamed({symbol: number})) for number in _range(first, last)}


def until(symbol: Symbol, first: int) -> Rule:
    """Return the rule that a strict inequality holds exactly up to a number of steps.

    Below it holds one by one, by enclosures; the premise proves the opposite from there on.
    That ``first <= m`` must be given.

    Examples
    --------
    >>> from rnnmath.theory.eigenvalue_intuition.objects import COUNT
    >>> until(COUNT, 1).name
    'one by one, then for good'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        if len(step.premises) != 1 or not isinstance(focus, Statement):
            return False
        (tail,) = step.premises
        last = result.rhs
        return bool(
            result == Statement(symbol, Relation.AT_MOST, last)
            and not_before(symbol, Integer(first), step.given)
            and focus.relation == _GREATER
            and _values(focus, symbol, first, last) == {True}
            and tail.given == (Statement(last + 1, Relation.AT_MOST, symbol),)
            and tail.statement == Statement(focus.lhs, _LESS, focus.rhs)
        )

    return Rule("one by one, then for good", "", Relation.IFF, justify)


def from_here_on(symbol: Symbol, first: int) -> Rule:
    """Return the rule that a strict inequality holds exactly from a number of steps on.

    Below it fails one by one, by enclosures; the premise proves it from there on.

    Examples
    --------
    >>> from rnnmath.theory.eigenvalue_intuition.objects import COUNT
    >>> from_here_on(COUNT, 1).name
    'one by one, then for good'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        if len(step.premises) != 1 or not isinstance(focus, Statement):
            return False
        (tail,) = step.premises
        start = result.lhs
        return bool(
            result == Statement(start, Relation.AT_MOST, symbol)
            and not_before(symbol, Integer(first), step.given)
            and _values(focus, symbol, first, start - 1) == {False}
            and tail.given == (result,)
            and tail.statement == focus
        )

    return Rule("one by one, then for good", "", Relation.IFF, justify)


def _root_step(focus: Any, result: Any, _: Step) -> bool:
    """``sqrt((m+1)^2 + d) < 1 + sqrt(m^2 + d)`` for d > 0: the squares differ by 2 (root - m)."""
    if not (focus.is_Pow and focus.exp == S.Half):
        return False
    root = result - 1
    if not (isinstance(root, Pow) and root.exp == S.Half):
        return False
    for m in root.free_symbols:
        rest = (root.base - m**2).expand()
        steps = m.is_nonnegative and not rest.has(m) and rest.is_positive
        if steps and (focus.base - (m + 1) ** 2 - rest).expand() == 0:
            return True
    return False


def below(root: Any, symbol: Symbol) -> Rule:
    """Return the rule that uses the given ``p <= m``, and ``m <= sqrt(m^2 + d)``, any times.

    Examples
    --------
    >>> from rnnmath.theory.eigenvalue_intuition.objects import COUNT
    >>> from sympy import sqrt
    >>> below(sqrt(COUNT**2 + 1), COUNT).relation
    <Relation.AT_MOST: '<='>
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        gap = (result - focus).expand()
        times = gap.coeff(root)
        rest = (gap - times * (root - symbol)).expand()
        slope = rest.coeff(symbol)
        above = (root**2 - symbol**2).expand().is_nonnegative
        return bool(above and times.is_nonnegative and slope.is_nonnegative) and any(
            fact.relation == Relation.AT_MOST
            and fact.rhs == symbol
            and (rest - slope * (symbol - fact.lhs)).expand().is_nonnegative
            for fact in step.given
        )

    law = r"p \le m \le \sqrt{m^2 + d}"
    return Rule("by the size of m", law, Relation.AT_MOST, justify)


REWRITTEN = Rule("rewritten", "", Relation.IFF, _rewritten)
ROOT_STEP = Rule(
    "the root grows by less than 1",
    r"\sqrt{(m + 1)^2 + d} < 1 + \sqrt{m^2 + d}, \quad d > 0",
    _LESS,
    _root_step,
)
