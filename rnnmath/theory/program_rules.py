"""The rules that read derivatives off the program: the chain rule along its paths.

Each rule looks up in ``program`` which variable feeds which, and refuses a step whose order of
times does not follow from what is given.
"""

from typing import Any

from sympy import Identity, ZeroMatrix

from rnnmath.symbolic.calculus import Jacobian, Pullback
from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.notation import (
    L,
    LocalDerivative,
    StepScalar,
    T,
    TimeScalar,
    TimeVector,
    TotalDerivative,
    U,
    V,
    W,
    a,
    b,
    c,
    h,
    k,
    o,
)
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.program import contributions, definition, edge, parameter_sum, unfolded

__all__ = [
    "AFTER_LAST",
    "CHAIN_RULE",
    "CHAIN_RULE_BACK",
    "CHILDREN",
    "FIXED_START",
    "FOLD",
    "ONE_STEP",
    "PARAMETER",
    "PARAMETER_STEP",
    "SAME_VARIABLE",
]


def _is_total(node: Any, of: type = TimeVector) -> bool:
    """Tell whether a node is a derivative through every path, not one within a step."""
    return type(node) is TotalDerivative and isinstance(node.of, of)


def _one_step(focus: Any, result: Any, _: Step) -> bool:
    """Within one step a derivative is that of the step's equation."""
    if not isinstance(focus, TotalDerivative) or not isinstance(focus.of, TimeVector):
        return False
    adjacent = isinstance(focus, LocalDerivative) or isinstance(focus.wrt, TimeVector)
    equation = unfolded(focus.of, focus.wrt)
    if not adjacent or focus.wrt.shape[1] != 1 or not equation.has(focus.wrt):
        return False
    return same(result, Jacobian(equation, focus.wrt)) or same(result, edge(focus.of, focus.wrt))


_ORDER = {"x": 0, "a": 1, "h": 2, "o": 3}


def _downstream(later: TimeVector, earlier: TimeVector, step: Step) -> bool:
    """Tell whether ``later`` is computed after ``earlier`` (or is the same variable)."""
    strict = 0 if _ORDER[later.name] >= _ORDER[earlier.name] else 1
    return not_before(later.index, earlier.index + strict, step.given)


def _crossed(between: Any, later: TimeVector, earlier: Any, step: Step) -> bool:
    """Tell whether every path from ``earlier`` to ``later`` crosses ``between``."""
    return bool(
        isinstance(between, TimeVector)
        and isinstance(earlier, TimeVector)
        and between.name in ("a", "h")
        and _downstream(later, between, step)
        and _downstream(between, earlier, step)
    )


def _chain_rule(focus: Any, result: Any, step: Step) -> bool:
    """Every path from an older variable to a newer one crosses each h or a between them."""
    if len(result.args) != 2 or not all(map(_is_total, (focus, *result.args))):
        return False
    newer, older = result.args
    linked = (newer.of, older.of, older.wrt) == (focus.of, newer.wrt, focus.wrt)
    return bool(linked and _crossed(newer.wrt, focus.of, focus.wrt, step))


def _chain_rule_back(focus: Any, result: Any, step: Step) -> bool:
    """Let the loss of one time see an older variable through any h or a on the way to it."""
    if not _is_total(focus, TimeScalar) or len(result.args) != 2:
        return False
    path, seen = transpose(result.args[0]), result.args[1]
    if not _is_total(path) or not _is_total(seen, TimeScalar):
        return False
    linked = (seen.of, path.of, path.wrt) == (focus.of, seen.wrt, focus.wrt)
    return bool(linked and _crossed(seen.wrt, o[focus.of.index], focus.wrt, step))


def _same_variable(focus: Any, result: Any, _: Step) -> bool:
    return bool(_is_total(focus) and focus.of == focus.wrt and result == Identity(focus.shape[0]))


def _children(focus: Any, result: Any, step: Step) -> bool:
    if not _is_total(focus, StepScalar) or not isinstance(focus.wrt, TimeVector):
        return False
    expected = contributions(focus.of, focus.wrt, step.given)
    return expected is not None and same(result, expected)


def _after_last(focus: Any, result: Any, _: Step) -> bool:
    """Nothing follows step T, so the error signal that would come from there is zero."""
    return bool(focus == TotalDerivative(L, a[T + 1]) and result == ZeroMatrix(*focus.shape))


def _parameter(focus: Any, result: Any, _: Step) -> bool:
    if type(focus) is not TotalDerivative or focus.wrt not in (W, U, V, b, c):
        return False
    if isinstance(focus.of, TimeVector):
        state = focus.of.name == "h" and focus.wrt == b and not focus.of.index.has(k)
        return bool(state and same(result, parameter_sum(focus.of, focus.wrt)))
    return bool(focus.of == L and same(result, parameter_sum(L, focus.wrt)))


def _parameter_step(focus: Any, result: Any, step: Step) -> bool:
    """Split what the bias does to a state: within the step, and through the state before."""
    state = _is_total(focus) and focus.of.name == "h" and focus.wrt == b
    if not state or not not_before(focus.of.index, 1, step.given):
        return False
    before = h[focus.of.index - 1]
    through = multiply(TotalDerivative(focus.of, before), TotalDerivative(before, b))
    return same(result, add(LocalDerivative(focus.of, b), through))


def _fixed_start(focus: Any, result: Any, _: Step) -> bool:
    """Take the state before the first step as given: no parameter moves it."""
    start = _is_total(focus) and focus.of == h[0] and focus.wrt == b
    return bool(start and result == ZeroMatrix(*focus.shape))


def _fold(focus: Any, result: Any, step: Step) -> bool:
    """Write a value by its name, but not where a derivative is still to be taken."""
    if not isinstance(result, TimeVector) or result.name == "x":
        return False
    pending = any(node.has(focus) for node in step.before.atoms(Jacobian, Pullback))
    return not pending and same(definition(result), focus)


def _rule(name: str, justify: Any, law: str = "") -> Rule:
    return Rule(name, law, Relation.EQUAL, justify)


ONE_STEP = _rule("definition of the step", _one_step)
CHAIN_RULE = _rule(
    "chain rule, one path",
    _chain_rule,
    r"\frac{\partial u}{\partial v}=\frac{\partial u}{\partial w}\,"
    r"\frac{\partial w}{\partial v},\ \text{every path from}\ v\ \text{to}\ u"
    r"\ \text{crossing}\ w",
)
CHAIN_RULE_BACK = _rule(
    "chain rule, one path, backward",
    _chain_rule_back,
    r"\nabla_v L=\Big(\frac{\partial w}{\partial v}\Big)^{\!\top}\nabla_w L",
)
SAME_VARIABLE = _rule("variable itself", _same_variable, r"\frac{\partial v}{\partial v}=I")
CHILDREN = _rule(
    "chain rule, over all that it feeds",
    _children,
    r"\nabla_v L=\sum_{w\ \text{fed by}\ v}"
    r"\Big(\frac{\partial w}{\partial v}\Big)^{\!\top}\nabla_w L",
)
AFTER_LAST = _rule("no step after the last", _after_last, r"\delta_{T+1}=0")
PARAMETER = _rule("chain rule, over all steps that use it", _parameter)
PARAMETER_STEP = _rule("within the step, and before it", _parameter_step)
FIXED_START = _rule("the start is given", _fixed_start, r"\frac{\partial h_0}{\partial b}=0")
FOLD = _rule("definition, read backward", _fold)
