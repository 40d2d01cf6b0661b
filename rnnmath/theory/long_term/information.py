"""A state that is known exactly from one whose derivative in it has vanished."""

from itertools import pairwise
from typing import Any

from sympy import Identity, Integer, MatPow, Matrix, MatrixSymbol, Rational, ceiling, log

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bounds.rules import POWER
from rnnmath.symbolic.calculus import Jacobian, trace_jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.derivation.reasoning import induction, not_before
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.tidy import multiply, same
from rnnmath.theory.comparisons import POWER_OF_BOUNDED, by_equivalence
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, power
from rnnmath.theory.long_term.objects import CHAPTER
from rnnmath.theory.norm_bound.crossing import FIRST_CROSSING, eps, s
from rnnmath.theory.norm_bound.objects import at_most, equal

__all__ = ["INFORMATION", "K", "start"]

EQUAL = Relation.EQUAL

#: A way back: one step of K undoes one step of J.
K = MatrixSymbol("K", n, n)
#: The start h_0, and another one.
start, _other = MatrixSymbol("x", n, 1), MatrixSymbol("y", n, 1)


def _undone(focus: Any, result: Any, step: Step) -> bool:
    """``K^e J^e w = K^(e-1) J^(e-1) w`` where ``K J = I`` is given and e is at least 1."""
    coefficient, factors = factors_of(focus)
    for place, (left, right) in enumerate(pairwise(factors)):
        if not (isinstance(left, MatPow) and isinstance(right, MatPow) and left.exp == right.exp):
            continue
        inverse = any(
            fact.relation == EQUAL
            and same(fact.lhs, multiply(left.base, right.base))
            and fact.rhs == Identity(left.shape[0])
            for fact in step.given
        )
        exponent = left.exp - 1
        shorter = MatPow(left.base, exponent), MatPow(right.base, exponent)
        rest = (*factors[:place], *shorter, *factors[place + 2 :])
        positive = not_before(exponent, 0, step.given)
        if inverse and positive and same(result, multiply(coefficient, *rest)):
            return True
    return False


UNDONE = Rule("the innermost pair", r"K J = I \implies K^{m+1} J^{m+1} = K^m J^m", EQUAL, _undone)

_STATE = multiply(power(J, COUNT), start)
_DERIVATIVE, _POWER = Jacobian(_STATE, start), power(J, COUNT)
_BACK = multiply(power(K, COUNT), _STATE)
_REACH = at_most(ceiling(log(eps) / log(s)), COUNT)
_SMALL, _LOW = (Statement(number, Relation.LESS, Integer(1)) for number in (s, eps))
_SCALE_BELOW, _UNDOES = at_most(SpectralNorm(J), s), equal(multiply(K, J), Identity(n))


def _gone() -> Derivation:
    given = (_SCALE_BELOW, _SMALL, _LOW, _REACH)
    chain = Derivation(SpectralNorm(_DERIVATIVE), given=given)
    (line,) = trace_jacobian(_STATE, start).steps
    chain = chain.then(line.rule, _DERIVATIVE, _POWER)
    chain = chain.then(POWER, chain.end, SpectralNorm(J) ** COUNT)
    chain = chain.then(POWER_OF_BOUNDED, chain.end, s**COUNT)
    exponent = FIRST_CROSSING.says[0].rhs.rhs
    return chain.then(by_equivalence(FIRST_CROSSING, 0, {exponent: COUNT}), chain.end, eps)


def _recovered() -> Derivation:
    given, later = (_UNDOES,), {COUNT: COUNT + 1}
    onward = Derivation(_BACK.xreplace(later), given=(*given, equal(_BACK, start)))
    onward = onward.then(UNDONE, onward.end, _BACK)
    onward = onward.then(supposed(EQUAL), _BACK, start)
    base = Derivation(start, given=given)
    return Derivation(_BACK, given=given).then(induction(COUNT, 0), _BACK, start, (base, onward))


def _information() -> tuple[Derivation, ...]:
    return trace_jacobian(_STATE, start), _gone(), _recovered()


_HALF = Rational(1, 2)
_TURN = Matrix([[3, -4], [4, 3]]) / 10
_LEAN, _LEAN_BACK = Matrix([[_HALF, _HALF], [0, _HALF]]), Matrix([[2, -2], [0, 2]])


def _case(matrix: Any, back: Any, m: int, **changed: Any) -> Draw:
    matrix, back = Matrix(matrix), Matrix(back)
    size = matrix.rows
    first = [Rational(3, 2), -1, 2][:size]
    values = {
        "n": size,
        "J": matrix,
        "K": back,
        "x": Matrix(first),
        "y": Matrix([1] * size),
        "m": m,
        "s": _HALF,
        "varepsilon": Rational(1, 10),
    }
    return Draw("explicit", {"values": {**values, **changed}, "note": f"{m} steps"})


_HALVING = _case([[_HALF]], [[2]], 4)
_SCALED = (Matrix([[0, 0, 1], [1, 0, 0], [0, 1, 0]]) / 3, Matrix([[0, 3, 0], [0, 0, 3], [3, 0, 0]]))
_VANISHED = at_most(SpectralNorm(_DERIVATIVE), eps)

INFORMATION = Claim(
    id="information-is-not-gradient",
    kind=Kind.IDENTITY,
    title="A gradient below every level leaves the start known exactly",
    says=(equal(_DERIVATIVE, _POWER), _VANISHED, equal(_BACK, start)),
    given=(
        Hypothesis(
            "$\\lVert J \\rVert \\le s$",
            _SCALE_BELOW,
            Witness("$J = 2$ and a claimed $s = 1/2$", _case([[2]], [[_HALF]], 4)),
        ),
        Hypothesis("$0 < s < 1$", _SMALL),
        Hypothesis("$0 < \\varepsilon < 1$", _LOW),
        Hypothesis(
            "$\\lceil \\ln \\varepsilon / \\ln s \\rceil \\le m$",
            _REACH,
            Witness("three halvings do not reach $1/10$", _case([[_HALF]], [[2]], 3)),
        ),
        Hypothesis(
            "$K J = I$: one step can be undone",
            _UNDOES,
            Witness(
                "a step that forgets the second axis cannot be undone, here by $K = 2 I$",
                _case([[_HALF, 0], [0, 0]], [[2, 0], [0, 2]], 4),
            ),
        ),
    ),
    derive=_information,
    draws=(
        _HALVING,
        _case([[_HALF]], [[2]], 40),
        _case(_TURN, _TURN.inv(), 4),
        _case(_TURN, _TURN.inv(), 9),
        _case(*_SCALED, 6),
        _case(_LEAN, _LEAN_BACK, 12, s=Rational(9, 10), varepsilon=Rational(1, 3)),
    ),
    mutants=(
        Mutant(
            "a gradient that is gone: two starts end alike",
            equal(_STATE, multiply(power(J, COUNT), _other)),
            (_HALVING,),
            (_VANISHED,),
        ),
        Mutant(
            "a gradient that is gone: nothing of the start is left",
            equal(_STATE, 0 * start),
            (_HALVING,),
            (_VANISHED,),
        ),
        Mutant(
            "a start that is known exactly has a gradient above the level",
            at_most(eps, SpectralNorm(_DERIVATIVE)),
            (_HALVING,),
            (equal(_BACK, start),),
        ),
        Mutant("one step back is enough", equal(multiply(K, _STATE), start)),
        Mutant(
            "one step too many on the way back",
            equal(multiply(power(K, COUNT + 1), _STATE), start),
        ),
        Mutant("one factor too many", equal(_DERIVATIVE, power(J, COUNT + 1))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
