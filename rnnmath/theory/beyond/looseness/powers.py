"""Powers of a normal matrix: exact mean moments at every size, and the norm in the limit."""

from typing import Any

from sympy import MatrixSymbol, Rational, Trace, sqrt

from rnnmath.claim import Claim, Draw, Kind, Mutant, Source, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import NONNEGATIVE
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.quantities.chance import Expectation, Gaussian, Law
from rnnmath.symbolic.quantities.normal_powers import FussCatalan, PowerNormLimit
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.beyond.looseness.edge import (
    CHAPTER,
    DEFINED,
    EDGE,
    FUSS_CATALAN_EDGE,
    at_most,
    k,
    m,
)
from rnnmath.theory.pairings import PAIRED

__all__ = ["GAUSSIAN_POWER_MOMENTS", "GAUSSIAN_POWER_NORM", "TOP_OF_MOMENTS"]

_EQUAL = Relation.EQUAL
_G = MatrixSymbol("G", n, n)
_LAW = Law(Gaussian(_G))


def _moment(power: int, order: int) -> Expectation:
    """Return ``E tr(((G^m)^T G^m)^k)``."""
    raised = _G**power
    return Expectation(Trace(multiply(*[transpose(raised), raised] * order)), _LAW)


#: Powers m, orders k, and what is left of the mean beside ``A_m(k) n^(mk + 1)``.
_LOWER = {
    (1, 2): n**2,
    (2, 1): 2 * n,
    (1, 3): 6 * n**3 + 4 * n**2,
    (2, 2): 3 * n**4 + 27 * n**3 + 28 * n**2 + 44 * n,
    (3, 1): 10 * n**2 + 4 * n,
}


def _total(power: int, order: int, leading: Any) -> Any:
    return leading * n ** (power * order + 1) + _LOWER[power, order]


def _counted(power: int, order: int) -> Derivation:
    mean, number = _moment(power, order), FussCatalan(power, order)
    chain = Derivation(mean)
    chain = chain.then(PAIRED, mean, _total(power, order, number.value).expand())
    return chain.then(DEFINED, chain.end, _total(power, order, number))


def _says(power: int, order: int, leading: Any = None) -> Statement:
    number = FussCatalan(power, order) if leading is None else leading
    return Statement(_moment(power, order), _EQUAL, _total(power, order, number))


_SIZES = Draw("random", {"sizes": {"n": (1, 2)}})
_THREE = Draw("explicit", {"note": "n = 3", "values": {"n": 3}})

GAUSSIAN_POWER_MOMENTS = Claim(
    id="gaussian-power-moments",
    kind=Kind.IDENTITY,
    title="Mean moments of powers of a normal matrix: Fuss, Catalan, and what finite size adds",
    says=tuple(_says(*case) for case in _LOWER),
    derive=lambda: tuple(_counted(*case) for case in _LOWER),
    draws=(_SIZES, _THREE),
    mutants=(
        Mutant(
            "the limit at every size",
            Statement(_moment(2, 2), _EQUAL, FussCatalan(2, 2) * n**5),
        ),
        Mutant("powers as if they were one matrix", _says(2, 2, FussCatalan(1, 2)), (_THREE,)),
        Mutant("powers of the bound", _says(2, 2, 4**2), (_THREE,)),
    ),
    source=Source("alexeev2010", "Theorem 1.1"),
    chapter=CHAPTER,
)


def _top(focus: Any, result: Any, step: Step) -> bool:
    """``lim ‖W^m‖ = sqrt(c)`` where the premises shut ``A_m(k)`` in by c^k up to a polynomial."""
    if not isinstance(focus, PowerNormLimit) or len(step.premises) != 2:
        return False
    if result.has(k) or focus.has(k) or not result.is_nonnegative:
        return False
    above, below = step.premises
    number, level = FussCatalan(focus.power, k), result**2
    factor = below.end / number
    return (
        above.start == number
        and below.start == level**k
        and {above.relation, below.relation} <= {_EQUAL, Relation.AT_MOST}
        and not above.given
        and not below.given
        and bool((level**k / above.end).is_polynomial(k))
        and bool(factor.is_polynomial(k))
    )


#: Two theorems: the moments tend to A_m(k), and no singular value stays above all limits of
#: roots of moments (strong convergence; Haagerup and Larsen have the norm of the limit).
TOP_OF_MOMENTS = Rule(
    "the norm is the growth rate of the moments",
    r"\lim_n \lVert W^m \rVert^2 = \lim_k A_m(k)^{1/k}",
    _EQUAL,
    _top,
)
_LIMIT = PowerNormLimit(m)
_ROOT = sqrt(EDGE)
_MORE, _LESS = Rational(6, 5), Rational(4, 5)


def _shut_in() -> tuple[Derivation, ...]:
    premises = tuple(
        Derivation(says.lhs).then(cite(FUSS_CATALAN_EDGE, place), says.lhs, says.rhs)
        for place, says in enumerate(FUSS_CATALAN_EDGE.says)
    )
    chain = Derivation(_LIMIT).then(TOP_OF_MOMENTS, _LIMIT, _ROOT, premises)
    less = Derivation(_LESS * _ROOT).then(NONNEGATIVE, _LESS * _ROOT, _ROOT)
    back = Derivation(_LIMIT).then(TOP_OF_MOMENTS, _LIMIT, _ROOT, premises)
    return (
        chain.then(NONNEGATIVE, _ROOT, _MORE * _ROOT),
        less.then(SYMMETRY, _ROOT, _LIMIT, (back,)),
    )


def _power(exponent: int) -> Draw:
    values = {"m": exponent}
    return Draw("explicit", {"note": f"m = {exponent}", "values": values, "sampled": True})


GAUSSIAN_POWER_NORM = Claim(
    id="gaussian-power-norm",
    kind=Kind.STATISTICAL,
    title="The norm of a power of a large normal matrix, within a fifth, at growing sizes",
    says=(at_most(_LIMIT, _MORE * _ROOT), at_most(_LESS * _ROOT, _LIMIT)),
    derive=_shut_in,
    draws=(_power(1), _power(2)),
    mutants=(
        Mutant("the power of the norm", at_most(_LESS * 2**m, _LIMIT), (_power(2),)),
        Mutant(
            "the root of one more than the power",
            at_most(_LIMIT, _MORE * sqrt(m + 1)),
            (_power(2),),
        ),
        Mutant("the power of the spectral radius", at_most(_LIMIT, _MORE), (_power(1),)),
    ),
    source=Source("haagerup2000", "Section 4"),
    chapter=CHAPTER,
)
