"""Plain ASCII glyphs for what ``paper`` arranges."""

import re
from typing import Any

from sympy.printing.str import StrPrinter

from rnnmath.symbolic.notation import TimeVector
from rnnmath.symbolic.printing.paper import (
    ADD,
    ATOM,
    EXTREMES,
    MUL,
    NORMS,
    POW,
    WORDS,
    PaperPrinter,
)

__all__ = ["PaperStrPrinter"]


class PaperStrPrinter(PaperPrinter, StrPrinter):
    """SymPy's plain printer with the notation of a paper, in ASCII."""

    dot = " .* "
    fraction_level = MUL

    def _brackets(self, text: str) -> str:
        return f"({text})"

    def _quotient(self, top: str, bottom: str, levels: tuple[int, int] = (ATOM, ATOM)) -> str:
        above = top if levels[0] > ADD else f"({top})"
        below = bottom if levels[1] > MUL else f"({bottom})"
        return f"{above}/{below}"

    def _power(self, base: str, exponent: str) -> str:
        simple = re.fullmatch(r"[\w.]+", exponent)
        return f"{base}**{exponent}" if simple else f"{base}**({exponent})"

    def _entrywise(self, exponent: str) -> str:
        return exponent

    def _root(self, text: str) -> str:
        return f"sqrt({text})"

    def _raised(self, function: Any, exponent: str) -> str | None:  # noqa: ARG002
        return None

    def _joined(self, factors: list[str]) -> str:
        return "*".join(factors)

    def _applied(self, function: Any, argument: str, exponent: str | None = None) -> str:
        raised = "" if exponent is None else f"**{exponent}"
        return f"{function.__name__}({argument}){raised}"

    def _print_TimeVector(self, expr: Any) -> str:
        return f"{expr.name}[{self._print(expr.index)}]"

    _print_TimeScalar = _print_TimeVector  # noqa: N815

    _print_TimeMatrix = _print_TimeVector  # noqa: N815

    def _print_StepScalar(self, expr: Any) -> str:
        return str(expr.name)

    def _print_TotalDerivative(self, expr: Any) -> str:
        signal = self._signal(expr)
        if signal is None:
            return f"d{self._print(expr.of)}/d{self._print(expr.wrt)}"
        letter, index, only = signal
        above = "" if only is None else f"^({self._print(only)})"
        return f"{letter}[{self._print(index)}]{above}"

    def _print_LocalDerivative(self, expr: Any) -> str:
        text = self._print_TotalDerivative(expr)
        if not isinstance(expr.of, TimeVector):
            return text
        return f"({text} at fixed h[{self._print(expr.of.index - 1)}])"

    def _print_Jacobian(self, expr: Any) -> str:
        of, wrt = expr.args[:2]
        return f"d/d{self._print(wrt)} ({self._print(of)})"

    def _print_Pullback(self, expr: Any) -> str:
        of, wrt, seed = expr.args[:3]
        if not seed.is_Matrix and seed == 1:
            return f"d/d{self._print(wrt)} ({self._print(of)})"
        return f"d/d{self._print(wrt)} <{self._print(seed)}, {self._print(of)}>"

    def _ranged(self, sign: str, index: Any, lower: Any, upper: Any) -> str:
        return f"{sign}_{{{self._print(index)}={self._print(lower)}..{self._print(upper)}}} "

    def _print_Transpose(self, expr: Any) -> str:
        return f"{self.parenthesize(expr.arg, POW)}.T"

    def _print_InnerProduct(self, expr: Any) -> str:
        left, right = expr.args
        return f"{self.parenthesize(left, POW)}.T*{self.parenthesize(right, MUL)}"

    def _print_BlockMatrix(self, expr: Any) -> str:
        rows, cols = expr.blockshape
        lines = (
            ", ".join(self._print(expr.blocks[i, j]) for j in range(cols)) for i in range(rows)
        )
        return "[" + ", ".join(f"[{line}]" for line in lines) + "]"

    def _indexed(self, text: str) -> str:
        return f"{text}_i"

    def _print_OneMatrix(self, expr: Any) -> str:  # noqa: ARG002
        return "1"

    def _print_ActivationSupremum(self, expr: Any) -> str:
        function, name = expr.function, self._supremum_name(expr)
        if name is None:
            variable, body = self._print(function.variables[0]), self._print(function.expr)
            return f"sup_{variable} |d/d{variable} ({body})|"
        return "gamma" + (f"_{name}" if name else "")

    def _print_Max(self, expr: Any) -> str:
        return f"{expr.func.__name__.lower()}({', '.join(map(self._print, expr.args))})"

    _print_Min = _print_Max  # noqa: N815

    def _print_Abs(self, expr: Any) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_FirstTime(self, expr: Any) -> str:
        power = self._power(self.parenthesize(expr.base, POW), "m")
        return f"min {{m >= 0: {power} {expr.relation.value} {self._print(expr.level)}}}"

    def _print_Clip(self, expr: Any) -> str:
        return f"clip({self._print(expr.argument)}, {self._print(expr.threshold)})"

    def _print_LossAt(self, expr: Any) -> str:
        return f"L({self._print(expr.point)})"

    def _print_GradientAt(self, expr: Any) -> str:
        return f"grad L({self._print(expr.point)})"

    def _print_Curvature(self, expr: Any) -> str:
        return f"sup_[{', '.join(self._print(end) for end in expr.args)}] ||H||"

    def _print_Basic(self, expr: Any) -> str:
        name = type(expr).__name__
        if name in NORMS:
            below = NORMS[name]
            return f"||{self._print(expr.args[0])}||" + (f"_{below}" if below else "")
        if name in WORDS:
            return f"{WORDS[name]}({self._print(expr.args[0])})"
        if name in EXTREMES:
            return f"{EXTREMES[name]}_i |{self._entry(expr.args[0])}|"
        return str(super()._print_Basic(expr))

    _print_Trace = _print_Determinant = _print_Basic  # noqa: N815
