"""The numbers of Fuss and Catalan grow like powers of ``(m + 1)^(m + 1) / m^m``, with a rate."""

from typing import Any

from sympy import E, Mul, Symbol, binomial, cancel, expand_log, log

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind, Mutant
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.quantities.normal_powers import FussCatalan

__all__ = ["CHAPTER", "EDGE", "FUSS_CATALAN_EDGE", "LOOSENESS", "at_most", "k", "m"]

CHAPTER = "beyond/looseness"
_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
m, k = (Symbol(name, integer=True, positive=True) for name in "mk")
#: The largest value that the limit law of ``(W^m)^T W^m`` knows.
EDGE = (m + 1) ** (m + 1) / m**m


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``.

    Examples
    --------
    >>> print(at_most(m, k))
    m <= k
    """
    return Statement(left, _AT_MOST, right)


_NUMBER = FussCatalan(m, k)
_CHOICES = binomial((m + 1) * k, k)
_TERMS = (m + 1) * k + 1


def _defined(focus: Any, result: Any, _: Step) -> bool:
    numbers = focus.atoms(FussCatalan) | result.atoms(FussCatalan)
    values = {number: number.value for number in numbers}
    return bool(numbers) and bool(cancel((focus - result).xreplace(values)) == 0)


def _chooses(choices: Any) -> bool:
    """Tell whether k are chosen among N, with 0 < k < N."""
    if not isinstance(choices, binomial):
        return False
    total, chosen = choices.args
    return bool(chosen.is_positive and (total - chosen).expand().is_positive)


def _weight(choices: Any) -> Any:
    """Return ``1 / (p^k q^(N - k))`` at ``p = k/N``, for the choices of k among N."""
    total, chosen = choices.args
    rest = (total - chosen).expand()
    return (total / chosen) ** chosen * (total / rest) ** rest


def _logarithm(product: Any) -> Any:
    """Write the logarithm of a product of powers of positive numbers as a sum."""
    parts = (part.as_base_exp() for part in Mul.make_args(product))
    return sum(power * expand_log(log(base.factor()), force=True) for base, power in parts)


def _same_power(left: Any, right: Any) -> bool:
    return bool((_logarithm(left) - _logarithm(right)).expand() == 0)


def _one_term(focus: Any, result: Any, _: Step) -> bool:
    """``C(N, k) p^k q^(N - k) <= 1``: one term of ``(p + q)^N`` at ``p = k/N``."""
    return _chooses(focus) and _same_power(_weight(focus), result)


def _largest_term(focus: Any, result: Any, _: Step) -> bool:
    """``1 <= (N + 1) C(N, k) p^k q^(N - k)``: at ``p = k/N`` no other term is larger."""
    choices = [part for part in result.as_ordered_factors() if _chooses(part)]
    if len(choices) != 1:
        return False
    (choice,) = choices
    counted = bool((result / choice - choice.args[0] - 1).expand() == 0)
    return counted and _same_power(_weight(choice), focus)


DEFINED = Rule("definition", r"A_m(k) = \binom{(m+1)k}{k} / (mk + 1)", _EQUAL, _defined)
ONE_TERM = Rule(
    "one term of a sum of one",
    r"\tbinom{N}{k} p^k q^{N-k} \le (p + q)^N = 1, \quad p = k/N",
    _AT_MOST,
    _one_term,
)
LARGEST_TERM = Rule(
    "the largest of N + 1 terms",
    r"1 = (p + q)^N \le (N + 1) \tbinom{N}{k} p^k q^{N-k}, \quad p = k/N",
    _AT_MOST,
    _largest_term,
)


def _grows() -> tuple[Derivation, ...]:
    above = Derivation(_NUMBER).then(DEFINED, _NUMBER, _NUMBER.value)
    above = above.then(ONE_TERM, _CHOICES, EDGE**k)
    below = Derivation(EDGE**k).then(LARGEST_TERM, EDGE**k, _TERMS * _CHOICES)
    return above, below.then(DEFINED, below.end, _TERMS * (m * k + 1) * _NUMBER)


def _counted(**ranges: tuple[int, int]) -> Draw:
    return Draw("random", {"sizes": {"m": (1, 6)}, "scalars": {"k": (1, 40), **ranges}})


def _at(power: int, order: int) -> Draw:
    return Draw("explicit", {"note": "by hand", "values": {"m": power, "k": order}})


def _between(edge: Any) -> tuple[Statement, Statement]:
    return (
        at_most(_NUMBER, edge**k / (m * k + 1)),
        at_most(edge**k, _TERMS * (m * k + 1) * _NUMBER),
    )


FUSS_CATALAN_EDGE = Claim(
    id="fuss-catalan-edge",
    kind=Kind.LIMIT,
    title="The moments of the limit grow like powers of one number, up to a polynomial",
    says=_between(EDGE),
    derive=_grows,
    draws=(_counted(), _at(1, 1), _at(2, 200), _at(10, 60)),
    mutants=(
        Mutant(
            "as if the norm of the power were the power of the norm",
            _between(4**m)[1],
            (_at(3, 60),),
        ),
        Mutant("as if its square were one more than the power", _between(m + 1)[0], (_at(2, 60),)),
        Mutant("of the next power", _between(EDGE.xreplace({m: m + 1}))[1], (_at(1, 60),)),
        Mutant("without the polynomial", at_most(EDGE**k, _NUMBER)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_LOW, _HIGH = 2 * (m + 1), E * (m + 1)


def _bernoulli(focus: Any, result: Any, _: Step) -> bool:
    """``2 m^m <= (m + 1)^m``, multiplied by a positive number."""
    return bool(focus.is_positive) and _same_power(result / focus, (m + 1) ** m / (2 * m**m))


def _compound(focus: Any, result: Any, _: Step) -> bool:
    """``(m + 1)^m <= e m^m``, multiplied by a positive number."""
    return bool(focus.is_positive) and _same_power(result / focus, E * m**m / (m + 1) ** m)


BERNOULLI = Rule("Bernoulli", r"2 \le (1 + \tfrac{1}{m})^m", _AT_MOST, _bernoulli)
COMPOUND = Rule("compound interest", r"(1 + \tfrac{1}{m})^m \le e", _AT_MOST, _compound)


def _rate() -> tuple[Derivation, ...]:
    return (
        Derivation(_LOW).then(BERNOULLI, _LOW, EDGE),
        Derivation(EDGE).then(COMPOUND, EDGE, _HIGH),
    )


LOOSENESS = Claim(
    id="looseness-rate",
    kind=Kind.BOUND,
    title="The squared norm of a power grows like its exponent, not like a power of 4",
    says=(at_most(_LOW, EDGE), at_most(EDGE, _HIGH)),
    derive=_rate,
    draws=(
        Draw("random", {"sizes": {"m": (1, 60)}}),
        Draw("explicit", {"note": "one step", "values": {"m": 1}}),
        Draw("explicit", {"note": "many steps", "values": {"m": 900}}),
    ),
    mutants=(
        Mutant("the squared power of the norm", at_most(4**m, EDGE)),
        Mutant("one more than the exponent", Statement(EDGE, _EQUAL, m + 1)),
        Mutant("with 2 for e", at_most(EDGE, _LOW)),
        Mutant("with e for 2", at_most(_HIGH, EDGE)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
