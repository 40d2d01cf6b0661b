"""How large the Jacobian of one GRU step can be, in both conventions for the reset gate."""

from typing import Any

from sympy import Rational

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind, Mutant, cite
from rnnmath.symbolic.cells.gated import one_minus
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.nodes import hadamard
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm
from rnnmath.symbolic.notation import h, t
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.cell_rules import JOINED
from rnnmath.theory.gate_ranges import entries_apart, norms_apart
from rnnmath.theory.multiplied_out import MULTIPLY_OUT
from rnnmath.theory.vanishing.gates.gru import (
    AFTER,
    BEFORE,
    GRU_JACOBIAN,
    GRU_JACOBIAN_BEFORE,
    STEP,
    Convention,
)
from rnnmath.theory.vanishing.gates.objects import (
    CHAPTER,
    N,
    R,
    W,
    Z,
    at_most,
    drawn,
    sigma_slope,
    tanh_slope,
)

__all__ = ["GRU_BOUND", "GRU_BOUND_BEFORE"]

_NORM = SpectralNorm(STEP)
_SIZE = {letter: SpectralNorm(matrix) for letter, matrix in W.items()}
_QUARTER = Rational(1, 4)
_BEFORE, _TAKEN = h[t - 1], one_minus(Z)
_DIFFERENCE = add(_BEFORE, multiply(-1, N))
_OPEN = hadamard(_TAKEN, tanh_slope(N))
_SIZES = MaxAbs(_DIFFERENCE), MaxAbs(_TAKEN)


def _reset(one: Convention) -> Any:
    return hadamard(one.seen, sigma_slope(R))


def _in_values(one: Convention) -> Any:
    """Return the bound in the values of the gates, which all paths together can reach."""
    kept = MaxAbs(Z) + MaxAbs(hadamard(_DIFFERENCE, sigma_slope(Z))) * _SIZE["z"]
    if one is AFTER:
        paths = MaxAbs(hadamard(_OPEN, R)) * _SIZE["n"]
        return kept + paths + MaxAbs(hadamard(_OPEN, _reset(one))) * _SIZE["r"]
    return kept + MaxAbs(_OPEN) * _SIZE["n"] * (MaxAbs(R) + MaxAbs(_reset(one)) * _SIZE["r"])


def _candidate(one: Convention, *, quarter: Any = _QUARTER, seen: Any = None) -> Any:
    reset = (MaxAbs(one.seen) if seen is None else seen) * _SIZE["r"] * quarter
    return _SIZE["n"] + reset if one is AFTER else _SIZE["n"] * (1 + reset)


def _worst(one: Convention) -> Any:
    """Return the bound with the slopes of all gates at their largest."""
    update = _SIZES[0] * _SIZE["z"] * _QUARTER
    return MaxAbs(Z) + update + _SIZES[1] * _candidate(one)


def _written_out(claim: Claim) -> Derivation:
    statement = claim.says[0]
    return Derivation(_NORM).then(cite(claim), STEP, statement.rhs)


def _each_path(one: Convention, claim: Claim) -> Derivation:
    """Multiply the slopes of the candidate into its bracket before the norms are taken."""
    chain = _written_out(claim)
    if one is AFTER:
        product = multiply(diag(_OPEN), one.bracket)
        paths = add(*(multiply(diag(_OPEN), term) for term in one.bracket.args))
        chain = chain.then(MULTIPLY_OUT, product, paths)
        chain = chain.then(JOINED, chain.end.matrix, _joined(one))
    return norms_apart(chain)


def _joined(one: Convention) -> Any:
    return add(
        diag(Z),
        multiply(diag(hadamard(_DIFFERENCE, sigma_slope(Z))), W["z"]),
        multiply(diag(hadamard(_OPEN, R)), W["n"]),
        multiply(diag(hadamard(_OPEN, _reset(one))), W["r"]),
    )


def _derived(one: Convention, claim: Claim) -> tuple[Derivation, ...]:
    worst = entries_apart(one.cell, norms_apart(_written_out(claim)), (Z,))
    return _each_path(one, claim), worst


#: A pre-activation at which a gate is open to six digits.
_WIDE = 10**6
_NAMES = [f"{kind}_{gate}" for kind in "WUb" for gate in "rzn"] + ["b_hn", "h", "x"]


def _open(one: Convention, **where: Any) -> Draw:
    """Return a draw of the first step; what is not said is zero."""
    rest = dict.fromkeys(_NAMES, "zero")
    sizes = {"n": (2, 3), "m": (1, 1)}
    return drawn(one.drawn, where={**rest, **where}, horizon=(1, 1), sizes=sizes)


def _claim(one: Convention, name: str, title: str, claim: Claim, draws: tuple[Draw, ...]) -> Claim:
    no_reset, no_update = draws[2], draws[1]
    update, taken = _SIZES[0] * _SIZE["z"], _SIZES[1]
    return Claim(
        id=name,
        kind=Kind.BOUND,
        title=title,
        says=(at_most(_NORM, _in_values(one)), at_most(_NORM, _worst(one))),
        derive=lambda: _derived(one, claim),
        draws=draws,
        mutants=(
            Mutant(
                "z alone, as if the paths through the gates were cut", at_most(_NORM, MaxAbs(Z))
            ),
            Mutant(
                "half the slope of the update gate",
                at_most(_NORM, _worst(one) - update * _QUARTER / 2),
                (no_update,),
            ),
            Mutant(
                "half the slope of the reset gate",
                at_most(
                    _NORM,
                    _worst(one) - taken * (_candidate(one) - _candidate(one, quarter=_QUARTER / 2)),
                ),
                (no_reset,),
            ),
            Mutant(
                "the path through the reset gate without the size of what it closes",
                at_most(_NORM, MaxAbs(Z) + update * _QUARTER + taken * _candidate(one, seen=1)),
                (no_reset,),
            ),
            Mutant(
                "one weight for both paths: max z + (1 - max z)",
                at_most(_NORM, 1 + update * _QUARTER),
                (no_update,),
            ),
        ),
        source=DERIVED_HERE,
        chapter=CHAPTER,
    )


_HALF, _THREE_HALVES = Rational(1, 2), Rational(3, 2)
_ALL = {"W_z": _THREE_HALVES, "W_n": _HALF, "W_r": 2, "h": 2, "b_z": Rational(-1, 3), "b_r": -3}

GRU_BOUND = _claim(
    AFTER,
    "gru-bound",
    "A bound for a GRU step, the reset gate after the product",
    GRU_JACOBIAN,
    (
        _open(AFTER, **_ALL, b_n=Rational(1, 4), b_hn=1),
        _open(AFTER, W_z=2, b_z=-6, W_n=_THREE_HALVES, b_hn=Rational(-9, 2), b_r=_WIDE, h=3),
        _open(AFTER, W_r=_THREE_HALVES, b_hn=5, b_n=Rational(-5, 2)),
        drawn("gru", sizes={"n": (1, 2), "m": (1, 1)}, horizon=(1, 2)),
    ),
)
GRU_BOUND_BEFORE = _claim(
    BEFORE,
    "gru-bound-before",
    "A bound for a GRU step, the reset gate before the product",
    GRU_JACOBIAN_BEFORE,
    (
        _open(BEFORE, **_ALL, b_n=Rational(1, 4)),
        _open(BEFORE, W_z=2, b_z=-6, W_n=_THREE_HALVES, b_n=Rational(-9, 2), b_r=_WIDE, h=3),
        _open(BEFORE, W_r=_THREE_HALVES, b_r=-75, W_n=1, b_n=-25, h=50),
        drawn("gru before", sizes={"n": (1, 2), "m": (1, 1)}, horizon=(1, 2)),
    ),
)
