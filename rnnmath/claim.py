"""The records that the theory fills and the verification reads.

A :class:`Claim` is data: what is stated, under which hypotheses, how it is derived, which false
variants must be refuted, where it comes from.  An :class:`Evidence` is what the bench computed
about it; nobody types one.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from rnnmath.errors import DomainError
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.tidy import same

__all__ = [
    "DERIVED_HERE",
    "Claim",
    "Draw",
    "Evidence",
    "Hypothesis",
    "Kind",
    "Mutant",
    "Source",
    "Status",
    "Tally",
    "Verdict",
    "Witness",
    "cite",
]


class Kind(StrEnum):
    """What sort of sentence a claim is, and so what decides it."""

    IDENTITY = "identity"
    BOUND = "bound"
    LIMIT = "limit"
    WITNESS = "witness"
    STATISTICAL = "statistical"
    COUNT = "count"
    EXPERIMENT = "experiment"


class Verdict(StrEnum):
    """The three outcomes of a check; ``undecided`` counts as red."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"


class Status(StrEnum):
    """How far a claim has come; computed, never typed."""

    STATED = "stated"
    DERIVED = "derived"
    TESTED = "tested"
    CLOSED = "closed"


@dataclass(frozen=True)
class Source:
    """Where a claim comes from.

    Parameters
    ----------
    key : str
        Key in ``docs/references.bib``; empty for "derived here".
    place : str
        Equation, theorem or section number.
    checked : bool
        Whether the number was looked up; else the page says "equation number not checked".
    """

    key: str
    place: str
    checked: bool = False

    def __str__(self) -> str:
        if not self.key:
            return self.place
        return f"{self.key}, {self.place}{'' if self.checked else ' (equation number not checked)'}"


DERIVED_HERE = Source("", "derived here", checked=True)


@dataclass(frozen=True)
class Draw:
    """A way to draw cases: the name of a strategy of the bench and its options, plain data."""

    strategy: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))


@dataclass(frozen=True)
class Witness:
    """An explicit case that breaks a statement once a hypothesis is dropped.

    Parameters
    ----------
    note : str
        What goes wrong, in one sentence.
    case : Draw
        The case.
    says : Statement or None
        The statement that fails on it; None means the claim's own statements.
    """

    note: str
    case: Draw
    says: Statement | None = None


@dataclass(frozen=True)
class Hypothesis:
    """What a claim supposes.

    Parameters
    ----------
    says : str
        The hypothesis in words, with ``$...$`` for formulas.
    condition : Statement or None
        The same, decidable on a case; None where the drawn cases satisfy it by construction.
    witness : Witness or None
        What breaks when it is dropped; None where the hypothesis only fixes the setting, as an
        order of times does.
    """

    says: str
    condition: Statement | None = None
    witness: Witness | None = None


@dataclass(frozen=True)
class Mutant:
    """A false variant of a claim, which the bench must refute.

    Parameters
    ----------
    note : str
        The variant in words.
    says : Statement
        The false statement, of the claim's own shape.
    draws : tuple of Draw
        The regime in which it is refuted; empty means the claim's own draws.
    given : tuple of Statement
        Hypotheses of the variant, in place of the claim's; empty means the claim's own.
    """

    note: str
    says: Statement
    draws: tuple[Draw, ...] = ()
    given: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One claim of the theory.

    Parameters
    ----------
    id : str
        Permanent slug.
    kind : Kind
        What sort of sentence it is.
    title : str
        One short line.
    says : tuple of Statement
        The statements; the claim holds when every one holds on every admissible case.
    given : tuple of Hypothesis
        The hypotheses.
    derive : callable
        Returns one derivation for each statement, in order; none for an experiment.
    draws : tuple of Draw
        Where cases come from.
    mutants : tuple of Mutant
        False variants that the bench must refute.
    source : Source
        Paper and place, or ``DERIVED_HERE``.
    chapter : str
        Module of the theory and page of the site, as a path: ``vanishing/gates``.
    formal : str
        Name of the theorem in Lean's mathlib, where one exists.
    """

    id: str
    kind: Kind
    title: str
    says: tuple[Statement, ...]
    derive: Callable[[], tuple[Derivation, ...]] = field(repr=False, compare=False)
    draws: tuple[Draw, ...]
    mutants: tuple[Mutant, ...]
    source: Source
    chapter: str
    given: tuple[Hypothesis, ...] = ()
    formal: str = ""

    @property
    def page(self) -> str:
        """Document name of the page, relative to the site's root."""
        return f"theory/{self.chapter}"


def _granted(condition: Statement, given: tuple[Statement, ...]) -> bool:
    """Tell whether a hypothesis of a cited claim follows from what the derivation supposes."""
    if condition.relation == Relation.AT_MOST and condition.lhs.is_integer:
        return not_before(condition.rhs, condition.lhs, given)
    return condition in given


def cite(claim: Claim, index: int = 0, *, names: Mapping[Any, Any] | None = None) -> Rule:
    """Return a claim's statement as a rule for later derivations, with its names replaced.

    Parameters
    ----------
    claim : Claim
        The claim that is used.
    index : int
        Which of its statements.
    names : mapping
        What to put in for the statement's symbols, all at once.

    Raises
    ------
    DomainError
        If the claim is an experiment, which is evidence for no other claim.

    Examples
    --------
    >>> from rnnmath.theory.local_jacobian import LOCAL_JACOBIAN
    >>> cite(LOCAL_JACOBIAN).claim
    'local-jacobian'
    """
    if claim.kind == Kind.EXPERIMENT:
        msg = f"{claim.id!r} is an experiment: what one run showed proves nothing; cite a theorem"
        raise DomainError(msg)
    statement, replaced = claim.says[index], dict(names or {})

    def justify(focus: Any, result: Any, step: Step) -> bool:
        return (
            same(focus, statement.lhs.xreplace(replaced))
            and same(result, statement.rhs.xreplace(replaced))
            and all(
                _granted(hypothesis.condition.renamed(replaced), step.given)
                for hypothesis in claim.given
                if hypothesis.condition is not None
            )
        )

    return Rule(claim.id, "", statement.relation, justify, claim.id)


@dataclass(frozen=True)
class Tally:
    """So many of so many: mutants killed, hypotheses shown necessary."""

    total: int
    reached: int


@dataclass(frozen=True)
class Evidence:
    """What the bench found out about one claim.

    Attributes
    ----------
    derived : bool or None
        Every step of every derivation replays, and each ends in its statement; None for an
        experiment, which is measured and not derived.
    exact : bool or None
        Both sides agree exactly on every case in rational arithmetic; None for a bound.
    error_probability : float or None
        Bound on the chance that a false identity passes all cases (Schwartz-Zippel), or that any
        of the drawn enclosures of a statistical claim misses its number (union bound).
    enclosed : bool or None
        Every inequality was decided by rigorous enclosures; None for an identity.
    gradients : mapping or None
        Agreement with complex step and central differences, or None where nothing is observed.
    tightness : mapping or None
        Largest and median of lhs / rhs over the decided cases of a bound.
    """

    id: str
    chapter: str
    title: str
    kind: Kind
    verdict: Verdict
    status: Status
    derived: bool | None
    exact: bool | None
    error_probability: float | None
    enclosed: bool | None
    gradients: Mapping[str, float] | None
    tightness: Mapping[str, float] | None
    drawn: int
    admissible: int
    decided: int
    mutants: Tally
    hypotheses: Tally
    uses: tuple[str, ...]
    source: str
    page: str
    seed: int
    trouble: tuple[str, ...] = ()

    @property
    def green(self) -> bool:
        """Tell whether nothing about the claim is red."""
        return self.verdict == Verdict.HOLDS and not self.trouble

    def to_json(self) -> dict[str, Any]:
        """Return plain data for a JSON record."""
        record = asdict(self)
        record["mutants"] = {"total": self.mutants.total, "killed": self.mutants.reached}
        record["hypotheses"] = {
            "total": self.hypotheses.total,
            "necessary": self.hypotheses.reached,
        }
        record["trouble"] = list(self.trouble)
        record["uses"] = list(self.uses)
        return record
