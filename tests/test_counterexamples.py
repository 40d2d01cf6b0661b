"""Each false sentence on its page has a source, a claim that is true instead, and a cell."""

import re
from pathlib import Path

import pytest

from rnnmath.verify import find, ledger

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = (DOCS / "counterexamples.md").read_text(encoding="utf-8")
KEYS = set(re.findall(r"^@\w+\{([^,\s]+),", (DOCS / "references.bib").read_text("utf-8"), re.M))
IDS = {claim.id for claim in ledger()}

FEWEST = 18

CELL = re.compile(r"^```\{code-cell\} python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^\((ce-[a-z-]+)\)=\n### (\d+)\. (.+?)\n(.*?)(?=^\(ce-|^## |\Z)", re.M | re.S)
ROW = re.compile(r"^\| \[(\d+)\]\(#(ce-[a-z-]+)\) \| \S.* \| \S.* \|$", re.MULTILINE)
REFUTED = re.compile(r"\brefute\(\s*\"([^\"]+)\",\s*\"([^\"]+)\",?\s*\)")

GOOD = """(ce-radius)=
### 1. Title

> "A sentence."

**Source.** {cite:t}`pascanu2013`.

**Counterexample.** Small.

```{code-cell} python
assert 1 + 1 == 2

refute("chain", "one factor too many")
```

**True instead.** {claim}`chain`.
"""


def entries(text: str) -> list[tuple[str, int, str]]:
    """Return the anchor, the number and the body of each entry, in the order of the page."""
    return [(anchor, int(number), body) for anchor, number, _, body in ENTRY.findall(text)]


def entry_faults(body: str) -> list[str]:
    """Return what an entry lacks."""
    prose, cells = CELL.sub("", body), CELL.findall(body)
    source = re.search(r"^\*\*(Source\.|Often said[.,])\*\*.*?(?=^\*\*|\Z)", prose, re.M | re.S)
    cited = re.findall(r"\{cite:[a-z]+\}`([^`]+)`", source.group()) if source else []
    _, _, instead = prose.partition("**True instead.**")
    linked = re.findall(r"\{claim\}`([^`]+)`", instead)
    tried = [pair for cell in cells for pair in REFUTED.findall(cell)]
    known = [
        claim_id in IDS and note in {mutant.note for mutant in find(claim_id).mutants}
        for claim_id, note in tried
    ]
    faults = {
        "no sentence": not re.search(r'^> ".+"$', prose, re.MULTILINE),
        "no source": source is None,
        "a named source without a reference": "**Source.**" in prose and not cited,
        "an unknown reference": not set(cited) <= KEYS,
        "no counterexample": "**Counterexample.**" not in prose,
        "no claim": not linked,
        "an unknown claim": not set(linked) <= IDS,
        "no cell": not cells,
        "nothing asserted": not any(re.search(r"^ *assert ", cell, re.M) for cell in cells),
        "nothing refuted": not tried,
        "an unknown mutant": not all(known),
    }
    return [fault for fault, found in faults.items() if found]


def listing_faults(text: str) -> list[str]:
    """Return where the table at the top and the entries disagree."""
    listed = [(anchor, int(number)) for number, anchor in ROW.findall(text)]
    found = [(anchor, number) for anchor, number, _ in entries(text)]
    faults = [] if listed == found else ["the table is not the list of the entries"]
    if [number for _, number in found] != list(range(1, len(found) + 1)):
        faults.append("the numbers have a gap")
    if len(found) != len(re.findall(r"^### ", text, re.MULTILINE)):
        faults.append("a section is no entry")
    return faults


@pytest.mark.parametrize("entry", entries(PAGE), ids=lambda entry: entry[0])
def test_entry_is_complete(entry: tuple[str, int, str]) -> None:
    """An entry has its sentence, a source, a counterexample, a cell and a claim that exists."""
    assert entry_faults(entry[2]) == []


def test_table_lists_every_entry() -> None:
    """The table at the top lists the entries, each once and in order, and there are enough."""
    assert listing_faults(PAGE) == []
    assert len(entries(PAGE)) >= FEWEST


def test_no_variant_is_refuted_twice() -> None:
    """Each entry refutes a variant of its own: two entries are two mistakes."""
    tried = REFUTED.findall(PAGE)
    assert len(tried) == len(set(tried)) == len(entries(PAGE))


def test_complete_entry_is_accepted() -> None:
    """The entry that the next test breaks has no fault of its own."""
    ((_, _, body),) = entries(GOOD)
    assert entry_faults(body) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('> "A sentence."', "A sentence.", "no sentence"),
        ("**Source.** {cite:t}`pascanu2013`.", "", "no source"),
        ("{cite:t}`pascanu2013`", "A book", "a named source without a reference"),
        ("pascanu2013", "nobody1900", "an unknown reference"),
        ("**Counterexample.**", "", "no counterexample"),
        ("{claim}`chain`", "the chain rule", "no claim"),
        ("{claim}`chain`", "{claim}`chian`", "an unknown claim"),
        ("{code-cell} python", "python", "no cell"),
        ("assert 1 + 1 == 2", "1 + 1", "nothing asserted"),
        ('refute("chain", "one factor too many")', "", "nothing refuted"),
        ("one factor too many", "one factor to many", "an unknown mutant"),
    ],
)
def test_incomplete_entry_is_seen(old: str, new: str, fault: str) -> None:
    """An entry that lacks a part is reported for just that."""
    assert old in GOOD
    ((_, _, body),) = entries(GOOD.replace(old, new))
    assert fault in entry_faults(body)


def test_wrong_listing_is_seen() -> None:
    """A row for no entry, an entry without a row, a gap and a section of another form are seen."""
    row = "| [1](#ce-radius) | A sentence. | small |\n\n"
    assert listing_faults(row + GOOD) == []
    assert len(listing_faults(GOOD)) == 1
    assert len(listing_faults(row.replace("radius", "norm") + GOOD)) == 1
    assert len(listing_faults((row + GOOD).replace("[1]", "[2]").replace("### 1", "### 2"))) == 1
    assert len(listing_faults(row + GOOD + "\n### Two. No entry\n")) == 1
