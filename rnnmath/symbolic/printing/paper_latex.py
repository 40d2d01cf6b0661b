r"""LaTeX glyphs for what ``paper`` arranges; the output is valid in KaTeX and MathJax."""

import itertools
import re
from typing import Any

from sympy import Lambda
from sympy.printing.latex import LatexPrinter

from rnnmath.symbolic.notation import TimeVector
from rnnmath.symbolic.printing.paper import ATOM, EXTREMES, MUL, NORMS, POW, WORDS, PaperPrinter
from rnnmath.symbolic.typeset import tight

__all__ = ["PaperLatexPrinter", "node_latex"]

_COMMANDS = {
    "tanh": r"\tanh",
    "sinh": r"\sinh",
    "cosh": r"\cosh",
    "sin": r"\sin",
    "cos": r"\cos",
    "tan": r"\tan",
    "atan": r"\arctan",
    "log": r"\ln",
    "gamma": r"\Gamma",
    "logistic": r"\sigma",
    "sign": r"\operatorname{sgn}",
}
_WORD_COMMANDS = {
    "SmallestSingularValue": r"\sigma_{\min}",
    "SpectralRadius": r"\rho",
    "LargestEigenvalue": r"\lambda_{\max}",
    "Determinant": r"\det",
}
_SIGNS = {"<=": r"\le", "<": r"\lt", ">=": r"\ge", ">": r"\gt"}
_TALL = ("\\frac", "\\prod", "\\sum", "\\begin")


def _is_tall(text: str) -> bool:
    return any(command in text for command in _TALL)


class PaperLatexPrinter(PaperPrinter, LatexPrinter):
    """SymPy's LaTeX printer with the notation of a paper."""

    dot = r" \odot "
    fraction_level = MUL + 5

    def _brackets(self, text: str) -> str:
        if _is_tall(text):
            return rf"\left({text}\right)"
        return f"({text})"

    def _quotient(self, top: str, bottom: str, levels: tuple[int, int] = (ATOM, ATOM)) -> str:  # noqa: ARG002
        return rf"\frac{{{top}}}{{{bottom}}}"

    def _power(self, base: str, exponent: str) -> str:
        raised = "^" in base and not base.endswith(")")
        return f"{{{base}}}^{{{exponent}}}" if raised else f"{base}^{{{exponent}}}"

    def _entrywise(self, exponent: str) -> str:
        return rf"\odot {exponent}"

    def _root(self, text: str) -> str:
        return rf"\sqrt{{{text}}}"

    def _raised(self, function: Any, exponent: str) -> str | None:
        if type(function).__name__ not in _COMMANDS:
            return None
        return self._applied(function.func, str(self._print(function.args[0])), exponent)

    def _joined(self, factors: list[str]) -> str:
        text = factors[0]
        for previous, factor in itertools.pairwise(factors):
            digits = re.search(r"\d[} ]*$", previous) and re.match(r"\\frac\{\d|\d", factor)
            closed = previous.endswith((")", r"\rVert")) or previous.startswith(r"\frac")
            text += (r" \cdot " if digits else r"\," if closed else " ") + factor
        return text

    def _applied(self, function: Any, argument: str, exponent: str | None = None) -> str:
        name = self._function_name(function)
        raised = "" if exponent is None else f"^{{{exponent}}}"
        return f"{name}{raised}{self._brackets(argument)}"

    def _function_name(self, function: Any) -> str:
        name = str(function.__name__)
        if name in _COMMANDS:
            return _COMMANDS[name]
        stem = name.rstrip("'")
        primes = name[len(stem) :]
        shown = str(self._deal_with_super_sub(stem))
        simple = len(stem) == 1 or shown.startswith("\\") or "_" in shown
        return (shown if simple else rf"\operatorname{{{shown}}}") + primes

    def _print_UndefinedFunction(self, expr: Any) -> str:
        return self._function_name(expr)

    _print_FunctionClass = _print_UndefinedFunction  # noqa: N815

    def _print_Function(self, expr: Any, exp: str | None = None) -> str:
        return self._applied(expr.func, ", ".join(map(self._print, expr.args)), exp)

    _print_log = _print_sign = _print_gamma = _print_Function

    def _print_Abs(self, expr: Any, exp: str | None = None) -> str:
        text = rf"\lvert {self._print(expr.args[0])} \rvert"
        return text if exp is None else self._power(text, exp)

    def _print_Max(self, expr: Any, exp: str | None = None) -> str:
        listed = ", ".join(self._print(arg) for arg in expr.args)
        return rf"\{expr.func.__name__.lower()}{'' if exp is None else f'^{{{exp}}}'}({listed})"

    _print_Min = _print_Max  # noqa: N815

    def _print_Relational(self, expr: Any) -> str:
        sign = {"==": "=", "!=": r"\ne", "<": r"\lt", ">": r"\gt", "<=": r"\le", ">=": r"\ge"}
        return f"{self._print(expr.lhs)} {sign[expr.rel_op]} {self._print(expr.rhs)}"

    def _print_TimeVector(self, expr: Any) -> str:
        return self._at_time(expr.name, expr.index)

    _print_TimeMatrix = _print_TimeVector  # noqa: N815

    def _at_time(self, name: str, index: Any) -> str:
        stem, supers, subs = self._split_super_sub(name)
        lower = ",".join([*subs, tight(index, self)])
        return f"{stem}_{{{lower}}}" + (f"^{{{' '.join(supers)}}}" if supers else "")

    def _print_StepScalar(self, expr: Any) -> str:
        return str(self._deal_with_super_sub(expr.name))

    def _print_TimeScalar(self, expr: Any) -> str:
        return self._at_time(expr.name, expr.index)

    def _print_TotalDerivative(self, expr: Any) -> str:
        signal = self._signal(expr)
        if signal is None:
            of, wrt = self._print(expr.of), self._print(expr.wrt)
            return self._quotient(rf"\partial {of}", rf"\partial {wrt}")
        letter, index, only = signal
        name = r"\delta" if letter == "delta" else letter
        above = "" if only is None else f"^{{({tight(only, self)})}}"
        return f"{name}_{{{tight(index, self)}}}{above}"

    def _print_LocalDerivative(self, expr: Any) -> str:
        text = self._print_TotalDerivative(expr)
        if not isinstance(expr.of, TimeVector):
            return text
        return rf"\left.{text}\right|_{{{self._at_time('h', expr.of.index - 1)}}}"

    def _print_Jacobian(self, expr: Any) -> str:
        of, wrt = expr.args[:2]
        return self._derivative(str(self._print(of)), wrt, short=self.level(of) == ATOM)

    def _print_Pullback(self, expr: Any) -> str:
        of, wrt, seed = expr.args[:3]
        if not seed.is_Matrix and seed == 1:
            return self._derivative(str(self._print(of)), wrt, short=self.level(of) == ATOM)
        pairing = rf"\langle {self._print(seed)},\, {self._print(of)} \rangle"
        return rf"\frac{{\partial}}{{\partial {self._print(wrt)}}} {pairing}"

    def _derivative(self, of: str, wrt: Any, short: bool) -> str:
        below = rf"\partial {self._print(wrt)}"
        if short and len(of) < 30 and not _is_tall(of):
            return self._quotient(rf"\partial {of}", below)
        return rf"\frac{{\partial}}{{{below}}} {self._brackets(of)}"

    def _ranged(self, sign: str, index: Any, lower: Any, upper: Any) -> str:
        low, high = tight(lower, self), tight(upper, self)
        return rf"\{sign}_{{{self._print(index)}={low}}}^{{{high}}} "

    def _print_Transpose(self, expr: Any) -> str:
        text = self.parenthesize(expr.arg, POW)
        if text.endswith("^{(" + text.rpartition("^{(")[2]) and text.startswith(r"\delta"):
            return text[:-1] + r"\,\top}"
        return self._power(text, r"\top")

    def _print_InnerProduct(self, expr: Any) -> str:
        left, right = expr.args
        return self._joined(
            [self._power(self.parenthesize(left, POW), r"\top"), self.parenthesize(right, MUL)]
        )

    def _print_BlockMatrix(self, expr: Any) -> str:
        rows, cols = expr.blockshape
        lines = (
            " & ".join(self._print(expr.blocks[i, j]) for j in range(cols)) for i in range(rows)
        )
        return r"\begin{bmatrix} " + r" \\ ".join(lines) + r" \end{bmatrix}"

    def _print_OneMatrix(self, expr: Any) -> str:
        rows, cols = map(self._print, expr.shape)
        return r"\mathbf{1}" if expr.shape[1] == 1 else rf"\mathbf{{1}}_{{{rows} \times {cols}}}"

    def _print_ActivationSupremum(self, expr: Any) -> str:
        function, name = expr.function, self._supremum_name(expr)
        if name is None:
            variable, body = self._print(function.variables[0]), self._print(function.expr)
            slope = rf"\frac{{d}}{{d{variable}}} {self._brackets(body)}"
            return rf"\sup_{{{variable}}} \lvert {slope} \rvert"
        if isinstance(function, Lambda):
            return rf"\gamma_{{\text{{{name.replace('_', ' ')}}}}}"
        return r"\gamma" + (f"_{{{self._function_name(function)}}}" if name else "")

    def _print_Clip(self, expr: Any) -> str:
        threshold = self._print(expr.threshold)
        return rf"\operatorname{{clip}}_{{{threshold}}}" + self._brackets(
            self._print(expr.argument)
        )

    def _print_LossAt(self, expr: Any) -> str:
        return "L" + self._brackets(self._print(expr.point))

    def _print_GradientAt(self, expr: Any) -> str:
        return r"\nabla L" + self._brackets(self._print(expr.point))

    def _print_Curvature(self, expr: Any) -> str:
        segment = ", ".join(self._print(end) for end in expr.args)
        return rf"\sup_{{[{segment}]}} \lVert \nabla^2 L \rVert"

    def _print_FirstTime(self, expr: Any) -> str:
        sign = _SIGNS[expr.relation]
        power = self._power(self.parenthesize(expr.base, POW), "m")
        return rf"\min\{{ m \ge 0 : {power} {sign} {self._print(expr.level)} \}}"

    def _print_Basic(self, expr: Any) -> str:
        name = type(expr).__name__
        if name in NORMS:
            text = str(self._print(expr.args[0]))
            left, right = (r"\left", r"\right") if _is_tall(text) else ("", "")
            below = NORMS[name].replace("inf", r"\infty")
            return rf"{left}\lVert {text} {right}\rVert" + (f"_{{{below}}}" if below else "")
        if name in WORDS:
            word = _WORD_COMMANDS.get(name, rf"\operatorname{{{WORDS[name]}}}")
            return word + self._brackets(str(self._print(expr.args[0])))
        if name in EXTREMES:
            return rf"\{EXTREMES[name]}_{{i}} \lvert {self._entry(expr.args[0])} \rvert"
        return str(super()._print_Basic(expr))

    _print_Trace = _print_Determinant = _print_Basic  # noqa: N815

    def _indexed(self, text: str) -> str:
        return f"{text}_{{i}}"


def node_latex(node: Any, printer: Any) -> str:
    """Print a node of ours inside an expression that SymPy's own printer, or ours, prints."""
    if isinstance(printer, PaperLatexPrinter):
        names = (f"_print_{cls.__name__}" for cls in type(node).__mro__)
        method = next(name for name in names if hasattr(printer, name))
        return str(getattr(printer, method)(node))
    own = PaperLatexPrinter()
    text = str(own.doprint(node))
    return text if own.level(node) > MUL else rf"\left({text}\right)"
