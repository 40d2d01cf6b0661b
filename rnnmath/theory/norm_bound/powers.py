"""Powers of a normal matrix, whose norm is no more than its spectral radius."""

from typing import Any

from sympy import MatPow, Matrix, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.bounds.rules import POWER
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import BOTH_WAYS, shown
from rnnmath.symbolic.norms import FrobeniusNorm, SpectralNorm, SpectralRadius
from rnnmath.symbolic.tidy import same, transpose
from rnnmath.theory.norm_bound.objects import CHAPTER, equal
from rnnmath.theory.spectral_norm.objects import C, N
from rnnmath.theory.spectral_norm.sandwich import NORM_SANDWICH

__all__ = ["NORMAL_POWER"]


def _radius_of_power(focus: Any, result: Any, _: Step) -> bool:
    base, exponent = focus.as_base_exp()
    return bool(
        isinstance(base, SpectralRadius)
        and exponent.is_integer
        and exponent.is_nonnegative
        and isinstance(result, SpectralRadius)
        and same(result.matrix, MatPow(base.matrix, exponent))
    )


#: ``A v = l v`` gives ``A^m v = l^m v``, and a power has no other eigenvalues.
_RADIUS_OF_POWER = Rule(
    "eigenvalues of a power", r"\rho(A)^m = \rho(A^m)", Relation.EQUAL, _radius_of_power
)

_COUNT = Symbol("m", integer=True, nonnegative=True)
_NORM, _RADIUS = SpectralNorm(N), SpectralRadius(N)
_RAISED = MatPow(N, _COUNT)
_IS_NORMAL = equal(transpose(N) * N, N * transpose(N))


def _normal_power() -> tuple[Derivation, ...]:
    """Go down to the spectral radius, whose powers are exact, and up again."""
    start, end, given = SpectralNorm(_RAISED), _NORM**_COUNT, (_IS_NORMAL,)
    below = Derivation(start, given=given).then(POWER, start, end)
    radius = Derivation(_RADIUS, given=given).then(cite(NORM_SANDWICH, -1), _RADIUS, _NORM)
    above = Derivation(end, given=given).then(shown(Relation.EQUAL), _NORM, _RADIUS, (radius,))
    above = above.then(_RADIUS_OF_POWER, above.end, SpectralRadius(_RAISED))
    above = above.then(cite(NORM_SANDWICH, 0, names={C: _RAISED}), above.end, start)
    return (Derivation(start, given=given).then(BOTH_WAYS, start, end, (below, above)),)


def _matrix(entries: Any, count: int) -> Draw:
    return Draw(
        "explicit", {"values": {"N": Matrix(entries), "m": count, "n": 2}, "note": "one matrix"}
    )


NORMAL_POWER = Claim(
    id="normal-power",
    kind=Kind.IDENTITY,
    title="For a normal matrix the norm of a power is the power of the norm",
    says=(equal(SpectralNorm(_RAISED), _NORM**_COUNT),),
    given=(
        Hypothesis(
            "$N$ is normal: $N^\\top N = N N^\\top$",
            _IS_NORMAL,
            Witness("the square of this matrix of norm $2$ is zero", _matrix([[0, 2], [0, 0]], 2)),
        ),
    ),
    derive=_normal_power,
    draws=(
        Draw(
            "random",
            {
                "sizes": {"n": (2, 4)},
                "matrices": {"N": ("n", "n", "normal")},
                "scalars": {"m": (0, 4)},
            },
        ),
    ),
    mutants=(
        Mutant(
            "one power more",
            equal(SpectralNorm(_RAISED), _NORM ** (_COUNT + 1)),
            (_matrix([[3, -4], [4, 3]], 2),),
        ),
        Mutant(
            "the Frobenius norm alike",
            equal(FrobeniusNorm(_RAISED), FrobeniusNorm(N) ** _COUNT),
            (_matrix([[1, 0], [0, 2]], 2),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
