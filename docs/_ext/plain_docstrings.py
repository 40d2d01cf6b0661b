r"""Let formulas in docstrings stand as they are read in the source.

The house writes them in plain unicode, such as ``max |f'(a)|``, ``s**m`` and ``h_``, where
reStructuredText would see a substitution, a strong word and a link.  Bars, stars and trailing
underscores are escaped, except in literals, roles and examples.
"""

import re
from typing import Any

from sphinx.application import Sphinx

__all__ = ["plain", "setup"]

LITERAL = re.compile(r"(``.*?``|:[\w:]+:`[^`]*`|`[^`]*`_?)")
SPECIAL = re.compile(r"([|*])|(?<=\w)(_)(?!\w)")


def plain(lines: list[str]) -> list[str]:
    """Return the lines of a docstring with the special signs of formulas escaped."""
    escaped = []
    example = False
    for line in lines:
        if line.lstrip().startswith(">>>"):
            example = True
        elif not line.strip():
            example = False
        parts = LITERAL.split(line) if not example else []
        parts[::2] = [SPECIAL.sub(r"\\\g<0>", part) for part in parts[::2]]
        escaped.append("".join(parts) if parts else line)
    return escaped


def _escape(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    del app, what, name, obj, options
    lines[:] = plain(lines)


def setup(app: Sphinx) -> dict[str, Any]:
    """Act before numpydoc, which reads the escaped text."""
    app.connect("autodoc-process-docstring", _escape, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
