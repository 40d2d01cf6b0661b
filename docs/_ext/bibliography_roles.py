"""Give the entries of the bibliography the role that their list asks for.

The writer puts entries of the role ``doc-biblioentry``, which is deprecated and is no list item,
into an element of the role ``list``, which may hold list items only.
"""

from typing import Any

from sphinx.application import Sphinx

__all__ = ["setup"]


def _listed(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    del app, page, template, doctree
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict[str, Any]:
    """Act on every page that is written."""
    app.connect("html-page-context", _listed)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
