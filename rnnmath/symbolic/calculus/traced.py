"""Jacobians and gradients as derivations: one rule a line, each line replayed by ``check``."""

from collections.abc import Iterator
from typing import Any

from sympy import MatAdd, ZeroMatrix

from rnnmath.errors import NotDifferentiable
from rnnmath.symbolic.calculus import jacobian_rules, pullback_rules
from rnnmath.symbolic.calculus.differentials import (
    CONSTANT,
    ITSELF,
    Jacobian,
    Pullback,
    height,
    leaf,
    read_column,
    read_number,
    unit_seed,
)
from rnnmath.symbolic.calculus.jacobian_rules import expand_jacobian
from rnnmath.symbolic.calculus.pullback_rules import expand_pullback
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.tidy import add, same
from rnnmath.symbolic.traverse import bottom_up, dependence, depth_named

__all__ = ["trace_gradient", "trace_jacobian"]

_LAWS = {
    **jacobian_rules.LAWS,
    **pullback_rules.LAWS,
    CONSTANT: r"\partial c=0",
    ITSELF: r"\partial v/\partial v=I",
    "collect": r"\nabla\langle R,E\rangle+\nabla\langle S,E\rangle=\nabla\langle R+S,E\rangle",
    "indexed sum, backward": (
        r"\nabla\langle R,\textstyle\sum_jE_j\rangle=\textstyle\sum_j\nabla\langle R,E_j\rangle"
    ),
    "variable itself, backward": r"\nabla_X\langle R,X\rangle=R",
}


def _one_forward(node: Any) -> tuple[str, Any]:
    """Apply one rule to a Jacobian; its parts are left to lines of their own, leaves apart."""
    expr, wrt = node.args
    depends = dependence(wrt)

    def part_jacobian(part: Any) -> Any:
        settled = leaf(part, wrt, depends)
        return settled[1] if settled else Jacobian(part, wrt)

    return leaf(expr, wrt, depends) or expand_jacobian(expr, wrt, part_jacobian, depends)


def _one_backward(node: Any) -> tuple[str, Any]:
    expr, wrt, seed = node.args
    depends = dependence(wrt)
    if expr == wrt:
        return "variable itself, backward", seed
    if not depends(expr):
        return CONSTANT, ZeroMatrix(*wrt.shape)
    if isinstance(expr, IndexedSum):
        inner = expr.renamed(seed.free_symbols)
        landed = _landed(inner.term, wrt, seed)
        return "indexed sum, backward", IndexedSum(landed, inner.args[1])
    name, parts = expand_pullback(expr, wrt, seed, depends)
    return name, add(*(_landed(part, wrt, part_seed) for part, part_seed in parts))


def _landed(expr: Any, wrt: Any, seed: Any) -> Any:
    return seed if expr == wrt else Pullback(expr, wrt, seed)


def _scopes(expr: Any) -> Iterator[Any]:
    """Yield the sums in which pullbacks stand: the whole, and the terms of indexed sums."""
    yield expr
    for term in expr.args if isinstance(expr, MatAdd) else (expr,):
        if isinstance(term, IndexedSum):
            yield from _scopes(term.term)


def _pullbacks(expr: Any) -> list[Any]:
    return [
        term
        for scope in _scopes(expr)
        for term in (scope.args if isinstance(scope, MatAdd) else (scope,))
        if isinstance(term, Pullback)
    ]


def _collected(expr: Any) -> Any:
    """Merge pullbacks through one node into one, by linearity in the seed."""
    terms = expr.args if isinstance(expr, MatAdd) else (expr,)
    merged: dict[Any, Any] = {}
    rest = []
    for term in terms:
        if isinstance(term, Pullback):
            part, wrt, seed = term.args
            merged[part, wrt] = add(merged[part, wrt], seed) if (part, wrt) in merged else seed
        else:
            rest.append(term)
    return add(*rest, *(Pullback(part, wrt, seed) for (part, wrt), seed in merged.items()))


def _justify(focus: Any, result: Any, step: Step) -> bool:
    if step.rule != _rule(step.rule.name):  # a rule of another relation, law or claim
        return False
    if step.rule.name == "collect":
        return same(_collected(focus), result)
    if not isinstance(focus, Jacobian | Pullback):
        return False
    one = _one_forward if isinstance(focus, Jacobian) else _one_backward
    try:
        name, expected = one(focus)
    except NotDifferentiable:
        return False
    return name == step.rule.name and same(expected, result)


def _rule(name: str) -> Rule:
    return Rule(name, _LAWS.get(name, ""), Relation.EQUAL, _justify)


def trace_jacobian(expr: Any, wrt: Any) -> Derivation:
    """Return the derivation of :func:`jacobian`, one rule a line.

    Formula, parameters, errors and source as in :func:`jacobian`; ``wrt`` is one column.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol
    >>> W, h = MatrixSymbol("W", 3, 3), MatrixSymbol("h", 3, 1)
    >>> proof = trace_jacobian((W * h).applyfunc(Function("f")), h)
    >>> [step.rule.name for step in proof.steps]
    ['element-wise', 'constant factor']
    """
    with depth_named():
        derivation = Derivation(Jacobian(read_column(expr, wrt), wrt))
        while (node := _first_jacobian(derivation.end)) is not None:
            name, result = _one_forward(node)
            derivation = derivation.then(_rule(name), node, result)
        return derivation


def _first_jacobian(expr: Any) -> Any:
    """Return the outermost Jacobian of an expression, the leftmost first; None without one."""

    def visit(node: Any, inside: list[Any]) -> Any:
        if isinstance(node, Jacobian):
            return node
        return next((found for found in inside if found is not None), None)

    return bottom_up(expr, visit, {})


def trace_gradient(expr: Any, wrt: Any) -> Derivation:
    """Return the derivation of :func:`gradient`, one rule a line.

    Formula, parameters, errors and source as in :func:`gradient`.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, v = MatrixSymbol("A", 3, 3), MatrixSymbol("v", 3, 1)
    >>> print(trace_gradient(v.T * A * v, v).end)
    A*v + A.T*v
    """
    with depth_named():
        expr = read_number(expr, wrt)
        heights: dict[Any, int] = {}
        derivation = Derivation(Pullback(expr, wrt, unit_seed(expr)))
        while nodes := _pullbacks(derivation.end):
            node = max(nodes, key=lambda part: height(part.args[0], heights))
            name, result = _one_backward(node)
            derivation = _with_collected(derivation.then(_rule(name), node, result))
        return derivation


def _with_collected(derivation: Derivation) -> Derivation:
    for scope in _scopes(derivation.end):
        merged = _collected(scope)
        if not same(merged, scope):
            return _with_collected(derivation.then(_rule("collect"), scope, merged))
    return derivation
