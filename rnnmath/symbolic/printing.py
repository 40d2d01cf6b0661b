r"""Formulas as a paper prints them: LaTeX that KaTeX and MathJax take, and plain ASCII text."""

import re
from typing import Any

from sympy import Lambda
from sympy.printing.latex import LatexPrinter

from rnnmath.symbolic.derivation import Relation
from rnnmath.symbolic.notation import TimeVector
from rnnmath.symbolic.paper import ATOM, MUL, POW, PaperPrinter

__all__ = ["derivation_latex", "latex", "plain"]

_RELATIONS = {
    Relation.EQUAL: "=",
    Relation.AT_MOST: r"\le",
    Relation.LESS: r"\lt",
    Relation.AT_LEAST: r"\ge",
    Relation.GREATER: r"\gt",
    Relation.IFF: r"\iff",
}
_COMMANDS = {
    "tanh": r"\tanh",
    "sinh": r"\sinh",
    "cosh": r"\cosh",
    "sin": r"\sin",
    "cos": r"\cos",
    "tan": r"\tan",
    "atan": r"\arctan",
    "log": r"\ln",
    "logistic": r"\sigma",
    "sign": r"\operatorname{sgn}",
}
_NORMS = {  # LaTeX and plain, around the printed argument
    "SpectralNorm": (r"\lVert {} \rVert", "||{}||"),
    "FrobeniusNorm": (r"\lVert {} \rVert_{{F}}", "||{}||_F"),
    "OneNorm": (r"\lVert {} \rVert_{{1}}", "||{}||_1"),
    "InfinityNorm": (r"\lVert {} \rVert_{{\infty}}", "||{}||_inf"),
    "VectorNorm": (r"\lVert {} \rVert", "||{}||"),
    "SmallestSingularValue": (r"\sigma_{{\min}}({})", "sigma_min({})"),
    "SpectralRadius": (r"\rho({})", "rho({})"),
    "LargestEigenvalue": (r"\lambda_{{\max}}({})", "lambda_max({})"),
    "Rank": (r"\operatorname{{rank}}({})", "rank({})"),
    "ConditionNumber": (r"\operatorname{{cond}}({})", "cond({})"),
    "DiagMatrix": (r"\operatorname{{diag}}({})", "diag({})"),
    "Softmax": (r"\operatorname{{softmax}}({})", "softmax({})"),
    "Trace": (r"\operatorname{{tr}}({})", "tr({})"),
    "Determinant": (r"\det({})", "det({})"),
}
_EXTREMES = {"MaxAbs": (r"\max", "max"), "MinAbs": (r"\min", "min")}
_LONG_ROW = 110
_TALL = ("\\frac", "\\prod", "\\sum", "\\begin")


class PaperLatexPrinter(PaperPrinter, LatexPrinter):  # type: ignore[misc]  # SymPy is untyped
    """SymPy's LaTeX printer with the notation of a paper."""

    printmethod = ""
    dot = r" \odot "

    def brackets(self, text: str) -> str:
        if any(command in text for command in _TALL):
            return rf"\left({text}\right)"
        return f"({text})"

    def quotient(self, top: str, bottom: str, bare: bool) -> str:  # noqa: ARG002
        return rf"\frac{{{top}}}{{{bottom}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}" if "^" not in base else f"{{{base}}}^{{{exponent}}}"

    def entrywise(self, exponent: str) -> str:
        return rf"\odot {exponent}"

    def root(self, text: str) -> str:
        return rf"\sqrt{{{text}}}"

    def raised(self, function: Any, exponent: str) -> str | None:
        if type(function).__name__ not in _COMMANDS:
            return None
        return self.applied(function.func, str(self._print(function.args[0])), exponent)

    def joined(self, factors: list[str]) -> str:
        text = factors[0]
        for factor in factors[1:]:
            digits = re.search(r"\d[} ]*$", text) and re.match(r"\\frac\{\d|\d", factor)
            closed = text.endswith((")", r"\rVert")) or text.startswith(r"\frac")
            text += (r" \cdot " if digits else r"\," if closed else " ") + factor
        return text

    def applied(self, function: Any, argument: str, exponent: str | None = None) -> str:
        name = self.function_name(function)
        raised = "" if exponent is None else f"^{{{exponent}}}"
        return f"{name}{raised}{self.brackets(argument)}"

    def function_name(self, function: Any) -> str:
        name = function.__name__
        if name in _COMMANDS:
            return _COMMANDS[name]
        stem = name.rstrip("'")
        primes = name[len(stem) :]
        shown = str(self._deal_with_super_sub(stem))
        simple = len(stem) == 1 or shown.startswith("\\") or "_" in shown
        return (shown if simple else rf"\operatorname{{{shown}}}") + primes

    def _print_UndefinedFunction(self, expr: Any) -> str:
        return self.function_name(expr)

    _print_FunctionClass = _print_UndefinedFunction

    def _print_Function(self, expr: Any, exp: str | None = None) -> str:
        return self.applied(expr.func, ", ".join(map(self._print, expr.args)), exp)

    _print_log = _print_sign = _print_Function

    def _print_Abs(self, expr: Any, exp: str | None = None) -> str:
        text = rf"\lvert {self._print(expr.args[0])} \rvert"
        return text if exp is None else self.power(text, exp)

    def _print_Max(self, expr: Any, exp: str | None = None) -> str:
        listed = ", ".join(self._print(arg) for arg in expr.args)
        return rf"\{expr.func.__name__.lower()}{'' if exp is None else f'^{{{exp}}}'}({listed})"

    _print_Min = _print_Max

    def _print_TimeVector(self, expr: Any) -> str:
        return self._at_time(expr.name, expr.index)

    def _at_time(self, name: str, index: Any) -> str:
        stem, supers, subs = self._split_super_sub(name)
        lower = ",".join([*subs, self._tight(index)])
        return f"{stem}_{{{lower}}}" + (f"^{{{' '.join(supers)}}}" if supers else "")

    def _tight(self, index: Any) -> str:
        return str(self._print(index)).replace(" + ", "+").replace(" - ", "-")

    def _print_StepScalar(self, expr: Any) -> str:
        return str(self._deal_with_super_sub(expr.name))

    def _print_TimeScalar(self, expr: Any) -> str:
        return self._at_time(expr.name, expr.index)

    def _print_TotalDerivative(self, expr: Any) -> str:
        signal = self.signal(expr)
        if signal is None:
            return self.quotient(rf"\partial {self._print(expr.of)}", rf"\partial {self._print(expr.wrt)}", False)
        letter, index, only = signal
        name = r"\delta" if letter == "delta" else letter
        above = "" if only is None else f"^{{({self._tight(only)})}}"
        return f"{name}_{{{self._tight(index)}}}{above}"

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
        if not getattr(seed, "is_Matrix", False) and seed == 1:
            return self._derivative(str(self._print(of)), wrt, short=self.level(of) == ATOM)
        pairing = rf"\langle {self._print(seed)},\, {self._print(of)} \rangle"
        return rf"\frac{{\partial}}{{\partial {self._print(wrt)}}} {pairing}"

    def _derivative(self, of: str, wrt: Any, short: bool) -> str:
        below = rf"\partial {self._print(wrt)}"
        if short and len(of) < 30 and not any(command in of for command in _TALL):
            return self.quotient(rf"\partial {of}", below, False)
        return rf"\frac{{\partial}}{{{below}}} {self.brackets(of)}"

    def _print_OrderedProduct(self, expr: Any) -> str:
        return self._ranged(r"\prod", expr.index, expr.lower, expr.upper) + self.multiplicand(expr.term)

    def _print_IndexedSum(self, expr: Any) -> str:
        return self._ranged(r"\sum", expr.index, expr.lower, expr.upper) + self.summand(expr.term)

    def _print_Product(self, expr: Any) -> str:
        return "".join(self._ranged(r"\prod", *limits) for limits in expr.limits) + self.multiplicand(
            expr.function
        )

    def _print_Sum(self, expr: Any) -> str:
        return "".join(self._ranged(r"\sum", *limits) for limits in expr.limits) + self.summand(
            expr.function
        )

    def _ranged(self, sign: str, index: Any, lower: Any, upper: Any) -> str:
        low, high = self._tight(lower), self._tight(upper)
        return rf"{sign}_{{{self._print(index)}={low}}}^{{{high}}} "

    def _print_Transpose(self, expr: Any) -> str:
        text = self.parenthesize(expr.arg, POW)
        if text.endswith("^{(" + text.rpartition("^{(")[2]) and text.startswith(r"\delta"):
            return text[:-1] + r"\,\top}"
        return self.power(text, r"\top")

    def _print_InnerProduct(self, expr: Any) -> str:
        left, right = expr.args
        return self.joined([self.power(self.parenthesize(left, POW), r"\top"), self.parenthesize(right, MUL)])

    def _print_BlockMatrix(self, expr: Any) -> str:
        rows, cols = expr.blockshape
        lines = (" & ".join(self._print(expr.blocks[i, j]) for j in range(cols)) for i in range(rows))
        return r"\begin{bmatrix} " + r" \\ ".join(lines) + r" \end{bmatrix}"

    def _print_OneMatrix(self, expr: Any) -> str:
        return r"\mathbf{1}" if expr.shape[1] == 1 else rf"\mathbf{{1}}_{{{expr.shape[0]} \times {expr.shape[1]}}}"

    def _print_ActivationSupremum(self, expr: Any) -> str:
        function = expr.args[0]
        if isinstance(function, Lambda):
            return rf"\sup_{{{self._print(function.variables[0])}}} \lvert {self._print(function.expr)} \rvert"
        stem = function.__name__.rstrip("'")
        return r"\gamma" if stem == "f" else rf"\gamma_{{{self.function_name(function)}}}"

    def _print_Basic(self, expr: Any) -> str:
        name = type(expr).__name__
        if name in _NORMS:
            shown = _NORMS[name][0].format(self._print(expr.args[0]))
            tall = any(command in shown for command in _TALL)
            return shown.replace("(", r"\left(", 1) if False and tall else shown
        if name in _EXTREMES:
            return rf"{_EXTREMES[name][0]}_{{i}} \lvert {self._entry(expr.args[0])} \rvert"
        return str(super()._print_Basic(expr))

    def _entry(self, vector: Any) -> str:
        text = str(self._print(vector))
        if not text.endswith(")") and (self.level(vector) < ATOM or "_" in text):
            text = self.brackets(text)
        return f"{text}_{{i}}"
