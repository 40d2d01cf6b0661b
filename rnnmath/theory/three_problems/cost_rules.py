"""Rules that count: which formulas a run evaluates, what one costs by its shapes, and sums."""

from typing import Any

from sympy import Integer, Min, S, Sum, ceiling

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.notation import T, TimeVector, a, h, j, k, o, t
from rnnmath.symbolic.quantities.cost import Multiplied, RunCost, Touched
from rnnmath.theory.jacobian_product.errors import ERROR_TWO_EQUATIONS
from rnnmath.theory.jacobian_product.weights import WEIGHT_GRADIENTS
from rnnmath.theory.program import definition, slope_matrix
from rnnmath.theory.three_problems.objects import K

__all__ = [
    "BACKWARD",
    "CLOSED_SUM",
    "FORWARD",
    "GRADIENTS",
    "LINKS",
    "PHASES",
    "READ_SLOPES",
    "READ_STATES",
    "SHAPES",
    "TELESCOPE",
    "TO_THE_END",
    "backward",
    "forward",
    "gradients",
    "links",
    "over_steps",
]

_KINDS = {"products": Multiplied, "entries": Touched}
_PHASES = ("forward", "backward", "gradient")
_SHARES = [statement.rhs for statement in WEIGHT_GRADIENTS.says[:5]]
_BACK, _SIGNAL = (statement.rhs for statement in ERROR_TWO_EQUATIONS.says[:2])


def over_steps(term: Any, first: Any = 1, last: Any = T) -> Any:
    """Return the sum of a number over the steps.

    Examples
    --------
    >>> over_steps(S.One, 2)
    Sum(1, (t, 2, T))
    """
    return Sum(term, (t, first, last))


def forward(kind: str) -> Any:
    """Return what the forward formulas of every step cost.

    Examples
    --------
    >>> forward("products")
    Sum(products[V*h[t] + c] + products[U*x[t] + W*h[t - 1] + b], (t, 1, T))
    """
    count = _KINDS[kind]
    formulas = [definition(variable[t]) for variable in (a, h, o)]
    kept = [formula for formula in formulas if kind == "entries" or formula.is_MatAdd]
    return over_steps(sum((count(formula) for formula in kept), start=S.Zero))


def backward(kind: str, schedule: str, length: Any) -> Any:
    """Return what the way back costs: the error of each step, and every step back of a signal."""
    steps = RunCost("steps back", schedule, length)
    here, later = _BACK.args if _BACK.args[0].has(t + 1) is False else reversed(_BACK.args)
    if kind == "entries":
        return over_steps(Touched(_SIGNAL)) + steps * Touched(_BACK.xreplace({t: k}))
    return over_steps(Multiplied(here)) + steps * Multiplied(later.xreplace({t: k}))


def gradients(kind: str) -> Any:
    """Return what the gradients of the parameters cost; the outer products add up as they go."""
    of_weights, of_biases = (_SHARES[0], _SHARES[1], _SHARES[3]), (_SHARES[2], _SHARES[4])
    if kind == "entries":
        return sum((Touched(total) for total in of_biases), start=S.Zero)
    terms = [Multiplied(total.term.xreplace({j: t})) for total in of_weights]
    return over_steps(sum(terms, start=S.Zero))


def links(schedule: str, length: Any) -> Any:
    """Return how many steps back the error signals go, as a sum.

    Examples
    --------
    >>> links("window", K)
    Sum(Min(K, t) - 1, (t, 1, T))
    """
    if schedule == "whole":
        return over_steps(S.One, 2)
    if schedule == "window":
        return over_steps(Min(length, t) - 1)
    return over_steps(1 - ceiling(t / length) + ceiling((t - 1) / length), 2)


def _is_run(focus: Any, step: Step) -> bool:
    """Tell whether a cost is that of a run: of the whole sequence, or cut at a K that fits."""
    if not isinstance(focus, RunCost) or not not_before(T, focus.length, step.given):
        return False
    return bool(focus.schedule != "whole" or focus.length == T)


def _phases(focus: Any, result: Any, step: Step) -> bool:
    """Cut a run into its phases; the entries of a cut run would count sums of chunks as well."""
    if not _is_run(focus, step) or focus.measure not in _KINDS:
        return False
    if focus.measure == "entries" and focus.schedule != "whole":
        return False
    parts = [RunCost(f"{phase} {focus.measure}", *focus.args[1:]) for phase in _PHASES]
    return bool(result == sum(parts, start=S.Zero))


def _phase(name: str, formula: Any) -> Any:
    def justify(focus: Any, result: Any, _: Step) -> bool:
        if not isinstance(focus, RunCost):
            return False
        phase, _sep, kind = focus.measure.partition(" ")
        return bool(
            phase == name
            and kind in _KINDS
            and result == formula(kind, focus.schedule, focus.length)
        )

    return justify


def _links(focus: Any, result: Any, _: Step) -> bool:
    steps = isinstance(focus, RunCost) and focus.measure == "steps back"
    return bool(steps and result == links(focus.schedule, focus.length))


def _shapes(focus: Any, result: Any, _: Step) -> bool:
    """Read the cost of every formula in the line off its shapes."""
    counted = {node: node.count for node in focus.atoms(Multiplied, Touched)}
    return bool(counted and result == focus.xreplace(counted))


def _can_be_added(total: Any, step: Step) -> bool:
    """Ask for a polynomial in the index, over a range that does not run backwards."""
    if len(total.limits) != 1:
        return False
    ((index, low, high),) = total.limits
    return total.function.is_polynomial(index) and not_before(high + 1, low, step.given)


def _closed_sum(focus: Any, result: Any, step: Step) -> bool:
    """Add up every sum in the line."""
    sums = {total: total.doit() for total in focus.atoms(Sum)}
    safe = sums and all(_can_be_added(total, step) for total in sums)
    return bool(safe and (focus.xreplace(sums) - result).expand() == 0)


def _telescope(focus: Any, result: Any, step: Step) -> bool:
    """``sum_{t=2..T} (1 - g(t) + g(t-1)) = T - 1 - g(T) + g(1)``."""
    if not isinstance(focus, Sum) or len(focus.limits) != 1:
        return False
    ((index, low, high),) = focus.limits
    if low != 2 or not not_before(high, 1, step.given):
        return False
    for g in focus.function.atoms(ceiling):
        earlier = g.xreplace({index: index - 1})
        if (focus.function - (1 - g + earlier)).expand() == 0:
            ends = -g.xreplace({index: high}) + g.xreplace({index: Integer(1)})
            return bool((result - (high - 1 + ends)).expand() == 0)
    return False


def _to_the_end(focus: Any, result: Any, step: Step) -> bool:
    """Cut ``sum_{t=1..T} F(min(K, t))`` at K, where K <= T."""
    if not isinstance(focus, Sum) or not not_before(T, K, step.given):
        return False
    full, smaller = focus.function, Min(K, t)
    parts = (
        over_steps(full.xreplace({smaller: t}), 1, K),
        over_steps(full.xreplace({smaller: K}), K + 1, T),
    )
    return bool(focus.limits == over_steps(S.One).limits and result == sum(parts, start=S.Zero))


def _columns(formulas: list[Any], sequence: Any, length: Any) -> Any:
    """Return how many numbers of a sequence these formulas read while j runs through a stretch."""
    offsets = {
        vector.index - j
        for formula in formulas
        for vector in formula.atoms(TimeVector)
        if vector.name == sequence.name and vector.index.has(j)
    }
    spread = max(offsets) - min(offsets)
    return (length + spread) * sequence.rows


def _read_states(focus: Any, result: Any, step: Step) -> bool:
    if not _is_run(focus, step) or focus.measure != "states":
        return False
    terms = [total.term for total in _SHARES if isinstance(total, IndexedSum)]
    plain = [term.args[-1] for term in terms if term.is_MatMul]  # the rows beside the signals
    return bool((result - _columns(plain, h, focus.length)).expand() == 0)


def _read_slopes(focus: Any, result: Any, step: Step) -> bool:
    if not _is_run(focus, step) or focus.measure != "tape":
        return False
    more = _columns([slope_matrix(j)], a, focus.length)
    return bool(result == RunCost("states", *focus.args[1:]) + more)


def _rule(name: str, justify: Any, law: str = "", claim: str | None = None) -> Rule:
    return Rule(name, law, Relation.EQUAL, justify, claim)


PHASES = _rule("forward, back, and the gradients", _phases)
FORWARD = _rule(
    "the program's equations, step by step",
    _phase("forward", lambda kind, *_: forward(kind)),
)
BACKWARD = _rule(
    "the two equations of the way back",
    _phase("backward", backward),
    claim=ERROR_TWO_EQUATIONS.id,
)
GRADIENTS = _rule(
    "the share of each step",
    _phase("gradient", lambda kind, *_: gradients(kind)),
    claim=WEIGHT_GRADIENTS.id,
)
LINKS = _rule("how far the signals go", _links)
SHAPES = _rule("shapes", _shapes, r"(r, s)(s, q) \text{ costs } r s q")
CLOSED_SUM = _rule("add up", _closed_sum)
TELESCOPE = _rule("neighbours cancel", _telescope, r"\sum_{t=2}^{T} (g_t - g_{t-1}) = g_T - g_1")
TO_THE_END = _rule("up to K, and from there on", _to_the_end)
READ_STATES = _rule("the states that the shares read", _read_states, claim=WEIGHT_GRADIENTS.id)
READ_SLOPES = _rule(
    "the pre-activations that the slopes read", _read_slopes, claim=ERROR_TWO_EQUATIONS.id
)
