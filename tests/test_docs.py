"""The pages hold the examples that they are thought to hold, and every page can be reached."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"

# Sybil collects `{code-cell} python` and `python` fences, and passes over these in silence.
SKIPPED_FORM = re.compile(
    r"^[ \t]*(?:`{3,}|~{3,}|:{3,})(?:\{code-cell\}[ \t]*(?:ipython3?)?|pycon|ipython3?)[ \t]*$",
    re.MULTILINE,
)
TOCTREE = re.compile(r"^```\{toctree\}[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)

# How many examples the tests find on each page that has any.  Change a number on purpose only.
EXAMPLES = {
    "README.md": 11,
    "docs/guides/digits.md": 8,
    "docs/reference/sphinxext.md": 1,
    "docs/theory/jacobian_product.md": 13,
    "docs/theory/local_jacobian.md": 10,
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
