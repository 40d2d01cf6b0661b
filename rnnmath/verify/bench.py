"""The bench: draws admissible cases, decides every statement, tries every mutant and witness.

A claim is green when its derivations replay, every statement is decided and true on every
admissible case, every mutant is refuted, and every witness breaks what it should.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from zlib import crc32

import numpy as np

from rnnmath.claim import Claim, Draw, Evidence, Hypothesis, Kind, Mutant, Status, Tally, Verdict
from rnnmath.errors import RnnmathError
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.tidy import same
from rnnmath.verify.degree import degree
from rnnmath.verify.draws import SAMPLE_SIZE, draw_case
from rnnmath.verify.evaluate import Case, decide, evaluate, speaks_of
from rnnmath.verify.evaluate.chance import chance_of_error
from rnnmath.verify.gradients import AGREEMENT, agreement

__all__ = ["CASES", "examine"]

#: Cases drawn from each draw, unless the caller says otherwise.
CASES = 6
#: Cases tried from each draw before a mutant counts as a survivor.
TRIES = 24
#: A bound that never comes this close to equality on the drawn cases is not tested.
NEAR_EQUALITY = 0.999

Rng = np.random.Generator


@dataclass
class _Findings:
    """What has been seen so far; turned into frozen evidence at the end."""

    trouble: list[str] = field(default_factory=list)
    drawn: int = 0
    admissible: int = 0
    decided: int = 0
    refuted: bool = False
    undecided: bool = False
    ratios: list[float] = field(default_factory=list)
    miss: float = 1.0
    risk: float = 0.0
    samples: list[Case] = field(default_factory=list)


def _rng(claim: Claim, seed: int, *more: Any) -> Rng:
    names = [crc32(str(part).encode()) for part in (claim.id, *more)]
    return np.random.default_rng([seed, *names])


_WEAKER: Mapping[Relation, tuple[Relation, ...]] = {
    Relation.EQUAL: (Relation.AT_MOST, Relation.AT_LEAST),
    Relation.LESS: (Relation.AT_MOST,),
    Relation.GREATER: (Relation.AT_LEAST,),
}


def _implies(shown: Relation, stated: Relation) -> bool:
    return shown == stated or stated in _WEAKER.get(shown, ())


def _conditions(claim: Claim) -> list[Statement]:
    return [hypothesis.condition for hypothesis in claim.given if hypothesis.condition is not None]


def _derive(claim: Claim) -> tuple[str, ...]:
    """Replay the derivations and compare what they prove with what is stated; return the uses."""
    derivations = claim.derive()
    if claim.kind == Kind.EXPERIMENT:
        if derivations:
            msg = f"an experiment is measured, but {len(derivations)} derivations came with it"
            raise RnnmathError(msg)
        return ()
    if len(derivations) != len(claim.says):
        msg = f"{len(claim.says)} statements but {len(derivations)} derivations"
        raise RnnmathError(msg)
    uses: set[str] = set()
    for derivation, statement in zip(derivations, claim.says, strict=True):
        check_derivation(derivation)
        ends = same(derivation.start, statement.lhs) and same(derivation.end, statement.rhs)
        if not ends or not _implies(derivation.relation, statement.relation):
            msg = f"the derivation proves {derivation.statement}, the claim states {statement}"
            raise RnnmathError(msg)
        granted = _conditions(claim)
        extra = [fact for fact in derivation.given if fact not in granted]
        if extra:
            msg = f"the derivation supposes {extra[0]}, which is no hypothesis of the claim"
            raise RnnmathError(msg)
        uses |= derivation.uses
    return tuple(sorted(uses))


def _admissible(conditions: Iterable[Statement], case: Case) -> bool:
    return all(decide(condition, case) is True for condition in conditions)


def _ratio(statement: Statement, case: Case) -> float | None:
    """Return smaller side over larger side of a <= or >=, None for other relations and 0 / 0."""
    if statement.relation not in (Relation.AT_MOST, Relation.AT_LEAST):
        return None
    sides = [Interval.exactly(evaluate(side, case)) for side in (statement.lhs, statement.rhs)]
    small, large = sides
    if statement.relation == Relation.AT_LEAST:
        small, large = large, small
    return float(small.upper / large.upper) if large.upper > 0 else None


def _try_statement(statement: Statement, case: Case, found: _Findings) -> None:
    verdict = decide(statement, case)
    if verdict is None:
        found.undecided = True
        found.trouble.append(f"undecided: {statement} on {case}")
    elif not verdict:
        found.refuted = True
        found.trouble.append(f"refuted: {statement} on {case}")
    else:
        found.decided += 1
        found.risk += chance_of_error(statement)
        ratio = _ratio(statement, case)
        if ratio is not None:
            found.ratios.append(ratio)


def _try_cases(claim: Claim, seed: int, cases: int, found: _Findings) -> None:
    conditions = _conditions(claim)
    for number, draw in enumerate(claim.draws):
        rng = _rng(claim, seed, "draw", number)
        for _ in range(cases if draw.strategy == "random" else 1):
            case = draw_case(draw, rng)
            found.drawn += 1
            if not _admissible(conditions, case):
                continue
            found.admissible += 1
            if len(found.samples) <= number:
                found.samples.append(case)
            found.miss *= _chance(claim, case)
            for statement in claim.says:
                _try_statement(statement, case, found)
            if found.refuted:
                return
    if found.admissible == 0:
        found.trouble.append("no admissible case was drawn")


def _chance(claim: Claim, case: Case) -> float:
    """Return the chance that a false identity passes this case."""
    if claim.kind != Kind.IDENTITY or not _is_wild(case):
        return 1.0
    degrees = [
        max(degree(side, case) for side in (statement.lhs, statement.rhs))
        for statement in claim.says
        if statement.relation == Relation.EQUAL
    ]
    return min(1.0, max(degrees, default=0) / SAMPLE_SIZE)


def _error_probability(claim: Claim, found: _Findings) -> float | None:
    """Return the chance that a false claim passes: of an identity, or of drawn enclosures."""
    if claim.kind == Kind.STATISTICAL:
        return found.risk or None
    return found.miss if found.miss < 1 else None


def _is_wild(case: Case) -> bool:
    """Tell whether the case was drawn from the large sample that the chance is computed for."""
    return case.world is not None and case.world.network.activation.name == "polynomial"


def _kills(claim: Claim, mutant: Mutant, seed: int) -> bool:
    """Look for a case that refutes a mutant and meets its hypotheses, or else the claim's."""
    draws: tuple[Draw, ...] = mutant.draws or claim.draws
    conditions = mutant.given or _conditions(claim)
    for number, draw in enumerate(draws):
        rng = _rng(claim, seed, "mutant", mutant.note, number)
        for _ in range(TRIES if draw.strategy == "random" else 1):
            case = draw_case(draw, rng)
            spoken = [condition for condition in conditions if speaks_of(condition, case)]
            if _admissible(spoken, case) and decide(mutant.says, case) is False:
                return True
    return False


def _try_mutants(claim: Claim, seed: int, found: _Findings) -> Tally:
    killed = 0
    for mutant in claim.mutants:
        if _kills(claim, mutant, seed):
            killed += 1
        else:
            found.trouble.append(f"mutant survives: {mutant.note}: {mutant.says}")
    return Tally(len(claim.mutants), killed)


def _breaks(claim: Claim, hypothesis: Hypothesis, seed: int) -> bool:
    """Tell whether the witness violates its hypothesis and the statement fails on it."""
    witness = hypothesis.witness
    if witness is None:
        return False
    case = draw_case(witness.case, _rng(claim, seed, "witness", hypothesis.says))
    if hypothesis.condition is not None and decide(hypothesis.condition, case) is not False:
        return False
    statements = (witness.says,) if witness.says is not None else claim.says
    return any(decide(statement, case) is False for statement in statements)


def _try_witnesses(claim: Claim, seed: int, found: _Findings) -> Tally:
    necessary = 0
    with_witness = [hypothesis for hypothesis in claim.given if hypothesis.witness is not None]
    for hypothesis in with_witness:
        if _breaks(claim, hypothesis, seed):
            necessary += 1
        else:
            found.trouble.append(f"witness breaks nothing: {hypothesis.says}")
    return Tally(len(with_witness), necessary)


def _try_gradients(claim: Claim, seed: int, found: _Findings) -> dict[str, float] | None:
    agreed = agreement(claim, found.samples, _rng(claim, seed, "gradients"))
    if agreed is None:
        return None
    for oracle, accepted in AGREEMENT.items():
        if not agreed[oracle] <= accepted:
            found.refuted = True
            found.trouble.append(f"{oracle} differs by {agreed[oracle]:.1e} from the formula")
    return dict(agreed)


def _tightness(claim: Claim, found: _Findings) -> dict[str, float] | None:
    if not found.ratios:
        return None
    if claim.kind == Kind.BOUND and max(found.ratios) < NEAR_EQUALITY:
        found.trouble.append(f"no case near equality: largest ratio {max(found.ratios):.4f}")
    return {"largest": max(found.ratios), "median": median(found.ratios)}


def _guarded(found: _Findings, what: str, work: Any, failed: Any) -> Any:
    """Run one part of the examination; an error of ours in it is trouble, not a crash."""
    try:
        return work()
    except RnnmathError as error:
        found.trouble.append(f"{what}: {error}")
        return failed


def examine(claim: Claim, *, seed: int = 0, cases: int | None = None) -> Evidence:
    """Examine one claim and return the evidence, red or green.

    Parameters
    ----------
    claim : Claim
    seed : int
        Seeds every draw, together with the claim's id.
    cases : int, optional
        Cases from each draw; the default is ``CASES``.

    Returns
    -------
    Evidence
        ``trouble`` lists everything that is red; the status is at most ``tested``, since
        ``closed`` needs the rest of the ledger.

    Examples
    --------
    >>> from rnnmath.theory.local_jacobian import LOCAL_JACOBIAN
    >>> evidence = examine(LOCAL_JACOBIAN)
    >>> evidence.verdict, evidence.mutants
    (<Verdict.HOLDS: 'holds'>, Tally(total=3, reached=3))
    """
    found = _Findings()
    uses = _guarded(found, "derivation", lambda: _derive(claim), None)
    _guarded(found, "cases", lambda: _try_cases(claim, seed, cases or CASES, found), None)
    gradients = _guarded(found, "gradients", lambda: _try_gradients(claim, seed, found), None)
    none = Tally(len(claim.mutants), 0)
    mutants = _guarded(found, "mutants", lambda: _try_mutants(claim, seed, found), none)
    unmet = Tally(sum(hypothesis.witness is not None for hypothesis in claim.given), 0)
    hypotheses = _guarded(found, "witnesses", lambda: _try_witnesses(claim, seed, found), unmet)
    tightness = _tightness(claim, found)
    measured = claim.kind == Kind.EXPERIMENT
    relations = set() if measured else {statement.relation for statement in claim.says}
    decided = found.decided > 0 and not (found.refuted or found.undecided)
    status = Status.STATED if uses is None else Status.DERIVED
    if uses is not None and decided and not found.trouble:
        status = Status.TESTED
    return Evidence(
        id=claim.id,
        chapter=claim.chapter,
        title=claim.title,
        kind=claim.kind,
        verdict=_verdict(found, decided),
        status=status,
        derived=None if measured else uses is not None,
        exact=decided if Relation.EQUAL in relations else None,
        error_probability=_error_probability(claim, found),
        enclosed=decided if relations - {Relation.EQUAL, Relation.IFF} else None,
        gradients=gradients,
        tightness=tightness,
        drawn=found.drawn,
        admissible=found.admissible,
        decided=found.decided,
        mutants=mutants,
        hypotheses=hypotheses,
        uses=uses or (),
        source=str(claim.source),
        page=claim.page,
        seed=seed,
        trouble=tuple(found.trouble),
    )


def _verdict(found: _Findings, decided: bool) -> Verdict:
    if found.refuted:
        return Verdict.FAILS
    return Verdict.HOLDS if decided else Verdict.UNDECIDED
