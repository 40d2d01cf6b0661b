"""Cards, links and derivations are printed from the records, and wrong ids are refused."""

from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest
from docutils import nodes
from sympy import MatrixSymbol

from rnnmath.claim import Claim
from rnnmath.sphinxext.proof import proof_nodes
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.printing import latex

CARD = "# Page\n\n```{claim} small\n```\n"


def test_card_shows_the_record(build: Callable, small: Claim) -> None:
    """A card shows title, statement, hypotheses, evidence, mutants, derivation and source."""
    built = build(index=CARD)
    page = built.html["index"]
    assert built.warnings == ""
    assert 'id="claim-small"' in page
    for piece in (
        "Stretching twice with",
        escape(latex(small.says[0]), quote=False),
        "20 drawn, 17 admissible, 17 decisions",
        "largest 1, median 0.25",
        "largest relative difference in 4 comparisons",
        "False variants refuted: 1 of 1",
        "equal, not at most",
        "Hypotheses shown necessary: 1 of 1",
        "all breaks",
        "stretch twice",
        "somebook, Eq. (5) (number not checked)",
        "closed",
    ):
        assert piece in page


def test_link_leads_to_the_card(build: Callable) -> None:
    """A role links to the card on whichever page it stands, and shows the id or the words given."""
    built = build(
        index="# Start\n\nSee {claim}`small` and {claim}`the bound <small>`.\n", page=CARD
    )
    assert built.warnings == ""
    assert built.html["index"].count('href="page.html#claim-small"') == 2
    assert "the bound" in built.html["index"]


def test_cards_survive_an_incremental_build(build: Callable) -> None:
    """A page that is not read again keeps its card in the links of one that is."""
    build(index="# Start\n\n{claim}`small`\n", page=CARD)
    built = build(index="# Start again\n\n{claim}`small`\n")
    assert built.warnings == ""
    assert 'href="page.html#claim-small"' in built.html["index"]


def test_parallel_reading_keeps_the_cards(build: Callable) -> None:
    """Cards that other processes have read are known to the one that links."""
    others = {f"page{number}": f"# Page {number}\n" for number in range(8)}
    built = build(index="# Start\n\n{claim}`small`\n", page=CARD, **others, parallel=2)
    assert built.warnings == ""
    assert 'href="page.html#claim-small"' in built.html["index"]


@pytest.mark.parametrize(
    "use", ["{claim}`smal`", "```{claim} smal\n```", "```{derivation} smal\n```"]
)
def test_unknown_id_is_an_error_at_its_place(build: Callable, use: str) -> None:
    """An id that no claim has is reported with file, line and the ids that are near."""
    built = build(index=f"# Start\n\n{use}\n")
    assert "index.md:3: ERROR: no claim 'smal'; did you mean small?" in built.warnings


def test_second_card_is_an_error(build: Callable) -> None:
    """A claim has one card; a second one is reported with the place of the first."""
    built = build(index=CARD, page=CARD)
    assert "claim 'small' has a card already, on page 'index'" in built.warnings
    assert "ERROR" in built.warnings


def test_link_without_a_card_is_a_warning(build: Callable) -> None:
    """An author's link to a claim whose card stands nowhere is reported."""
    built = build(index="# Start\n\n{claim}`small`\n")
    assert "WARNING: rnnmath:claim reference target not found: small" in built.warnings


def test_derivation_shows_lines_and_rules(build: Callable) -> None:
    """A derivation shows each line with its rule, and the law of each rule once."""
    page = build(index="# Start\n\n```{derivation} small\n```\n").html["index"]
    assert "The rules used (1)" in page
    assert page.count("stretch twice") == 2


def test_card_can_leave_the_derivation_to_the_page(build: Callable) -> None:
    """With no-derivation a card has no derivation."""
    page = build(index="# Start\n\n```{claim} small\n:no-derivation:\n```\n").html["index"]
    assert "stretch twice" not in page


def test_one_statement_can_be_picked(build: Callable) -> None:
    """The option picks one statement's derivation; a statement that is not there is an error."""
    picked = build(index="# Start\n\n```{derivation} small\n:statement: 1\n```\n")
    assert "stretch twice" in picked.html["index"]
    beyond = build(index="# Start\n\n```{derivation} small\n:statement: 2\n```\n")
    assert "index.md:3: ERROR: claim 'small' has 1 statements, not 2" in beyond.warnings


def test_premises_are_parts_with_their_suppositions(small: Claim) -> None:
    """A premise is a numbered part inside the part that it serves; what it supposes is a line."""
    A, B = (MatrixSymbol(name, 2, 2) for name in "AB")
    rule = Rule("both ways", "", Relation.EQUAL, lambda *_: True)
    supposed = Statement(A, Relation.EQUAL, B)
    premise = Derivation(A, given=(supposed,)).then(rule, A, B)
    outer = Derivation(A).then(rule, A, B, (premise, Derivation(B).then(rule, B, A)))
    twice = replace(small, derive=lambda: (outer, outer))
    first, second, rules = proof_nodes(twice, "index")
    assert isinstance(first, nodes.container)
    headings = [
        node.astext()
        for node in first.findall(nodes.paragraph)
        if "rnn-part-head" in node["classes"]
    ]
    assert headings == ["Part 1.1: at most", "Part 1.2: at least"]
    (line,) = (node for node in first.findall(nodes.paragraph) if "rnn-supposed" in node["classes"])
    assert line.astext() == "Given A = B"
    assert not any("given" in block.astext() for block in first.findall(nodes.math_block))
    assert "Part 2.1: at most" in second.astext()
    assert "The rules used (1)" in rules.astext()
