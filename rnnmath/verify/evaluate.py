"""From a formula and a case to a number: exact over the rationals, or in floats.

Matrices become arrays (of Fractions, or of floats), numbers become Fractions or rigorous
intervals.  What has no exact value becomes an enclosure, and a comparison of enclosures that
overlap is undecided.
"""

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import DomainError, ShapeMismatch, Undecided, Unsupported
from rnnmath.numeric import exact
from rnnmath.numeric.clipping import clip
from rnnmath.numeric.dual import dual_jacobian
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic import nodes, norms, notation
from rnnmath.symbolic.calculus.differentials import Jacobian
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.quantities import landscape
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.quantities.crossing import FirstTime
from rnnmath.symbolic.quantities.growth import GrowthRate, Orbit
from rnnmath.verify import elementary
from rnnmath.verify.world import World

__all__ = ["Case", "decide", "evaluate", "speaks_of"]


@dataclass(frozen=True)
class Case:
    """Values for the names of a statement.

    Attributes
    ----------
    values : mapping
        Name to int, Fraction or array.
    functions : mapping
        Name of an abstract function ("f", "f'") to a callable on arrays.
    world : World or None
        The network that time-indexed vectors and total derivatives refer to.
    note : str
        How the case was drawn.
    bits : int
        Relative precision of enclosures.
    """

    values: Mapping[str, Any]
    functions: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    world: World | None = None
    note: str = ""
    bits: int = 60

    def but(self, **values: Any) -> "Case":
        """Return the case with some values replaced."""
        return replace(self, values={**self.values, **values})

    def __str__(self) -> str:
        shown = ", ".join(f"{name} = {_short(value)}" for name, value in self.values.items())
        return f"{self.note}: {shown}" if self.note else shown


def _short(value: Any) -> str:
    text = str(value.tolist() if isinstance(value, np.ndarray) else value)
    text = text.replace("Fraction", "")
    return text if len(text) <= 160 else text[:157] + "..."


def _need_world(case: Case, node: Any) -> World:
    if case.world is None:
        msg = f"{node} belongs to a network, but the case draws none"
        raise Unsupported(msg)
    return case.world


def _integer(expr: Any, case: Case) -> int:
    number = evaluate(expr, case)
    if isinstance(number, Interval) or number != int(number):
        msg = f"{expr} must be an integer here, got {number}"
        raise Unsupported(msg)
    return int(number)


def _place(variable: Any, case: Case) -> tuple[str, int] | tuple[str]:
    if isinstance(variable, notation.TimeVector | notation.TimeScalar):
        return variable.name, _integer(variable.index, case)
    return (str(variable.name),)


def _symbol(node: Any, case: Case) -> Any:
    name = str(node.name)
    if name in case.values:
        return case.values[name]
    if case.world is not None and name in ("W", "U", "V", "b", "c"):
        return case.world.value((name,))
    if case.world is not None and name == "T":
        return case.world.horizon
    msg = f"the case gives no value for {name!r}; it has {', '.join(case.values) or 'none'}"
    raise Unsupported(msg)


def _total(node: Any, case: Case) -> Any:
    world = _need_world(case, node)
    return world.derivative(_place(node.of, case), _place(node.wrt, case))


def _local(node: Any, case: Case) -> Any:
    step = _integer(node.of.index, case)
    wrt = _place(node.wrt, case)
    world = _need_world(case, node).at_step(step)
    return world.derivative((node.of.name, 1), (wrt[0], 1) if len(wrt) == 2 else wrt)


def _number_or_matrix(value: Any) -> Any:
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _times(left: Any, right: Any) -> Any:
    if np.ndim(left) == 2 and np.ndim(right) == 2:
        if left.shape[1] != right.shape[0]:
            msg = f"a product of shapes {left.shape} and {right.shape} does not exist"
            raise ShapeMismatch(msg)
        return left @ right
    return left * right


def _plus(left: Any, right: Any) -> Any:
    if np.shape(left) != np.shape(right):
        msg = f"a sum of shapes {np.shape(left)} and {np.shape(right)} does not exist"
        raise ShapeMismatch(msg)
    return left + right


def _hadamard(node: Any, case: Case) -> Any:
    return reduce(lambda u, v: u * v, _children(node, case))


def _children(node: Any, case: Case) -> list[Any]:
    return [evaluate(arg, case) for arg in node.args]


def _diagonal(node: Any, case: Case) -> Any:
    vector = evaluate(node.args[0], case)
    matrix = np.zeros((len(vector), len(vector)), dtype=vector.dtype)
    matrix[np.diag_indices(len(vector))] = vector[:, 0]
    return matrix


def _elementwise(node: Any, case: Case) -> Any:
    argument = evaluate(node.argument, case)
    body, variable = node.args[0].expr, node.args[0].variables[0]
    if isinstance(body, sp.core.function.AppliedUndef) and body.args == (variable,):
        return _function(body.func.__name__, case)(argument)
    if argument.dtype == object:
        flat = [evaluate(body, case.but(**{str(variable.name): entry})) for entry in argument.flat]
        return np.array(flat, dtype=object).reshape(argument.shape)
    return np.asarray(sp.lambdify(variable, body, "numpy")(argument)) + np.zeros_like(argument)


def _function(name: str, case: Case) -> Callable[[Any], Any]:
    if name not in case.functions:
        msg = f"the case gives no function {name!r}"
        raise Unsupported(msg)
    return case.functions[name]


def _ranged(node: Any, case: Case) -> list[Any]:
    """Return the terms of an ordered product or sum, the oldest first."""
    lower, upper = _integer(node.lower, case), _integer(node.upper, case)
    return [
        evaluate(node.term, case.but(**{str(node.index.name): step}))
        for step in range(lower, upper + 1)
    ]


def _ordered_product(node: Any, case: Case) -> Any:
    factors = _ranged(node, case)
    if not factors:
        return _identity(sp.Identity(node.shape[0]), case)
    return reduce(lambda product, factor: _times(factor, product), factors)


def _indexed_sum(node: Any, case: Case) -> Any:
    terms = _ranged(node, case)
    if not terms:
        return _zeros(sp.ZeroMatrix(*node.shape), case)
    return reduce(_plus, terms)


def _scalar_range(node: Any, case: Case) -> list[Any]:
    ((index, lower, upper),) = node.limits
    steps = range(_integer(lower, case), _integer(upper, case) + 1)
    return [evaluate(node.function, case.but(**{str(index.name): step})) for step in steps]


def _identity(node: Any, case: Case) -> Any:
    return np.array(np.eye(_integer(node.shape[0], case), dtype=int), dtype=object)


def _zeros(node: Any, case: Case) -> Any:
    rows, cols = (_integer(side, case) for side in node.shape)
    return np.array(np.zeros((rows, cols), dtype=int), dtype=object)


def _ones(node: Any, case: Case) -> Any:
    return _zeros(node, case) + 1


def _power(node: Any, case: Case) -> Any:
    base, exponent = node.args
    if exponent == 2 and isinstance(base, norms.FrobeniusNorm | norms.VectorNorm):
        return exact.frobenius_squared(evaluate(base.matrix, case))
    value = evaluate(base, case)
    if exponent in (sp.Rational(1, 2), sp.Rational(-1, 2)):
        root = _root(value, case)
        return root if exponent > 0 else 1 / Interval.exactly(root)
    count = _integer(exponent, case)
    if np.ndim(value) == 2:
        return reduce(_times, [value] * count, np.eye(len(value), dtype=int).astype(object))
    if count < 0 and not isinstance(value, Interval):
        return 1 / Fraction(value) ** -count
    if count < 0 and value.upper < 0:
        return (-1) ** count * (-value) ** count
    return value**count


def _inverse(node: Any, case: Case) -> Any:
    matrix = sp.Matrix([[_sympy(entry) for entry in row] for row in evaluate(node.arg, case)])
    return _explicit(matrix.inv(), case)


def _sympy(value: Any) -> Any:
    return sp.Rational(Fraction(value).numerator, Fraction(value).denominator)


def _root(value: Any, case: Case) -> Any:
    interval = Interval.exactly(value).sqrt(case.bits)
    return interval.lower if interval.is_exact else interval


def _simplest(interval: Interval) -> Any:
    return interval.lower if interval.is_exact else interval


def _norm(measure: Callable[..., Interval]) -> Callable[[Any, Case], Any]:
    return lambda node, case: _simplest(measure(evaluate(node.args[0], case), bits=case.bits))


def _measure(measure: Callable[[Any], Any]) -> Callable[[Any, Case], Any]:
    return lambda node, case: measure(evaluate(node.args[0], case))


def _length(node: Any, case: Case) -> Any:
    matrix = evaluate(node.args[0], case)
    if matrix.dtype != object:
        return float(np.linalg.norm(matrix))
    return _root(exact.frobenius_squared(matrix), case)


def _condition(node: Any, case: Case) -> Any:
    matrix = evaluate(node.args[0], case)
    smallest = exact.smallest_singular_value(matrix, bits=case.bits)
    return _simplest(exact.spectral_norm(matrix, bits=case.bits) / smallest)


def _supremum(node: Any, case: Case) -> Any:
    known = elementary.supremum_of(node)
    if known is not None:
        return known
    if "gamma" not in case.values:
        msg = f"the case draws no function with a known supremum for {node}"
        raise Unsupported(msg)
    return case.values["gamma"]


def _logarithm(node: Any, case: Case) -> Any:
    return _simplest(elementary.log_of(evaluate(node.args[0], case), case.bits))


def _rounding(up: bool) -> Callable[[Any, Case], Any]:
    def evaluator(node: Any, case: Case) -> Any:
        value = Interval.exactly(evaluate(node.args[0], case))
        found = elementary.log_ratio(node.args[0])
        ratio = None if found is None else tuple(evaluate(part, case) for part in found)
        whole = elementary.rounded(ratio, value, up)
        if whole is None:
            msg = f"{node} can't be rounded from {value}"
            raise Undecided(msg)
        return whole

    return evaluator


def _piecewise(node: Any, case: Case) -> Any:
    for value, condition in node.args:
        holds = condition == sp.true
        if not holds:
            sides = (evaluate(side, case) for side in (condition.lhs, condition.rhs))
            holds = elementary.compared(condition, *sides)
        if holds:
            return evaluate(value, case)
    msg = f"no branch of {node} holds on the case"
    raise Unsupported(msg)


def _first_time(node: Any, case: Case) -> Any:
    base, level = (evaluate(part, case) for part in (node.base, node.level))
    return elementary.first_time(base, node.relation, level)


def _orbit(node: Any, case: Case) -> Any:
    state, (variable,) = evaluate(node.start, case), node.function.variables
    for _ in range(_integer(node.count, case)):
        state = evaluate(node.function.expr, case.but(**{str(variable.name): state}))
    return state


def _applied(node: Any, case: Case) -> Any:
    argument = np.array([[evaluate(node.args[0], case)]], dtype=object)
    return _function(node.func.__name__, case)(argument)[0, 0]


def _elementary(node: Any, case: Case) -> Any:
    constant = not node.is_Function
    return _simplest(elementary.enclosed(node, [] if constant else _children(node, case)))


def _loss(node: Any, case: Case) -> Any:
    world = _need_world(case, node)
    index = node.index if isinstance(node, notation.TimeScalar) else None
    return world.loss_value(None if index is None else _integer(index, case))


def _block(node: Any, case: Case) -> Any:
    rows, cols = node.blockshape
    return np.block([[evaluate(node.blocks[i, j], case) for j in range(cols)] for i in range(rows)])


def _explicit(node: Any, case: Case) -> Any:
    flat = [evaluate(entry, case) for entry in node.flat()]
    return np.array(flat, dtype=object).reshape(node.shape)


def _extreme(choose: Callable[..., Any]) -> Callable[[Any, Case], Any]:
    return lambda node, case: _simplest(choose(*_children(node, case)))


def _absolute(node: Any, case: Case) -> Any:
    value = evaluate(node.args[0], case)
    if isinstance(value, Interval):
        return _simplest(exact.interval_max(value, -value, 0))
    return abs(value)


def _clip(node: Any, case: Case) -> Any:
    argument, threshold = _children(node, case)
    try:
        return clip(argument, threshold)
    except DomainError as error:
        msg = f"{node} has no exact value here: {error}"
        raise Undecided(msg) from None


def _jacobian(node: Any, case: Case) -> Any:
    """Measure a Jacobian by dual numbers, which know no rule of the calculus."""
    expr, wrt = node.args
    name = str(wrt.name)

    def run(value: Any) -> Any:
        return evaluate(expr, case.but(**{name: value}))

    return dual_jacobian(run, evaluate(wrt, case))


def _landscape(case: Case) -> Any:
    if "L" not in case.values:
        msg = "the case draws no loss L of a column"
        raise Unsupported(msg)
    return case.values["L"]


Evaluator = Callable[[Any, Case], Any]

_EVALUATORS: dict[type, Evaluator] = {
    sp.MatrixSymbol: _symbol,
    sp.Symbol: _symbol,
    sp.Dummy: _symbol,
    notation.TimeVector: lambda node, case: _need_world(case, node).vector(
        node.name, _integer(node.index, case)
    ),
    notation.TimeMatrix: lambda node, case: _need_world(case, node).layer(
        _integer(node.index, case)
    ),
    notation.LocalDerivative: _local,
    notation.TotalDerivative: _total,
    notation.StepScalar: _loss,
    sp.MatMul: lambda node, case: reduce(_times, _children(node, case)),
    sp.MatAdd: lambda node, case: reduce(_plus, _children(node, case)),
    sp.Mul: lambda node, case: _number_or_matrix(reduce(_times, _children(node, case))),
    sp.Add: lambda node, case: reduce(_plus, _children(node, case)),
    sp.Pow: _power,
    sp.MatPow: _power,
    sp.Inverse: _inverse,
    sp.Transpose: lambda node, case: np.transpose(evaluate(node.args[0], case)),
    sp.HadamardProduct: _hadamard,
    sp.DiagMatrix: _diagonal,
    sp.BlockMatrix: _block,
    sp.MatrixBase: _explicit,
    sp.Identity: _identity,
    sp.ZeroMatrix: _zeros,
    sp.OneMatrix: _ones,
    sp.Trace: _measure(exact.trace),
    sp.Determinant: _measure(exact.determinant),
    sp.Product: lambda node, case: reduce(
        lambda u, v: u * v, _scalar_range(node, case), Fraction(1)
    ),
    sp.Sum: lambda node, case: reduce(lambda u, v: u + v, _scalar_range(node, case), Fraction(0)),
    sp.Max: _extreme(exact.interval_max),
    sp.Min: _extreme(exact.interval_min),
    sp.Abs: _absolute,
    MatrixElement: lambda node, case: evaluate(node.parent, case)[
        _integer(node.i, case), _integer(node.j, case)
    ],
    nodes.Elementwise: _elementwise,
    nodes.OrderedProduct: _ordered_product,
    nodes.IndexedSum: _indexed_sum,
    nodes.InnerProduct: lambda node, case: (
        np.transpose(evaluate(node.args[0], case)) @ evaluate(node.args[1], case)
    )[0, 0],
    norms.SpectralNorm: _norm(exact.spectral_norm),
    norms.SmallestSingularValue: _norm(exact.smallest_singular_value),
    norms.SpectralRadius: _norm(exact.spectral_radius),
    norms.LargestEigenvalue: _norm(exact.largest_eigenvalue),
    norms.FrobeniusNorm: _length,
    norms.VectorNorm: _length,
    norms.OneNorm: _measure(exact.one_norm),
    norms.InfinityNorm: _measure(exact.inf_norm),
    norms.MaxAbs: _measure(lambda vector: max(abs(entry) for entry in vector.flat)),
    norms.MinAbs: _measure(lambda vector: min(abs(entry) for entry in vector.flat)),
    norms.Rank: _measure(exact.rank),
    norms.ConditionNumber: _condition,
    norms.ActivationSupremum: _supremum,
    sp.log: _logarithm,
    sp.ceiling: _rounding(up=True),
    sp.floor: _rounding(up=False),
    FirstTime: _first_time,
    sp.Piecewise: _piecewise,
    GrowthRate: _norm(exact.growth_rate),
    Orbit: _orbit,
    Clip: _clip,
    Jacobian: _jacobian,
    landscape.LossAt: lambda node, case: _landscape(case).value(evaluate(node.args[0], case)),
    landscape.GradientAt: lambda node, case: _landscape(case).gradient(
        evaluate(node.args[0], case)
    ),
    landscape.Curvature: lambda node, case: _landscape(case).curvature(*_children(node, case)),
    sp.core.function.AppliedUndef: _applied,
    **dict.fromkeys(elementary.ELEMENTARY, _elementary),
}


def evaluate(expr: Any, case: Case) -> Any:
    """Return the value of a formula on a case.

    Parameters
    ----------
    expr : SymPy expression
    case : Case

    Returns
    -------
    Fraction, int, Interval or numpy.ndarray
        An interval encloses a number that is not rational.

    Raises
    ------
    Unsupported
        If the case gives no value for a name, or a node has no evaluator.
    ShapeMismatch
        If the formula is ill-shaped on this case.

    Examples
    --------
    >>> from fractions import Fraction
    >>> import numpy as np
    >>> from sympy import MatrixSymbol
    >>> from rnnmath.symbolic.norms import SpectralNorm
    >>> A = MatrixSymbol("A", 2, 2)
    >>> case = Case({"A": np.array([[Fraction(3), Fraction(0)], [Fraction(4), Fraction(0)]])})
    >>> evaluate(SpectralNorm(2 * A), case)
    Fraction(10, 1)
    """
    if isinstance(expr, sp.Integer):
        return int(expr)
    if isinstance(expr, sp.Rational):
        return Fraction(int(expr.p), int(expr.q))
    for kind in type(expr).__mro__:
        if kind in _EVALUATORS:
            return _EVALUATORS[kind](expr, case)
    msg = f"no exact value of {type(expr).__name__} {expr}; add an evaluator to verify.evaluate"
    raise Unsupported(msg)


def _equal(left: Any, right: Any) -> bool | None:
    if np.ndim(left) == 2 or np.ndim(right) == 2:
        if np.shape(left) != np.shape(right):
            msg = f"an equation between shapes {np.shape(left)} and {np.shape(right)}"
            raise ShapeMismatch(msg)
        if any(isinstance(entry, Interval) for side in (left, right) for entry in side.flat):
            entries = [_equal(*pair) for pair in zip(left.flat, right.flat, strict=True)]
            return False if False in entries else None if None in entries else True
        return bool(np.all(np.equal(left, right)))
    left, right = Interval.exactly(left), Interval.exactly(right)
    if left.is_exact and right.is_exact:
        return bool(left.lower == right.lower)
    return False if left.upper < right.lower or right.upper < left.lower else None


def _equivalent(left: Statement, right: Statement, case: Case) -> bool | None:
    first, second = _truth(left, case), _truth(right, case)
    return None if first is None or second is None else first == second


def _truth(statement: Statement, case: Case) -> bool | None:
    if statement.relation == Relation.IFF:
        return _equivalent(statement.lhs, statement.rhs, case)
    if statement.relation == Relation.LESS and statement.rhs == sp.oo:
        return bool(evaluate(statement.lhs, case) != math.inf)
    left, right = evaluate(statement.lhs, case), evaluate(statement.rhs, case)
    if statement.relation == Relation.EQUAL:
        return _equal(left, right)
    if statement.relation in (Relation.AT_LEAST, Relation.GREATER):
        left, right = right, left
    left = Interval.exactly(left)
    if statement.relation in (Relation.AT_MOST, Relation.AT_LEAST):
        return left.certainly_le(right)
    return left.certainly_lt(right)


def decide(statement: Statement, case: Case, *, refinements: int = 3) -> bool | None:
    """Decide a statement on a case, refining enclosures until it is settled.

    Returns
    -------
    bool or None
        None where the enclosures still overlap at the finest precision.

    Examples
    --------
    >>> from sympy import sqrt, Integer, Rational
    >>> below = Statement(sqrt(Integer(2)), Relation.LESS, Rational(17, 12))
    >>> decide(below, Case({}))
    True
    """
    for _ in range(refinements):
        with suppress(Undecided):
            verdict = _truth(statement, case)
            if verdict is not None:
                return verdict
        case = replace(case, bits=2 * case.bits)
    return None


def speaks_of(statement: Statement, case: Case) -> bool:
    """Tell whether the case has a value for every name in a statement.

    Examples
    --------
    >>> below = Statement(norms.SpectralNorm(sp.MatrixSymbol("A", 2, 2)), Relation.LESS, sp.S(1))
    >>> speaks_of(below, Case({}))
    False
    """
    drawn = {*case.values, *(("W", "U", "V", "b", "c", "T") if case.world is not None else ())}
    for side in (statement.lhs, statement.rhs):
        if isinstance(side, Statement):
            if not speaks_of(side, case):
                return False
        elif not {str(symbol.name) for symbol in sp.sympify(side).free_symbols} <= drawn:
            return False
    return True
