"""The path of a cell state along itself, all paths, and the chain rule through both states."""

from typing import Any

from sympy import BlockMatrix

from rnnmath.claim import Draw, Hypothesis
from rnnmath.symbolic.derivation import Derivation, Statement
from rnnmath.symbolic.notation import TotalDerivative, h, k, t
from rnnmath.symbolic.quantities.paths import DirectDerivative
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.beyond.forget_gates.rules import ONE_BLOCK
from rnnmath.theory.cell_rules import STACKED_CHAIN, block_of, blocks
from rnnmath.theory.constant_columns import BLOCK_PRODUCT
from rnnmath.theory.vanishing.gates.objects import at_most, c, drawn, s

__all__ = [
    "CHAPTER",
    "LATER",
    "PATH",
    "TOTAL",
    "a_step_later",
    "by_both",
    "long_run",
    "through_both",
]

CHAPTER = "beyond/forget_gates"
#: All paths from one cell state to a later one, and the one that stays in the cell state.
TOTAL, PATH = TotalDerivative(c[t], c[k]), DirectDerivative(c[t], c[k])
LATER = at_most(k + 1, t)


def a_step_later() -> Hypothesis:
    """Return the hypothesis that t comes after k.

    Examples
    --------
    >>> print(a_step_later().condition)
    k + 1 <= t
    """
    return Hypothesis("$k + 1 \\le t$: at least one step lies between", LATER)


def long_run(**options: Any) -> Draw:
    """Return a draw of an LSTM with k and t far enough apart for a detour.

    Examples
    --------
    >>> long_run(gap=3).options["gap"]
    3
    """
    usual: dict[str, Any] = {
        "first": 0,
        "gap": 2,
        "horizon": (2, 3),
        "sizes": {"n": (1, 2), "m": (1, 1)},
    }
    return drawn("lstm", times=("k", "t"), **{**usual, **options})


def through_both(node: Any, at: Any, given: tuple[Statement, ...] = ()) -> tuple[Any, Derivation]:
    """Return what a derivative is as a sum over both states of a time between, with the proof.

    The proof is about the pair; ``ONE_BLOCK`` reads the block off.

    Examples
    --------
    >>> from rnnmath.symbolic.printing import plain
    >>> found, proof = through_both(TotalDerivative(c[t], c[t - 2]), t - 1)
    >>> print(plain(found))
    dc[t]/dc[t - 1]*dc[t - 1]/dc[t - 2] + dc[t]/dh[t - 1]*dh[t - 1]/dc[t - 2]
    """
    later, earlier = node.of.index, node.wrt.index
    whole = TotalDerivative(s[later], s[earlier])
    newer, older = TotalDerivative(s[later], s[at]), TotalDerivative(s[at], s[earlier])
    left, right = (block_of(part, h, c) for part in (newer, older))
    entries = [
        [
            add(*(multiply(left.blocks[i, m], right.blocks[m, j]) for m in range(2)))
            for j in range(2)
        ]
        for i in range(2)
    ]
    proof = Derivation(whole, given=given).then(STACKED_CHAIN, whole, multiply(newer, older))
    proof = proof.then(blocks(h, c), newer, left).then(blocks(h, c), older, right)
    proof = proof.then(BLOCK_PRODUCT, proof.end, BlockMatrix(entries))
    row, column = ("hc".index(part.name) for part in (node.of, node.wrt))
    return entries[row][column], proof


def by_both(derivation: Derivation, node: Any, at: Any) -> Derivation:
    """Go on by the chain rule through both states at a time between.

    Examples
    --------
    >>> node = TotalDerivative(c[t], c[t - 2])
    >>> by_both(Derivation(node), node, t - 1).steps[0].rule.name
    'one block of all'
    """
    found, proof = through_both(node, at, derivation.given)
    return derivation.then(ONE_BLOCK, node, found, (proof,))
