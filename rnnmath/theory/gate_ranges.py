"""How large a gate, or a polynomial in a gate, can be: the most over the range of the gate."""

from typing import Any

from sympy import (
    Add,
    DiagMatrix,
    Dummy,
    HadamardProduct,
    Interval,
    Lambda,
    MatAdd,
    MatMul,
    Max,
    Mul,
    Poly,
    Symbol,
    tanh,
)

from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.bounds import rules
from rnnmath.symbolic.cells import Cell
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.nodes import Elementwise
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm
from rnnmath.symbolic.notation import TimeVector
from rnnmath.symbolic.traverse import in_order

__all__ = ["entries_apart", "gate_range", "largest", "norms_apart"]

_RANGES = {logistic: Interval(0, 1), tanh: Interval(-1, 1)}


def _range_of(cell: Cell, name: TimeVector) -> Any:
    """Return the closure of the range of a gate, or None for a name that is no gate."""
    for equation in cell.equations:
        if equation.lhs == name and isinstance(equation.rhs, Elementwise):
            return _RANGES.get(equation.rhs.function)
    return None


def largest(cell: Cell, column: Any) -> Any:
    """Return the most that an entry of a column can be in size, over the range of its gate.

    Parameters
    ----------
    cell : Cell
        Its equations say which names are gates.
    column : expression
        A gate, a polynomial in a gate entry by entry, or one in tanh of a column.

    Returns
    -------
    Rational or None
        None where no range is known.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> from rnnmath.symbolic.cells.gated import gate
    >>> from rnnmath.symbolic.nodes import elementwise
    >>> slope = elementwise(Lambda(Symbol("u"), Symbol("u") * (1 - Symbol("u"))), gate("f"))
    >>> largest(lstm(), slope), largest(lstm(), gate("g"))
    (1/4, 1)
    """
    if isinstance(column, TimeVector):
        column = Elementwise(Lambda(Symbol("u"), Symbol("u")), column)
    if not isinstance(column, Elementwise):
        return None
    body, (u,) = column.args[0].expr, column.args[0].variables
    y = Dummy("y", real=True)
    known = _range_of(cell, column.argument)
    if body.has(tanh(u)):
        body, known = body.xreplace({tanh(u): y}), _RANGES[tanh]
    elif known is not None:
        body = body.xreplace({u: y})
    if known is None or body.free_symbols - {y} or not body.is_polynomial(y):
        return None
    turns = [root for root in Poly(body.diff(y), y).real_roots() if root in known]
    return Max(*(abs(body.xreplace({y: at})) for at in (known.start, known.end, *turns)))


def gate_range(cell: Cell) -> Rule:
    """Return the rule that bounds the entries of a gate by the most over its range.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> gate_range(lstm()).name
    'over the range of the gate'
    """

    def justify(focus: Any, result: Any, _: Step) -> bool:
        if not isinstance(focus, MaxAbs):
            return False
        most = largest(cell, focus.matrix)
        return most is not None and bool(result == most)

    law = (
        r"0 \lt \sigma \lt 1,\ \sigma(1-\sigma)\le\tfrac14,\quad"
        r" \lvert\tanh\rvert \lt 1,\ 1-\tanh^2\le 1"
    )
    return Rule("over the range of the gate", law, Relation.AT_MOST, justify)


def norms_apart(derivation: Derivation) -> Derivation:
    """Go on until the norms in the last line are those of symbols: sums, products, diagonals.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
    >>> print(norms_apart(Derivation(SpectralNorm(A + A * B))).statement)
    ||A*B + A|| <= ||A||*||B|| + ||A||
    """
    while True:
        for focus in in_order(derivation.end.atoms(SpectralNorm)):
            matrix = focus.matrix
            if isinstance(matrix, MatAdd):
                result = Add(*(SpectralNorm(term) for term in matrix.args))
                derivation = derivation.then(rules.TRIANGLE, focus, result)
            elif isinstance(matrix, MatMul):
                result = Mul(*(SpectralNorm(factor) for factor in matrix.args))
                derivation = derivation.then(rules.SUBMULTIPLICATIVE, focus, result)
            elif isinstance(matrix, DiagMatrix):
                derivation = derivation.then(rules.DIAGONAL, focus, MaxAbs(matrix.args[0]))
            else:
                continue
            break
        else:
            return derivation


def entries_apart(cell: Cell, derivation: Derivation, keep: tuple[Any, ...] = ()) -> Derivation:
    """Go on until the largest entries in the last line are those of names, gates bounded.

    Parameters
    ----------
    cell : Cell
        Whose gates.
    derivation : Derivation
        Its last line holds ``max |v_i|``.
    keep : tuple of columns
        What stays as it is.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> from rnnmath.symbolic.cells.gated import gate
    >>> from rnnmath.symbolic.nodes import hadamard
    >>> start = Derivation(MaxAbs(hadamard(gate("f"), gate("i"))))
    >>> print(entries_apart(lstm(), start, (gate("f"),)).end == MaxAbs(gate("f")))
    True
    """
    while True:
        for focus in in_order(derivation.end.atoms(MaxAbs)):
            column = focus.matrix
            if column in keep:
                continue
            if isinstance(column, HadamardProduct):
                result = Mul(*(MaxAbs(factor) for factor in column.args))
                derivation = derivation.then(rules.ENTRYWISE, focus, result)
                break
            most = largest(cell, column)
            if most is not None:
                derivation = derivation.then(gate_range(cell), focus, most)
                break
        else:
            return derivation
