"""A derivation as it is read: the chain, then each part that one of its lines rests on."""

from collections.abc import Iterable, Iterator

from docutils import nodes

from rnnmath.claim import Claim
from rnnmath.sphinxext.pieces import box, claim_link, details, small, summary, words
from rnnmath.symbolic.derivation import Derivation, Rule, Statement
from rnnmath.symbolic.derivation.parts import Part, parts
from rnnmath.symbolic.printing import derivation_latex, latex

__all__ = ["proof_nodes", "rules_of"]


def rules_of(derivations: Iterable[Derivation]) -> dict[str, Rule]:
    """Return the rules by name, in the order of their first use."""
    rules: dict[str, Rule] = {}
    for derivation in derivations:
        for step in derivation.steps:
            rules.setdefault(step.rule.name, step.rule)
            for name, rule in rules_of(step.premises).items():
                rules.setdefault(name, rule)
    return rules


def proof_nodes(claim: Claim, docname: str, only: int | None = None) -> Iterator[nodes.Node]:
    """Yield the derivations of a claim, then the laws of the rules that they use.

    Parameters
    ----------
    claim : Claim
        The claim.
    docname : str
        The page that the nodes will stand on.
    only : int, optional
        The statement whose derivation is wanted, counted from 1; all of them without it.

    Yields
    ------
    Node
        A box for each statement, then the folded rules.
    """
    derivations = claim.derive()
    several = len(derivations) > 1
    seen: dict[Derivation, tuple[int, ...]] = {}
    shown = []
    for index, derivation in enumerate(derivations, 1):
        if only is not None and index != only:
            continue
        shown.append(derivation)
        frame = box("rnn-derivation")
        if several:
            frame += nodes.paragraph("", "", small(f"Statement {index}", "rnn-label"))
        _fill(frame, parts(derivation, (index,) if several else (), seen), several)
        yield frame
    rules = rules_of(shown)
    if rules:
        yield _laws(rules.values(), claim, docname)


def _fill(frame: nodes.Element, read: Iterator[Part], several: bool) -> None:
    """Nest the parts by their numbers."""
    first = next(read)
    frame += _lines(first)
    around = [(first.number, frame)]
    for part in read:
        while around[-1][0] != part.number[:-1]:
            around.pop()
        inner = box("rnn-part")
        inner += _heading(part, several)
        if part.repeats is None:
            inner += _lines(part)
        around[-1][1].append(inner)
        around.append((part.number, inner))


def _heading(part: Part, several: bool) -> nodes.Node:
    line = nodes.paragraph(classes=["rnn-part-head"])
    line += nodes.strong("", f"Part {_dotted(part.number)}")
    if part.role:
        line += [nodes.Text(": "), *words(part.role)]
    if part.repeats is not None:
        whole = several and len(part.repeats) == 1
        place = f"{'statement' if whole else 'part'} {_dotted(part.repeats)}"
        line += nodes.Text(f", read as {place} already")
    if not part.chain.steps:
        line += nodes.Text(", where both sides are the same")
    return line


def _dotted(number: tuple[int, ...]) -> str:
    return ".".join(map(str, number))


def _lines(part: Part) -> list[nodes.Node]:
    """Return what a part supposes, and its chain."""
    tex = derivation_latex(part.chain, part.beside, given=False)
    chain = nodes.math_block(tex, tex, **{"number": None, "label": None, "no-wrap": True})
    return [*_given(part.given), chain]


def _given(facts: tuple[Statement, ...]) -> list[nodes.Node]:
    if not facts:
        return []
    line = nodes.paragraph("", "", small("Given", "rnn-label"), classes=["rnn-supposed"])
    for place, fact in enumerate(facts):
        tex = latex(fact)
        line += [nodes.Text(", " if place else " "), nodes.math(tex, tex)]
    return [line]


def _laws(rules: Iterable[Rule], claim: Claim, docname: str) -> nodes.Node:
    """Return the laws of the rules, folded."""
    listing = nodes.bullet_list(classes=["rnn-rules"])
    for rule in rules:
        line = nodes.paragraph("", "", nodes.emphasis("", rule.name))
        if rule.law:
            line += [nodes.Text(": "), nodes.math(rule.law, rule.law)]
        if rule.claim and rule.claim != claim.id:
            line += [nodes.Text(", which is "), claim_link(rule.claim, docname)]
        listing += nodes.list_item("", line)
    laws = details(classes=["rnn-fold"])
    laws += summary("", f"The rules used ({len(listing)})")
    laws += listing
    return laws
