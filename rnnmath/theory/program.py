"""The vanilla network as a program, and the rules that read derivatives off it.

``a_t = W h_{t-1} + U x_t + b``, ``h_t = f(a_t)``, ``o_t = V h_t + c``, ``L = sum_t L_t(o_t)``.
Which variable feeds which is written here once; every rule about total derivatives looks it up.
"""

from typing import Any

from sympy import Identity, Integer, MatrixSymbol

from rnnmath.symbolic.calculus import Jacobian, gradient, jacobian
from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, InnerProduct
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
    error_at,
    f,
    f_prime,
    h,
    j,
    k,
    o,
    x,
)
from rnnmath.symbolic.reasoning import not_before
from rnnmath.symbolic.tidy import add, diag, multiply, same, transpose

__all__ = [
    "CHAIN_RULE",
    "CHILDREN",
    "FOLD",
    "ONE_STEP",
    "PARAMETER",
    "SAME_VARIABLE",
    "contributions",
    "definition",
    "edge",
    "parameter_sum",
    "slope_matrix",
    "step_matrix",
    "unfolded",
]


def definition(variable: TimeVector) -> Any:
    """Return the right side of the program's equation for a variable.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import t
    >>> definition(o[t])
    V*h[t] + c
    """
    time = variable.index
    equations = {
        "a": add(multiply(W, h[time - 1]), multiply(U, x[time]), b),
        "h": Elementwise(f, a[time]),
        "o": add(multiply(V, h[time]), c),
    }
    return equations[variable.name]


def slope_matrix(time: Any) -> Any:
    """Return ``D_t = diag(f'(a_t))``."""
    return diag(Elementwise(f_prime, a[time]))


def step_matrix(time: Any) -> Any:
    """Return ``J_t = diag(f'(a_t)) W``."""
    return multiply(slope_matrix(time), W)


def unfolded(of: TimeVector, wrt: Any) -> Any:
    """Return the equation of a variable as a function of ``wrt``, a_t written out where needed."""
    direct = definition(of)
    if direct.has(wrt) or of.name != "h":
        return direct
    return direct.xreplace({a[of.index]: definition(a[of.index])})


def edge(of: TimeVector, wrt: Any) -> Any:
    """Return the Jacobian of one equation of the program."""
    return jacobian(unfolded(of, wrt), wrt)


def _one_step(focus: Any, result: Any, _: Step) -> bool:
    """Within one step a derivative is that of the step's equation."""
    if not isinstance(focus, TotalDerivative) or not isinstance(focus.of, TimeVector):
        return False
    adjacent = isinstance(focus, LocalDerivative) or isinstance(focus.wrt, TimeVector)
    equation = unfolded(focus.of, focus.wrt)
    if not adjacent or not equation.has(focus.wrt):
        return False
    return same(result, Jacobian(equation, focus.wrt)) or same(result, edge(focus.of, focus.wrt))


_ORDER = {"x": 0, "a": 1, "h": 2, "o": 3}


def _downstream(later: TimeVector, earlier: TimeVector, step: Step) -> bool:
    """Tell whether ``later`` is computed after ``earlier`` (or is the same variable)."""
    strict = 0 if _ORDER[later.name] >= _ORDER[earlier.name] else 1
    return not_before(later.index, earlier.index + strict, step.given)


def _chain_rule(focus: Any, result: Any, step: Step) -> bool:
    """Every path from an older variable to a newer one crosses each h or a between them."""
    factors = result.args
    total = (focus, *factors)
    if len(total) != 3 or not all(isinstance(node, TotalDerivative) for node in total):
        return False
    newer, older = factors
    between = newer.wrt
    ends = (focus.of, focus.wrt, between)
    return bool(
        all(isinstance(end, TimeVector) for end in ends)
        and (newer.of, older.of, older.wrt) == (focus.of, between, focus.wrt)
        and between.name in ("a", "h")
        and _downstream(focus.of, between, step)
        and _downstream(between, focus.wrt, step)
    )


def _same_variable(focus: Any, result: Any, _: Step) -> bool:
    return bool(
        isinstance(focus, TotalDerivative)
        and focus.of == focus.wrt
        and result == Identity(focus.shape[0])
    )


def contributions(loss: StepScalar, wrt: TimeVector) -> Any:
    """Return the gradient of the loss in a variable, through everything that it feeds directly.

    ``h_t`` feeds ``o_t`` and ``a_{t+1}``; ``a_t`` feeds ``h_t``; ``x_t`` feeds ``a_t``.
    A loss at one time sees the output of that time only.
    """
    time = wrt.index
    children = {"h": [o[time], a[time + 1]], "a": [h[time]], "x": [a[time]]}[wrt.name]
    terms = []
    for child in children:
        if isinstance(loss, TimeScalar) and child.name == "o" and loss.index != time:
            continue
        seen = error_at(time) if child.name == "o" else TotalDerivative(loss, child)
        terms.append(multiply(transpose(edge(child, wrt)), seen))
    return add(*terms)


def _children(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, TotalDerivative) or not isinstance(focus.of, StepScalar):
        return False
    return isinstance(focus.wrt, TimeVector) and same(result, contributions(focus.of, focus.wrt))


def parameter_sum(of: Any, wrt: Any) -> Any:
    """Return the derivative in a parameter: its share in every step that uses it, added up.

    ``W``, ``U``, ``b`` act in every ``a_j``, ``V`` and ``c`` in every ``o_j``.
    Of the loss it is a gradient; of a state ``h_t`` a Jacobian, and the parameter a vector.
    """
    if isinstance(of, TimeVector):
        return IndexedSum(
            multiply(TotalDerivative(of, a[k]), edge(a[k], wrt)), (k, Integer(1), of.index)
        )
    child = o[j] if wrt in (V, c) else a[j]
    seed = error_at(j) if child.name == "o" else TotalDerivative(of, child)
    return IndexedSum(gradient(InnerProduct(seed, definition(child)), wrt), (j, Integer(1), T))


def _parameter(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, TotalDerivative) or not isinstance(focus.wrt, MatrixSymbol):
        return False
    if isinstance(focus.of, TimeVector):
        return focus.of.name == "h" and same(result, parameter_sum(focus.of, focus.wrt))
    return bool(focus.of == L and same(result, parameter_sum(L, focus.wrt)))


def _fold(focus: Any, result: Any, _: Step) -> bool:
    return isinstance(result, TimeVector) and same(definition(result), focus)


def _rule(name: str, justify: Any) -> Rule:
    return Rule(name, "", Relation.EQUAL, justify)


ONE_STEP = _rule("definition of the step", _one_step)
CHAIN_RULE = _rule("chain rule, one path", _chain_rule)
SAME_VARIABLE = _rule("variable itself", _same_variable)
CHILDREN = _rule("chain rule, over all that it feeds", _children)
PARAMETER = _rule("chain rule, over all steps that use it", _parameter)
FOLD = _rule("definition, read backward", _fold)
