"""The parts of a proof are numbered by the lines that rest on them, and none is lost."""

from sympy import MatrixSymbol

from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.derivation.parts import parts
from rnnmath.verify import ledger

A, B, C, v = (MatrixSymbol(name, 2, 2) for name in "ABCv")
PLAIN, LEANING = (
    Rule(name, "", Relation.EQUAL, lambda *_: True) for name in ("plain", "least upper bound")
)
BOTH = Rule("both ways", "", Relation.EQUAL, lambda *_: True)


def count(derivation: Derivation) -> int:
    """Count a chain and all below it."""
    below = (premise for step in derivation.steps for premise in step.premises)
    return 1 + sum(count(premise) for premise in below)


def test_every_premise_of_the_ledger_is_a_part() -> None:
    """Each chain of each proof stands in one part; only a repeated one stands for those below."""
    for claim in ledger():
        for derivation in claim.derive():
            read = list(parts(derivation))
            below = sum(count(part.chain) - 1 for part in read if part.repeats is not None)
            assert len(read) + below == count(derivation)
            assert len({part.number for part in read}) == len(read)


def test_count_of_parts_can_fail() -> None:
    """A premise more is a part more."""
    premise = Derivation(A).then(PLAIN, A, B)
    chain = Derivation(A).then(BOTH, A, B, (premise, Derivation(B).then(PLAIN, B, A)))
    assert count(chain) == 3
    assert count(chain.then(LEANING, B, C, (premise,))) == 4


def test_numbers_follow_the_lines() -> None:
    """Premises count on over the lines of a chain, and each line points at its own."""
    inner = Derivation(A).then(LEANING, A, B, (Derivation(A * v).then(PLAIN, A * v, B * v),))
    chain = Derivation(A).then(PLAIN, A, C).then(BOTH, C, B, (inner, inner)).then(PLAIN, B, A)
    top, first, deep, again = parts(chain, (2,))
    assert top.beside == ("plain", "both ways, parts 2.1 and 2.2", "plain")
    assert (first.number, first.role) == ((2, 1), "at most")
    assert first.beside == ("least upper bound, part 2.1.1",)
    assert (deep.number, deep.role) == ((2, 1, 1), "for an arbitrary $v$")
    assert (again.number, again.role, again.repeats) == ((2, 2), "at least", (2, 1))


def test_a_part_names_what_it_supposes_beyond_its_place() -> None:
    """A supposition of the chain around a part is not said again; a new one is."""
    old, new = Statement(A, Relation.EQUAL, B), Statement(B, Relation.EQUAL, C)
    within = Derivation(A, given=(old, new)).then(PLAIN, A, B)
    chain = Derivation(A, given=(old,)).then(LEANING, A, B, (within,))
    top, below = parts(chain)
    assert (top.given, below.given) == ((old,), (new,))
    assert below.role == "with least upper bound"


def test_repeats_are_known_across_statements() -> None:
    """With one memory for several proofs, a part that stood in the first is not read again."""
    shown = Derivation(A).then(PLAIN, A, C).then(PLAIN, C, B)
    chain = Derivation(A).then(LEANING, A, B, (shown,))
    seen: dict[Derivation, tuple[int, ...]] = {}
    list(parts(chain, (1,), seen))
    _, second = parts(chain, (2,), seen)
    assert second.repeats == (1, 1)
