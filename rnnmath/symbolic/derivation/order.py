"""Rules about numbers and about proofs: two inequalities make an equation, squares compare.

Nothing here knows what a norm is.  Premises carry the parts of a proof; each rule says what it
demands of them.
"""

from collections.abc import Iterator
from typing import Any

from sympy import Identity, MatMul, Sum, sympify

from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.nodes import same_size
from rnnmath.symbolic.tidy import multiply, same

__all__ = [
    "ARITHMETIC",
    "BOTH_WAYS",
    "CANCEL",
    "EQUIVALENT",
    "NONNEGATIVE",
    "by_squares",
    "chains",
    "mentions",
    "shown",
    "supposed",
    "there_is",
]

_EQUAL, _AT_MOST, _IFF = Relation.EQUAL, Relation.AT_MOST, Relation.IFF
_AS_GOOD = {
    _EQUAL: (_EQUAL,),
    _AT_MOST: (_EQUAL, _AT_MOST, Relation.LESS),
    Relation.AT_LEAST: (_EQUAL, Relation.AT_LEAST, Relation.GREATER),
    _IFF: (_IFF,),
    **{strict: (strict,) for strict in (Relation.LESS, Relation.GREATER)},
}


def mentions(fact: Any, symbol: Any) -> bool:
    """Tell whether a statement or an expression contains a symbol.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import b, h, t
    >>> mentions(Statement(h[t], Relation.EQUAL, b), b), mentions(h[t], b)
    (True, False)
    """
    if isinstance(fact, Statement):
        return mentions(fact.lhs, symbol) or mentions(fact.rhs, symbol)
    return bool(fact.has(symbol))


def chains(derivation: Derivation) -> Iterator[Derivation]:
    """Yield the parts of a proof that are worth reading: chains of more than one line.

    They come in the order of reading: what a premise shows before what rests on it.

    Examples
    --------
    >>> from rnnmath.theory.spectral_norm import NORM_TRANSPOSE
    >>> for part in chains(NORM_TRANSPOSE.derive()[0]):
    ...     print(part.statement)
    ||A.T*v||**2 <= ||A||*||A.T*v||*||v||
    ||A*v||**2 <= ||A.T||*||A*v||*||v||
    """
    for step in derivation.steps:
        for premise in step.premises:
            yield from chains(premise)
    if len(derivation.steps) > 1:
        yield derivation


def _proves(premise: Derivation, start: Any, relation: Relation, end: Any) -> bool:
    return (
        premise.relation in _AS_GOOD[relation]
        and same(premise.start, start)
        and same(premise.end, end)
    )


def _equal_numbers(left: Any, right: Any) -> bool:
    return bool((left - right).expand() == 0)


def _arithmetic(focus: Any, result: Any, _: Step) -> bool:
    scalars = not any(getattr(side, "is_Matrix", False) for side in (focus, result))
    return scalars and _equal_numbers(focus, result)


def _nonnegative(focus: Any, result: Any, _: Step) -> bool:
    return bool((result - focus).is_nonnegative)


def _both_ways(focus: Any, result: Any, step: Step) -> bool:
    if len(step.premises) != 2 or any(premise.given != step.given for premise in step.premises):
        return False
    up, down = step.premises
    return _proves(up, focus, _AT_MOST, result) and _proves(down, result, _AT_MOST, focus)


def _equivalent(focus: Any, result: Any, step: Step) -> bool:
    if len(step.premises) != 2 or not isinstance(focus, Statement):
        return False
    return isinstance(result, Statement) and all(
        premise.given == (*step.given, known)
        and _proves(premise, sought.lhs, sought.relation, sought.rhs)
        for premise, known, sought in zip(
            step.premises, (focus, result), (result, focus), strict=True
        )
    )


def _cancel(focus: Any, result: Any, step: Step) -> bool:
    if len(step.premises) != 1 or not (focus.is_nonnegative and result.is_nonnegative):
        return False
    (premise,) = step.premises
    return (
        premise.given == step.given
        and premise.relation in _AS_GOOD[_AT_MOST]
        and _equal_numbers(premise.start, focus**2)
        and _equal_numbers(premise.end, focus * result)
    )


def by_squares(relation: Relation) -> Rule:
    """Return the rule that compares two nonnegative numbers by their squares.

    Its premise goes from the square of the focus to the square of the result.

    Examples
    --------
    >>> by_squares(Relation.AT_MOST).name
    'compare the squares'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        if len(step.premises) != 1 or not (focus.is_nonnegative and result.is_nonnegative):
            return False
        (premise,) = step.premises
        return (
            premise.given == step.given
            and premise.relation in _AS_GOOD[relation]
            and _equal_numbers(premise.start, focus**2)
            and _equal_numbers(premise.end, result**2)
        )

    law = rf"x^2 {relation.value} y^2 \implies x {relation.value} y, \quad x, y \ge 0"
    return Rule("compare the squares", law.replace("<=", r"\le"), relation, justify)


def shown(relation: Relation) -> Rule:
    """Return the rule that uses a chain which stands as the premise and supposes no more.

    An equation is read either way, and between matrices replaces a run of factors too.

    Examples
    --------
    >>> shown(Relation.EQUAL).name
    'shown apart'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        if len(step.premises) != 1 or not set(step.premises[0].given) <= set(step.given):
            return False
        (premise,) = step.premises
        if _proves(premise, focus, relation, result):
            return True
        spoken = _spoken_of(premise.given)
        return relation == premise.relation == _EQUAL and any(
            (same(focus, old) and same(result, new))
            or any(same(result, candidate) for candidate in _replaced(focus, old, new, spoken))
            for old, new in ((premise.start, premise.end), (premise.end, premise.start))
        )

    return Rule("shown apart", "", relation, justify)


def _spoken_of(given: tuple[Statement, ...]) -> set[Any]:
    """Return the symbols that assumptions speak of; bound somewhere, they are others."""
    sides = [side for fact in given for side in (fact.lhs, fact.rhs)]
    flat = [part for side in sides for part in _numbers_of(side)]
    return set().union(*(sympify(part).free_symbols for part in flat))


def _numbers_of(side: Any) -> Iterator[Any]:
    if not isinstance(side, Statement):
        yield side
        return
    yield from _numbers_of(side.lhs)
    yield from _numbers_of(side.rhs)


def _replaced(expr: Any, old: Any, new: Any, spoken: set[Any]) -> Iterator[Any]:
    """Yield an expression with one run of factors, which make up ``old``, replaced by ``new``.

    Nothing is replaced inside a derivative, nor where a symbol that is spoken of is bound.
    """
    if not getattr(old, "is_Matrix", False):
        return
    if getattr(expr, "is_Matrix", False):
        yield from _runs_replaced(expr, old, new)
    bound = spoken & set(getattr(expr, "bound_symbols", ()))
    if isinstance(expr, MatMul | Sum) or bound or getattr(expr, "is_derivative_of_args", False):
        return
    for place, part in enumerate(expr.args):
        for candidate in _replaced(part, old, new, spoken):
            yield expr.func(*expr.args[:place], candidate, *expr.args[place + 1 :])


def _runs_replaced(matrix: Any, old: Any, new: Any) -> Iterator[Any]:
    coefficient, factors = factors_of(matrix)
    scale, run = factors_of(old)
    if isinstance(old, Identity):
        scale, run = 1, []
    for start in range(len(factors) - len(run) + 1):
        before, after = factors[:start], factors[start + len(run) :]
        if factors[start : start + len(run)] != run:
            continue
        sides = [(before[-1].shape[1], new.shape[0])] if before else []
        sides += [(new.shape[1], after[0].shape[0])] if after else []
        if all(same_size(*side) for side in sides):
            yield multiply(coefficient / scale, *before, new, *after)


def supposed(relation: Relation) -> Rule:
    """Return the rule that uses what the derivation supposes; an equation is read either way.

    An equation between matrices also replaces a run of factors inside a product, wherever one
    stands in the focus; a number that equals 1 may be multiplied in.

    Examples
    --------
    >>> supposed(Relation.EQUAL).name
    'by hypothesis'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        facts = [
            fact
            for fact in step.given
            if fact.relation in _AS_GOOD[relation] and not isinstance(fact.lhs, Statement)
        ]
        pairs = [(fact.lhs, fact.rhs) for fact in facts]
        pairs += [(fact.rhs, fact.lhs) for fact in facts if fact.relation == _EQUAL]
        if any(same(focus, old) and same(result, new) for old, new in pairs):
            return True
        equations = [fact for fact in facts if fact.relation == _EQUAL]
        ones = [fact.lhs for fact in equations if fact.rhs == 1]
        if any(_equal_numbers(focus * one, result) for one in ones):
            return True
        spoken = _spoken_of(tuple(equations))
        return relation == _EQUAL and any(
            same(result, candidate)
            for old, new in pairs
            for candidate in _replaced(focus, old, new, spoken)
        )

    return Rule("by hypothesis", "", relation, justify)


def there_is(
    name: str,
    law: str,
    facts: tuple[Statement, ...],
    fresh: tuple[Any, ...],
    relation: Relation = _AT_MOST,
    *,
    about: Any,
    needs: tuple[Statement, ...] = (),
    every: tuple[Any, ...] = (),
) -> Rule:
    """Return the rule of a theorem of existence: its premise may suppose what exists.

    The premise proves the same line from the facts added; neither the line nor what was supposed
    before mentions the objects that the theorem provides.

    Parameters
    ----------
    name, law : str
        The theorem in words, and as a formula.
    facts : tuple of Statement
        What the theorem says about the objects.
    fresh : tuple of symbols
        The objects.
    relation : Relation
        How the focus stands to the result.
    about : expression
        What the theorem is about; it must not mention the objects.
    needs : tuple of Statement
        What the theorem demands; each is proven by a premise that stands before the last.
    every : tuple of symbols
        For every value of these the demands are made, so nothing may be supposed of them.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import W
    >>> there_is("a top eigenvector", "", (), (), about=W).relation
    <Relation.AT_MOST: '<='>
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        outside = (focus, result, about, *step.given)
        *demanded, main = step.premises
        return (
            len(demanded) == len(needs)
            and all(
                set(premise.given) <= set(step.given)
                and _proves(premise, need.lhs, need.relation, need.rhs)
                for premise, need in zip(demanded, needs, strict=True)
            )
            and main.given == (*step.given, *facts)
            and _proves(main, focus, relation, result)
            and not any(mentions(part, symbol) for part in outside for symbol in fresh)
            and not any(mentions(fact, symbol) for fact in step.given for symbol in every)
        )

    return Rule(name, law, relation, justify)


ARITHMETIC = Rule("arithmetic", "", _EQUAL, _arithmetic)
NONNEGATIVE = Rule("nonnegative", r"x \le x + y, \quad y \ge 0", _AT_MOST, _nonnegative)
#: ``x <= y`` and ``y <= x`` make ``x = y``.
BOTH_WAYS = Rule("both ways", r"x \le y, \; y \le x \implies x = y", _EQUAL, _both_ways)
#: Each statement is proven from the other.
EQUIVALENT = Rule("each from the other", r"p \implies q, \; q \implies p", _IFF, _equivalent)
#: ``x^2 <= c x`` gives ``x <= c``, also where x = 0.
CANCEL = Rule("cancel", r"x^2 \le c x \implies x \le c, \quad x, c \ge 0", _AT_MOST, _cancel)
