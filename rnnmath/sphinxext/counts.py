"""What was decided on a page, counted from the page's own cards and cells."""

from collections.abc import Iterable
from dataclasses import dataclass

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from rnnmath.claim import Evidence
from rnnmath.sphinxext.domain import ClaimDomain
from rnnmath.sphinxext.evidence import evidence_of
from rnnmath.sphinxext.pieces import box, small

__all__ = ["ChecksDirective", "PageChecks", "count_cells", "fill_checks"]


class _Place(nodes.General, nodes.Element):
    """Stands where the counts go, until the whole page is read."""


@dataclass(frozen=True)
class PageChecks:
    """What was decided on one page."""

    claims: int
    cases: int
    mutants: int
    hypotheses: int
    cells: int

    @classmethod
    def of(cls, evidence: Iterable[Evidence], cells: int) -> "PageChecks":
        """Add up the evidence of the claims whose cards stand on a page."""
        records = tuple(evidence)
        return cls(
            claims=len(records),
            cases=sum(record.decided for record in records),
            mutants=sum(record.mutants.reached for record in records),
            hypotheses=sum(record.hypotheses.reached for record in records),
            cells=cells,
        )


def count_cells(document: nodes.document) -> int:
    """Count the code cells that a kernel ran; a cell that was only shown has no execution count."""
    return sum(
        node.get("nb_element") == "cell_code" and node.get("exec_count") is not None
        for node in document.findall(nodes.container)
    )


class ChecksDirective(SphinxDirective):
    """Show what was decided on this page."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        return [_Place()]


def _shown(checks: PageChecks) -> nodes.Node:
    parts = (
        (checks.claims, "claim decided", "claims decided"),
        (checks.cases, "decision on a case", "decisions on cases"),
        (checks.mutants, "false variant refuted", "false variants refuted"),
        (checks.hypotheses, "hypothesis shown necessary", "hypotheses shown necessary"),
        (checks.cells, "code cell run", "code cells run"),
    )
    frame = box("rnn-checks")
    frame += nodes.paragraph("", "", small("Checked while this page was built", "rnn-label"))
    listing = nodes.bullet_list(classes=["rnn-counts"])
    for count, one, many in parts:
        line = nodes.paragraph("", "", nodes.strong("", str(count)))
        line += nodes.Text(f" {one if count == 1 else many}")
        listing += nodes.list_item("", line)
    frame += listing
    return frame


def fill_checks(app: Sphinx, doctree: nodes.document) -> None:
    """Replace each mark by the counts, once the page is read and its cells have run."""
    places = list(doctree.findall(_Place))
    if not places:
        return
    cards: dict[str, str] = app.env.get_domain(ClaimDomain.name).cards  # type: ignore[attr-defined] # our own domain
    evidence = evidence_of(app.env)
    here = [evidence[claim_id] for claim_id, page in cards.items() if page == app.env.docname]
    shown = _shown(PageChecks.of(here, count_cells(doctree)))
    for place in places:
        place.replace_self(shown.deepcopy())
