"""Derivations inside one step of the program: its equation, then calculus, then names again."""

from rnnmath.symbolic.calculus import trace_jacobian
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.notation import TotalDerivative, a
from rnnmath.theory.program import definition, edge, unfolded
from rnnmath.theory.program_rules import FOLD, ONE_STEP

__all__ = ["read_off", "within_step", "worked_out"]


def read_off(derivation: Derivation, node: TotalDerivative) -> Derivation:
    """Go on with a derivation by the Jacobian of one equation, its calculus done in one line.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import h, o, t
    >>> node = TotalDerivative(o[t], h[t])
    >>> print(read_off(Derivation(node), node).end)
    V
    """
    derivation = derivation.then(ONE_STEP, node, edge(node.of, node.wrt))
    return _named_again(derivation, node)


def _named_again(derivation: Derivation, node: TotalDerivative) -> Derivation:
    written_out = definition(a[node.of.index])
    if derivation.end.has(written_out):
        derivation = derivation.then(FOLD, written_out, a[node.of.index])
    return derivation


def worked_out(derivation: Derivation, node: TotalDerivative) -> Derivation:
    """Go on with a derivation by working out one derivative within a step that stands in it.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import h, t
    >>> proof = within_step(TotalDerivative(h[t], h[t - 1]))
    >>> [step.rule.name for step in proof.steps][1:]
    ['element-wise', 'sum', 'constant factor', 'definition, read backward']
    """
    calculus = trace_jacobian(unfolded(node.of, node.wrt), node.wrt)
    derivation = derivation.then(ONE_STEP, node, calculus.start)
    for step in calculus.steps:
        derivation = derivation.then(step.rule, step.focus, step.result)
    return _named_again(derivation, node)


def within_step(node: TotalDerivative) -> Derivation:
    """Derive a derivative within one step.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import h, o, t
    >>> print(within_step(TotalDerivative(o[t], h[t])).end)
    V
    """
    return worked_out(Derivation(node), node)
