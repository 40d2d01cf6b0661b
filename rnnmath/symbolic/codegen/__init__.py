"""Functions on NumPy arrays from symbolic expressions, as plain source that can be read."""

import linecache
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Basic, FunctionClass, MatrixSymbol, Symbol, SympifyError, sympify
from sympy.core.function import UndefinedFunction

from rnnmath.errors import DomainError, Unsupported
from rnnmath.symbolic.codegen import runtime
from rnnmath.symbolic.codegen.program import Program, Value, identifier
from rnnmath.symbolic.nodes import from_sympy
from rnnmath.symbolic.notation import StepScalar, TimeIndexed

__all__ = ["lambdify"]

_LINE = 88
_RESERVED = {"np", "rt", "dtype", "number"}


class _Signature:
    """What the arguments bind: names, checks, sizes read off the shapes, and the working dtype."""

    def __init__(self, args: Any) -> None:
        self.given: dict[Any, Value] = {}
        self.sequences: dict[tuple[Any, Any], str] = {}
        self.taken = set(_RESERVED)
        self.unpack: list[str] = []
        self.convert: list[str] = []
        self.shapes: list[tuple[str, str, Any]] = []
        self.typed: list[str] = []
        self.numbers: list[str] = []
        self.names = [self._bind(arg, f"argument {i + 1}") for i, arg in enumerate(args)]
        self.sizes = self._sizes()

    def _name(self, wish: str) -> str:
        name = identifier(wish, self.taken)
        self.taken.add(name)
        return name

    def _bind(self, arg: Any, where: str) -> str:
        if isinstance(arg, list | tuple):
            whole = self._name("group")
            parts = [self._bind(part, f"{where}[{i}]") for i, part in enumerate(arg)]
            listed = "".join(f"{part}, " for part in parts)
            self.unpack.insert(0, f"({listed}) = rt.unpacked({whole}, {len(parts)}, {where!r})")
            return whole
        if isinstance(arg, TimeIndexed):
            name = self._name(arg.name)
            key = arg[0].args[:2]
            self.sequences[key] = name
            self._array(name, arg.name, "sequence", (arg.rows, sympify(1)))
            return name
        if not isinstance(arg, Basic | FunctionClass):
            msg = f"{where} must be a symbol, a sequence or a function, got {arg!r}"
            raise DomainError(msg)
        if arg in self.given:
            msg = f"{where}: {arg} stands twice in args"
            raise DomainError(msg)
        if isinstance(arg, UndefinedFunction):
            name = self._name(arg.__name__)
            self.given[arg] = Value(name, "function")
            return name
        shown = getattr(arg, "name", None) if isinstance(arg, Symbol | MatrixSymbol) else None
        name = self._name(shown or str(arg))
        if isinstance(arg, Symbol | StepScalar):
            self.given[arg] = Value(name, "number")
            if arg.is_integer:
                self.convert.append(f"{name} = rt.whole({name}, {str(arg)!r})")
            else:
                self.convert.append(f"{name} = rt.number({name}, {str(arg)!r})")
                self.typed.append(name)
                self.numbers.append(name)
            return name
        if getattr(arg, "is_Matrix", False) and _is_leaf(arg):
            self.given[arg] = Value(name, "dense")
            self._array(name, str(arg), "matrix", arg.shape)
            return name
        msg = f"{where}: {arg!r} is not a symbol, a matrix symbol, a sequence or a function"
        raise DomainError(msg)

    def _array(self, name: str, shown: str, kind: str, shape: Any) -> None:
        self.convert.append(f"{name} = rt.{kind}({name}, {shown!r})")
        self.shapes.append((name, shown, tuple(sympify(size) for size in shape)))
        self.typed.append(name)

    def _sizes(self) -> list[str]:
        """Bind each size symbol at its first pure occurrence."""
        lines = []
        for name, _, shape in self.shapes:
            for place, size in enumerate(shape):
                if isinstance(size, Symbol) and size not in self.given:
                    bound = self._name(size.name)
                    self.given[size] = Value(bound, "number")
                    lines.append(f"{bound} = {name}.shape[{place - 2}]")
        return lines

    def shape_checks(self) -> list[str]:
        lines = []
        for name, shown, shape in self.shapes:
            program = Program(self.given, {})
            texts = [program.value(size).text for size in shape]
            lines += program.scopes[0].lines
            expected = f"({texts[0]}, {texts[1]})"
            symbols = f"({shape[0]}, {shape[1]})"
            lines.append(
                f"if {name}.shape[-2:] != {expected}: "
                f"rt.shaped({name}, {expected}, {shown!r}, {symbols!r})"
            )
        return lines

    def needs_dtype(self, body: list[str]) -> bool:
        """Tell whether a body uses the working dtype, or numbers that must be cast to it."""
        used = set(re.findall(r"\w+", " ".join(body)))
        return bool(used & {"dtype", "number", *self.numbers})

    def used_sizes(self, body: list[str]) -> list[str]:
        """Return the lines that read the sizes a body uses."""
        used = set(re.findall(r"\w+", " ".join(body)))
        return [line for line in self.sizes if line.split()[0] in used]

    def dtype(self) -> list[str]:
        listed = ", ".join([*self.typed, "0.0"])
        casts = [f"{name} = number({name})" for name in self.numbers]
        return [f"dtype = np.result_type({listed})", "number = dtype.type", *casts]


def _is_leaf(arg: Any) -> bool:
    return type(arg).__name__ in (
        "MatrixSymbol",
        "TimeVector",
        "TotalDerivative",
        "LocalDerivative",
    )


def lambdify(args: Any, expr: Any, *, modules: str = "numpy") -> Callable[..., Any]:
    """Return a function of NumPy arrays that computes an expression.

    The source is straight-line NumPy: each distinct part is computed once, ``diag(v) M`` is the
    row scaling ``v * M``, a chain that ends in a column is applied from the right, an ordered
    product or a sum is a loop.
    A lone ``diag(v)`` is the one result that is a dense diagonal.
    The dtype of the arguments is kept: float32 in, float32 out; complex in, complex out, so that a
    complex step goes through.

    Parameters
    ----------
    args : sequence
        Matrix symbols, scalar symbols, time-indexed sequences (arrays (times, n, 1)), single time
        vectors, undefined functions (callables), or nested lists or tuples of them.
        Symbols that occur as sizes are read off the shapes.
    expr : expression, or list or tuple of expressions
        What to compute; a list gives a tuple of results.
    modules : str
        Only "numpy".

    Returns
    -------
    callable
        With ``source``, the text of the function, and ``unchecked``, the same without the checks
        of shapes and values.
        A matrix result is a 2-d array, a scalar result a number.

    Raises
    ------
    DomainError
        If expr holds a symbol that is not among the arguments; when called, if an argument is
        not finite or not a number.
    ShapeMismatch
        When called, if an argument has another shape than its symbol.
    Unsupported
        If a node has no code.

    Examples
    --------
    >>> from sympy import tanh
    >>> from rnnmath.symbolic.nodes import elementwise
    >>> from rnnmath.symbolic.notation import size
    >>> from rnnmath.symbolic.tidy import diag
    >>> n = size("n")
    >>> W, a = MatrixSymbol("W", n, n), MatrixSymbol("a", n, 1)
    >>> jacobian = lambdify([W, a], diag(elementwise(lambda u: 1 - tanh(u) ** 2, a)) * W)
    >>> jacobian(np.eye(2), np.zeros((2, 1)))
    array([[1., 0.],
           [0., 1.]])
    >>> print(jacobian.unchecked.source)
    def generated(W, a):
        return (1 - (np.tanh(a) ** 2)) * W
    >>> jacobian(np.eye(2), np.zeros((3, 1)))
    Traceback (most recent call last):
    rnnmath.errors.ShapeMismatch: a must have shape (n, 1) = (2, 1), got (3, 1)
    """
    if modules != "numpy":
        msg = f"modules must be 'numpy', got {modules!r}"
        raise Unsupported(msg)
    signature = _Signature(args if isinstance(args, list | tuple) else (args,))
    program = Program(dict(signature.given), signature.sequences, signature.taken)
    many = isinstance(expr, list | tuple)
    results = [_compile(program, part) for part in (expr if many else [expr])]
    returned = f"({''.join(f'{result}, ' for result in results)})" if many else results[0]
    body = _inlined([*program.scopes[0].lines, f"return {returned}"])
    checks = [*signature.convert, *signature.sizes, *signature.shape_checks()]
    typed = signature.dtype() if signature.needs_dtype(body) else []
    function = _compiled(signature.names, [*signature.unpack, *checks, *typed, *body])
    bare = [*signature.used_sizes(body), *typed, *body]
    function.unchecked = _compiled(signature.names, [*signature.unpack, *bare])
    checked: Callable[..., Any] = function
    return checked


def _compile(program: Program, expr: Any) -> str:
    if isinstance(expr, str):
        msg = f"expr must be a SymPy expression, got the string {expr!r}"
        raise Unsupported(msg)
    try:
        node = sympify(expr)
    except SympifyError as error:
        msg = f"expr must be a SymPy expression, got {expr!r}"
        raise Unsupported(msg) from error
    return program.dense(program.value(from_sympy(node)))


_ASSIGNED = re.compile(r"(v\d+) = (.*)")
_SIMPLE = re.compile(r"[\w.]+(\([^()]*\))?|\([^()]*\)")


def _inlined(lines: list[str]) -> list[str]:
    """Write a value that is used once where it is used, so that NumPy can work in its buffer."""
    lines = list(lines)
    assigned = Counter(match[1] for line in lines if (match := _ASSIGNED.match(line.strip())))
    words = Counter(re.findall(r"\w+", " ".join(lines)))
    kept = []
    for place, line in enumerate(lines):
        match = _ASSIGNED.fullmatch(line)
        if match and assigned[match[1]] == 1 and words[match[1]] == 2:
            name, text = match.groups()
            settled = all(assigned[word] <= 1 for word in re.findall(r"\w+", text))
            use = next(i for i in range(place + 1, len(lines)) if name in _words(lines[i]))
            longer = _put(lines[use], name, text)
            if settled and not lines[use].startswith((" ", "for ")) and len(longer) <= _LINE:
                lines[use] = longer
                continue
        kept.append(line)
    return kept


def _words(line: str) -> list[str]:
    return re.findall(r"\w+", line)


def _put(line: str, name: str, text: str) -> str:
    """Replace a name by its text, in brackets unless it stands alone."""
    alone = re.search(rf"(\(|return |= ){name}(\)|$)", line)
    held = text if alone or _SIMPLE.fullmatch(text) else f"({text})"
    return re.sub(rf"\b{name}\b", lambda _: held, line)


def _compiled(names: list[str], lines: list[str]) -> Any:
    source = f"def generated({', '.join(names)}):\n" + "\n".join(f"    {line}" for line in lines)
    space: dict[str, Any] = {"np": np, "rt": runtime}
    filename = f"<rnnmath.lambdify {abs(hash(source)):x}>"
    exec(compile(source, filename, "exec"), space)
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    function = space["generated"]
    function.source = source
    function.__doc__ = f"Generated by rnnmath.lambdify.\n\n{source}"
    return function
