"""Repair roles that the writer and the theme leave incomplete.

The writer puts entries of the role ``doc-biblioentry``, which is deprecated and is no list item,
into an element of the role ``list``, which may hold list items only.  It gives the captions of the
navigation the role ``heading`` without a level.
"""

from typing import Any

from sphinx.application import Sphinx

__all__ = ["setup"]

REPAIRS = (
    ("body", 'role="doc-biblioentry"', 'role="listitem"'),
    ("furo_navigation_tree", 'role="heading">', 'role="heading" aria-level="2">'),
)


def _repair(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    del app, page, template, doctree
    for part, found, wanted in REPAIRS:
        if part in context:
            context[part] = context[part].replace(found, wanted)


def setup(app: Sphinx) -> dict[str, Any]:
    """Act on every page that is written, after the theme."""
    app.connect("html-page-context", _repair, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
