"""Outcomes are read from the records of training runs; a run that is not known is trained now."""

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import sympy as sp

from rnnmath.claim import Claim
from rnnmath.errors import Undecided
from rnnmath.symbolic.quantities.outcome import Outcome
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator

__all__ = ["EVALUATORS", "untrained"]


def _outcome(node: Any, _: Case) -> Fraction:
    # imported here, since most claims speak of no training
    from rnnmath.experiments import outcome

    value = outcome(node.task, node.model).metric(node.metric)
    if not math.isfinite(value):
        msg = f"{node} is {value}, which is no number to compare"
        raise Undecided(msg)
    return Fraction(value)


def untrained(claims: Iterable[Claim]) -> list[tuple[str, str]]:
    """Return the pairs of task and model that claims speak of and that are not trained yet.

    Examples
    --------
    >>> from rnnmath.theory.local_jacobian import CLAIMS
    >>> untrained(CLAIMS)
    []
    """
    spoken = {
        (node.task, node.model)
        for claim in claims
        for statement in claim.says
        for side in (statement.lhs, statement.rhs)
        if isinstance(side, sp.Basic)
        for node in side.atoms(Outcome)
    }
    if not spoken:
        return []
    from rnnmath.experiments.store import key, read

    return sorted(pair for pair in spoken if read(key(*pair)) is None)


EVALUATORS: dict[type, Evaluator] = {Outcome: _outcome}
