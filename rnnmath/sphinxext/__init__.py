"""A Sphinx extension that prints claims from the records that are checked.

Add ``"rnnmath.sphinxext"`` to ``extensions``.  Each build verifies the whole ledger once, before
the first page is read; a red claim stops the build.  Pages then use

``{claim}`` (directive)
    The card of a claim: statement, hypotheses, evidence, refuted variants, derivation, source.
``{claim}`` (role)
    A link to the card.
``{derivation}``
    The derivation of a claim, line by line, with the rule beside each line.
``{ledger}``
    The table of all claims, chapter by chapter.
``{checks}``
    What was decided on this page, counted.

Configuration: ``rnnmath_seed`` (default 0) and ``rnnmath_cases`` (default None, the claim's own
number) are handed to :func:`rnnmath.verify.verify`.
"""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from rnnmath.sphinxext.card import ClaimDirective, DerivationDirective
from rnnmath.sphinxext.counts import ChecksDirective, fill_checks
from rnnmath.sphinxext.domain import ClaimDomain, ClaimRole, leave_plain
from rnnmath.sphinxext.evidence import gather_evidence, source_fingerprint
from rnnmath.sphinxext.ledger import LedgerDirective
from rnnmath.sphinxext.pieces import register_nodes

__all__ = ["setup"]

STYLE_SHEET = "rnnmath-claims.css"


def _note_sources(app: Sphinx, config: Config) -> None:
    del app
    config.rnnmath_fingerprint = source_fingerprint()


def _add_style(app: Sphinx) -> None:
    static = str(Path(__file__).with_name("static"))
    if app.builder.format == "html":
        app.config.html_static_path = [*app.config.html_static_path, static]
        app.add_css_file(STYLE_SHEET)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the domain, the directives and the hooks; called by Sphinx."""
    app.add_config_value("rnnmath_seed", 0, "env", types=frozenset({int}))
    app.add_config_value("rnnmath_cases", None, "env", types=frozenset({int, type(None)}))
    # A page depends on the package: when its sources change, every page is read again.
    app.add_config_value("rnnmath_fingerprint", "", "env", types=frozenset({str}))
    app.connect("config-inited", _note_sources)
    app.connect("builder-inited", _add_style)
    app.connect("builder-inited", gather_evidence)
    app.add_domain(ClaimDomain)
    app.add_role("claim", ClaimRole())
    app.add_directive("claim", ClaimDirective)
    app.add_directive("derivation", DerivationDirective)
    app.add_directive("ledger", LedgerDirective)
    app.add_directive("checks", ChecksDirective)
    register_nodes(app)
    app.connect("doctree-read", fill_checks)
    app.connect("missing-reference", leave_plain)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
