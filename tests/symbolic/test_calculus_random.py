"""Random expressions over all nodes, against dual numbers over the rationals.

The oracle knows each node by its entries alone: it evaluates an expression in exact numbers
``a + b eps`` and reads the derivative off ``b``.  Where a value is irrational (exp, tanh, roots, an
abstract f) it takes a random rational in its place and the derivative by the law of the function
(exp' = exp, tanh' = 1 - tanh^2, root' = 1/(2 root), f' a free value): identities between
derivatives that hold for such free values hold for the functions.
"""

import random
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import prod

import pytest
from sympy import (
    Add,
    BlockMatrix,
    DiagMatrix,
    DiagonalOf,
    Function,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Integer,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    symbols,
    tanh,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.hadamard import HadamardPower
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from rnnmath.symbolic.calculus import (
    gradient,
    jacobian,
    pullback_rules,
    trace_gradient,
    trace_jacobian,
)
from rnnmath.symbolic.derivation import check
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, InnerProduct, OrderedProduct, Softmax
from rnnmath.symbolic.norms import FrobeniusNorm, VectorNorm
from rnnmath.symbolic.tidy import multiply, same, tidy, transpose

CASES = 200
f = Function("f")
u = Symbol("u", real=True)
j = symbols("j", integer=True)
SCALARS = (f, tanh, Lambda(u, u**2), Lambda(u, u / (1 + u**2)), Lambda(u, f(u) * u + 2))


@dataclass(frozen=True)
class Dual:
    """``value + sum_k slope_k eps_k``, exact."""

    value: Fraction
    slope: tuple[Fraction, ...]

    def __add__(self, other):
        """Add."""
        return Dual(
            self.value + other.value,
            tuple(a + b for a, b in zip(self.slope, other.slope, strict=True)),
        )

    def __mul__(self, other):
        """Multiply by Leibniz' law."""
        return Dual(
            self.value * other.value,
            tuple(
                a * other.value + self.value * b
                for a, b in zip(self.slope, other.slope, strict=True)
            ),
        )

    def chain(self, value, rate):
        """Return g(self) from g's value and slope here."""
        return Dual(value, tuple(rate * a for a in self.slope))


class Point:
    """A random rational point: values of symbols, and of irrational functions as they are met."""

    def __init__(self, rng, wrt):
        self.rng, self.wrt = rng, wrt
        self.directions = prod(int(side) for side in wrt.shape)
        self.drawn = {}

    def constant(self, value):
        """Return a number that does not move."""
        return Dual(Fraction(value), (Fraction(0),) * self.directions)

    def draw(self, key):
        """Return the value of this key, drawn when first met."""
        if key not in self.drawn:
            self.drawn[key] = Fraction(self.rng.randint(1, 9), self.rng.randint(1, 9))
        return self.drawn[key]

    def symbol(self, matrix):
        """Return the entries of a symbol; those of the variable move."""
        rows, cols = (int(side) for side in matrix.shape)
        entries = []
        for i in range(rows):
            entries.append([])
            for k in range(cols):
                value = self.draw((matrix, i, k)) * self.sign(matrix, i, k)
                place = i * cols + k if matrix == self.wrt else -1
                slope = tuple(Fraction(int(d == place)) for d in range(self.directions))
                entries[-1].append(Dual(value, slope))
        return entries

    def sign(self, *key):
        """Return a sign."""
        return 1 if self.draw(("sign", *key)) > 1 else -1

    def root(self, square):
        """Return a root as a free value, with the slope of a root."""
        value = self.draw(("root", square.value))
        return square.chain(value, 1 / (2 * value))

    def apply(self, name, x):
        """Apply a function as a free value, with the slope its law gives."""
        if name == "exp":
            value = self.draw(("exp", x.value))
            return x.chain(value, value)
        if name == "tanh":
            value = self.draw(("tanh", x.value))
            return x.chain(value, 1 - value**2)
        return x.chain(self.draw((name, x.value)), self.draw((name + "'", x.value)))


def times(left, right):
    """Multiply two explicit matrices."""
    columns = list(zip(*right, strict=True))
    return [[total(a * b for a, b in zip(row, col, strict=True)) for col in columns]
            for row in left]  # fmt: skip


def total(numbers):
    """Add numbers, at least one."""
    first, *rest = numbers
    for number in rest:
        first = first + number
    return first


def product(numbers):
    """Multiply numbers, at least one."""
    first, *rest = numbers
    for number in rest:
        first = first * number
    return first


def entrywise(combine, matrices):
    """Combine matrices of one shape entry by entry."""
    return [[combine(entries) for entries in zip(*rows, strict=True)]
            for rows in zip(*matrices, strict=True)]  # fmt: skip


def transposed(matrix):
    """Transpose an explicit matrix."""
    return [list(row) for row in zip(*matrix, strict=True)]


def number(expr, point, bound=None):
    """Evaluate a scalar expression; ``bound`` gives the values of bound scalars."""
    bound = bound or {}

    def inner(part):
        return number(part, point, bound)

    if expr in bound:
        return bound[expr]
    if expr.is_Rational:
        return point.constant(Fraction(int(expr.p), int(expr.q)))
    if isinstance(expr, Add):
        return total(inner(arg) for arg in expr.args)
    if isinstance(expr, Mul):
        return product(inner(arg) for arg in expr.args)
    if isinstance(expr, Pow):
        assert expr.exp.is_Integer
        base, power = inner(expr.base), int(expr.exp)
        return base.chain(base.value**power, power * base.value ** (power - 1))
    if isinstance(expr, InnerProduct):
        left, right = (matrix(side, point) for side in expr.args)
        return times(transposed(left), right)[0][0]
    if isinstance(expr, VectorNorm | FrobeniusNorm):
        return point.root(total(x * x for row in matrix(expr.args[0], point) for x in row))
    if isinstance(expr, Trace):
        return total(row[i] for i, row in enumerate(matrix(expr.arg, point)))
    if isinstance(expr, MatrixElement):
        return matrix(expr.parent, point)[int(expr.i)][int(expr.j)]
    if isinstance(expr, tanh | exp | AppliedUndef):
        return point.apply(expr.func.__name__, inner(expr.args[0]))
    raise NotImplementedError(type(expr))


def matrix(expr, point):
    """Evaluate a matrix expression to its entries."""
    rows, cols = (int(side) for side in expr.shape)
    if isinstance(expr, MatrixSymbol):
        return point.symbol(expr)
    if isinstance(expr, MatAdd):
        return entrywise(total, [matrix(arg, point) for arg in expr.args])
    if isinstance(expr, HadamardProduct):
        return entrywise(product, [matrix(arg, point) for arg in expr.args])
    if isinstance(expr, MatMul):
        scalar, factors = expr.as_coeff_matrices()
        result = matrix(factors[0], point)
        for factor in factors[1:]:
            result = times(result, matrix(factor, point))
        scale = number(scalar, point)
        return [[scale * x for x in row] for row in result]
    if isinstance(expr, MatPow):
        base = matrix(expr.base, point)
        assert expr.exp.is_Integer
        assert expr.exp > 0 or (rows, cols) == (1, 1)
        if rows == cols == 1:
            x, power = base[0][0], int(expr.exp)
            return [[x.chain(x.value**power, power * x.value ** (power - 1))]]
        result = base
        for _ in range(int(expr.exp) - 1):
            result = times(result, base)
        return result
    if isinstance(expr, Transpose):
        return transposed(matrix(expr.arg, point))
    if isinstance(expr, Elementwise):
        (variable,), body = expr.args[0].variables, expr.args[0].expr
        return [[number(body, point, {variable: x}) for x in row]
                for row in matrix(expr.argument, point)]  # fmt: skip
    if isinstance(expr, ElementwiseApplyFunction):
        body = expr.function(u)
        return [[number(body, point, {u: x}) for x in row] for row in matrix(expr.expr, point)]
    if isinstance(expr, HadamardPower):
        body = u**expr.exp
        return [[number(body, point, {u: x}) for x in row] for row in matrix(expr.base, point)]
    if isinstance(expr, Softmax):
        powers = [point.apply("exp", row[0]) for row in matrix(expr.argument, point)]
        whole = total(powers)
        inverse = whole.chain(1 / whole.value, -1 / whole.value**2)
        return [[power * inverse] for power in powers]
    if isinstance(expr, DiagMatrix):
        column = [[x] for row in matrix(expr.args[0], point) for x in row]  # SymPy takes rows too
        zero = point.constant(0)
        return [[column[i][0] if i == k else zero for k in range(cols)] for i in range(rows)]
    if isinstance(expr, DiagonalOf):
        return [[row[i]] for i, row in enumerate(matrix(expr.args[0], point))]
    if isinstance(expr, BlockMatrix):
        height, width = expr.blockshape
        stacked = []
        for i in range(height):
            parts = [matrix(expr.blocks[i, k], point) for k in range(width)]
            stacked += [list(chain(*rows)) for rows in zip(*parts, strict=True)]
        return stacked
    if isinstance(expr, MatrixSlice):
        whole = matrix(expr.parent, point)
        (top, bottom, _), (left, right, _) = expr.rowslice, expr.colslice
        return [row[int(left) : int(right)] for row in whole[int(top) : int(bottom)]]
    if isinstance(expr, IndexedSum | OrderedProduct):
        steps = range(int(expr.lower), int(expr.upper) + 1)
        parts = [matrix(expr.at(step), point) for step in steps]
        if isinstance(expr, IndexedSum):
            return entrywise(total, parts)
        result = matrix(Identity(rows), point)
        for part in parts:
            result = times(part, result)
        return result
    if isinstance(expr, Identity | ZeroMatrix | OneMatrix | ImmutableDenseMatrix):
        explicit = expr.as_explicit()
        return [[number(explicit[i, k], point) for k in range(cols)] for i in range(rows)]
    raise NotImplementedError(type(expr))


class Grammar:
    """Random expressions by shape; ``reverse`` adds what only the gradient differentiates."""

    def __init__(self, rng, wrt, reverse):
        self.rng, self.wrt, self.reverse = rng, wrt, reverse

    def pick(self, *makers):
        """Make one of these."""
        return self.rng.choice(makers)()

    def constant(self, rows, cols):
        """Return a symbol that is not the variable."""
        letter = self.rng.choice("AB")
        return MatrixSymbol(f"{letter}{rows}{cols}", rows, cols)

    def leaf(self, rows, cols):
        """Return the variable where it fits, most of the time."""
        fits = self.wrt.shape == (rows, cols)
        return self.wrt if fits and self.rng.random() < 0.8 else self.constant(rows, cols)

    def side(self):
        """Return a size."""
        return self.rng.choice((2, 3))

    def factor(self, rows, cols, depth):
        """Return a matrix factor; forward it may depend on the variable in some forms only."""
        if self.reverse:
            return self.matrix(rows, cols, depth)
        plain = self.constant(rows, cols)
        if rows != cols or depth < 1:
            return plain
        diagonal = DiagMatrix(self.column(rows, depth - 1))
        outer = MatMul(self.column(rows, depth - 1), Transpose(self.column(rows, depth - 1)))
        power = OrderedProduct(plain * j, (j, 1, 2))
        return self.rng.choice((plain, MatPow(plain, 2), plain + diagonal, diagonal, outer,
                                MatPow(diagonal, 2), power))  # fmt: skip

    def column(self, n, depth):
        """Return a column of n entries."""
        if depth <= 0:
            return self.leaf(n, 1)
        m, less = self.side(), depth - 1
        return self.pick(
            lambda: MatMul(self.factor(n, m, less), self.column(m, less)),
            lambda: MatMul(self.factor(n, n, less), self.column(n, less)),
            lambda: MatAdd(self.column(n, less), self.column(n, less)),
            lambda: MatMul(self.number(less), self.column(n, less)),
            lambda: Elementwise(self.rng.choice(SCALARS), self.column(n, less)),
            lambda: self.column(n, less).applyfunc(tanh),
            lambda: HadamardProduct(*(self.column(n, less) for _ in range(self.side()))),
            lambda: Softmax(self.column(n, less)),
            lambda: (
                BlockMatrix([[self.column(max(n - 1, 1), less)], [self.column(1, less)]])
                if n > 1
                else f(self.number(less)) * self.column(n, less)
            ),
            lambda: MatMul(
                self.column(n, less), Transpose(self.column(m, less)), self.column(m, less)
            ),
            lambda: Transpose(MatMul(Transpose(self.column(m, less)), self.factor(m, n, less))),
            lambda: IndexedSum(j * self.column(n, less) + self.constant(n, 1), (j, 1, 2)),
            lambda: MatMul(ImmutableDenseMatrix(n, m, range(n * m)), self.column(m, less)),
            lambda: MatMul(
                BlockMatrix([[Identity(n), ZeroMatrix(n, 1)]]), self.column(n + 1, less)
            ),
            lambda: MatMul(
                self.column(n, less),
                MatPow(MatMul(Transpose(self.column(m, less)), self.column(m, less)), 2),
            ),
        )

    def diagonal_of(self, rows):
        """Return the diagonal of a matrix; SymPy's node fails where an explicit one is in it."""
        inside = self.matrix(rows, rows, 1)
        return DiagonalOf(self.constant(rows, rows) if inside.has(ImmutableDenseMatrix) else inside)

    def number(self, depth):
        """Return a number."""
        n, less = self.side(), depth - 1
        if depth <= 0:
            return InnerProduct(self.leaf(n, 1), self.leaf(n, 1))
        always = (
            lambda: InnerProduct(self.column(n, less), self.column(n, less)),
            lambda: VectorNorm(self.column(n, less)),
            lambda: self.number(less) * self.number(less),
            lambda: self.number(less) + Rational(self.rng.randint(1, 5), 3),
            lambda: f(self.number(less)),
            lambda: 1 / (1 + self.number(less) ** 2),
            lambda: MatrixElement(self.column(n, less), self.rng.randrange(n), 0),
            lambda: MatrixElement(
                MatMul(Transpose(self.column(n, less)), self.column(n, less)), 0, 0
            ),
        )
        backward = (
            lambda: Trace(self.matrix(n, n, less)),
            lambda: FrobeniusNorm(self.matrix(n, self.side(), less)),
            lambda: MatrixElement(self.matrix(n, n, less), 0, 1),
        )
        return self.pick(*always, *(backward if self.reverse else ()))

    def matrix(self, rows, cols, depth):
        """Return a matrix, the variable anywhere in it."""
        if depth <= 0:
            return self.leaf(rows, cols)
        if cols == 1:
            return self.pick(lambda: self.column(rows, depth), lambda: self.diagonal_of(rows))
        m, less = self.side(), depth - 1
        makers = [
            lambda: MatAdd(self.matrix(rows, cols, less), self.matrix(rows, cols, less)),
            lambda: MatMul(self.matrix(rows, m, less), self.matrix(m, cols, less)),
            lambda: MatMul(self.number(less), self.matrix(rows, cols, less)),
            lambda: Transpose(self.matrix(cols, rows, less)),
            lambda: Elementwise(self.rng.choice(SCALARS), self.matrix(rows, cols, less)),
            lambda: HadamardProduct(self.matrix(rows, cols, less), self.matrix(rows, cols, less)),
            lambda: MatMul(self.column(rows, less), Transpose(self.column(cols, less))),
            lambda: IndexedSum(j * self.matrix(rows, cols, less), (j, 1, 3)),
        ]
        if rows == cols:
            makers += [
                lambda: DiagMatrix(self.column(rows, less)),
                lambda: MatPow(self.matrix(rows, rows, less), self.side()),
                lambda: BlockMatrix([
                    [self.matrix(rows - 1, rows - 1, less), self.column(rows - 1, less)],
                    [Transpose(self.column(rows - 1, less)), Identity(1)],
                ]),
            ]  # fmt: skip
        return self.pick(*makers)


def values(entries):
    """Drop the slopes."""
    return [[entry.value for entry in row] for row in entries]


def differs(expr, wrt, derivative, rng, reverse):
    """Compare with the oracle at a random point; None where both are one, else both."""
    point = Point(rng, wrt)
    is_matrix = getattr(expr, "is_Matrix", False)
    truth = matrix(expr, point) if is_matrix else [[number(expr, point)]]
    if reverse:
        rows, cols = (int(side) for side in wrt.shape)
        slope = truth[0][0].slope
        expected = [list(slope[i * cols : (i + 1) * cols]) for i in range(rows)]
    else:
        expected = [list(row[0].slope) for row in truth]
    found = values(matrix(derivative, point))
    return None if found == expected else (found, expected)


def drawn(seed, reverse):
    """Return the random source, a variable and an expression that depends on it."""
    rng = random.Random(seed)
    n = rng.choice((2, 3))
    wrt = MatrixSymbol("z", n, rng.choice((1, 2, 3)) if reverse else 1)
    grammar = Grammar(rng, wrt, reverse)
    expr = Integer(0)
    while not expr.has(wrt):
        depth = rng.choice((1, 2, 3, 4))
        of_number = reverse or rng.random() < 0.2
        expr = grammar.number(depth) if of_number else grammar.column(rng.choice((2, 3)), depth)
    return rng, wrt, expr


@pytest.mark.parametrize("reverse", [False, True], ids=["jacobian", "gradient"])
def test_derivatives_of_random_expressions_are_exact(reverse):
    """On every random expression the derivative equals the oracle's, in exact rationals."""
    for seed in range(CASES):
        rng, wrt, expr = drawn(seed, reverse)
        derivative = (gradient if reverse else jacobian)(expr, wrt)
        difference = differs(expr, wrt, derivative, rng, reverse)
        assert difference is None, f"seed {seed}: {expr} in {wrt} gives {derivative}: {difference}"


@pytest.mark.parametrize("reverse", [False, True], ids=["jacobian", "gradient"])
def test_traces_of_random_expressions_check_and_end_in_the_derivative(reverse):
    """Every trace replays, and ends in what the untraced function returns."""
    for seed in range(0, CASES, 6):
        _, wrt, expr = drawn(seed, reverse)
        trace, direct = (trace_gradient, gradient) if reverse else (trace_jacobian, jacobian)
        proof = trace(expr, wrt)
        check(proof)
        rng = random.Random(seed)
        assert differs(expr, wrt, proof.end, rng, reverse) is None, f"seed {seed}: {expr}"
        assert same(proof.end, direct(expr, wrt)), f"seed {seed}: {expr}"


def test_tidy_keeps_the_value_and_is_idempotent():
    """The canonical form has the same entries, and is its own canonical form."""
    for seed in range(CASES):
        rng, wrt, expr = drawn(seed, seed % 2 == 1)
        point, form = Point(rng, wrt), tidy(expr)
        evaluate = matrix if getattr(expr, "is_Matrix", False) else number
        assert evaluate(form, point) == evaluate(expr, point), f"seed {seed}: {expr}"
        assert tidy(form) == form, f"seed {seed}: {expr}"


def _transposed_factor(expr, seed, _):
    scalar, factors = expr.as_coeff_matrices()
    *before, last = factors
    return "product, backward", [(last, multiply(scalar, *before, seed))]


def _missing_square(expr):
    return DiagMatrix(expr)


PLANTED = {
    "factor not transposed": ("_product", _transposed_factor),
    "softmax without the rank-one term": ("softmax_jacobian", _missing_square),
    "seed not transposed": ("transpose", lambda matrix: matrix),
    "slope left out": ("slope_at", lambda expr, _: OneMatrix(*expr.shape)),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_wrong_rule_is_caught(planted, monkeypatch):
    """With one wrong rule the comparison fails on some expression."""
    name, wrong = PLANTED[planted]
    monkeypatch.setattr(pullback_rules, name, wrong)
    caught = 0
    for seed in range(CASES):
        rng, wrt, expr = drawn(seed, reverse=True)
        try:
            derivative = gradient(expr, wrt)
            caught += differs(expr, wrt, derivative, rng, reverse=True) is not None
        except (ValueError, TypeError):  # an ill-shaped product is noticed at once
            continue
        if caught:
            break
    assert caught


def test_the_oracle_agrees_with_entrywise_calculus():
    """On a rational function the dual numbers give what SymPy's ``diff`` of entries gives."""
    z = MatrixSymbol("z", 2, 1)
    A = ImmutableDenseMatrix(2, 2, [1, 2, 3, 4])
    expr = Elementwise(Lambda(u, u / (1 + u**2)), A * z)
    point = Point(random.Random(1), z)
    truth = matrix(expr, point)
    entries = symbols("z0 z1")
    at = {x: Rational(*row[0].value.as_integer_ratio())
          for x, row in zip(entries, point.symbol(z), strict=True)}  # fmt: skip
    explicit = [(x / (1 + x**2)) for x in A * ImmutableDenseMatrix(entries)]
    for row, component in zip(truth, explicit, strict=True):
        slopes = [Fraction(str(component.diff(x).subs(at))) for x in entries]
        assert list(row[0].slope) == slopes
    assert transpose(A) * Integer(1) == A.T
