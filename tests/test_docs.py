"""The pages hold the examples that they are thought to hold, and every page can be reached."""

import importlib.util
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

import rnnmath
from rnnmath.claim import Claim
from rnnmath.verify import CHAPTERS, ledger

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"

# Sybil collects `{code-cell} python` and `python` fences, and passes over these in silence.
SKIPPED_FORM = re.compile(
    r"^[ \t]*(?:`{3,}|~{3,}|:{3,})(?:\{code-cell\}[ \t]*(?:ipython3?)?|pycon|ipython3?)[ \t]*$",
    re.MULTILINE,
)
CELL = re.compile(r"^```\{code-cell\} python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CARD = re.compile(r"^`{3,}\{claim\}[ \t]+(\S+)[ \t]*$", re.MULTILINE)
FENCED = re.compile(r"^(`{4,})[^`\n]*\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^##[ \t]+(.+)$", re.MULTILINE)
AUTOMODULE = re.compile(r"^\.\. automodule:: (\S+)$", re.MULTILINE)
MODULES = re.compile(r"^```\{modules\} (\S+)$", re.MULTILINE)
TOCTREE = re.compile(r"^```\{toctree\}[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)

# How many examples the tests find on each page that has any.  Change a number on purpose only.
EXAMPLES = {
    "README.md": 11,
    "docs/contributing.md": 2,
    "docs/counterexamples.md": 33,
    "docs/guides/digits.md": 8,
    "docs/guides/proven_norms.md": 9,
    "docs/guides/speed.md": 6,
    "docs/reference/sphinxext.md": 1,
    "docs/theory/beyond/attention_law.md": 7,
    "docs/theory/beyond/forget_gates.md": 11,
    "docs/theory/beyond/looseness.md": 7,
    "docs/theory/beyond/lyapunov.md": 11,
    "docs/theory/beyond/nonnormality.md": 9,
    "docs/theory/beyond/sensitivity.md": 7,
    "docs/theory/beyond/truncation.md": 8,
    "docs/theory/eigenvalue_intuition.md": 13,
    "docs/theory/experiments.md": 12,
    "docs/theory/exploding.md": 10,
    "docs/theory/jacobian_product.md": 13,
    "docs/theory/local_jacobian.md": 10,
    "docs/theory/long_term.md": 10,
    "docs/theory/norm_bound.md": 17,
    "docs/theory/spectral_norm.md": 14,
    "docs/theory/three_problems.md": 9,
    "docs/theory/vanishing/activation_choice.md": 9,
    "docs/theory/vanishing/attention.md": 7,
    "docs/theory/vanishing/gates.md": 15,
    "docs/theory/vanishing/initialization.md": 8,
}


def page_names() -> list[str]:
    """Name every page by its path from the root of the repository."""
    pages = [path for path in DOCS.rglob("*.md") if "_build" not in path.parts]
    return sorted(path.relative_to(ROOT).as_posix() for path in [*pages, ROOT / "README.md"])


def root_conftest() -> ModuleType:
    """Load the conftest of the root once more, to ask its Sybils what they find."""
    spec = importlib.util.spec_from_file_location("root_conftest", ROOT / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def count_examples(path: Path) -> int:
    """Count what the tests would run on a page."""
    conftest = root_conftest()
    sybil = conftest.front if path.name == "README.md" else conftest.pages
    return len(list(sybil.parse(path).examples()))


def skipped_forms(text: str) -> list[str]:
    """Return the openings of code blocks that would not be collected."""
    return [match.group().strip() for match in SKIPPED_FORM.finditer(text)]


def reachable(documents: dict[str, str], start: str = "index") -> set[str]:
    """Return the documents that toctrees lead to, given the text of each document by its name."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in documents:
            continue
        seen.add(name)
        folder = name.rpartition("/")[0]
        for block in TOCTREE.findall(documents[name]):
            lines = [line.strip() for line in block.splitlines()]
            entries = [line for line in lines if line and not line.startswith(":")]
            waiting += [f"{folder}/{entry}" if folder else entry for entry in entries]
    return seen


@pytest.mark.parametrize("name", page_names())
def test_page_uses_collected_forms_only(name: str) -> None:
    """No page writes a code block in a form that the tests pass over."""
    assert skipped_forms((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "opening",
    ["```{code-cell}", "```{code-cell} ipython3", "```pycon", ":::{code-cell} ipython", "~~~pycon"],
)
def test_skipped_forms_are_seen(opening: str) -> None:
    """The search finds each form that it is there for, and leaves the collected ones alone."""
    assert skipped_forms(f"text\n\n{opening}\n1 / 0\n```\n") == [opening]
    assert skipped_forms("```{code-cell} python\n1\n```\n```python\n1\n```\n") == []


def test_examples_of_each_page_are_pinned() -> None:
    """Each page holds exactly the number of examples that is written down here."""
    found = {name: count_examples(ROOT / name) for name in page_names()}
    assert {name: count for name, count in found.items() if count} == EXAMPLES


def test_count_of_examples_can_fail(tmp_path: Path) -> None:
    """A cell in a form that is not collected lowers the count."""
    text = "```python\n>>> 1 + 1\n2\n```\n\n```{code-cell} python\nassert True\n```\n"
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert count_examples(page) == 2
    page.write_text(text.replace("} python", "} ipython3"), encoding="utf-8")
    assert count_examples(page) == 1


def undescribed(text: str) -> list[str]:
    """Return the first line of each cell that draws without a description of its figure."""
    cells = CELL.findall(text)
    return [cell.splitlines()[0] for cell in cells if "plt.subplot" in cell and "alt:" not in cell]


@pytest.mark.parametrize("name", page_names())
def test_every_figure_is_described(name: str) -> None:
    """Each cell that draws says in words what is to be seen."""
    assert undescribed((ROOT / name).read_text(encoding="utf-8")) == []


def test_figures_without_words_are_seen() -> None:
    """A drawing cell without alt text is found, one with it is not."""
    drawing = "fig, axes = plt.subplots()\n"
    described = "---\nmystnb:\n  image:\n    alt: a line\n---\n" + drawing
    cell = "```{{code-cell}} python\n{}```\n".format
    assert undescribed(cell(described) + cell("1 + 1\n")) == []
    assert undescribed(cell(described) + cell(drawing)) == [drawing.strip()]


def test_every_page_is_in_a_toctree() -> None:
    """Every page can be reached from the index."""
    documents = {
        path.relative_to(DOCS).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in DOCS.rglob("*.md")
        if "_build" not in path.parts
    }
    assert set(documents) - reachable(documents) == set()


def test_orphans_are_seen() -> None:
    """A page that no toctree names is not reachable, however often it is linked."""
    documents = {
        "index": "{doc}`lost`\n\n```{toctree}\n:hidden:\n\na/index\n```\n",
        "a/index": "```{toctree}\nb\n```\n",
        "a/b": "text",
        "lost": "text",
    }
    assert set(documents) - reachable(documents) == {"lost"}


def theory_pages() -> dict[str, str]:
    """Return the text of each page of the theory, by its document name."""
    pages = sorted((DOCS / "theory").rglob("*.md"))
    return {
        path.relative_to(DOCS).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in pages
    }


def cards(text: str) -> list[str]:
    """Return the ids of the cards on a page; what a page shows as source is no card."""
    return CARD.findall(FENCED.sub("", text))


def misplaced(claims: Iterable[Claim], pages: dict[str, str]) -> set[tuple[str, str, int]]:
    """Return each claim and page where the number of cards is not what it should be."""
    wanted = Counter((claim.id, claim.page) for claim in claims if claim.page in pages)
    found = Counter((card, page) for page, text in pages.items() for card in cards(text))
    return {(*place, found[place]) for place in wanted | found if wanted[place] != found[place]}


def rhythm_faults(text: str) -> list[str]:
    """Return what a page of the theory lacks: its question first, its counts last."""
    faults = []
    headings = HEADING.findall(text)
    if headings[:1] != ["Question"]:
        faults.append(f"opens with {headings[:1]}, not with its question")
    if not text.rstrip().endswith("```{checks}\n```"):
        faults.append("does not end with {checks}")
    return faults


def undocumented(modules: Iterable[str], reference: str) -> set[str]:
    """Return the modules with neither a full entry nor a package whose table lists them."""
    entries, packages = set(AUTOMODULE.findall(reference)), MODULES.findall(reference)
    return {
        name
        for name in modules
        if name not in entries and not any(f"{name}.".startswith(f"{room}.") for room in packages)
    }


def module_names() -> set[str]:
    """Name every public module of the package."""
    paths = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / "rnnmath").rglob("*.py"))
    dotted = (path.parent if path.name == "__init__" else path for path in paths)
    names = {".".join(path.parts) for path in dotted}
    return {name for name in names if not any(part.startswith("_") for part in name.split("."))}


def test_every_claim_has_one_card_on_its_page() -> None:
    """Each claim of the ledger has exactly one card, on the page that it names."""
    assert misplaced(ledger(), theory_pages()) == set()


def test_every_chapter_has_its_page() -> None:
    """The chapters of the ledger and the pages of the theory are the same."""
    assert {f"theory/{chapter}" for chapter in CHAPTERS} == set(theory_pages())


def test_misplaced_cards_are_seen() -> None:
    """A missing card, a second one and one on the wrong page are each reported."""
    first, second = (claim for claim in ledger() if claim.id in ("chain", "local-jacobian"))
    card = "```{{claim}} {}\n```\n".format
    shown_only = "````markdown\n" + card("local-jacobian") + "````\n"
    pages = {first.page: card("chain") + shown_only, second.page: card("local-jacobian")}
    assert misplaced((first, second), pages) == set()
    pages[first.page] *= 2
    assert misplaced((first, second), pages) == {("chain", first.page, 2)}
    pages[first.page] = card("local-jacobian")
    assert misplaced((first, second), pages) == {
        ("chain", first.page, 0),
        ("local-jacobian", first.page, 1),
    }


@pytest.mark.parametrize("name", theory_pages())
def test_theory_pages_ask_first_and_count_last(name: str) -> None:
    """A page of the theory opens with its question and ends with the counts of its checks."""
    assert rhythm_faults(theory_pages()[name]) == []


def test_broken_rhythm_is_seen() -> None:
    """A page that answers before it asks, or goes on after its counts, is reported."""
    good = "# Title\n\n## Question\n\ntext\n\n## Objects\n\n```{checks}\n```\n"
    assert rhythm_faults(good) == []
    assert len(rhythm_faults(good.replace("Question", "Claim"))) == 1
    assert len(rhythm_faults(good + "more\n")) == 1
    assert len(rhythm_faults("# Title\n")) == 2


def test_reference_lists_every_module() -> None:
    """No public module of the package is missing from the reference."""
    pages = sorted((DOCS / "reference").glob("*.md"))
    reference = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    assert undocumented(module_names(), reference) == set()


def test_front_door_page_lists_the_front_door() -> None:
    """The page of the front door has a row for each public name, and for nothing else."""
    text = (DOCS / "reference" / "front_door.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    names = [name for row in rows for name in re.findall(r"`rnnmath\.(\w+)`", row)]
    assert sorted(names) == sorted(rnnmath.__all__)


def test_missing_modules_are_seen() -> None:
    """A module counts by its own entry or by the table of a package around it, not by a prefix."""
    reference = "```{modules} rnnmath.sym\n```\n.. automodule:: rnnmath.claim\n"
    modules = {"rnnmath.claim", "rnnmath.sym", "rnnmath.sym.a.b", "rnnmath.symbolic"}
    assert undocumented(modules, reference) == {"rnnmath.symbolic"}
    assert {"rnnmath", "rnnmath.theory.stretch", "rnnmath.numeric.exact"} <= module_names()
