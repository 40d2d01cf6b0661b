"""Make the site's own extensions importable, and build small projects with them."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def site_extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put docs/_ext on the import path, as docs/conf.py does."""
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))


@pytest.fixture
def build_page(tmp_path: Path, site_extensions: None) -> Callable[..., tuple[str, str]]:
    """Return a function that builds one page and gives its HTML and the warnings."""
    del site_extensions

    def run(text: str, *extensions: str, theme: str = "basic") -> tuple[str, str]:
        source, out = tmp_path / "source", tmp_path / "out"
        (source / "_static").mkdir(parents=True)
        shutil.copytree(DOCS / "_static" / "katex", source / "_static" / "katex")
        (source / "index.md").write_text(text, encoding="utf-8")
        settings = {
            "extensions": ["myst_parser", *extensions],
            "myst_enable_extensions": ["dollarmath"],
            "html_theme": theme,
            "html_static_path": ["_static"],
        }
        if "katex_build" in extensions:
            settings["html_math_renderer"] = "katex"
        (source / "conf.py").write_text("", encoding="utf-8")
        warned = io.StringIO()
        with patch_docutils(str(source)), docutils_namespace():
            app = Sphinx(
                source,
                source,
                out,
                tmp_path / "doctrees",
                "html",
                settings,
                status=io.StringIO(),
                warning=warned,
            )
            app.build()
        return (out / "index.html").read_text(encoding="utf-8"), warned.getvalue()

    return run
