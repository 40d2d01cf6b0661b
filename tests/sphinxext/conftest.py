"""Small Sphinx projects with a small ledger, so that a build takes a second."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sympy import MatrixSymbol

from rnnmath.claim import (
    DERIVED_HERE,
    Claim,
    Draw,
    Evidence,
    Hypothesis,
    Kind,
    Mutant,
    Source,
    Status,
    Tally,
    Verdict,
    Witness,
)
from rnnmath.errors import UnknownClaim
from rnnmath.sphinxext import card, domain, evidence, ledger
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.norms import SpectralNorm

A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
PRODUCT = SpectralNorm(A * B)
FACTORS = SpectralNorm(A) * SpectralNorm(B)
RULE = Rule("stretch twice", r"\|AB\|\le\|A\|\,\|B\|", Relation.AT_MOST, lambda *_: True, "small")

SMALL = Claim(
    id="small",
    kind=Kind.BOUND,
    title="Stretching twice with $A$ and $B$",
    says=(Statement(PRODUCT, Relation.AT_MOST, FACTORS),),
    derive=lambda: (Derivation(PRODUCT).then(RULE, PRODUCT, FACTORS),),
    draws=(),
    mutants=(Mutant("equal, not at most", Statement(PRODUCT, Relation.EQUAL, FACTORS)),),
    source=Source("somebook", "Eq. (5)"),
    chapter="page",
    given=(
        Hypothesis("$A$ is real"),
        Hypothesis("a spare one", witness=Witness("all breaks", Draw("none"))),
    ),
)
OTHER = replace(SMALL, id="other", title="Another", source=DERIVED_HERE, mutants=(), given=())

GREEN = Evidence(
    id="small",
    chapter="page",
    title=SMALL.title,
    kind=Kind.BOUND,
    verdict=Verdict.HOLDS,
    status=Status.CLOSED,
    derived=True,
    exact=None,
    error_probability=None,
    enclosed=True,
    gradients={"complex_step": 3e-16, "central_difference": 2e-9, "checked": 4.0, "ulps": 1.5},
    tightness={"largest": 1.0, "median": 0.25},
    drawn=20,
    admissible=17,
    decided=17,
    mutants=Tally(1, 1),
    hypotheses=Tally(1, 1),
    uses=("other",),
    source="somebook, Eq. (5)",
    page="theory/page",
    seed=0,
)
OTHER_GREEN = replace(
    GREEN, id="other", uses=(), mutants=Tally(0, 0), hypotheses=Tally(0, 0), decided=3
)


@dataclass(frozen=True)
class Built:
    """A finished build: the text of each page, and what was said on the way."""

    html: dict[str, str]
    warnings: str
    status: str


@pytest.fixture
def small() -> Claim:
    """Return the claim whose id is ``small``."""
    return SMALL


@pytest.fixture
def small_ledger(monkeypatch: pytest.MonkeyPatch) -> list[Evidence]:
    """Put two claims in the place of the ledger; the list is what verification will find."""
    claims = {"small": SMALL, "other": OTHER}
    found = [GREEN, OTHER_GREEN]

    def find(claim_id: str) -> Claim:
        if claim_id in claims:
            return claims[claim_id]
        msg = f"no claim {claim_id!r}; did you mean small?"
        raise UnknownClaim(msg)

    def verify(**options: object) -> tuple[Evidence, ...]:
        del options
        return tuple(found)

    for room in (card, domain):
        monkeypatch.setattr(room, "find", find)
    for room in (evidence, ledger):
        monkeypatch.setattr(room, "ledger", lambda: tuple(claims.values()))
    monkeypatch.setattr(evidence, "verify", verify)
    return found


@pytest.fixture
def build(tmp_path: Path, small_ledger: list[Evidence]) -> Callable[..., Built]:
    """Return a function that builds a project from the texts of its pages."""
    del small_ledger

    def run(*, parallel: int = 1, **pages: str) -> Built:
        source, out = tmp_path / "source", tmp_path / "out"
        source.mkdir(exist_ok=True)
        for name, text in pages.items():
            (source / f"{name}.md").write_text(text, encoding="utf-8")
        said, warned = io.StringIO(), io.StringIO()
        settings = {
            "extensions": ["myst_parser", "rnnmath.sphinxext"],
            "suppress_warnings": ["toc.not_included"],
        }
        with patch_docutils(str(source)), docutils_namespace():
            app = Sphinx(
                source,
                None,
                out,
                tmp_path / "doctrees",
                "html",
                settings,
                status=said,
                warning=warned,
                freshenv=False,
                parallel=parallel,
            )
            app.build()
        html = {name: (out / f"{name}.html").read_text(encoding="utf-8") for name in pages}
        return Built(html, warned.getvalue(), said.getvalue())

    return run
