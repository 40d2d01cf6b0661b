"""How numbers, and the bodies of element-wise functions, become NumPy source."""

from typing import Any

from sympy import Mul, Pow, S, exp, fraction

from rnnmath.errors import DomainError, Unsupported
from rnnmath.symbolic.codegen.program import Program, Rule, Value

__all__ = ["NUMBER_RULES"]

_FUNCTIONS = {
    "tanh": "np.tanh",
    "sinh": "np.sinh",
    "cosh": "np.cosh",
    "sin": "np.sin",
    "cos": "np.cos",
    "tan": "np.tan",
    "asin": "np.arcsin",
    "acos": "np.arccos",
    "atan": "np.arctan",
    "asinh": "np.arcsinh",
    "acosh": "np.arccosh",
    "atanh": "np.arctanh",
    "exp": "np.exp",
    "logistic": "rt.logistic",
    "erf": "rt.erf",
}
_REAL_FUNCTIONS = {"Abs": "np.abs", "floor": "np.floor", "ceiling": "np.ceil", "sign": "np.sign"}
_RELATIONS = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def _symbol(program: Program, node: Any) -> Value:
    if node in program.arrays:
        return Value(program.dense(program.value(program.arrays[node])), "entry")
    msg = f"{node} is not among the arguments; add it to args"
    raise DomainError(msg)


def _kind(values: list[Value]) -> str:
    return "entry" if any(value.kind == "entry" for value in values) else "number"


def _add(program: Program, node: Any) -> Value:
    text, kinds = "", []
    for term in node.as_ordered_terms():
        negative = bool(term.as_coeff_Mul()[0].is_negative)
        value = program.value(-term if negative else term)
        kinds.append(value)
        sign = ("-" if negative else "") if not text else (" - " if negative else " + ")
        text += sign + value.text
    return program.assign(text, _kind(kinds))


def _mul(program: Program, node: Any) -> Value:
    top, bottom = fraction(node, exact=True)
    values = [program.value(factor) for factor in Mul.make_args(top)]
    text = " * ".join(value.text for value in values)
    if bottom != 1:
        below = program.value(bottom)
        values.append(below)
        text = f"{text} / {below.text}"
    return program.assign(text, _kind(values))


def _pow(program: Program, node: Any) -> Value:
    base, exponent = node.args
    if exponent.is_Rational and exponent.is_negative:
        below = program.value(Pow(base, -exponent))
        return program.assign(f"1 / {below.text}", below.kind)
    held = program.value(base)
    if exponent == S.Half:
        root = f"np.sqrt({held.text})" if held.kind == "entry" else f"{held.text} ** 0.5"
        return program.assign(root, held.kind)
    raised = program.value(exponent)
    return program.assign(f"{held.text} ** {raised.text}", _kind([held, raised]))


def _called(program: Program, text: str, values: list[Value]) -> Value:
    kind = _kind(values)
    return program.assign(text if kind == "entry" else f"number({text})", kind)


def _function(program: Program, node: Any) -> Value:
    name = node.func.__name__
    values = [program.value(arg) for arg in node.args]
    if name in _FUNCTIONS:
        return _called(program, f"{_FUNCTIONS[name]}({values[0].text})", values)
    if name in _REAL_FUNCTIONS:
        held = f"rt.real_only({values[0].text}, {name!r})"
        return _called(program, f"{_REAL_FUNCTIONS[name]}({held})", values)
    msg = f"no code for the function {name}; known are {', '.join(sorted(_FUNCTIONS))}"
    raise Unsupported(msg)


def _log(program: Program, node: Any) -> Value:
    (inner,) = node.args
    rest = inner - 1
    if rest.func == exp:
        held = program.value(rest.args[0])
        return _called(program, f"rt.softplus({held.text})", [held])
    held = program.value(inner)
    return _called(program, f"np.log({held.text})", [held])


def _abstract(program: Program, node: Any) -> Value:
    if node.func not in program.given:
        msg = f"{node.func} is not among the arguments; add it to args and pass a callable"
        raise DomainError(msg)
    values = [program.value(arg) for arg in node.args]
    listed = ", ".join(value.text for value in values)
    return program.assign(f"{program.given[node.func].text}({listed})", _kind(values))


def _extreme(name: str) -> Rule:
    def rule(program: Program, node: Any) -> Value:
        values = [program.value(arg) for arg in node.args]
        text = values[0].text
        for value in values[1:]:
            text = f"np.{name}({text}, {value.text})"
        return _called(program, text, values)

    return rule


def _relational(program: Program, node: Any) -> Value:
    sides = [program.value(side) for side in (node.lhs, node.rhs)]
    left, right = (f"np.real({side.text})" for side in sides)
    return program.assign(f"({left} {_RELATIONS[node.rel_op]} {right})", _kind(sides))


def _logical(sign: str) -> Rule:
    def rule(program: Program, node: Any) -> Value:
        values = [program.value(arg) for arg in node.args]
        return program.assign(f" {sign} ".join(value.text for value in values), _kind(values))

    return rule


def _piecewise(program: Program, node: Any) -> Value:
    if node.args[-1].cond != True:  # noqa: E712
        msg = f"{node} is not defined everywhere; end it with a default branch"
        raise Unsupported(msg)
    text = program.value(node.args[-1].expr)
    values = [text]
    result = text.text
    for branch in reversed(node.args[:-1]):
        chosen, condition = program.value(branch.expr), program.value(branch.cond)
        values += [chosen, condition]
        result = f"np.where({condition.text}, {chosen.text}, {result})"
    kind = _kind(values)
    return program.assign(result if kind == "entry" else f"number({result})", kind)


def _element(program: Program, node: Any) -> Value:
    held = program.dense(program.value(node.parent))
    i, j = program.value(node.i).text, program.value(node.j).text
    return program.assign(f"{held}[{i}, {j}]", "number")


def _inner(program: Program, node: Any) -> Value:
    left, right = (program.dense(program.value(side)) for side in node.args)
    return program.assign(f"{left}[:, 0] @ {right}[:, 0]", "number")


def _scalar_range(sign: str, start: str) -> Rule:
    def rule(program: Program, node: Any) -> Value:
        if len(node.limits) != 1:
            msg = f"no code for the double range {node}; nest two single ones"
            raise Unsupported(msg)
        (limits,) = node.limits
        total = program.assign(f"number({start})", "number").text
        with program.loop(*limits):
            term = program.value(node.function).text
            program.line(f"{total} = {total} {sign} {term}")
        return Value(total, "number")

    return rule


NUMBER_RULES: dict[str, Rule] = {
    "Symbol": _symbol,
    "Add": _add,
    "Mul": _mul,
    "Pow": _pow,
    "log": _log,
    "AppliedUndef": _abstract,
    "Max": _extreme("maximum"),
    "Min": _extreme("minimum"),
    "Piecewise": _piecewise,
    "Relational": _relational,
    "And": _logical("&"),
    "Or": _logical("|"),
    "Function": _function,
    "Sum": _scalar_range("+", "0"),
    "Product": _scalar_range("*", "1"),
    "InnerProduct": _inner,
    "MatrixElement": _element,
}
