"""Rules about the growth rate of powers, ``lim ‖A^m‖^(1/m)``, and about eigenvalues of powers."""

from typing import Any

from sympy import Abs, Inverse, MatPow, Mul, Symbol, Trace, sympify

from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import mentions, there_is
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.quantities.growth import GrowthRate
from rnnmath.symbolic.tidy import multiply, same, transpose

__all__ = [
    "FIRST_ROOT",
    "GELFAND",
    "NORMAL_RADIUS",
    "NORM_ABOVE_RADIUS",
    "RADIUS_BELOW_NORM",
    "ROOTS",
    "ROOT_BELOW",
    "SPECTRAL_MAPPING",
    "SPLIT_POWER",
    "TRACE_BELOW",
    "shrinking_basis",
]

_EQUAL, _AT_MOST, _LESS = Relation.EQUAL, Relation.AT_MOST, Relation.LESS
_UP = (_EQUAL, _AT_MOST, _LESS)


def _spectral_mapping(focus: Any, result: Any, _: Step) -> bool:
    for raised, plain in ((focus, result), (result, focus)):
        if isinstance(raised, SpectralRadius) and isinstance(raised.matrix, MatPow):
            base, exponent = raised.matrix.args
            whole = exponent.is_integer and exponent.is_nonnegative
            return bool(whole and plain == SpectralRadius(base) ** exponent)
    return False


def _trace_below(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, Abs) or not isinstance(focus.args[0], Trace):
        return False
    matrix = focus.args[0].arg
    return bool(result == matrix.shape[0] * SpectralRadius(matrix))


def _first_root(focus: Any, result: Any, _: Step) -> bool:
    return isinstance(focus, GrowthRate) and bool(result == SpectralNorm(focus.matrix))


def _normal_radius(focus: Any, result: Any, step: Step) -> bool:
    if not isinstance(focus, SpectralNorm) or result != SpectralRadius(focus.matrix):
        return False
    A = focus.matrix
    products = multiply(transpose(A), A), multiply(A, transpose(A))
    return any(
        fact.relation == _EQUAL and same(fact.lhs, products[0]) and same(fact.rhs, products[1])
        for fact in step.given
    )


def _split_power(focus: Any, result: Any, _: Step) -> bool:
    """``‖A^(p+q)‖`` against ``‖A^p‖ ‖A^q‖``, whole exponents that are not negative."""
    norms = Mul.make_args(result)
    if len(norms) != 2 or not all(isinstance(norm, SpectralNorm) for norm in norms):
        return False
    powers = [norm.matrix for norm in norms]
    whole = all(
        isinstance(part, MatPow) and part.exp.is_integer and part.exp.is_nonnegative
        for part in powers
    )
    return whole and isinstance(focus, SpectralNorm) and same(multiply(*powers), focus.matrix)


def _every_power(premise: Derivation, step: Step, *sides: Any) -> Symbol | None:
    """Return the exponent of ``‖A^m‖`` in a premise that holds for every m, else None."""
    norms = premise.start.atoms(SpectralNorm) | premise.end.atoms(SpectralNorm)
    exponents = {norm.matrix.exp for norm in norms if isinstance(norm.matrix, MatPow)}
    for exponent in exponents:
        outside = (*sides, *step.given)
        every = isinstance(exponent, Symbol) and exponent.is_integer and exponent.is_nonnegative
        if every and not any(mentions(part, exponent) for part in outside):
            return exponent
    return None


def _root_below(focus: Any, result: Any, step: Step) -> bool:
    """``x <= lim`` where the premise shows ``x^m <= ‖A^m‖`` for every m."""
    if len(step.premises) != 1 or not isinstance(result, GrowthRate):
        return False
    (premise,) = step.premises
    m = _every_power(premise, step, focus, result)
    return bool(
        m is not None
        and premise.relation in _UP
        and premise.given == step.given
        and focus.is_nonnegative
        and premise.start == focus**m
        and same(premise.end, SpectralNorm(MatPow(result.matrix, m)))
    )


def _roots(focus: Any, result: Any, step: Step) -> bool:
    """From ``‖A^m‖ <= c ‖B^m‖ ... `` for every m to the rates; c is lost in the root."""
    rates = Mul.make_args(result)
    if len(step.premises) != 1 or not isinstance(focus, GrowthRate):
        return False
    (premise,) = step.premises
    m = _every_power(premise, step, focus, result)
    if m is None or not all(isinstance(rate, GrowthRate) for rate in rates):
        return False
    bound = Mul(*(SpectralNorm(MatPow(rate.matrix, m)) for rate in rates))
    constant = premise.end / bound
    return bool(
        premise.relation in _UP
        and premise.given == step.given
        and same(premise.start, SpectralNorm(MatPow(focus.matrix, m)))
        and constant.is_nonnegative
        and not mentions(constant, m)
    )


def shrinking_basis(
    matrix: Any, T: Any, bound: Any, relation: Relation = _LESS
) -> tuple[Rule, Any]:
    """Return the theorem that a basis T brings the norm of A below any number above ``rho(A)``.

    The first premise shows ``rho(A) < c``; the fact is ``‖T^-1 A T‖ < c``.
    Source: triangular form, its upper part scaled down; Horn and Johnson, Lemma 5.6.10.

    Examples
    --------
    >>> from rnnmath.theory.eigenvalue_intuition.objects import J, R, c
    >>> rule, fact = shrinking_basis(J, R, c)
    >>> print(fact)
    ||R**(-1)*J*R|| < c
    """
    fact = Statement(SpectralNorm(multiply(Inverse(T), matrix, T)), _LESS, sympify(bound))
    needs = (Statement(SpectralRadius(matrix), _LESS, sympify(bound)),)
    law = r"\rho(A) < c \implies \lVert T^{-1} A T \rVert < c \text{ for some } T"
    name = "a basis that shrinks the norm"
    return there_is(name, law, (fact,), (T,), relation, about=matrix, needs=needs), fact


SPECTRAL_MAPPING = Rule(
    "eigenvalues of a power",
    r"\rho(A^m) = \rho(A)^m",
    _EQUAL,
    _spectral_mapping,
    "eigen-power",
)
TRACE_BELOW = Rule(
    "the trace is the sum of the eigenvalues",
    r"\lvert \operatorname{tr} A \rvert = \lvert \lambda_1 + \dots + \lambda_n \rvert"
    r" \le n \, \rho(A)",
    _AT_MOST,
    _trace_below,
)
RADIUS_BELOW_NORM = Rule(
    "radius below norm",
    r"\rho(A) \le \lVert A \rVert",
    _AT_MOST,
    lambda focus, result, _: (
        isinstance(focus, SpectralRadius) and result == SpectralNorm(focus.matrix)
    ),
    "norm-sandwich",
)
NORM_ABOVE_RADIUS = Rule(
    "norm above radius",
    r"\lVert A \rVert \ge \rho(A)",
    Relation.AT_LEAST,
    lambda focus, result, _: (
        isinstance(result, SpectralRadius) and focus == SpectralNorm(result.matrix)
    ),
    "norm-sandwich",
)
NORMAL_RADIUS = Rule(
    "norm of a normal matrix",
    r"A^\top A = A A^\top \implies \lVert A \rVert = \rho(A)",
    _EQUAL,
    _normal_radius,
    "norm-sandwich",
)
#: ``rho(A) < c`` exactly where the limit is below c, for every c > 0; so they are equal.
GELFAND = Rule(
    "Gelfand's formula",
    r"\rho(A) = \lim_m \lVert A^m \rVert^{1/m}",
    _EQUAL,
    lambda focus, result, _: any(
        isinstance(rate, GrowthRate) and radius == SpectralRadius(rate.matrix)
        for radius, rate in ((focus, result), (result, focus))
    ),
    "eigen-regimes",
)
SPLIT_POWER = Rule(
    "powers split",
    r"\lVert A^{p+q} \rVert \le \lVert A^p \rVert \, \lVert A^q \rVert",
    _AT_MOST,
    _split_power,
    "submultiplicative",
)
#: The limit is the least of all ``‖A^m‖^(1/m)``; here that of m = 1.
FIRST_ROOT = Rule(
    "Fekete's lemma",
    r"\lim_m \lVert A^m \rVert^{1/m} \le \lVert A \rVert",
    _AT_MOST,
    _first_root,
    "submultiplicative",
)
ROOT_BELOW = Rule(
    "root of order m",
    r"x^m \le \lVert A^m \rVert \text{ for all } m \implies x \le \lim_m \lVert A^m \rVert^{1/m}",
    _AT_MOST,
    _root_below,
)
ROOTS = Rule(
    "roots of order m, in the limit",
    r"\lVert A^m \rVert \le c \, \lVert B^m \rVert \text{ for all } m"
    r" \implies \lim_m \lVert A^m \rVert^{1/m} \le \lim_m \lVert B^m \rVert^{1/m}",
    _AT_MOST,
    _roots,
)
