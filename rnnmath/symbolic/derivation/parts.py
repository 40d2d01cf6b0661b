"""A proof cut into the parts that are read one by one: the chain, then what its lines rest on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rnnmath.symbolic.derivation import Derivation, Statement, Step
from rnnmath.symbolic.printing import latex

__all__ = ["Part", "parts"]

_ROLES = {
    "both ways": ("at most", "at least"),
    "cancel": ("before cancelling",),
    "compare the squares": ("the squares",),
    "each from the other": ("from left to right", "from right to left"),
    "read backward": ("read forward",),
    "shown apart": ("",),
    "term by term": ("for each term",),
    "two cases": ("in the first case", "in the second case"),
}


@dataclass(frozen=True)
class Part:
    """One chain of a proof, with what a reader needs to place it.

    Attributes
    ----------
    number : tuple of int
        Where it stands: ``(2, 1)`` is the first part that part 2 rests on.
    role : str
        What it does for the line that rests on it, in words with ``$...$``; may be empty.
    given : tuple of Statement
        What it supposes beyond the part that it stands in.
    chain : Derivation
        The lines.
    beside : tuple of str
        What stands beside each line: its rule, and the parts that it rests on.
    repeats : tuple of int or None
        The number of an earlier part that is the same chain, which is not to be read twice.
    """

    number: tuple[int, ...]
    role: str
    given: tuple[Statement, ...]
    chain: Derivation
    beside: tuple[str, ...]
    repeats: tuple[int, ...] | None = None


def parts(
    derivation: Derivation,
    number: tuple[int, ...] = (),
    seen: dict[Derivation, tuple[int, ...]] | None = None,
) -> Iterator[Part]:
    """Yield the chain itself, then each premise with its own premises, in the order of the lines.

    Parameters
    ----------
    derivation : Derivation
        The proof.
    number : tuple of int
        The number of the proof among others, with which the numbers of its parts begin.
    seen : dict, optional
        Parts that were read before, and their numbers; new parts are added.

    Yields
    ------
    Part
        The first one is the chain itself, with ``number`` and no role.

    Examples
    --------
    >>> from rnnmath.theory.jacobian_product import CHAIN
    >>> for part in parts(CHAIN.derive()[0]):
    ...     print(part.number, part.role or part.beside)
    () ('induction on t, parts 1 and 2',)
    (1,) base
    (2,) step from $t$ to $t + 1$
    """
    yield from _walk(derivation, number, "", (), {} if seen is None else seen)


def _walk(
    chain: Derivation,
    number: tuple[int, ...],
    role: str,
    around: tuple[Statement, ...],
    seen: dict[Derivation, tuple[int, ...]],
) -> Iterator[Part]:
    given = tuple(fact for fact in chain.given if fact not in around)
    seen.setdefault(chain, number)
    beside, below, last = [], [], 0
    for step in chain.steps:
        numbers = [(*number, last + place) for place in range(1, len(step.premises) + 1)]
        last += len(numbers)
        beside.append(step.rule.name + _pointer(numbers))
        below += list(zip(numbers, _roles(step), step.premises, strict=True))
    yield Part(number, role, given, chain, tuple(beside))
    for where, what, premise in below:
        if premise in seen and _is_long(premise):
            yield Part(where, what, (), premise, (), seen[premise])
        else:
            yield from _walk(premise, where, what, (*around, *chain.given), seen)


def _is_long(chain: Derivation) -> bool:
    return len(chain.steps) > 1 or any(step.premises for step in chain.steps)


def _pointer(numbers: list[tuple[int, ...]]) -> str:
    if not numbers:
        return ""
    *most, last = (".".join(map(str, number)) for number in numbers)
    return f", parts {', '.join(most)} and {last}" if most else f", part {last}"


def _roles(step: Step) -> tuple[str, ...]:
    """Say what each premise does for a step, by the name of the rule and by what is new in it."""
    name = step.rule.name
    if name.startswith("induction on "):
        time = name.removeprefix("induction on ")
        return ("base", f"step from ${time}$ to ${time} + 1$")
    if len(_ROLES.get(name, ())) == len(step.premises):
        return _ROLES.get(name, ())
    return tuple(_role(step, premise) for premise in step.premises)


def _role(step: Step, premise: Derivation) -> str:
    known = _symbols(step.focus, step.result, *step.given)
    fresh = _symbols(premise.start, premise.end) - known
    if set(premise.given) - set(step.given):
        return f"with {step.rule.name}"
    if not fresh:
        return f"what “{step.rule.name}” needs"
    listed = ", ".join(sorted(latex(symbol) for symbol in fresh))
    return f"for an arbitrary ${listed}$"


def _symbols(*parts_of_a_step: Any) -> set[Any]:
    found: set[Any] = set()
    for part in parts_of_a_step:
        if isinstance(part, Statement):
            found |= _symbols(part.lhs, part.rhs)
        else:
            found |= part.free_symbols
    return found
