"""The card of one claim, and its derivation, printed from the record that is checked."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from rnnmath.claim import Claim, Evidence, Hypothesis, Kind, Mutant
from rnnmath.errors import UnknownClaim
from rnnmath.sphinxext.domain import ClaimDomain, anchor
from rnnmath.sphinxext.evidence import evidence_of
from rnnmath.sphinxext.pieces import (
    badge,
    box,
    claim_link,
    details,
    displayed,
    number,
    small,
    source_nodes,
    spaced,
    summary,
    words,
)
from rnnmath.sphinxext.proof import proof_nodes
from rnnmath.verify import find

__all__ = ["ClaimDirective", "DerivationDirective", "evidence_lines"]

logger = logging.getLogger(__name__)


def evidence_lines(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield what was found out about a claim: a word, and a sentence with ``$...$`` for numbers."""
    yield (
        "cases",
        f"{evidence.drawn} drawn, {evidence.admissible} admissible, {evidence.decided} decisions "
        f"(seed {evidence.seed})",
    )
    if evidence.kind == Kind.EXPERIMENT:
        yield "measured", "on training runs from fixed seeds; no other claim rests on it"
    if evidence.derived:
        yield "derived", "every step replays, and the last line is the statement"
    if evidence.exact:
        chance = evidence.error_probability
        odds = f"; a false one passes with a chance of at most {number(chance)}" if chance else ""
        yield "exact", f"both sides agree in rational arithmetic on every case{odds}"
    if evidence.kind == Kind.STATISTICAL and evidence.error_probability:
        odds = number(evidence.error_probability)
        yield "counted", f"in drawn samples; all verdicts are right but for a chance of {odds}"
    elif evidence.enclosed:
        yield "enclosed", "rigorous enclosures decide every inequality, without a tolerance"
    if evidence.tightness is not None:
        shown = ", ".join(f"{name} {number(value)}" for name, value in evidence.tightness.items())
        yield "tightness", f"left side / right side: {shown}"
    if evidence.gradients is not None:
        seen = {name: number(value) for name, value in evidence.gradients.items()}
        yield (
            "gradients",
            f"largest relative difference in {seen['checked']} comparisons: {seen['complex_step']} "
            f"to the complex step ({seen['ulps']} ulps), {seen['central_difference']} to central "
            "differences",
        )


class _ClaimDirective(SphinxDirective):
    """A directive whose one argument is the id of a claim."""

    required_arguments = 1
    has_content = False

    def run(self) -> list[nodes.Node]:
        """Find the claim; an id that no claim has is an error at its place in the source."""
        try:
            claim = find(self.arguments[0])
        except UnknownClaim as error:
            logger.error("%s", error, location=self.get_location())
            return []
        return self.show(claim)

    def show(self, claim: Claim) -> list[nodes.Node]:
        """Return the nodes for the claim."""
        raise NotImplementedError


class DerivationDirective(_ClaimDirective):
    """Show how a claim is derived: a line a step, the rule beside the line, the parts below.

    The option ``statement`` picks one statement of the claim, counted from 1.
    """

    option_spec: ClassVar = {"statement": directives.positive_int}

    def show(self, claim: Claim) -> list[nodes.Node]:
        """Return the chains; a statement that the claim does not have is an error."""
        only = self.options.get("statement")
        if only is not None and only > len(claim.says):
            logger.error(
                "claim %r has %d statements, not %d; statements count from 1",
                *(claim.id, len(claim.says), only),
                location=self.get_location(),
            )
            return []
        return list(proof_nodes(claim, self.env.docname, only))


class ClaimDirective(_ClaimDirective):
    """Show a claim as a card.

    The option ``no-derivation`` leaves the derivation out, for a page that shows it in full.
    """

    option_spec: ClassVar = {"no-derivation": directives.flag}

    def show(self, claim: Claim) -> list[nodes.Node]:
        """Return the card."""
        evidence = evidence_of(self.env)[claim.id]
        card = box("rnn-claim", f"rnn-kind-{claim.kind.value}")
        card["ids"] = [anchor(claim.id)]
        self.set_source_info(card)
        self.env.get_domain(ClaimDomain.name).note_card(claim.id, card)  # type: ignore[attr-defined] # our own domain
        card += self.heading(claim, evidence)
        body = box("rnn-claim-body")
        for statement in claim.says:
            body += displayed(statement)
        body += self.hypotheses(claim.given)
        body += self.evidence(evidence)
        body += self.mutants(claim.mutants, evidence)
        body += self.witnesses(claim.given, evidence)
        if "no-derivation" not in self.options and evidence.derived:
            body += self.derivation(claim)
        body += self.origin(claim, evidence)
        card += body
        return [card]

    def heading(self, claim: Claim, evidence: Evidence) -> nodes.Node:
        """Return kind, title, id and status."""
        line = nodes.paragraph(classes=["rnn-claim-head"])
        line += small(claim.kind.value, "rnn-kind")
        title = nodes.inline(classes=["rnn-title"])
        title += list(words(claim.title))
        line += title
        line += claim_link(claim.id, self.env.docname)
        line += badge(evidence.status)
        return line

    def hypotheses(self, given: tuple[Hypothesis, ...]) -> list[nodes.Node]:
        """Return what is supposed."""
        if not given:
            return []
        listing = nodes.bullet_list(classes=["rnn-given"])
        for hypothesis in given:
            listing += nodes.list_item("", nodes.paragraph("", "", *words(hypothesis.says)))
        return [nodes.paragraph("", "", small("Supposed", "rnn-label")), listing]

    def evidence(self, evidence: Evidence) -> nodes.Node:
        """Return what was found out."""
        listing = nodes.field_list(classes=["rnn-evidence"])
        for word, sentence in evidence_lines(evidence):
            listing += nodes.field(
                "",
                nodes.field_name("", word),
                nodes.field_body("", nodes.paragraph("", "", *words(sentence))),
            )
        return listing

    def mutants(self, mutants: tuple[Mutant, ...], evidence: Evidence) -> list[nodes.Node]:
        """Return the false variants, folded."""
        if not mutants:
            return []
        fold = details(classes=["rnn-fold"])
        tally = evidence.mutants
        fold += summary("", f"False variants refuted: {tally.reached} of {tally.total}")
        for mutant in mutants:
            variant = box("rnn-mutant")
            variant += nodes.paragraph("", "", *words(mutant.note))
            variant += displayed(mutant.says)
            fold += variant
        return [fold]

    def witnesses(self, given: tuple[Hypothesis, ...], evidence: Evidence) -> list[nodes.Node]:
        """Return what breaks without each hypothesis, folded."""
        needed = [hypothesis for hypothesis in given if hypothesis.witness is not None]
        if not needed:
            return []
        fold = details(classes=["rnn-fold"])
        tally = evidence.hypotheses
        fold += summary("", f"Hypotheses shown necessary: {tally.reached} of {tally.total}")
        listing = nodes.bullet_list()
        for hypothesis in needed:
            assert hypothesis.witness is not None
            line = nodes.paragraph("", "", nodes.Text("Without “"), *words(hypothesis.says))
            line += [nodes.Text("”: "), *words(hypothesis.witness.note)]
            listing += nodes.list_item("", line)
        fold += listing
        return [fold]

    def derivation(self, claim: Claim) -> nodes.Node:
        """Return the derivation, folded."""
        fold = details(classes=["rnn-fold"])
        fold += summary("", "Derivation")
        fold += list(proof_nodes(claim, self.env.docname))
        return fold

    def origin(self, claim: Claim, evidence: Evidence) -> nodes.Node:
        """Return source, what the claim rests on, and its name in a proof library."""
        line = nodes.paragraph(classes=["rnn-origin"])
        line += _labelled("Source", source_nodes(claim.source, self))
        if evidence.uses:
            links = [claim_link(used, self.env.docname) for used in evidence.uses]
            line += _labelled("Rests on", spaced(links))
        if claim.formal:
            line += _labelled("In mathlib", [nodes.literal("", claim.formal)])
        return line


def _labelled(label: str, content: Iterable[nodes.Node]) -> nodes.Node:
    return nodes.inline("", "", small(label, "rnn-label"), nodes.Text(" "), *content)
