"""The table of all claims, chapter by chapter."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from rnnmath.claim import Claim, Evidence, Tally
from rnnmath.sphinxext.evidence import evidence_of
from rnnmath.sphinxext.pieces import (
    badge,
    claim_link,
    number,
    small,
    source_nodes,
    spaced,
    words,
)
from rnnmath.verify import ledger

__all__ = ["LedgerDirective", "used_by"]

COLUMNS = (
    "claim",
    "kind",
    "verdict, status",
    "evidence",
    "tightness",
    "mutants killed",
    "hypotheses necessary",
    "rests on, used by",
)


def _methods(evidence: Evidence) -> str:
    """Name what decided the claim, and on how many cases."""
    ways = [
        name
        for name, found in (
            ("derived", evidence.derived),
            ("exact", evidence.exact),
            ("enclosed", evidence.enclosed),
            ("gradients", evidence.gradients is not None),
        )
        if found
    ]
    return f"{', '.join(ways)}; {evidence.decided} decisions on {evidence.admissible} cases"


def _tightness(evidence: Evidence) -> str:
    if evidence.tightness is None:
        return "–"
    return ", ".join(f"{name} {number(value)}" for name, value in evidence.tightness.items())


def _tally(tally: Tally) -> str:
    return f"{tally.reached} of {tally.total}" if tally.total else "–"


def used_by(evidence: Iterable[Evidence]) -> dict[str, list[str]]:
    """Return, for each claim, the claims whose derivations use it, in shelf order."""
    users: dict[str, list[str]] = defaultdict(list)
    for record in evidence:
        for used in record.uses:
            users[used].append(record.id)
    return users


class LedgerDirective(SphinxDirective):
    """Show every claim of the ledger, one table a chapter."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return a summary and the tables."""
        evidence = evidence_of(self.env)
        self.users = used_by(evidence.values())
        shown: list[nodes.Node] = [self.summary(evidence.values())]
        for chapter, claims in groupby(ledger(), key=lambda claim: claim.chapter):
            shown.append(self.chapter(chapter, [(claim, evidence[claim.id]) for claim in claims]))
        return shown

    def summary(self, evidence: Iterable[Evidence]) -> nodes.Node:
        """Return the sums over the whole ledger."""
        records = tuple(evidence)
        killed = sum(record.mutants.reached for record in records)
        planted = sum(record.mutants.total for record in records)
        necessary = sum(record.hypotheses.reached for record in records)
        text = (
            f"{len(records)} claims, {sum(record.green for record in records)} of them green; "
            f"{sum(record.decided for record in records)} decisions on cases; "
            f"{killed} of {planted} false variants refuted; "
            f"hypotheses shown necessary: {necessary}."
        )
        return nodes.paragraph(text, text, classes=["rnn-ledger-sum"])

    def chapter(self, chapter: str, rows: list[tuple[Claim, Evidence]]) -> nodes.Node:
        """Return one chapter's section."""
        name = chapter.replace("_", " ").rpartition("/")[2].capitalize()
        slug = chapter.replace("/", "-").replace("_", "-")
        section = nodes.section(ids=[f"ledger-{slug}"], names=[name.lower()])
        section += nodes.title(name, name)
        page = rows[0][0].page
        if page in self.env.found_docs:
            line = nodes.paragraph(classes=["rnn-ledger-page"])
            line += [nodes.Text("On the page "), self.page_link(page), nodes.Text(".")]
            section += line
        section += self.table(rows)
        return section

    def page_link(self, page: str) -> nodes.Node:
        """Return a link to a page, which takes the page's title."""
        link = pending_xref(
            "",
            refdoc=self.env.docname,
            refdomain="std",
            reftype="doc",
            reftarget=f"/{page}",
            refexplicit=False,
            refwarn=True,
        )
        link += nodes.inline("", page)
        return link

    def table(self, rows: list[tuple[Claim, Evidence]]) -> nodes.Node:
        """Return the table of one chapter."""
        table = nodes.table(classes=["rnn-ledger"])
        group = nodes.tgroup(cols=len(COLUMNS))
        group += [nodes.colspec(colwidth=1) for _ in COLUMNS]
        head = nodes.row()
        for name in COLUMNS:
            head += nodes.entry("", nodes.paragraph("", name))
        group += nodes.thead("", head)
        body = nodes.tbody()
        for claim, evidence in rows:
            body += self.row(claim, evidence)
        group += body
        table += group
        return table

    def neighbours(self, claim_id: str, uses: Iterable[str]) -> list[nodes.Node]:
        """Return links to what a claim rests on and to what rests on it, or a dash."""
        found: list[nodes.Node] = []
        for label, ids in (("rests on", uses), ("used by", self.users.get(claim_id, []))):
            links = [claim_link(neighbour, self.env.docname) for neighbour in ids]
            if links:
                named = small(label, "rnn-label")
                found.append(nodes.paragraph("", "", named, nodes.Text(" "), *spaced(links)))
        return found or [nodes.paragraph("", "–")]

    def row(self, claim: Claim, evidence: Evidence) -> nodes.Node:
        """Return one claim's row."""
        first = nodes.paragraph("", "", claim_link(claim.id, self.env.docname))
        named = nodes.paragraph("", "", *words(claim.title), classes=["rnn-ledger-title"])
        place = source_nodes(claim.source, self)
        source = nodes.paragraph("", "", *place, classes=["rnn-ledger-source"])
        cells: tuple[list[nodes.Node], ...] = (
            [first, named, source],
            [nodes.paragraph("", claim.kind.value)],
            [nodes.paragraph("", "", badge(evidence.verdict), badge(evidence.status))],
            [nodes.paragraph("", _methods(evidence))],
            [nodes.paragraph("", "", *words(_tightness(evidence)))],
            [nodes.paragraph("", _tally(evidence.mutants))],
            [nodes.paragraph("", _tally(evidence.hypotheses))],
            self.neighbours(claim.id, evidence.uses),
        )
        row = nodes.row()
        for name, content in zip(COLUMNS, cells, strict=True):
            entry = nodes.entry("", classes=[f"rnn-col-{name.replace(',', '').replace(' ', '-')}"])
            entry += content
            row += entry
        return row
