"""The rules that read derivatives off the equations of a gated cell.

``s_t`` stands for all states of the cell, stacked; a cell is a program whose steps are all alike.
"""

from typing import Any

from sympy import BlockMatrix, Identity

from rnnmath.symbolic.calculus import jacobian
from rnnmath.symbolic.cells import Cell, in_names, joined
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.notation import TimeIndexed, TimeVector, TotalDerivative, n
from rnnmath.symbolic.quantities.paths import DirectDerivative
from rnnmath.symbolic.tidy import add, multiply, same

__all__ = [
    "JOINED",
    "SAME_STATE",
    "STACKED_CHAIN",
    "all_paths",
    "block_of",
    "blocks",
    "cell_state",
    "definition",
    "direct_step",
    "gate_slope",
    "paths",
    "stacked",
    "worked_out",
]

_EQUAL = Relation.EQUAL
#: The cell state of an LSTM, and the stack of both of its states.
cell_state, stacked = TimeIndexed("c", n), TimeIndexed("s", 2 * n)


def _value(cell: Cell, name: TimeVector) -> Any:
    """Return the right side of the equation of a name, moved to its time; None for an input."""
    (last,) = {state.index for state in cell.states}
    if name.index.is_positive is False:  # the first step ends at time 1
        return None
    shift = name.index - last
    for equation in cell.equations:
        moved = equation.renamed({last: last + shift})
        if moved.lhs == name:
            return moved.rhs
    return None


def _reaches(cell: Cell, name: TimeVector, state: TimeVector) -> bool:
    """Tell whether a name of the step depends on a state before it."""
    if name == state:
        return True
    value = _value(cell, name)
    return value is not None and any(
        _reaches(cell, part, state) for part in value.atoms(TimeVector) if _inside(part, state)
    )


def _inside(part: TimeVector, state: TimeVector) -> bool:
    return part == state or part.index != state.index


def paths(cell: Cell, node: TotalDerivative) -> Any:
    """Return a derivative within a step as a sum over the names that its equation uses.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> from rnnmath.symbolic.notation import h, t
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(paths(lstm(), TotalDerivative(cell_state[t], cell_state[t - 1]))))
    diag(f[t])
    """
    value = _value(cell, node.of)
    terms = []
    for name in sorted(value.atoms(TimeVector), key=lambda part: part.sort_key()):
        if not _inside(name, node.wrt) or not _reaches(cell, name, node.wrt):
            continue
        inner = [] if name == node.wrt else [TotalDerivative(name, node.wrt)]
        terms.append(multiply(jacobian(value, name), *inner))
    return add(*terms)


def _is_within_step(cell: Cell, node: Any) -> bool:
    return (
        type(node) is TotalDerivative
        and isinstance(node.wrt, TimeVector)
        and bool(node.of.index == node.wrt.index + 1)
        and _value(cell, node.of) is not None
    )


def all_paths(cell: Cell) -> Rule:
    """Return the chain rule over the names of one step of a cell.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> all_paths(lstm()).name
    'chain rule in the step'
    """

    def justify(focus: Any, result: Any, _: Step) -> bool:
        return _is_within_step(cell, focus) and same(result, paths(cell, focus))

    law = (
        r"\frac{\partial u}{\partial v}=\sum_{w\ \text{in the equation of}\ u}"
        r"\frac{\partial u}{\partial w}\Big|_{\text{alone}}\,\frac{\partial w}{\partial v}"
    )
    return Rule("chain rule in the step", law, _EQUAL, justify)


def gate_slope(cell: Cell) -> Rule:
    """Return the rule of one gate: its chain rule, the slope written in the value of the gate.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> gate_slope(lstm()).name
    'slope of the gate'
    """

    def justify(focus: Any, result: Any, _: Step) -> bool:
        found = paths(cell, focus) if _is_within_step(cell, focus) else None
        return found is not None and same(in_names(cell, found), result)

    law = r"\sigma'=\sigma(1-\sigma),\quad \tanh'=1-\tanh^2"
    return Rule("slope of the gate", law, _EQUAL, justify)


def worked_out(cell: Cell, derivation: Derivation, node: TotalDerivative) -> Derivation:
    """Go on by one derivative within a step, with its slope in the value of the gate.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> from rnnmath.symbolic.notation import h, t
    >>> from rnnmath.symbolic.printing import plain
    >>> gate = TimeIndexed("f", n)
    >>> node = TotalDerivative(gate[t], h[t - 1])
    >>> print(plain(worked_out(lstm(), Derivation(node), node).end))
    diag(f[t] .* (1 - f[t]))*W_f
    """
    found = paths(cell, node)
    named = in_names(cell, found)
    rule = all_paths if same(named, found) else gate_slope
    return derivation.then(rule(cell), node, named)


def _is_total(node: Any, letter: str = "s") -> bool:
    both = type(node) is TotalDerivative and isinstance(node.wrt, TimeVector)
    return bool(both and {node.of.name, node.wrt.name} == {letter})


def _stacked_chain(focus: Any, result: Any, step: Step) -> bool:
    """Every path from the states at one time to those at a later one crosses all states between."""
    if len(result.args) != 2 or not all(map(_is_total, (focus, *result.args))):
        return False
    newer, older = result.args
    linked = (newer.of, older.of, older.wrt) == (focus.of, newer.wrt, focus.wrt)
    between = newer.wrt.index
    return bool(
        linked
        and not_before(focus.of.index, between, step.given)
        and not_before(between, focus.wrt.index, step.given)
    )


def _direct_step(cell: Cell, focus: Any, result: Any) -> bool:
    """Take the newest step of a direct path: its equation, every other name held."""
    if not isinstance(focus, DirectDerivative):
        return False
    before = type(focus.wrt)(focus.of.name, focus.of.shape[0], focus.of.index - 1)
    newest = jacobian(_value(cell, focus.of), before)
    return same(result, multiply(newest, DirectDerivative(before, focus.wrt)))


def direct_step(cell: Cell) -> Rule:
    """Return the chain rule along one state, every other state held.

    It speaks of a step after the start of the path only.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> direct_step(lstm()).name
    'chain rule, direct path'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        later = isinstance(focus, DirectDerivative) and not_before(
            focus.of.index, focus.wrt.index + 1, step.given
        )
        return later and _direct_step(cell, focus, result)

    return Rule("chain rule, direct path", "", _EQUAL, justify)


def _same_state(focus: Any, result: Any, _: Step) -> bool:
    return bool(
        isinstance(focus, TotalDerivative)
        and focus.of == focus.wrt
        and result == Identity(focus.shape[0])
    )


def block_of(node: TotalDerivative, *letters: TimeIndexed) -> Any:
    """Return the derivative of the stack in the stack as blocks.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import h, t
    >>> block_of(TotalDerivative(stacked[t], stacked[t - 1]), h, cell_state).blockshape
    (2, 2)
    """
    later, earlier = node.of.index, node.wrt.index
    return BlockMatrix(
        [[TotalDerivative(row[later], col[earlier]) for col in letters] for row in letters]
    )


def blocks(*letters: TimeIndexed) -> Rule:
    """Return the rule that reads the derivative of the stack in the stack block by block.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import h
    >>> blocks(h, cell_state).name
    'block by block'
    """
    return Rule(
        "block by block",
        "",
        _EQUAL,
        lambda focus, result, _: _is_total(focus) and same(result, block_of(focus, *letters)),
    )


def definition(cell: Cell) -> Rule:
    """Return the rule that writes a name of the cell out, by its equation.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import lstm
    >>> definition(lstm()).name
    'definition of the step'
    """

    def justify(focus: Any, result: Any, _: Step) -> bool:
        value = _value(cell, focus) if isinstance(focus, TimeVector) else None
        return value is not None and same(value, result)

    return Rule("definition of the step", "", _EQUAL, justify)


STACKED_CHAIN = Rule(
    "chain rule, all states together",
    r"\frac{\partial s_t}{\partial s_k}"
    r"=\frac{\partial s_t}{\partial s_j}\,\frac{\partial s_j}{\partial s_k}",
    _EQUAL,
    _stacked_chain,
)
SAME_STATE = Rule("variable itself", r"\frac{\partial v}{\partial v}=I", _EQUAL, _same_state)
JOINED = Rule(
    "diagonals joined",
    r"\operatorname{diag}(u)\operatorname{diag}(v)=\operatorname{diag}(u\odot v)",
    _EQUAL,
    lambda focus, result, _: same(joined(focus), result),
)
