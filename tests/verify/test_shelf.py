"""The ledger: ids, order, what rests on what, and the status that follows."""

from dataclasses import replace

import pytest

from rnnmath.claim import Claim, Evidence, Status
from rnnmath.errors import DomainError, Refuted, Undecided, UnknownClaim
from rnnmath.verify.bench import examine
from rnnmath.verify.shelf import CHAPTERS, _closed, check, find, ledger, refuted, verify


def test_ids_are_unique_and_chapters_in_order() -> None:
    """Each id is given once, and the claims stand in the order of the chapters."""
    claims = ledger()
    assert len({claim.id for claim in claims}) == len(claims)
    order = [CHAPTERS.index(claim.chapter) for claim in claims]
    assert order == sorted(order)


def test_every_claim_says_where_it_comes_from() -> None:
    """A source is a paper with a place, or "derived here"."""
    for claim in ledger():
        assert claim.source.place, claim.id
        assert claim.mutants, claim.id
        assert claim.says, claim.id


def test_evidence_is_the_same_from_every_number_of_processes() -> None:
    """Side by side or one by one, the evidence is equal and in the order of the shelf."""
    ids = ["eigen-power", "chain", "submultiplicative"]
    alone = verify(ids)
    assert [record.id for record in alone] == ["chain", "eigen-power", "submultiplicative"]
    assert verify(ids, processes=2) == alone
    with pytest.raises(DomainError, match="processes must be at least 1, got 0"):
        verify(ids, processes=0)


def test_unknown_ids_name_the_nearest() -> None:
    """A misspelt id is answered with ids that exist."""
    with pytest.raises(UnknownClaim, match="did you mean local-jacobian"):
        find("local-jacobain")
    with pytest.raises(UnknownClaim, match="lists them all"):
        find("zzz")
    with pytest.raises(UnknownClaim):
        verify(["chain", "zzz"])


def test_check_raises_on_red() -> None:
    """A page can't drop the verdict: red raises."""
    claim = find("local-jacobian")
    assert check(claim).green
    false = replace(claim, says=(claim.mutants[1].says,))
    with pytest.raises(Refuted, match="'local-jacobian' fails"):
        check(false)
    with pytest.raises(Undecided, match="no admissible case"):
        check(replace(claim, draws=()))


def test_unproven_is_not_refuted() -> None:
    """A true statement whose derivation or mutants are red is not shown, but not refuted."""
    claim = find("local-jacobian")
    with pytest.raises(Undecided, match="'local-jacobian' is not shown: derivation"):
        check(replace(claim, derive=lambda: ()))
    true_variant = replace(claim.mutants[0], says=claim.says[0])
    with pytest.raises(Undecided, match="mutant survives"):
        check(replace(claim, mutants=(true_variant,)))


def test_refuted_demands_the_announced_refutation() -> None:
    """The context manager fails when nothing is refuted, or something else is."""
    claim = find("local-jacobian")
    false = replace(claim, says=(claim.mutants[0].says,))
    with refuted("local-jacobian"):
        check(false)
    with pytest.raises(Refuted, match="nothing was refuted"), refuted("local-jacobian"):
        check(claim)
    with pytest.raises(Refuted, match="'local-jacobian' fails"), refuted("chain"):
        check(false)
    with pytest.raises(ZeroDivisionError), refuted("local-jacobian"):
        _ = 1 / 0


def _with(claim: Claim, **changes: object) -> Evidence:
    return replace(examine(claim), **changes)  # type: ignore[arg-type]  # changes are evidence fields


def test_closed_needs_all_that_it_rests_on() -> None:
    """A claim that rests on an untested one stays at tested."""
    records = verify(["chain", "local-jacobian", "product-expanded"])
    assert {record.status for record in records} == {Status.CLOSED}
    broken = tuple(
        replace(record, status=Status.DERIVED) if record.id == "chain" else record
        for record in map(examine, map(find, ("chain", "local-jacobian", "product-expanded")))
    )
    status = {record.id: record.status for record in _closed(broken)}
    assert status["local-jacobian"] == Status.CLOSED
    assert status["product-expanded"] == Status.TESTED


def test_circles_are_refused() -> None:
    """Two claims that rest on each other prove nothing."""
    first = _with(find("chain"), uses=("local-jacobian",))
    second = _with(find("local-jacobian"), uses=("chain",))
    with pytest.raises(DomainError, match="in a circle"):
        _closed([first, second])


def test_verify_reports_progress_and_keeps_shelf_order() -> None:
    """Progress names each claim before it is tried, in shelf order whatever the request's."""
    seen: list[str] = []
    records = verify(["local-jacobian", "chain"], on_progress=lambda claim: seen.append(claim.id))
    assert seen == [record.id for record in records] == ["chain", "local-jacobian"]
