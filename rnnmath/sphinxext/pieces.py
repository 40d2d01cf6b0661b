"""The small parts that cards, tables and counts are made of."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from rnnmath.claim import Source, Status, Verdict
from rnnmath.symbolic.derivation import Statement
from rnnmath.symbolic.printing import displayed_latex

__all__ = [
    "badge",
    "box",
    "claim_link",
    "details",
    "displayed",
    "number",
    "register_nodes",
    "small",
    "source_nodes",
    "spaced",
    "summary",
    "words",
]

MEANING = {
    Status.STATED: "written down; its derivation does not check",
    Status.DERIVED: "every step of its derivation checks",
    Status.TESTED: "derived, and decided on every admissible case",
    Status.CLOSED: "tested, and so is every claim that it rests on",
    Verdict.HOLDS: "decided true on every admissible case",
    Verdict.FAILS: "refuted by a case",
    Verdict.UNDECIDED: "a case could be decided neither way",
}


class details(nodes.General, nodes.Element):  # noqa: N801 -- docutils names nodes like tags
    """A part that a reader can unfold."""


class summary(nodes.General, nodes.TextElement):  # noqa: N801 -- docutils names nodes like tags
    """The line of a folded part that is always seen."""


def _visit_details(translator: Any, node: nodes.Element) -> None:
    translator.body.append(translator.starttag(node, "details"))


def _depart_details(translator: Any, node: nodes.Element) -> None:
    del node
    translator.body.append("</details>\n")


def _visit_summary(translator: Any, node: nodes.Element) -> None:
    translator.body.append(translator.starttag(node, "summary", ""))


def _depart_summary(translator: Any, node: nodes.Element) -> None:
    del node
    translator.body.append("</summary>\n")


def _visit_block(translator: Any, node: nodes.Element) -> None:
    translator.visit_container(node)


def _depart_block(translator: Any, node: nodes.Element) -> None:
    translator.depart_container(node)


def _visit_line(translator: Any, node: nodes.Element) -> None:
    translator.visit_paragraph(node)


def _depart_line(translator: Any, node: nodes.Element) -> None:
    translator.depart_paragraph(node)


def register_nodes(app: Sphinx) -> None:
    """Teach the writers the foldable part; only HTML folds it."""
    block, line = (_visit_block, _depart_block), (_visit_line, _depart_line)
    app.add_node(
        details, html=(_visit_details, _depart_details), latex=block, text=block, man=block
    )
    app.add_node(summary, html=(_visit_summary, _depart_summary), latex=line, text=line, man=line)


def words(text: str) -> Iterator[nodes.Node]:
    r"""Yield the nodes of a sentence in which ``$...$`` are formulas.

    Examples
    --------
    >>> [node.astext() for node in words("sizes with $k \\le t$ only")]
    ['sizes with ', 'k \\le t', ' only']
    """
    for index, part in enumerate(re.split(r"\$([^$]+)\$", text)):
        if part:
            yield nodes.math(part, part) if index % 2 else nodes.Text(part)


def box(*classes: str) -> nodes.container:
    """Return an empty container with these classes."""
    return nodes.container(classes=list(classes))


def small(text: str, *classes: str) -> nodes.inline:
    """Return a piece of text with these classes."""
    return nodes.inline(text, text, classes=list(classes))


def badge(value: Status | Verdict) -> nodes.Node:
    """Return a status or a verdict as a small sign, whose meaning shows on hovering."""
    sign = nodes.abbreviation(
        value.value, value.value, explanation=MEANING[value], classes=["rnn-badge"]
    )
    sign["classes"].append(f"rnn-{value.value}")
    return sign


def number(value: float) -> str:
    r"""Write a measured number shortly, for :func:`words`; small ones with a power of ten.

    Examples
    --------
    >>> number(0.97251), number(1.0), number(0.0), number(1e-30)
    ('0.973', '1', '0', '$10^{-30}$')
    >>> number(3.14e-13)
    '$3.1 \\cdot 10^{-13}$'
    """
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        return f"{value:.3g}"
    digits, power = f"{value:.1e}".split("e")
    head = "" if digits == "1.0" else rf"{digits} \cdot "
    return f"${head}10^{{{int(power)}}}$"


def spaced(parts: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    """Yield the parts with a space between them."""
    for index, part in enumerate(parts):
        if index:
            yield nodes.Text(" ")
        yield part


def displayed(statement: Statement) -> nodes.math_block:
    """Return a statement as a displayed formula, printed from the record."""
    tex = displayed_latex(statement)
    return nodes.math_block(tex, tex, **{"number": None, "label": None, "no-wrap": True})


def claim_link(claim_id: str, docname: str) -> pending_xref:
    """Return a link to a claim's card, silent where no page holds that card."""
    link = pending_xref(
        "",
        refdoc=docname,
        refdomain="rnnmath",
        reftype="claim",
        reftarget=claim_id,
        refexplicit=True,
        refwarn=False,
    )
    link += nodes.literal(claim_id, claim_id, classes=["rnn-id"])
    return link


def source_nodes(source: Source, directive: SphinxDirective) -> list[nodes.Node]:
    """Return where a claim comes from, with a citation where the project has a bibliography."""
    if not source.key:
        return [nodes.Text(source.place)]
    citation: list[nodes.Node] = [nodes.Text(source.key)]
    if "cite" in directive.env.domains:
        role = directive.env.get_domain("cite").role("t")
        assert role is not None
        inliner: Any = directive.state.inliner
        raw = f":cite:t:`{source.key}`"
        citation, _ = role("cite:t", raw, source.key, directive.lineno, inliner, {}, [])
    place = f", {source.place}" + ("" if source.checked else " (number not checked)")
    return [*citation, nodes.Text(place)]
