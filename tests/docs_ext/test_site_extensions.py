"""The site's own extensions typeset, warn and refuse as the pages rely on."""

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

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


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Return a folder that holds a small package named ``room``."""
    folder = tmp_path / "room"
    folder.mkdir()
    source = '"""One idea\nin two lines.\n\nMore."""\n__all__ = ["a", "b"]\n'
    (folder / "one.py").write_text(source, encoding="utf-8")
    (folder / "_two.py").write_text("x = 1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("site_extensions")
def test_module_table_reads_sentence_and_names(room: Path) -> None:
    """The table takes a module's first sentence and its literal list of names, private ones not."""
    table = importlib.import_module("module_table")
    assert list(table.modules_of("room", room)) == [
        table.Module("room.one", "One idea in two lines.", ("a", "b"))
    ]


def test_module_table_links_full_entries_only(build_page: Callable) -> None:
    """A module with a full entry is linked, another is plain text, and neither is a warning."""
    entry = "```{eval-rst}\n.. py:module:: rnnmath.errors\n```\n"
    page, warned = build_page(f"# Page\n\n{entry}\n```{{modules}} rnnmath\n```\n", "module_table")
    assert warned == ""
    assert 'href="#module-rnnmath.errors"' in page
    assert "BadDerivation" in page
    assert ">claim</span>" in page
    assert 'href="#module-rnnmath.claim"' not in page


@pytest.mark.usefixtures("site_extensions")
def test_long_rooms_are_measured(room: Path) -> None:
    """A module counts above 250 lines, a function above 30 of code; a docstring does not count."""
    rooms = importlib.import_module("long_rooms")
    assert rooms.long_modules(room) == rooms.long_functions(room) == []
    wordy = 'def wordy():\n    """Law.' + "\n" * 40 + '    """\n    return 1\n'
    busy = "def busy():\n" + "    x = 1\n" * 31
    (room / "long.py").write_text(wordy + busy + "y = 1\n" * 180, encoding="utf-8")
    assert rooms.long_functions(room) == [("busy() in long.py", 31)]
    assert rooms.long_modules(room) == [("long.py", 255)]


def test_bibliography_is_a_list(build_page: Callable) -> None:
    """The entries of a bibliography are items of its list."""
    text = "# Page\n\nSee [Key]_.\n\n.. [Key] A book.\n"
    page, _ = build_page("# Page\n\n```{eval-rst}\n" + text[8:] + "```\n", "accessible")
    assert 'role="list"' in page
    assert 'role="listitem"' in page
    assert "doc-biblioentry" not in page


def test_captions_of_the_navigation_have_a_level(build_page: Callable) -> None:
    """A caption that is announced as a heading says of which level."""
    page, _ = build_page(
        "# Page\n\n```{toctree}\n:caption: Part\n\nPage <https://example.org/>\n```\n",
        "accessible",
        theme="furo",
    )
    assert page.count('class="caption" role="heading" aria-level="2"') == 1
