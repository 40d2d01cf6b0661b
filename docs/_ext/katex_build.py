"""Typeset mathematics with the vendored KaTeX while the site is built.

With node on the path, one node process a build turns TeX into HTML and MathML, so that a page
needs no script to be read; TeX that KaTeX refuses is a Sphinx warning at its place in the source.
Without node the same vendored file typesets in the reader's browser, where a bad formula shows in
red; the build says once that it did not check the formulas.
"""

import atexit
import functools
import html
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

__all__ = ["setup"]

logger = logging.getLogger(__name__)

SERVER = Path(__file__).with_name("katex_server.js")


class Typesetter:
    """One node process that answers a line for a line."""

    def __init__(self, node: str, katex: Path, macros: dict[str, str]) -> None:
        self.macros = macros
        self.process = subprocess.Popen(
            [node, str(SERVER), str(katex)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        atexit.register(self.close)

    def render(self, tex: str, display: bool) -> dict[str, str]:
        """Return ``{"html": ...}`` or ``{"error": ...}``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        request = {"tex": tex, "display": display, "macros": self.macros}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            msg = f"the node process that runs {SERVER.name} ended; run it by hand to see why"
            raise RuntimeError(msg)
        return dict(json.loads(answer))

    def close(self) -> None:
        """End the process; it leaves when its input is closed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@functools.cache
def typesetter(process_id: int, node: str, katex: Path, macros: str) -> Typesetter:
    """Return the typesetter of this process; a forked writer must not share its parent's pipes."""
    del process_id
    return Typesetter(node, katex, json.loads(macros))


@functools.cache
def render(node: str, katex: Path, macros: str, tex: str, display: bool) -> dict[str, str]:
    """Typeset one formula; equal formulas are typeset once."""
    return typesetter(os.getpid(), node, katex, macros).render(tex, display)


def vendored(confdir: str | Path) -> Path:
    """Return the vendored script, which must be there."""
    katex = Path(confdir) / "_static" / "katex" / "katex.min.js"
    if not katex.is_file():
        msg = f"KaTeX is not at {katex}; restore the folder from the npm package katex"
        raise FileNotFoundError(msg)
    return katex


def typeset(translator: Any, node: nodes.Element, tex: str, display: bool) -> str:
    """Return the markup of one formula, or its source for the reader's browser."""
    command = shutil.which("node")
    if command is None:
        return html.escape(tex)
    macros = json.dumps(translator.config.katex_macros, sort_keys=True)
    answer = render(command, vendored(translator.builder.confdir), macros, tex, display)
    if "error" in answer:
        logger.warning("%s in: %s", answer["error"], tex, location=node, type="katex")
        return f'<code class="katex-error">{html.escape(tex)}</code>'
    return answer["html"]


def lined_up(tex: str) -> str:
    """Give bare line breaks and blank lines the environment that Sphinx promises for them."""
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    rows = [
        rf"\begin{{aligned}}{part}\end{{aligned}}"
        if r"\\" in part and not part.startswith(r"\begin{")
        else part
        for part in parts
    ]
    if len(rows) == 1:
        return rows[0]
    return r"\begin{gathered}" + r" \\ ".join(rows) + r"\end{gathered}"


def visit_math(translator: Any, node: nodes.math) -> None:
    """Write an inline formula."""
    translator.body.append(
        translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    )
    translator.body.append(typeset(translator, node, node.astext(), display=False) + "</span>")
    raise nodes.SkipNode


def visit_math_block(translator: Any, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number and link where it has them."""
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node.get("number"):
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    tex = node.astext() if node.get("no-wrap") else lined_up(node.astext())
    translator.body.append(typeset(translator, node, tex, display=True))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def add_assets(app: Sphinx) -> None:
    """Add the style sheet, and the scripts where the reader's browser has to typeset."""
    if app.builder.format != "html":
        return
    vendored(app.confdir)
    app.add_css_file("katex/katex.min.css")
    if shutil.which("node") is None:
        logger.info("katex: no node on the path; formulas are typeset, unchecked, by the browser")
        app.add_js_file("katex/katex.min.js", loading_method="defer")
        app.add_js_file("katex_fallback.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer ``katex`` for ``html_math_renderer``."""
    app.add_config_value("katex_macros", {}, "html", types=frozenset({dict}))
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("builder-inited", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
