"""The ledger and the counts of a page are sums over evidence, and a red claim stops the build."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ExtensionError

from rnnmath.claim import Evidence, Verdict
from rnnmath.sphinxext.counts import PageChecks, count_cells
from rnnmath.sphinxext.evidence import refuse_red
from rnnmath.sphinxext.ledger import used_by


def test_ledger_lists_every_claim(build: Callable) -> None:
    """The ledger has a row a claim, links those that have a card, and adds up the evidence."""
    built = build(index="# Ledger\n\n```{ledger}\n```\n", page="# Page\n\n```{claim} small\n```\n")
    assert built.warnings == ""
    page = built.html["index"]
    assert "2 claims, 2 of them green; 20 decisions on cases; 1 of 1 false variants refuted" in page
    assert 'href="page.html#claim-small"' in page
    assert "claim-other" not in page
    for label in ("rests on", "used by"):
        assert page.count(f'<span class="rnn-label">{label}</span>') == 1
    for piece in (
        "Another",
        "derived, enclosed, gradients; 17 decisions on 17 cases",
        "largest 1",
        "1 of 1",
    ):
        assert piece in page


def test_users_are_the_uses_read_backward(small_ledger: list[Evidence]) -> None:
    """A claim is used by those that rest on it, and a claim that none uses is not listed."""
    assert used_by(small_ledger) == {"other": ["small"]}


def test_checks_count_the_cards_of_their_page_only(build: Callable) -> None:
    """The counts of a page leave the cards of other pages out."""
    counts = "\n```{checks}\n```\n"
    built = build(
        index="# One\n\n```{claim} small\n```\n" + counts,
        page="# Two\n\n```{claim} other\n```\n" + counts,
        none="# None\n" + counts,
    )
    assert "<strong>17</strong> decisions on cases" in built.html["index"]
    assert "<strong>3</strong> decisions on cases" in built.html["page"]
    assert "<strong>0</strong> claims decided" in built.html["none"]


def test_cells_count_when_a_kernel_ran_them() -> None:
    """A code cell without an execution count was shown and not run."""
    document = new_document("page")
    document += nodes.container(nb_element="cell_code", exec_count=1)
    document += nodes.container(nb_element="cell_code", exec_count=None)
    document += nodes.container(nb_element="cell_code_output", exec_count=2)
    assert count_cells(document) == 1


def test_sums_over_a_page(small_ledger: list[Evidence]) -> None:
    """Cases, mutants and hypotheses of a page add up."""
    assert PageChecks.of(small_ledger, cells=4) == PageChecks(2, 20, 1, 1, 4)


def test_red_claim_stops_the_build(build: Callable, small_ledger: list[Evidence]) -> None:
    """One claim that fails stops the build before a page is written, and is named."""
    small_ledger[0] = replace(small_ledger[0], verdict=Verdict.FAILS, trouble=("case 3: 2 > 1",))
    with pytest.raises(ExtensionError, match=r"1 red claim.*\n +small: fails\n +- case 3: 2 > 1"):
        build(index="# Nothing here\n")


def test_undecided_and_troubled_claims_are_red(small_ledger: list[Evidence]) -> None:
    """Undecided is red, and so is a claim that holds with a surviving mutant; green passes."""
    refuse_red(small_ledger)
    undecided = replace(small_ledger[0], verdict=Verdict.UNDECIDED)
    troubled = replace(small_ledger[1], trouble=("a mutant survived",))
    with pytest.raises(ExtensionError, match="2 red claims") as caught:
        refuse_red([undecided, troubled])
    assert "small: undecided" in str(caught.value)
    assert "python -m rnnmath verify small other" in str(caught.value)
