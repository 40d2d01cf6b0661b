"""The one owner of "derivative": Jacobians forward, gradients backward, at sizes that are symbols.

SymPy's ``.diff`` on matrix expressions is used nowhere: it transposes, or raises, or is silently
wrong on recurrent networks.  What no rule covers raises; nothing is guessed.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sympy import (
    Basic,
    BlockMatrix,
    Expr,
    Identity,
    MatAdd,
    MatrixBase,
    MatrixExpr,
    MatrixSymbol,
    S,
    Tuple,
    ZeroMatrix,
)
from sympy import sympify as _sympify

from rnnmath.errors import DomainError, NotDifferentiable, ShapeMismatch
from rnnmath.symbolic import jacobian_rules, pullback_rules
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.jacobian_rules import expand_jacobian
from rnnmath.symbolic.nodes import IndexedSum, from_sympy
from rnnmath.symbolic.notation import TimeVector
from rnnmath.symbolic.pullback_rules import expand_pullback
from rnnmath.symbolic.rule_parts import Depends, rows
from rnnmath.symbolic.tidy import add, same, tidy
from rnnmath.symbolic.traverse import bottom_up, dependence, depth_named

__all__ = ["Jacobian", "Pullback", "gradient", "jacobian", "trace_gradient", "trace_jacobian"]


class Jacobian(MatrixExpr):
    """The Jacobian of a column (or number) in a column, not yet worked out.

    Formula: shape (rows of expr, rows of wrt).
    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> h = MatrixSymbol("h", 3, 1)
    >>> Jacobian(MatrixSymbol("W", 2, 3) * h, h).shape
    (2, 3)
    """

    def __new__(cls, expr: Any, wrt: Any) -> "Jacobian":
        """Keep both parts as they are."""
        return Basic.__new__(cls, expr, wrt)

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape ``(rows of expr, rows of wrt)``."""
        return _sympify(rows(self.args[0])), self.args[1].shape[0]


class Pullback(MatrixExpr):
    """The gradient in ``wrt`` of ``<seed, expr> = sum_ij seed_ij expr_ij``, not yet worked out.

    Formula: the shape of wrt.
    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> W, h, s = MatrixSymbol("W", 2, 3), MatrixSymbol("h", 3, 1), MatrixSymbol("s", 2, 1)
    >>> Pullback(W * h, h, s).shape
    (3, 1)
    """

    def __new__(cls, expr: Any, wrt: Any, seed: Any) -> "Pullback":
        """Keep the parts as they are."""
        return Basic.__new__(cls, expr, wrt, _sympify(seed))

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of ``wrt``."""
        return self.args[1].shape[0], self.args[1].shape[1]


def _read(expr: Any, wrt: Any) -> Any:
    if not isinstance(wrt, MatrixSymbol | TimeVector):
        msg = f"wrt must be a MatrixSymbol or a time-indexed vector, got {wrt!r}"
        raise DomainError(msg)
    if not isinstance(expr, Expr | MatrixExpr | MatrixBase):
        msg = f"expr must be a SymPy expression, got {expr!r} of type {type(expr).__name__}"
        raise DomainError(msg)
    return tidy(from_sympy(_sympify(expr)))


def _read_column(expr: Any, wrt: Any) -> Any:
    expr = _read(expr, wrt)
    if wrt.shape[1] != 1:
        msg = f"wrt must be a column (m, 1), got shape {wrt.shape}; use gradient for a matrix"
        raise ShapeMismatch(msg)
    if getattr(expr, "is_Matrix", False) and expr.shape[1] != 1:
        msg = f"expr must be a column (n, 1), got shape {expr.shape}; transpose it, or use gradient"
        raise ShapeMismatch(msg)
    return expr


def _read_number(expr: Any, wrt: Any) -> Any:
    expr = _read(expr, wrt)
    if getattr(expr, "is_Matrix", False) and expr.shape != (1, 1):
        msg = f"expr must be a number or 1 x 1, got shape {expr.shape}; use jacobian"
        raise ShapeMismatch(msg)
    return expr


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
    Unsupported
        If the expression nests deeper than Python's recursion limit.

    Notes
    -----
    Time-indexed vectors and total derivatives other than ``wrt`` are held.
    Entries are real.  At the kinks of ``Abs``, ``Max`` or ``Piecewise``, and of a norm at zero,
    there is no derivative, and the formula holds everywhere else.
    Source: derived here, from the rules in ``jacobian_rules``.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol, Symbol
    >>> n = Symbol("n", integer=True, positive=True)
    >>> W, h, b = MatrixSymbol("W", n, n), MatrixSymbol("h", n, 1), MatrixSymbol("b", n, 1)
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(jacobian((W * h + b).applyfunc(Function("f")), h)))
    diag(f'(W*h + b))*W
    """
    if isinstance(wrt, Sequence | Tuple) and not isinstance(wrt, str):
        if not wrt:
            msg = "wrt must name at least one variable, got an empty sequence"
            raise DomainError(msg)
        return _side_by_side([jacobian(expr, part) for part in wrt])
    with depth_named():
        return tidy(_forward(_read_column(expr, wrt), wrt))


def _side_by_side(parts: list[Any]) -> Any:
    """Join Jacobians of one column in several; stacks of blocks give one flat block matrix."""
    if len(parts) == 1:
        return parts[0]
    heights = {tuple(part.rowblocksizes) for part in parts if isinstance(part, BlockMatrix)}
    if len(heights) != 1:
        return BlockMatrix([parts])
    (sizes,) = heights
    columns = [_stacked(part, sizes) for part in parts]
    if any(column is None for column in columns):
        return BlockMatrix([parts])
    return BlockMatrix([[column[i] for column in columns] for i in range(len(sizes))])


def _stacked(part: Any, sizes: Any) -> Any:
    """Return the blocks of a stack from top to bottom; those of zero are zeros."""
    if isinstance(part, ZeroMatrix):
        return [ZeroMatrix(size, part.shape[1]) for size in sizes]
    if isinstance(part, BlockMatrix) and part.blockshape[1] == 1:
        return [part.blocks[i, 0] for i in range(part.blockshape[0])]
    return None


def _forward(expr: Any, wrt: Any) -> Any:
    """Work out the Jacobian of every part before that of the whole, without recursion."""
    depends = dependence(wrt)
    known: dict[Any, Any] = {}
    missing: list[Any] = []

    def part_jacobian(part: Any) -> Any:
        leaf = _leaf(part, wrt, depends)
        if leaf is not None:
            return leaf[1]
        if part not in known:
            missing.append(part)
            return Jacobian(part, wrt)
        return known[part]

    result = part_jacobian(expr)
    while missing:
        node = missing[-1]
        waiting = len(missing)
        value = expand_jacobian(node, wrt, part_jacobian, depends)[1]
        if len(missing) == waiting:
            known[missing.pop()] = value
    return known.get(expr, result)


_CONSTANT, _ITSELF = "constant", "variable itself"
_LAWS = {
    **jacobian_rules.LAWS,
    **pullback_rules.LAWS,
    _CONSTANT: r"\partial c=0",
    _ITSELF: r"\partial v/\partial v=I",
    "collect": r"\nabla\langle R,E\rangle+\nabla\langle S,E\rangle=\nabla\langle R+S,E\rangle",
    "indexed sum, backward": (
        r"\nabla\langle R,\textstyle\sum_jE_j\rangle=\textstyle\sum_j\nabla\langle R,E_j\rangle"
    ),
    "variable itself, backward": r"\nabla_X\langle R,X\rangle=R",
}


def _leaf(expr: Any, wrt: Any, depends: Depends) -> tuple[str, Any] | None:
    if expr == wrt:
        return _ITSELF, Identity(wrt.shape[0])
    if not depends(expr):
        return _CONSTANT, ZeroMatrix(rows(expr), wrt.shape[0])
    return None


def _one_forward(node: Any) -> tuple[str, Any]:
    """Apply one rule to a Jacobian; its parts are left to lines of their own, leaves apart."""
    expr, wrt = node.args
    depends = dependence(wrt)

    def part_jacobian(part: Any) -> Any:
        leaf = _leaf(part, wrt, depends)
        return leaf[1] if leaf else Jacobian(part, wrt)

    return _leaf(expr, wrt, depends) or expand_jacobian(expr, wrt, part_jacobian, depends)


def _one_backward(node: Any) -> tuple[str, Any]:
    expr, wrt, seed = node.args
    depends = dependence(wrt)
    if expr == wrt:
        return "variable itself, backward", seed
    if not depends(expr):
        return _CONSTANT, ZeroMatrix(*wrt.shape)
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
        derivation = Derivation(Jacobian(_read_column(expr, wrt), wrt))
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


def _height(expr: Any, known: dict[Any, int]) -> int:
    height: int = bottom_up(expr, lambda _, inside: 1 + max(inside, default=0), known)
    return height


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
    Unsupported
        If the expression nests deeper than Python's recursion limit.

    Notes
    -----
    What is held, and where there is no derivative, is as in :func:`jacobian`.
    Source: derived here, from the rules in ``pullback_rules``.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, u, v = MatrixSymbol("A", 2, 3), MatrixSymbol("u", 2, 1), MatrixSymbol("v", 3, 1)
    >>> gradient(u.T * A * v, A)
    u*v.T
    """
    with depth_named():
        expr = _read_number(expr, wrt)
        return tidy(_backward(expr, wrt, _one(expr), dependence(wrt), {}))


def _one(expr: Any) -> Any:
    return Identity(1) if getattr(expr, "is_Matrix", False) else S.One


def _backward(expr: Any, wrt: Any, seed: Any, depends: Depends, heights: dict[Any, int]) -> Any:
    """Return the gradient in wrt of ``<seed, expr>``, the highest node first."""
    pending: dict[Any, Any] = {expr: seed}
    total: list[Any] = [ZeroMatrix(*wrt.shape)]
    while pending:
        node = max(pending, key=lambda part: _height(part, heights))
        seed = pending.pop(node)
        if node == wrt:
            total.append(seed)
        elif isinstance(node, IndexedSum) and depends(node):
            inner = node.renamed(seed.free_symbols)
            terms = _backward(inner.term, wrt, seed, depends, heights)
            total.append(IndexedSum(terms, inner.args[1]))
        elif depends(node):
            for part, part_seed in expand_pullback(node, wrt, seed, depends)[1]:
                pending[part] = add(pending[part], part_seed) if part in pending else part_seed
    return add(*total)


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
        expr = _read_number(expr, wrt)
        heights: dict[Any, int] = {}
        derivation = Derivation(Pullback(expr, wrt, _one(expr)))
        while nodes := _pullbacks(derivation.end):
            node = max(nodes, key=lambda part: _height(part.args[0], heights))
            name, result = _one_backward(node)
            derivation = _with_collected(derivation.then(_rule(name), node, result))
        return derivation


def _with_collected(derivation: Derivation) -> Derivation:
    for scope in _scopes(derivation.end):
        merged = _collected(scope)
        if not same(merged, scope):
            return _with_collected(derivation.then(_rule("collect"), scope, merged))
    return derivation
