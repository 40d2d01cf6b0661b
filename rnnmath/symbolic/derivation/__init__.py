"""A derivation is a chain of steps, and every step names the one rule that justifies it.

A step rewrites a *focus* inside a larger expression.  :func:`check` replays every step: the rule
must justify focus -> result, the replacement must turn ``before`` into ``after``, an inequality
may only be used where the rest of the expression is monotone in the focus, and the relations must
compose (= then <= is <=; <= then >= is refused).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sympy import Dummy, sympify

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation.monotone import increasing, nonnegative, strictly_increasing
from rnnmath.symbolic.tidy import same, tidy
from rnnmath.symbolic.traverse import around, stands_in

__all__ = ["Derivation", "Relation", "Rule", "Statement", "Step", "check", "compose"]


class Relation(StrEnum):
    """How the left side of a statement stands to the right side."""

    EQUAL = "="
    AT_MOST = "<="
    LESS = "<"
    AT_LEAST = ">="
    GREATER = ">"
    IFF = "iff"


_DOWN = (Relation.AT_LEAST, Relation.GREATER)
_UP = (Relation.AT_MOST, Relation.LESS)


def compose(first: Relation, second: Relation) -> Relation:
    """Compose two relations of a chain; directions that clash are refused.

    Raises
    ------
    BadDerivation
        If the two relations point in opposite directions.

    Examples
    --------
    >>> compose(Relation.EQUAL, Relation.AT_MOST)
    <Relation.AT_MOST: '<='>
    >>> compose(Relation.AT_MOST, Relation.AT_LEAST)
    Traceback (most recent call last):
    rnnmath.errors.BadDerivation: a chain can't go on with '>=' after '<='
    """
    if first == Relation.EQUAL:
        return second
    if second in (Relation.EQUAL, first):
        return first
    for direction in (_UP, _DOWN):
        if first in direction and second in direction:
            return direction[1]
    msg = f"a chain can't go on with {second.value!r} after {first.value!r}"
    raise BadDerivation(msg)


@dataclass(frozen=True)
class Statement:
    """One relation between two expressions; the thing that is derived, checked and printed."""

    lhs: Any
    relation: Relation
    rhs: Any

    def renamed(self, names: Mapping[Any, Any]) -> "Statement":
        """Return the statement with parts of it replaced, all at once."""
        return Statement(self.lhs.xreplace(names), self.relation, self.rhs.xreplace(names))

    def __str__(self) -> str:
        from rnnmath.symbolic.printing import plain

        return plain(self)


@dataclass(frozen=True)
class Rule:
    """A named one-step rule.

    Parameters
    ----------
    name : str
        What stands beside the line, in words.
    law : str
        The rule itself as a formula, LaTeX.
    relation : Relation
        How the focus stands to its result.
    justify : callable
        ``justify(focus, result, step)`` tells whether the rule yields exactly this result.
    claim : str or None
        The id of the claim that states the rule, where one does.
    """

    name: str
    law: str
    relation: Relation
    justify: Callable[[Any, Any, "Step"], bool] = field(repr=False, compare=False)
    claim: str | None = None


@dataclass(frozen=True)
class Step:
    """One line of a derivation: ``before relation after`` by a rule that acts on ``focus``."""

    rule: Rule
    before: Any
    after: Any
    focus: Any
    result: Any
    premises: tuple["Derivation", ...] = ()
    given: tuple[Statement, ...] = ()

    @property
    def relation(self) -> Relation:
        """How the focus stands to its result."""
        return self.rule.relation


@dataclass(frozen=True)
class Derivation:
    """A chain ``start = ... <= ... end``; read it with ``print``, or let a notebook show it.

    Attributes
    ----------
    start : expression
        The left side of the statement that the chain proves.
    steps : tuple of Step
        The lines.  No line at all proves ``start = start``.
    given : tuple of Statement
        What the chain supposes, such as ``k <= j``.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> from rnnmath import norm_bound
    >>> A, B = MatrixSymbol("A", 2, 3), MatrixSymbol("B", 3, 2)
    >>> proof = norm_bound(A * B)
    >>> print(proof.statement)
    ||A*B|| <= ||A||*||B||
    >>> check(proof)
    """

    start: Any
    steps: tuple[Step, ...] = ()
    given: tuple[Statement, ...] = ()

    @property
    def end(self) -> Any:
        """What the last line says."""
        return self.steps[-1].after if self.steps else self.start

    @property
    def relation(self) -> Relation:
        """How the start stands to the end, all lines composed."""
        relation = Relation.EQUAL
        for step in self.steps:
            relation = compose(relation, step.relation)
        return relation

    @property
    def statement(self) -> Statement:
        """What the chain proves."""
        return Statement(self.start, self.relation, self.end)

    @property
    def uses(self) -> frozenset[str]:
        """Ids of the claims that the rules rest on, those of the premises included."""
        own = {step.rule.claim for step in self.steps if step.rule.claim}
        return frozenset(own).union(
            *(premise.uses for step in self.steps for premise in step.premises)
        )

    def then(
        self, rule: Rule, focus: Any, result: Any, premises: tuple["Derivation", ...] = ()
    ) -> "Derivation":
        """Return the chain with one more step, which replaces ``focus`` by ``result``."""
        before = self.end
        after = tidy(result if focus == before else before.xreplace({focus: result}))
        return Derivation(
            self.start,
            (*self.steps, Step(rule, before, after, focus, result, premises, self.given)),
            self.given,
        )

    def _repr_latex_(self) -> str:
        from rnnmath.symbolic.printing import derivation_latex

        return f"$$\n{derivation_latex(self)}\n$$"

    def __str__(self) -> str:
        from rnnmath.symbolic.printing import plain

        return plain(self)


def _refuse_place(step: Step) -> None:
    """Refuse an inequality inside an expression that need not follow it."""
    name, before, relation = step.rule.name, step.before, step.relation
    if relation == Relation.IFF:
        msg = f"rule {name!r} relates statements, and acts inside {before}"
        raise BadDerivation(msg)
    if not nonnegative(step.result if relation in _DOWN else step.focus):
        msg = f"rule {name!r} is an inequality inside {before}, between possible negatives"
        raise BadDerivation(msg)
    between = Dummy("z", nonnegative=True)  # every value from the one side to the other
    strict = relation in (Relation.LESS, Relation.GREATER)
    follows = strictly_increasing if strict else increasing
    if not follows(before.xreplace({step.focus: between}), between):
        msg = f"rule {name!r} is an inequality, but {before} need not grow with {step.focus}"
        raise BadDerivation(msg)


def _refuse_capture(step: Step, outer: list[Any]) -> None:
    """Refuse a rule under a bound index that the assumptions also speak of: there it is another."""
    assumed: set[Any] = set()
    for fact in step.given:
        for side in (fact.lhs, fact.rhs):
            assumed |= sympify(side).free_symbols
    bound = {symbol for node in outer for symbol in getattr(node, "bound_symbols", ())}
    for symbol in assumed & bound & step.focus.free_symbols:
        msg = (
            f"rule {step.rule.name!r} acts on {step.focus}, where the index {symbol} is bound,"
            f" but the assumptions speak of {symbol} too; rename one of them"
        )
        raise BadDerivation(msg)


def _refuse_inside_derivative(step: Step, outer: list[Any]) -> None:
    """Refuse to rewrite what is being differentiated: equal values need not vary alike."""
    for node in outer:
        if getattr(node, "is_derivative_of_args", False):
            msg = f"rule {step.rule.name!r} rewrites {step.focus} inside the derivative {node}"
            raise BadDerivation(msg)


def _check_step(step: Step) -> None:
    name = step.rule.name
    if not step.rule.justify(step.focus, step.result, step):
        msg = f"rule {name!r} does not lead from {step.focus} to {step.result}"
        raise BadDerivation(msg)
    whole = step.focus == step.before
    if not whole and not stands_in(step.focus, step.before):
        msg = f"rule {name!r} acts on {step.focus}, which does not stand in {step.before}"
        raise BadDerivation(msg)
    replaced = step.result if whole else step.before.xreplace({step.focus: step.result})
    if not same(replaced, step.after):
        msg = f"rule {name!r} gives {tidy(replaced)}, the line says {step.after}"
        raise BadDerivation(msg)
    if not whole:
        outer = around(step.focus, step.before)
        _refuse_capture(step, outer)
        _refuse_inside_derivative(step, outer)
    if not whole and step.relation != Relation.EQUAL:
        _refuse_place(step)


def check(derivation: Derivation) -> None:
    """Replay every step of a derivation and of its premises.

    Raises
    ------
    BadDerivation
        At the first step that does not follow, with its rule and both sides.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
    >>> swap = Rule("commute", "AB=BA", Relation.EQUAL, lambda focus, result, step: False)
    >>> check(Derivation(A * B).then(swap, A * B, B * A))
    Traceback (most recent call last):
    rnnmath.errors.BadDerivation: rule 'commute' does not lead from A*B to B*A
    """
    expected = derivation.start
    for step in derivation.steps:
        if not same(step.before, expected):
            ends = f"the line above ends in {expected}"
            msg = f"rule {step.rule.name!r} starts from {step.before}, {ends}"
            raise BadDerivation(msg)
        if step.given != derivation.given:
            whole = f"the derivation {derivation.given}"
            msg = f"rule {step.rule.name!r} supposes {step.given}, {whole}"
            raise BadDerivation(msg)
        for premise in step.premises:
            check(premise)
        _check_step(step)
        expected = step.after
    _ = derivation.relation  # raises where two relations clash
