"""The one owner of "derivative": Jacobians forward, gradients backward, at sizes that are symbols.

SymPy's ``.diff`` on matrix expressions is used nowhere: it transposes, or raises, or is silently
wrong on recurrent networks.  What no rule covers raises; nothing is guessed.
"""

from collections.abc import Sequence
from typing import Any

from sympy import (
    Basic,
    BlockMatrix,
    Expr,
    Identity,
    MatAdd,
    MatrixExpr,
    MatrixSymbol,
    S,
    ZeroMatrix,
)
from sympy import sympify as _sympify

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic import jacobian_rules, pullback_rules
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.jacobian_rules import expand_jacobian, rows
from rnnmath.symbolic.nodes import from_sympy
from rnnmath.symbolic.notation import TimeVector
from rnnmath.symbolic.pullback_rules import expand_pullback
from rnnmath.symbolic.tidy import add, same, tidy

__all__ = ["Jacobian", "Pullback", "gradient", "jacobian", "trace_gradient", "trace_jacobian"]


class Jacobian(MatrixExpr):
    """The Jacobian of a column (or number) in a column, not yet worked out."""

    def __new__(cls, expr: Any, wrt: Any) -> "Jacobian":
        return Basic.__new__(cls, expr, wrt)

    @property
    def shape(self) -> tuple[Any, Any]:
        return _sympify(rows(self.args[0])), self.args[1].shape[0]


class Pullback(MatrixExpr):
    """The gradient in ``wrt`` of ``<seed, expr>``, not yet worked out."""

    def __new__(cls, expr: Any, wrt: Any, seed: Any) -> "Pullback":
        return Basic.__new__(cls, expr, wrt, _sympify(seed))

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[1].shape[0], self.args[1].shape[1]


def _read(expr: Any, wrt: Any, column: bool) -> Any:
    if not isinstance(wrt, MatrixSymbol | TimeVector):
        msg = f"wrt must be a MatrixSymbol or a time-indexed vector, got {wrt!r}"
        raise DomainError(msg)
    if column and wrt.shape[1] != 1:
        msg = f"wrt must be a column (m, 1), got shape {wrt.shape}; use gradient for a matrix"
        raise ShapeMismatch(msg)
    if not isinstance(expr, Expr | MatrixExpr) and not hasattr(expr, "is_Matrix"):
        msg = f"expr must be a SymPy expression, got {type(expr).__name__}"
        raise DomainError(msg)
    return tidy(from_sympy(_sympify(expr)))


def _forward(expr: Any, wrt: Any, known: dict[Any, Any]) -> Any:
    if expr == wrt:
        return Identity(wrt.shape[0])
    if not expr.has(wrt):
        return ZeroMatrix(rows(expr), wrt.shape[0])
    if expr not in known:
        known[expr] = expand_jacobian(expr, wrt, lambda part: _forward(part, wrt, known))[1]
    return known[expr]


def jacobian(expr: Any, wrt: Any) -> Any:
    """Return the Jacobian of a column in a column, numerator layout.

    Formula: ``J[i, j] = d expr_i / d wrt_j``, shape (n, m).

    Parameters
    ----------
    expr : MatrixExpr of shape (n, 1), or a scalar Expr (then n = 1)
        Made of SymPy's matrix nodes and ours; sizes may be symbols.
    wrt : MatrixSymbol or time-indexed vector of shape (m, 1), or a sequence of these
        A sequence gives the blocks side by side.

    Returns
    -------
    MatrixExpr of shape (n, m)
        In the values that ``expr`` is made of.

    Raises
    ------
    NotDifferentiable
        If no rule covers a node; the message names it.
    ShapeMismatch, DomainError
        If ``expr`` is not a column or ``wrt`` not a column symbol.

    Notes
    -----
    A time-indexed vector other than ``wrt`` counts as independent of it.
    Source: derived here, from the rules in ``jacobian_rules``.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol, Symbol
    >>> n = Symbol("n", integer=True, positive=True)
    >>> W, h, b = MatrixSymbol("W", n, n), MatrixSymbol("h", n, 1), MatrixSymbol("b", n, 1)
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(jacobian((W * h + b).applyfunc(Function("f")), h)))
    diag(f'(b + W h)) W
    """
    if isinstance(wrt, Sequence):
        if not wrt:
            msg = "wrt must name at least one variable, got an empty sequence"
            raise DomainError(msg)
        return BlockMatrix([[jacobian(expr, part) for part in wrt]])
    expr = _column(_read(expr, wrt, column=True))
    return tidy(_forward(expr, wrt, {}))


def _column(expr: Any) -> Any:
    if getattr(expr, "is_Matrix", False) and expr.shape[1] != 1:
        msg = f"expr must be a column (n, 1), got shape {expr.shape}; transpose it, or use gradient"
        raise ShapeMismatch(msg)
    return expr


_CONSTANT, _ITSELF, _SEED = "constant", "variable itself", "definition of the gradient"
_LAWS = {
    **jacobian_rules.LAWS,
    **pullback_rules.LAWS,
    _CONSTANT: r"\partial c=0",
    _ITSELF: r"\partial v/\partial v=I",
    _SEED: r"\nabla L=\nabla\langle 1,L\rangle",
    "collect": r"\nabla\langle R,E\rangle+\nabla\langle S,E\rangle=\nabla\langle R+S,E\rangle",
}


def _one_forward(node: Any) -> tuple[str, Any]:
    expr, wrt = node.args
    if expr == wrt:
        return _ITSELF, Identity(wrt.shape[0])
    if not expr.has(wrt):
        return _CONSTANT, ZeroMatrix(rows(expr), wrt.shape[0])
    return expand_jacobian(expr, wrt, lambda part: _settled(part, wrt))


def _settled(part: Any, wrt: Any) -> Any:
    """Leave a part to a line of its own, unless it is a bare symbol."""
    if part == wrt or not part.has(wrt):
        return _one_forward(Jacobian(part, wrt))[1]
    return Jacobian(part, wrt)


def _one_backward(node: Any) -> tuple[str, Any]:
    expr, wrt, seed = node.args
    name, parts = expand_pullback(expr, wrt, seed)
    return name, add(*(_landed(part, wrt, part_seed) for part, part_seed in parts))


def _landed(expr: Any, wrt: Any, seed: Any) -> Any:
    return seed if expr == wrt else Pullback(expr, wrt, seed)


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
    if step.rule.name == "collect":
        return same(_collected(focus), result)
    one = _one_forward if isinstance(focus, Jacobian) else _one_backward
    name, expected = one(focus)
    return name == step.rule.name and same(expected, result)


def _rule(name: str) -> Rule:
    return Rule(name, _LAWS[name], Relation.EQUAL, _justify)


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
    expr = _column(_read(expr, wrt, column=True))
    derivation = Derivation(Jacobian(expr, wrt))
    while node := _first(derivation.end, Jacobian):
        name, result = _one_forward(node)
        derivation = derivation.then(_rule(name), node, result)
    return derivation


def _first(expr: Any, kind: type) -> Any:
    if isinstance(expr, kind):
        return expr
    for arg in getattr(expr, "args", ()):
        if found := _first(arg, kind):
            return found
    return None


def _height(expr: Any, known: dict[Any, int]) -> int:
    if expr not in known:
        known[expr] = 1 + max((_height(arg, known) for arg in expr.args), default=0)
    return known[expr]


def _number(expr: Any) -> Any:
    if getattr(expr, "is_Matrix", False):
        if expr.shape != (1, 1):
            msg = f"expr must be a number or 1 x 1, got shape {expr.shape}; use jacobian"
            raise ShapeMismatch(msg)
        return Identity(1)
    return S.One


def gradient(expr: Any, wrt: Any) -> Any:
    """Return the gradient of a number in a matrix or vector, in reverse mode.

    Formula: ``G[i, j] = d expr / d wrt_ij``, of the shape of ``wrt``.
    Seeds that reach one node are added before they go on, so that the gradient of an unrolled
    network in W is the sum of ``delta_t h_{t-1}^T`` and not a sum over all paths.

    Parameters
    ----------
    expr : scalar Expr, or MatrixExpr of shape (1, 1)
    wrt : MatrixSymbol or time-indexed vector

    Returns
    -------
    MatrixExpr of the shape of ``wrt``

    Raises
    ------
    NotDifferentiable
        If no rule covers a node; the message names it.
    ShapeMismatch, DomainError
        If ``expr`` is not a number or ``wrt`` not a symbol.

    Notes
    -----
    Source: derived here, from the rules in ``pullback_rules``.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, u, v = MatrixSymbol("A", 2, 3), MatrixSymbol("u", 2, 1), MatrixSymbol("v", 3, 1)
    >>> gradient(u.T * A * v, A)
    u*v.T
    """
    expr = _read(expr, wrt, column=False)
    pending: dict[Any, Any] = {expr: _number(expr)}
    heights: dict[Any, int] = {}
    total: Any = ZeroMatrix(*wrt.shape)
    while pending:
        node = max(pending, key=lambda part: _height(part, heights))
        seed = pending.pop(node)
        if node == wrt:
            total = add(total, seed)
        elif node.has(wrt):
            for part, part_seed in expand_pullback(node, wrt, seed)[1]:
                pending[part] = add(pending[part], part_seed) if part in pending else part_seed
    return tidy(total)


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
    expr = _read(expr, wrt, column=False)
    heights: dict[Any, int] = {}
    start = _landed(expr, wrt, _number(expr)) if expr.has(wrt) else ZeroMatrix(*wrt.shape)
    derivation = Derivation(start)
    while nodes := _pullbacks(derivation.end):
        node = max(nodes, key=lambda part: _height(part.args[0], heights))
        name, result = _one_backward(node)
        derivation = derivation.then(_rule(name), node, result)
        merged = _collected(derivation.end)
        if not same(merged, derivation.end):
            derivation = derivation.then(_rule("collect"), derivation.end, merged)
    return derivation


def _pullbacks(expr: Any) -> list[Any]:
    terms = expr.args if isinstance(expr, MatAdd) else (expr,)
    return [term for term in terms if isinstance(term, Pullback)]
