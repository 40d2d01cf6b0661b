"""What ignorance costs: the best answers that do not look at the input."""

from typing import Any

from sympy import (
    Expr,
    Integer,
    Integral,
    Matrix,
    MatrixSymbol,
    Poly,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
    symbols,
)

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind, Mutant
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import ARITHMETIC
from rnnmath.theory.experiments.objects import ADDING, CHAPTER

__all__ = ["ADDING_BASELINE", "COPY_BASELINE"]

_EQUAL, _AT_LEAST = Relation.EQUAL, Relation.AT_LEAST

x, y, guess = symbols("x y c", real=True)
T = Symbol("T", integer=True, positive=True)
i, j = symbols("i j", integer=True, nonnegative=True)
SYMBOLS = Integer(8)
o = MatrixSymbol("o", SYMBOLS, 1)


def _unit_mean(integrand: Any) -> Any:
    """Return the mean over two independent numbers, each uniform in [0, 1]."""
    return Integral(integrand, (x, 0, 1), (y, 0, 1))


def _multiplied_out(focus: Any, result: Any, _: Step) -> bool:
    return (
        isinstance(focus, Integral)
        and isinstance(result, Integral)
        and focus.limits == result.limits
        and (focus.function - result.function).expand() == 0
    )


def _term_by_term(focus: Any, result: Any, _: Step) -> bool:
    """``∫ Σ a_k x^k dx = Σ a_k/(k+1)`` from 0 to 1, for the innermost integral."""
    if not isinstance(focus, Integral) or not isinstance(result, Expr):
        return False
    (variable, *ends), *outer = focus.limits
    left = result.function if outer and isinstance(result, Integral) else result
    kept = result.limits if isinstance(result, Integral) else ()
    if ends != [0, 1] or tuple(outer) != kept or not focus.function.is_polynomial(variable):
        return False
    return bool((_integral(focus.function, variable) - left).expand() == 0)


def _integral(polynomial: Any, variable: Any) -> Any:
    terms = Poly(polynomial, variable).terms()
    return sum(coefficient / (power + 1) for (power,), coefficient in terms)


MULTIPLIED_OUT = Rule("integrand multiplied out", "", _EQUAL, _multiplied_out)
TERM_BY_TERM = Rule("term by term", r"\int_0^1 x^k\,dx = \frac{1}{k+1}", _EQUAL, _term_by_term)


def _integrated(integrand: Any, end: Any) -> Derivation:
    chain = Derivation(_unit_mean(integrand))
    if integrand.expand() != integrand:
        chain = chain.then(MULTIPLIED_OUT, chain.end, _unit_mean(integrand.expand()))
    once = _integral(integrand, x).expand()
    chain = chain.then(TERM_BY_TERM, chain.end, Integral(once, (y, 0, 1)))
    chain = chain.then(TERM_BY_TERM, chain.end, _integral(once, y).expand())
    return chain if chain.end == end else chain.then(ARITHMETIC, chain.end, end)


def _square(constant: Any) -> Any:
    return (x + y - constant) ** 2


_WHOLE = _unit_mean(_square(guess))

ADDING_BASELINE = Claim(
    id="adding-baseline",
    kind=Kind.IDENTITY,
    title="Answering the mean of two uniform numbers' sum costs 1/6",
    says=(
        Statement(_unit_mean(x + y), _EQUAL, Rational(1)),
        Statement(_WHOLE, _EQUAL, ADDING + (guess - 1) ** 2),
        Statement(_unit_mean(_square(1)), _EQUAL, ADDING),
    ),
    derive=lambda: (
        _integrated(x + y, Rational(1)),
        _integrated(_square(guess), ADDING + (guess - 1) ** 2),
        _integrated(_square(1), ADDING),
    ),
    draws=(Draw("random", {"scalars": {"c": ("-3", "3")}}),),
    mutants=(
        Mutant(
            "the variance of one number alone",
            Statement(_unit_mean(_square(1)), _EQUAL, Rational(1, 12)),
        ),
        Mutant(
            "the mean of the square, not about the mean",
            Statement(_unit_mean((x + y) ** 2), _EQUAL, ADDING),
        ),
        Mutant("every constant costs the same", Statement(_WHOLE, _EQUAL, ADDING)),
        Mutant(
            "best at one half", Statement(_WHOLE, _EQUAL, ADDING + (guess - Rational(1, 2)) ** 2)
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)


def _total(term: Any, index: Any) -> Any:
    return Sum(term, (index, 0, SYMBOLS - 1))


_MEAN = _total(o[j, 0], j) / SYMBOLS
_TANGENTS = _total(exp(_MEAN) * (1 + o[i, 0] - _MEAN), i)


def _per_step(weight: Any) -> Any:
    """Return what ten asked symbols cost in T + 20 steps: each ``ln Σ weight`` less the mean."""
    return 10 / (T + 20) * (log(weight) - _MEAN)


_COST = _per_step(_total(exp(o[i, 0]), i))


def _tangents(focus: Any, result: Any, _: Step) -> bool:
    """``e^o ≥ e^m (1 + o - m)`` in each term below the logarithm, m being the mean."""
    return bool(focus == _COST and result == _per_step(_TANGENTS))


def _written_out(focus: Any, result: Any, _: Step) -> bool:
    """Compare sums over a fixed number of terms, term by term."""
    return bool((focus.doit() - result.doit()).expand() == 0)


def _log_of_product(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, log):
        return False
    factor, power = focus.args[0].as_coeff_Mul()
    known = factor.is_positive and isinstance(power, exp)
    return bool(known and result == log(factor) + power.args[0])


TANGENTS = Rule("above the tangent", r"e^u \ge 1 + u", _AT_LEAST, _tangents)
WRITTEN_OUT = Rule("gaps to the mean add up to zero", "", _EQUAL, _written_out)
LOG_OF_PRODUCT = Rule("logarithm of a product", r"\ln c e^m = \ln c + m", _EQUAL, _log_of_product)


def _cost_of_ignorance() -> Derivation:
    chain = Derivation(_COST).then(TANGENTS, _COST, _per_step(_TANGENTS))
    chain = chain.then(WRITTEN_OUT, _TANGENTS, SYMBOLS * exp(_MEAN))
    product = log(SYMBOLS * exp(_MEAN), evaluate=False)
    return chain.then(LOG_OF_PRODUCT, product, log(SYMBOLS) + _MEAN)


def _columns(*values: Any, steps: int) -> Draw:
    return Draw("explicit", {"values": {"o": Matrix(values), "T": steps}})


_NEAR = tuple(Rational(k, 1000) for k in range(SYMBOLS))

COPY_BASELINE = Claim(
    id="copy-baseline",
    kind=Kind.BOUND,
    title="Outputs that do not know a symbol cost ten ln 8 in T + 20 steps",
    says=(Statement(_COST, _AT_LEAST, 10 * log(SYMBOLS) / (T + 20)),),
    derive=lambda: (_cost_of_ignorance(),),
    draws=(
        Draw("random", {"matrices": {"o": (SYMBOLS, 1, "generic")}, "scalars": {"T": (1, 30)}}),
        _columns(*_NEAR, steps=1),
        _columns(*(5 + value for value in _NEAR), steps=100),
    ),
    mutants=(
        Mutant("nine symbols", Statement(_COST, _AT_LEAST, 10 * log(SYMBOLS + 1) / (T + 20))),
        Mutant("asked in twenty steps", Statement(_COST, _AT_LEAST, 20 * log(SYMBOLS) / (T + 20))),
        Mutant(
            "only the waiting is counted", Statement(_COST, _AT_LEAST, 10 * log(SYMBOLS) / (T + 10))
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
