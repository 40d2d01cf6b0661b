"""The ledger: every claim in shelf order, what rests on what, and how far each has come."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from multiprocessing import get_context

from rnnmath.claim import Claim, Evidence, Status, Verdict
from rnnmath.errors import DomainError, Refuted, Undecided, UnknownClaim
from rnnmath.verify.bench import examine

__all__ = ["CHAPTERS", "check", "find", "ledger", "refuted", "verify"]

#: Chapters in the order of the shelf; each is the path of a module of ``rnnmath.theory`` and of a
#: page.
CHAPTERS = (
    "three_problems",
    "jacobian_product",
    "local_jacobian",
    "spectral_norm",
    "eigenvalue_intuition",
    "norm_bound",
    "exploding",
    "vanishing/gates",
    "vanishing/attention",
    "vanishing/initialization",
    "vanishing/activation_choice",
    "long_term",
    "experiments",
    "beyond/looseness",
    "beyond/lyapunov",
    "beyond/truncation",
    "beyond/nonnormality",
    "beyond/forget_gates",
    "beyond/attention_law",
    "beyond/sensitivity",
)


def ledger() -> tuple[Claim, ...]:
    """Return every claim, in the order of the shelf.

    Examples
    --------
    >>> ledger()[0].id
    'unroll-cost'
    """
    modules = [f"rnnmath.theory.{chapter.replace('/', '.')}" for chapter in CHAPTERS]
    claims = [claim for module in modules for claim in import_module(module).CLAIMS]
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            msg = f"two claims have the id {claim.id!r}; an id is given once and kept"
            raise DomainError(msg)
        seen.add(claim.id)
    return tuple(claims)


def find(claim_id: str) -> Claim:
    """Return the claim of an id.

    Raises
    ------
    UnknownClaim
        With the nearest ids.

    Examples
    --------
    >>> find("chian")
    Traceback (most recent call last):
    rnnmath.errors.UnknownClaim: no claim 'chian'; did you mean chain?
    """
    claims = {claim.id: claim for claim in ledger()}
    if claim_id in claims:
        return claims[claim_id]
    near = get_close_matches(claim_id, claims, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`rnnmath verify` lists them all"
    msg = f"no claim {claim_id!r}; {hint}"
    raise UnknownClaim(msg)


def check(claim: Claim | str, *, seed: int = 0, cases: int | None = None) -> Evidence:
    """Examine a claim and raise unless it is green.

    Raises
    ------
    Refuted
        If it fails on a case or differs from measured gradients.
    Undecided
        If it was not refuted, but is not shown either: a statement stays undecided, a derivation
        does not replay, a mutant survives, or a witness breaks nothing.

    Examples
    --------
    >>> check("local-jacobian").green
    True
    """
    claim = find(claim) if isinstance(claim, str) else claim
    evidence = examine(claim, seed=seed, cases=cases)
    if evidence.green:
        return evidence
    failed = evidence.verdict == Verdict.FAILS
    what = "fails" if failed else "is not shown"
    msg = f"claim {claim.id!r} {what}: " + "; ".join(evidence.trouble)
    raise Refuted(msg) if failed else Undecided(msg)


@contextmanager
def refuted(claim_id: str) -> Iterator[None]:
    """Demand that the body refutes something; the pages' "break it" cells stand in it.

    Raises
    ------
    Refuted
        If the body raises nothing, or refutes another claim.

    Examples
    --------
    >>> from dataclasses import replace
    >>> claim = find("local-jacobian")
    >>> with refuted("local-jacobian"):
    ...     _ = check(replace(claim, says=(claim.mutants[0].says,)))
    """
    try:
        yield
    except Refuted as error:
        if repr(claim_id) not in str(error):
            raise
        return
    msg = f"nothing was refuted, but a refutation of {claim_id!r} was announced"
    raise Refuted(msg)


def _closed(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Raise the status of a tested claim to closed where all that it uses is closed too."""
    known = {record.id: record for record in evidence}
    done: dict[str, bool] = {}

    def closed(claim_id: str, path: tuple[str, ...]) -> bool:
        if claim_id in path:
            msg = f"claims rest on each other in a circle: {' -> '.join((*path, claim_id))}"
            raise DomainError(msg)
        if claim_id not in done:
            record = known.get(claim_id) or examine(find(claim_id))
            rests = [closed(used, (*path, claim_id)) for used in record.uses]
            done[claim_id] = record.status == Status.TESTED and all(rests)
        return done[claim_id]

    return tuple(
        replace(record, status=Status.CLOSED) if closed(record.id, ()) else record
        for record in evidence
    )


def _examine_named(claim_id: str, seed: int, cases: int | None) -> Evidence:
    """Examine one claim; a process of its own gets the id, since a claim holds functions."""
    return examine(find(claim_id), seed=seed, cases=cases)


def _examined(
    ids: Sequence[str], seed: int, cases: int | None, processes: int
) -> Iterator[Evidence]:
    work = partial(_examine_named, seed=seed, cases=cases)
    if processes == 1:
        yield from map(work, ids)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, ids)


def verify(
    ids: Iterable[str] = (),
    *,
    seed: int = 0,
    cases: int | None = None,
    processes: int = 1,
    on_progress: Callable[[Claim], None] | None = None,
) -> tuple[Evidence, ...]:
    """Examine the whole ledger, or the claims with the given ids, in the order of the shelf.

    Parameters
    ----------
    ids : iterable of str
        Empty means all.
    seed, cases : int
        As in :func:`rnnmath.verify.examine`.
    processes : int
        How many claims are examined side by side, each in a process of its own; the evidence is
        the same for every number.
    on_progress : callable, optional
        Called with each claim before its evidence is waited for.

    Returns
    -------
    tuple of Evidence
        With the status ``closed`` where a claim and all that it rests on are tested.

    Raises
    ------
    UnknownClaim
        If an id is not in the ledger.
    DomainError
        If claims rest on each other in a circle, or ``processes`` is below 1.

    Examples
    --------
    >>> [record.status.value for record in verify(["chain"])]
    ['closed']
    """
    if processes < 1:
        msg = f"processes must be at least 1, got {processes}"
        raise DomainError(msg)
    wanted = {find(claim_id).id for claim_id in ids}
    claims = [claim for claim in ledger() if not wanted or claim.id in wanted]
    evidence = _examined([claim.id for claim in claims], seed, cases, processes)
    records = []
    for claim in claims:
        if on_progress is not None:
            on_progress(claim)
        records.append(next(evidence))
    return _closed(records)
