"""Refuse a site that loads anything from elsewhere.

A reader of the site asks its own host for everything, and nobody else learns of the visit.  Links
that a reader may follow are not loads.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

__all__ = ["external_loads", "setup"]

ELSEWHERE = r"""["']?\s*(?P<address>(?:https?:)?//[^"'\s)>]+)"""
IN_HTML = re.compile(
    r"<(?:script|img|iframe|source|object|embed|video|audio|input)\b[^>]*?\b(?:src|srcset|data)="
    + ELSEWHERE
    + r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preload|prefetch|icon|modulepreload))"
    + r"[^>]*?\bhref="
    + ELSEWHERE.replace("address", "linked"),
    re.IGNORECASE,
)
IN_CSS = re.compile(r"(?:url\(|@import\s)\s*" + ELSEWHERE, re.IGNORECASE)


def external_loads(name: str, text: str) -> Iterator[str]:
    """Yield the addresses that a browser would ask on its own, given a file's name and text."""
    patterns = [IN_CSS] if name.endswith(".css") else [IN_HTML, IN_CSS]
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield next(group for group in match.groups() if group)


def refuse_external_loads(app: Sphinx, exception: Exception | None) -> None:
    """Look through the finished site.

    Raises
    ------
    ExtensionError
        With every file that would load from elsewhere, and what.
    """
    if exception is not None or app.builder.format != "html":
        return
    files = sorted(path for path in Path(app.outdir).rglob("*") if path.suffix in {".html", ".css"})
    found = [
        f"  {path.relative_to(app.outdir)}: {address}"
        for path in files
        for address in external_loads(path.name, path.read_text(encoding="utf-8"))
    ]
    if found:
        msg = "the site would load from elsewhere; keep a copy under docs/_static:\n"
        raise ExtensionError(msg + "\n".join(found))


def setup(app: Sphinx) -> dict[str, Any]:
    """Act on the finished site."""
    app.connect("build-finished", refuse_external_loads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
