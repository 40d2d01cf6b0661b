"""How matrices become NumPy source: a product chooses by the kinds of its factors."""

from typing import Any

from sympy import Identity, Inverse, Lambda, MatMul, MatPow, Mul, S

from rnnmath.errors import DomainError
from rnnmath.symbolic.codegen.program import Program, Rule, Value
from rnnmath.symbolic.nodes import OrderedProduct

__all__ = ["MATRIX_RULES"]


def _time_vector(program: Program, node: Any) -> Value:
    key = (node.args[0], node.args[1])
    if key not in program.sequences:
        msg = f"{node} is not among the arguments; give the sequence {node.name} or this vector"
        raise DomainError(msg)
    index = program.value(node.index).text
    name = program.sequences[key]
    return program.assign(f"rt.at_time({name}, {index}, {node.name!r})", "dense")


def _elementwise(program: Program, node: Any) -> Value:
    body: Lambda = node.args[0]
    symbol = program.stand_in(node.argument)
    value = program.value(body.expr.xreplace({body.variables[0]: symbol}))
    if value.kind == "entry":
        return Value(value.text, "dense")
    like = program.dense(program.value(node.argument))
    return program.assign(f"np.full({like}.shape, {value.text}, dtype)", "dense")


def _size(program: Program, node: Any) -> str:
    rows, cols = (program.value(size).text for size in node.shape)
    return f"({rows}, {cols})"


def _filled(call: str) -> Rule:
    def rule(program: Program, node: Any) -> Value:
        return program.assign(f"{call}({_size(program, node)}, dtype)", "dense")

    return rule


def _identity(program: Program, node: Any) -> Value:
    rows = program.value(node.shape[0]).text
    return program.assign(f"np.ones(({rows}, 1), dtype)", "diagonal")


def _diag(program: Program, node: Any) -> Value:
    return Value(program.dense(program.value(node.args[0])), "diagonal")


def _transpose(program: Program, node: Any) -> Value:
    value = program.value(node.args[0])
    return value if value.kind == "diagonal" else program.assign(f"{value.text}.T", "dense")


def _times(program: Program, left: Value, right: Value) -> Value:
    """Multiply two matrices by their kinds."""
    if left.kind == right.kind == "diagonal":
        return program.assign(f"{left.text} * {right.text}", "diagonal")
    if left.kind == "diagonal":
        return program.assign(f"{left.text} * {right.text}", "dense")
    if right.kind == "diagonal":
        return program.assign(f"{left.text} * {right.text}.T", "dense")
    return program.assign(f"{left.text} @ {right.text}", "dense")


def _matmul(program: Program, node: Any) -> Value:
    coefficient, factors = node.as_coeff_matrices()
    factors = [factor for factor in factors if not isinstance(factor, Identity)]
    if not factors:
        return _scaled(program, coefficient, program.value(Identity(node.shape[0])))
    cut = next((i for i in range(1, len(factors)) if factors[i].shape[0] == 1), None)
    if cut is not None:
        left = _chain(program, factors[:cut])
        result = _times(program, left, _chain(program, factors[cut:]))
    else:
        result = _chain(program, factors)
    return _scaled(program, coefficient, result)


def _scaled(program: Program, coefficient: Any, value: Value) -> Value:
    if coefficient == 1:
        return value
    if coefficient == -1:
        return program.assign(f"-{value.text}", value.kind)
    return program.assign(f"{program.value(coefficient).text} * {value.text}", value.kind)


def _chain(program: Program, factors: list[Any]) -> Value:
    """Multiply factors: from the right where they end in a column, so that no n^3 arises."""
    if factors[-1].shape[1] == 1:
        result = program.value(factors[-1])
        for factor in reversed(factors[:-1]):
            result = _apply(program, factor, result)
        return result
    result = program.value(factors[0])
    for factor in factors[1:]:
        result = _times(program, result, program.value(factor))
    return result


def _apply(program: Program, factor: Any, column: Value) -> Value:
    """Apply a matrix to a column; a product of matrices factor by factor, never multiplied out."""
    if isinstance(factor, MatPow) and program.value(factor.base).kind == "dense":
        held, exponent = program.value(factor.base).text, program.value(factor.exp).text
        return program.assign(f"rt.power_times({held}, {exponent}, {column.text})", "dense")
    if isinstance(factor, Inverse) and program.value(factor.arg).kind == "dense":
        held = program.value(factor.arg).text
        return program.assign(f"np.linalg.solve({held}, {column.text})", "dense")
    if isinstance(factor, OrderedProduct):
        # A name of its own: the loop assigns to it.
        running = program.name()
        program.line(f"{running} = {column.text}")
        with program.loop(factor.index, factor.lower, factor.upper):
            step = Value(running, "dense")
            terms = factor.term.args if isinstance(factor.term, MatMul) else (factor.term,)
            for term in reversed([term for term in terms if term.is_Matrix]):
                step = _times(program, program.value(term), step)
            scalars = Mul(*(term for term in terms if not term.is_Matrix))
            program.line(f"{running} = {_scaled(program, scalars, step).text}")
        return Value(running, "dense")
    return _times(program, program.value(factor), column)


def _matadd(program: Program, node: Any) -> Value:
    dense, diagonal = "", ""
    for term in node.args:
        scalar = term.as_coeff_matrices()[0] if isinstance(term, MatMul) else S.One
        negative = scalar.could_extract_minus_sign()
        value = program.value(-term if negative else term)
        text = dense if value.kind == "dense" else diagonal
        sign = ("-" if negative else "") if not text else (" - " if negative else " + ")
        text += sign + value.text
        dense, diagonal = (text, diagonal) if value.kind == "dense" else (dense, text)
    if not dense or not diagonal:
        return program.assign(dense or diagonal, "dense" if dense else "diagonal")
    left, right = (program.assign(text, "dense").text for text in (dense, diagonal))
    return program.assign(f"rt.add_diagonal({left}, {right})", "dense")


def _hadamard(program: Program, node: Any) -> Value:
    values = [program.value(arg) for arg in node.args]
    if all(value.kind == "diagonal" for value in values):
        return program.assign(" * ".join(value.text for value in values), "diagonal")
    return program.assign(" * ".join(program.dense(value) for value in values), "dense")


def _matpow(program: Program, node: Any) -> Value:
    base, exponent = program.value(node.base), program.value(node.exp).text
    if base.kind == "diagonal":
        return program.assign(f"{base.text} ** {exponent}", "diagonal")
    return program.assign(f"np.linalg.matrix_power({base.text}, {exponent})", "dense")


def _inverse(program: Program, node: Any) -> Value:
    value = program.value(node.args[0])
    if value.kind == "diagonal":
        return program.assign(f"1 / {value.text}", "diagonal")
    return program.assign(f"np.linalg.inv({value.text})", "dense")


def _softmax(program: Program, node: Any) -> Value:
    return program.assign(f"rt.softmax({program.dense(program.value(node.args[0]))})", "dense")


def _blocks(program: Program, node: Any) -> Value:
    rows, cols = node.blockshape
    listed = [
        "[" + ", ".join(program.dense(program.value(node.blocks[i, j])) for j in range(cols)) + "]"
        for i in range(rows)
    ]
    if 1 in (rows, cols):
        joined = ", ".join(line[1:-1] for line in listed)
        return program.assign(f"np.concatenate(({joined},), axis={int(rows == 1)})", "dense")
    return program.assign(f"np.block([{', '.join(listed)}])", "dense")


def _explicit(program: Program, node: Any) -> Value:
    rows, cols = node.shape
    listed = [
        "[" + ", ".join(program.value(node[i, j]).text for j in range(cols)) + "]"
        for i in range(rows)
    ]
    return program.assign(f"np.array([{', '.join(listed)}], dtype)", "dense")


def _diagonal_of(program: Program, node: Any) -> Value:
    value = program.value(node.args[0])
    if value.kind == "diagonal":
        return Value(value.text, "dense")
    return program.assign(f"np.diagonal({value.text})[:, None]", "dense")


def _slice(program: Program, node: Any) -> Value:
    held = program.dense(program.value(node.parent))
    listed = (
        ":".join(program.value(part).text for part in cut) for cut in (node.rowslice, node.colslice)
    )
    return program.assign(f"{held}[{', '.join(listed)}]", "dense")


def _indexed_sum(program: Program, node: Any) -> Value:
    total = program.assign(f"np.zeros({_size(program, node)}, dtype)", "dense").text
    with program.loop(node.index, node.lower, node.upper):
        term = program.dense(program.value(node.term))
        program.line(f"{total} = {total} + {term}")
    return Value(total, "dense")


def _ordered_product(program: Program, node: Any) -> Value:
    rows = program.value(node.shape[0]).text
    total = program.name()
    program.line(f"{total} = None")
    with program.loop(node.index, node.lower, node.upper):
        term = program.value(node.term)
        product = f"{term.text} {'*' if term.kind == 'diagonal' else '@'} {total}"
        program.line(f"{total} = {term.text} if {total} is None else {product}")
    kept = term.kind == "diagonal"
    empty = f"np.ones(({rows}, 1), dtype)" if kept else f"np.eye({rows}, dtype=dtype)"
    return program.assign(f"{empty} if {total} is None else {total}", term.kind)


def _unknown_matrix(_: Program, node: Any) -> Value:
    msg = f"{node} is not among the arguments; add it to args"
    raise DomainError(msg)


MATRIX_RULES: dict[str, Rule] = {
    "MatrixSymbol": _unknown_matrix,
    "StepScalar": _unknown_matrix,
    "TotalDerivative": _unknown_matrix,
    "TimeVector": _time_vector,
    "Elementwise": _elementwise,
    "Softmax": _softmax,
    "DiagMatrix": _diag,
    "DiagonalOf": _diagonal_of,
    "Identity": _identity,
    "ZeroMatrix": _filled("np.zeros"),
    "OneMatrix": _filled("np.ones"),
    "Transpose": _transpose,
    "MatMul": _matmul,
    "MatAdd": _matadd,
    "HadamardProduct": _hadamard,
    "MatPow": _matpow,
    "Inverse": _inverse,
    "BlockMatrix": _blocks,
    "MatrixSlice": _slice,
    "MatrixBase": _explicit,
    "IndexedSum": _indexed_sum,
    "OrderedProduct": _ordered_product,
}
