"""The site's own extensions typeset, warn and refuse as the pages rely on."""

import importlib
import shutil
from collections.abc import Callable

import pytest
from sphinx.errors import ExtensionError

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node typesets the formulas")
FORMULA = "# Page\n\nInline $W^\\top$ and\n\n$$\na &= b \\\\ &= c\n$$ (eq)\n\nSee {eq}`eq`.\n"


@needs_node
def test_formulas_are_typeset_during_the_build(build_page: Callable) -> None:
    """A page holds finished HTML and MathML, and asks for no script of KaTeX."""
    page, warnings = build_page(FORMULA, "katex_build")
    assert warnings == ""
    assert page.count('<span class="katex">') == 2
    assert "<math " in page
    assert "katex.min.css" in page
    assert "katex.min.js" not in page


@needs_node
def test_bad_formulas_are_warnings_at_their_places(build_page: Callable) -> None:
    """What KaTeX refuses is reported with file and line, and with the formula; the rest is not."""
    bad = [r"\frac{a}", r"\unknown", r"\left( a", "a & b", "a % b"]
    page, warnings = build_page("\n\n".join(f"$${tex}$$" for tex in ["a", *bad]), "katex_build")
    for number, tex in enumerate(bad, start=1):
        line = 2 * number + 1
        assert [1 for text in warnings.splitlines() if f"index.md:{line}: WARNING" in text] == [1]
        assert f"in: {tex}" in warnings
    assert page.count("katex-error") == len(bad)


def test_without_node_the_browser_typesets(
    build_page: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without node a page holds the sources and loads the vendored script."""
    katex_build = importlib.import_module("katex_build")
    monkeypatch.setattr(katex_build.shutil, "which", lambda _: None)
    page, warnings = build_page(FORMULA, "katex_build")
    assert warnings == ""
    assert "katex.min.js" in page
    assert "katex_fallback.js" in page
    assert r"\begin{aligned}a &amp;= b \\ &amp;= c\end{aligned}" in page


@pytest.mark.parametrize(("extensions", "count"), [((), 2), (("equation_ids",), 1)])
def test_equations_have_one_id(
    build_page: Callable, extensions: tuple[str, ...], count: int
) -> None:
    """The theme gives an equation's id twice; with the extension it stands once."""
    page, _ = build_page(FORMULA, *extensions, theme="furo")
    assert page.count('id="equation-eq"') == count


LOADS = [
    '<script src="https://example.org/a"></script>',
    '<link rel="stylesheet" href="//example.org/a">',
    '<img alt="x" src="http://example.org/a">',
    "<style>@import url(https://example.org/a);</style>",
]


@pytest.mark.usefixtures("site_extensions")
def test_loads_are_told_from_links() -> None:
    """Scripts, styles and images are loads; a link, a canonical address and a namespace are not."""
    external_loads = importlib.import_module("self_contained").external_loads
    for load in LOADS:
        (address,) = set(external_loads("a.html", load))
        assert address.endswith("//example.org/a")
    for link in (
        '<a href="https://example.org/">there</a>',
        '<link rel="canonical" href="https://example.org/">',
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        '<script src="_static/a.js"></script>',
    ):
        assert list(external_loads("a.html", link)) == []
    assert list(external_loads("a.css", "b { background: url('https://example.org/c') }")) != []


def test_external_load_stops_the_build(build_page: Callable) -> None:
    """A page that would load from elsewhere is refused, with its name and the address."""
    with pytest.raises(ExtensionError, match=r"index\.html: https://example\.org/a"):
        build_page(f"# Page\n\n{LOADS[0]}\n", "self_contained")


@pytest.mark.usefixtures("site_extensions")
def test_docstring_formulas_are_escaped() -> None:
    """Signs of formulas are escaped in prose, and left alone in literals, roles and examples."""
    plain = importlib.import_module("plain_docstrings").plain
    lines = [
        "max |f'(a)|, s**m and h_, with ``|x|`` and :func:`f_`.",
        ">>> 2**3 | 1",
        "9",
        "",
        "x_1",
    ]
    assert plain(lines) == [
        r"max \|f'(a)\|, s\*\*m and h\_, with ``|x|`` and :func:`f_`.",
        ">>> 2**3 | 1",
        "9",
        "",
        "x_1",
    ]
