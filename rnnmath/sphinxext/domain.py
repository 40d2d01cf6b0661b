"""Where the card of each claim stands, and links to it."""

from collections.abc import Iterable, Iterator, Set
from typing import Any, ClassVar

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from rnnmath.errors import UnknownClaim
from rnnmath.verify import find

__all__ = ["ClaimDomain", "ClaimRole", "anchor", "leave_plain"]

logger = logging.getLogger(__name__)


def anchor(claim_id: str) -> str:
    """Return the HTML id of a claim's card.

    Examples
    --------
    >>> anchor("chain")
    'claim-chain'
    """
    return f"claim-{claim_id}"


class ClaimRole(XRefRole):
    """Link to a claim's card: ``{claim}`id` `` or ``{claim}`words <id>` ``."""

    def __init__(self) -> None:
        super().__init__(warn_dangling=True)

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Refuse an id that no claim has, at its place in the source."""
        try:
            find(self.target)
        except UnknownClaim as error:
            logger.error("%s", error, location=self.get_location())
            return [nodes.literal(self.rawtext, self.title)], []
        self.refdomain, self.reftype = ClaimDomain.name, "claim"
        self.classes = ["xref", "rnn-link"]
        self.innernodeclass = nodes.inline if self.has_explicit_title else nodes.literal
        return self.create_xref_node()


class ClaimDomain(Domain):
    """Claims and the pages that hold their cards."""

    name = "rnnmath"
    label = "rnnmath claims"
    object_types: ClassVar[dict[str, ObjType]] = {"claim": ObjType("claim", "claim")}
    roles: ClassVar[dict[str, Any]] = {"claim": ClaimRole()}
    initial_data: ClassVar[dict[str, Any]] = {"cards": {}}
    data_version = 1

    @property
    def cards(self) -> dict[str, str]:
        """Document name of each claim's card."""
        cards: dict[str, str] = self.data["cards"]
        return cards

    def note_card(self, claim_id: str, location: nodes.Node) -> None:
        """Remember where a card stands; a second card of one claim is an error."""
        docname = self.env.current_document.docname
        if claim_id in self.cards:
            logger.error(
                "claim %r has a card already, on page %r; link to it with {claim}`%s`",
                claim_id,
                self.cards[claim_id],
                claim_id,
                location=location,
            )
        self.cards[claim_id] = docname

    def clear_doc(self, docname: str) -> None:
        """Forget the cards of a page that is read again."""
        for claim_id in [key for key, place in self.cards.items() if place == docname]:
            del self.cards[claim_id]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over the cards that another process has read."""
        for claim_id, docname in otherdata["cards"].items():
            if docname in docnames:
                self.cards[claim_id] = docname

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Turn a link into a reference to the card."""
        del env, typ, node
        if target not in self.cards:
            return None
        title = find(target).title
        return make_refnode(
            builder, fromdocname, self.cards[target], anchor(target), contnode, title
        )

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Offer the card to the role ``any``."""
        found = self.resolve_xref(env, fromdocname, builder, "claim", target, node, contnode)
        return [] if found is None else [("rnnmath:claim", found)]

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Yield the claims for the search index and for links from other projects."""
        return self._objects()

    def _objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        for claim_id, docname in self.cards.items():
            yield claim_id, find(claim_id).title, "claim", docname, anchor(claim_id), 1


def leave_plain(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.Element
) -> nodes.Element | None:
    """Print a table's link as text where no card is; an author's own link must lead somewhere."""
    del app, env
    ours = node.get("refdomain") == ClaimDomain.name
    return contnode if ours and not node.get("refwarn") else None
