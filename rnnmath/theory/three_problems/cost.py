"""What backpropagation through time costs, whole and truncated, counted from the shapes."""

from typing import Any

from sympy import Sum, ceiling

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.derivation.order import ARITHMETIC
from rnnmath.symbolic.notation import T, m, n, p
from rnnmath.symbolic.quantities.cost import Multiplied, RunCost, Touched
from rnnmath.theory.three_problems.cost_rules import (
    BACKWARD,
    CLOSED_SUM,
    FORWARD,
    GRADIENTS,
    LINKS,
    PHASES,
    READ_SLOPES,
    READ_STATES,
    SHAPES,
    TELESCOPE,
    TO_THE_END,
    backward,
    forward,
    gradients,
    links,
)
from rnnmath.theory.three_problems.objects import (
    CHAPTER,
    SHORT_ENOUGH,
    WITHIN,
    K,
    at_most,
    cost,
    equal,
)

__all__ = ["TRUNCATION_COST", "UNROLL_COST", "kept_proof", "products_proof", "run"]

_EACH_STEP = 2 * n**2 + 2 * n * m + 3 * p * n
#: Multiply-adds of the whole run, entries that it touches beside them, states that it keeps.
WHOLE = T * (3 * n**2 + 2 * n * m + 3 * p * n) - n**2
_TOUCHED = T * (7 * n + 2 * p) - 2 * n - p
_CHUNKS = T * _EACH_STEP + (T - ceiling(T / K)) * n**2
_WINDOW = T * _EACH_STEP + (K - 1) * (2 * T - K) * n**2 / 2
_FROM_ONE = at_most(1, T)


def _steps_back(chain: Derivation, schedule: str, length: Any) -> Derivation:
    sums = links(schedule, length)
    chain = chain.then(LINKS, RunCost("steps back", schedule, length), sums)
    if schedule == "chunks":
        return chain.then(TELESCOPE, sums, T - ceiling(T / K))
    if schedule == "window":
        parts = [Sum(term, limits) for term, limits in _cut(sums)]
        return chain.then(TO_THE_END, sums, parts[0] + parts[1])
    return chain


def _cut(sums: Any) -> list[Any]:
    ((t, _, _),) = sums.limits
    return [(t - 1, (t, 1, K)), (K - 1, (t, K + 1, T))]


def _counted(chain: Derivation, end: Any) -> Derivation:
    """Read every cost off the shapes and add up."""
    shapes = {node: node.count for node in chain.end.atoms(Multiplied, Touched)}
    chain = chain.then(SHAPES, chain.end, chain.end.xreplace(shapes))
    return chain.then(CLOSED_SUM, chain.end, end)


def products_proof(
    kind: str, schedule: str, end: Any, given: tuple[Any, ...] = (_FROM_ONE,)
) -> Derivation:
    """Derive a count of products or entries from the formulas that the run evaluates."""
    start = cost(kind, schedule)
    words = {phase: RunCost(f"{phase} {kind}", *start.args[1:]) for phase in _PHASES}
    chain = Derivation(start, given=given).then(PHASES, start, sum(words.values()))
    chain = chain.then(FORWARD, words["forward"], forward(kind))
    chain = chain.then(BACKWARD, words["backward"], backward(kind, schedule, start.length))
    chain = chain.then(GRADIENTS, words["gradient"], gradients(kind))
    return _counted(_steps_back(chain, schedule, start.length), end)


_PHASES = ("forward", "backward", "gradient")


def kept_proof(
    measure: str, schedule: str, end: Any, given: tuple[Any, ...] = (_FROM_ONE,)
) -> Derivation:
    """Derive what is kept from what the way back reads."""
    start = cost(measure, schedule)
    chain, states = Derivation(start, given=given), cost("states", schedule)
    if measure == "tape":
        chain = chain.then(READ_SLOPES, start, states + start.length * n)
    chain = chain.then(READ_STATES, states, (start.length + 1) * n)
    return chain if chain.end == end else chain.then(ARITHMETIC, chain.end, end)


def run(**scalars: Any) -> Draw:
    """Return a draw of sizes and lengths, for which a run is made and counted."""
    sizes = {"n": (1, 6), "m": (1, 5), "p": (1, 5)}
    scalars = {"T": (1, 12), **scalars}
    return Draw("random", {"sizes": sizes, "scalars": scalars})


_RUNS = (run(),)
_CUT_RUNS = (run(T=(6, 14), K=(1, 6)), run(T=(6, 14), K=(2, 4)))
_STEPS = Hypothesis("$1 \\le T$, and $h_0$ is given", _FROM_ONE)
_PRODUCTS, _ENTRIES = cost("products", "whole"), cost("entries", "whole")
_STATES, _TAPE = cost("states", "whole"), cost("tape", "whole")

UNROLL_COST = Claim(
    id="unroll-cost",
    kind=Kind.COUNT,
    title="Backpropagation through time costs a multiple of T in time, and of T in memory",
    says=(
        equal(_PRODUCTS, WHOLE),
        equal(_ENTRIES, _TOUCHED),
        equal(_STATES, (T + 1) * n),
        equal(_TAPE, (2 * T + 1) * n),
    ),
    given=(_STEPS,),
    derive=lambda: (
        products_proof("products", "whole", WHOLE),
        products_proof("entries", "whole", _TOUCHED),
        kept_proof("states", "whole", (T + 1) * n),
        kept_proof("tape", "whole", (2 * T + 1) * n),
    ),
    draws=_RUNS,
    mutants=(
        Mutant("a step of the way back after the last", equal(_PRODUCTS, WHOLE + n**2)),
        Mutant("the square of T in the time", equal(_PRODUCTS, T * WHOLE)),
        Mutant(
            "the gradients at the cost of the forward pass alone",
            equal(_PRODUCTS, 2 * T * (n**2 + n * m + p * n)),
        ),
        Mutant("the memory without T", equal(_STATES, 2 * n)),
        Mutant("the start not kept", equal(_STATES, T * n)),
        Mutant("the pre-activations for nothing", equal(_TAPE, (T + 1) * n)),
        Mutant(
            "entries at the cost of products", equal(_ENTRIES, T * (3 * n**2 + 2 * n * m) - n**2)
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_KEPT = (K + 1) * n

TRUNCATION_COST = Claim(
    id="truncation-cost",
    kind=Kind.COUNT,
    title="Chunks save memory, not time; a sliding window pays in time",
    says=(
        equal(cost("products", "chunks"), _CHUNKS),
        equal(cost("products", "window"), _WINDOW),
        equal(cost("states", "chunks"), _KEPT),
        equal(cost("states", "window"), _KEPT),
        equal(cost("tape", "chunks"), (2 * K + 1) * n),
    ),
    given=(_STEPS, SHORT_ENOUGH),
    derive=lambda: (
        products_proof("products", "chunks", _CHUNKS, (_FROM_ONE, WITHIN)),
        products_proof("products", "window", _WINDOW, (_FROM_ONE, WITHIN)),
        kept_proof("states", "chunks", _KEPT, (_FROM_ONE, WITHIN)),
        kept_proof("states", "window", _KEPT, (_FROM_ONE, WITHIN)),
        kept_proof("tape", "chunks", (2 * K + 1) * n, (_FROM_ONE, WITHIN)),
    ),
    draws=_CUT_RUNS,
    mutants=(
        Mutant(
            "chunks divide the time by K", equal(K * cost("products", "chunks"), WHOLE), _CUT_RUNS
        ),
        Mutant("a window costs what the whole run costs", equal(cost("products", "window"), WHOLE)),
        Mutant(
            "every loss of a window goes back K steps",
            equal(cost("products", "window"), T * _EACH_STEP + T * (K - 1) * n**2),
        ),
        Mutant(
            "one step back for each chunk too many",
            equal(cost("products", "chunks"), WHOLE),
        ),
        Mutant("the memory of chunks grows with T", equal(cost("states", "chunks"), (T + 1) * n)),
        Mutant("the carried state is not kept", equal(cost("states", "chunks"), K * n)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
