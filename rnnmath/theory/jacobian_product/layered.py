"""A feedforward network has the same recursion, with one matrix a layer.

Layer l has its own width n_l, weights W_l and bias b_l: ``a_l = W_l h_{l-1} + b_l``,
``h_l = f(a_l)``, and the loss L_T sees the last of its T layers only.  With one shared W and the
biases ``b_l = U x_l + b`` it is the recurrent network with a loss at the last step only.
"""

from typing import Any

from sympy import Function

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.calculus import jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.algebra import ENTRY_BY_ENTRY
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import Elementwise, hadamard
from rnnmath.symbolic.notation import (
    T,
    TimeMatrix,
    TimeVector,
    TotalDerivative,
    U,
    W,
    a,
    b,
    delta,
    f,
    f_prime,
    h,
    loss_at,
    n,
    t,
    time,
    x,
)
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.jacobian_product.errors import slopes
from rnnmath.theory.jacobian_product.setting import CHAPTER, at_most, departing, equal
from rnnmath.theory.program import definition

__all__ = ["MLP_ANALOGUE", "MLP_SHARED", "layer", "layer_definition"]

#: The layer; times of the recurrent network keep the letter t.
_L = time("l")
_width = Function("n", integer=True, positive=True)


def layer(name: str, index: Any) -> TimeVector:
    """Return ``a_l``, ``h_l`` or ``b_l``, a column of the width of its layer."""
    return TimeVector(name, _width(index), index)


def _weights(index: Any) -> TimeMatrix:
    return TimeMatrix("W", _width(index), _width(index - 1), index)


def layer_definition(variable: TimeVector) -> Any:
    """Return the equation of a layer.

    Examples
    --------
    >>> layer_definition(layer("a", _L))
    W[l]*h[l - 1] + b[l]
    """
    place = variable.index
    if variable.name == "h":
        return Elementwise(f, layer("a", place))
    return add(multiply(_weights(place), layer("h", place - 1)), layer("b", place))


def _gradient(name: str, index: Any) -> TotalDerivative:
    return TotalDerivative(loss_at(T), layer(name, index))


def _fed_layer(focus: Any, result: Any, step: Step) -> bool:
    """Follow the one path: a_l feeds h_l, and h_l feeds a_{l+1} where a layer follows."""
    if type(focus) is not TotalDerivative or focus.of != loss_at(T):
        return False
    name, place = focus.wrt.name, focus.wrt.index
    if focus.wrt != layer(name, place) or name not in ("a", "h"):
        return False
    if name == "h" and not not_before(T, place + 1, step.given):
        return False
    child = layer("h", place) if name == "a" else layer("a", place + 1)
    local = jacobian(layer_definition(child), focus.wrt)
    return same(result, multiply(transpose(local), TotalDerivative(focus.of, child)))


FED_LAYER = Rule(
    "chain rule, over the next layer",
    r"\nabla_v L=\Big(\frac{\partial w}{\partial v}\Big)^{\!\top}\nabla_w L",
    Relation.EQUAL,
    _fed_layer,
)

_INNER = Hypothesis("$l < T$: a layer follows", at_most(_L + 1, T))
_FIRST = Hypothesis("$1 \\le l$", at_most(1, _L))
_GIVEN = (at_most(1, _L), at_most(_L + 1, T))
_SIGNAL, _LAST = _gradient("a", _L), _gradient("a", T)
_RATES = {place: Elementwise(f_prime, layer("a", place)) for place in (_L, T)}
_BEHIND = multiply(transpose(_weights(_L + 1)), _gradient("a", _L + 1))


def _into_argument(place: Any) -> Derivation:
    signal, state = _gradient("a", place), _gradient("h", place)
    local = jacobian(layer_definition(layer("h", place)), layer("a", place))
    back = Derivation(signal, given=_GIVEN)
    back = back.then(FED_LAYER, signal, multiply(transpose(local), state))
    return back.then(ENTRY_BY_ENTRY, back.end, hadamard(_RATES[place], state))


def _layers() -> tuple[Derivation, ...]:
    inner = _into_argument(_L)
    return _into_argument(T), inner.then(FED_LAYER, _gradient("h", _L), _BEHIND)


_DEEP = {"network": {"layered": True, "horizon": (3, 4)}, "sizes": {"n": (2, 3)}}
_ANY_LAYER = Draw("random", {**_DEEP, "times": ("l", "later"), "first": 1, "gap": 1})
_PLAIN = {"network": {"horizon": (3, 4)}, "sizes": {"n": (2, 3)}, "first": 1, "gap": 1}
_SHARED = Draw("random", {**_PLAIN, "times": ("l", "later")})


def _own_matrix() -> Any:
    """Return the false second statement; it has a shape only where all widths are equal."""
    own = multiply(transpose(TimeMatrix("W", n, n, _L)), delta(_L + 1, only=T))
    return equal(delta(_L, only=T), hadamard(slopes(_L), own))


MLP_ANALOGUE = Claim(
    id="mlp-analogue",
    kind=Kind.IDENTITY,
    title="In a feedforward network the error goes back through the next layer's own matrix",
    says=(
        equal(_LAST, hadamard(_RATES[T], _gradient("h", T))),
        equal(_SIGNAL, hadamard(_RATES[_L], _BEHIND)),
    ),
    given=(_FIRST, _INNER),
    derive=_layers,
    draws=(_ANY_LAYER, _SHARED),
    mutants=(
        Mutant("the layer's own matrix", _own_matrix(), (_ANY_LAYER,)),
        Mutant(
            "the matrix not transposed",
            equal(
                delta(_L, only=T),
                hadamard(
                    slopes(_L),
                    multiply(TimeMatrix("W", n, n, _L + 1), delta(_L + 1, only=T)),
                ),
            ),
            (_ANY_LAYER,),
        ),
        Mutant(
            "the slope of the next layer",
            equal(
                delta(_L, only=T),
                hadamard(
                    slopes(_L + 1),
                    multiply(transpose(TimeMatrix("W", n, n, _L + 1)), delta(_L + 1, only=T)),
                ),
            ),
            (_ANY_LAYER,),
        ),
    ),
    source=Source("rumelhart1986", "Eqs. (5)-(7)"),
    chapter=CHAPTER,
)

#: A layer of the recurrent network: the same W at every step, and the bias U x_t + b.
_NAMES: dict[Any, Any] = {}
for _shift in (0, 1):
    _place = _L + _shift
    _NAMES |= {
        layer("a", _place): a[t + _shift],
        layer("h", _place): h[t + _shift],
        _weights(_place): W,
        layer("b", _place): add(multiply(U, x[t + _shift]), b),
    }


def _same_program() -> bool:
    """Tell whether the equations of a layer become those of a step under the names."""
    return all(
        same(layer_definition(variable).xreplace(_NAMES), definition(variable.xreplace(_NAMES)))
        for variable in (layer("h", _L), layer("h", _L + 1), layer("a", _L + 1))
    )


def _as_layers(focus: Any, result: Any, step: Step) -> bool:
    """Read a step of the recurrent network as a layer, where its equations are the same."""
    statement = MLP_ANALOGUE.says[1].renamed(_NAMES)
    granted = all(
        not_before(fact.rhs.xreplace({_L: t}), fact.lhs.xreplace({_L: t}), step.given)
        for fact in _GIVEN
    )
    return (
        granted and _same_program() and same(focus, statement.lhs) and same(result, statement.rhs)
    )


AS_LAYERS = Rule(
    "layers with one shared matrix",
    r"W_l=W,\ b_l=Ux_l+b",
    Relation.EQUAL,
    _as_layers,
    MLP_ANALOGUE.id,
)

_SIGNAL_AT, _BEHIND_AT = delta(t, only=T), multiply(transpose(W), delta(t + 1, only=T))
_AT_GIVEN = (at_most(1, t), at_most(t + 1, T))


def _shared() -> tuple[Derivation, ...]:
    whole = Derivation(_SIGNAL_AT, given=_AT_GIVEN)
    return (whole.then(AS_LAYERS, _SIGNAL_AT, hadamard(slopes(t), _BEHIND_AT)),)


MLP_SHARED = Claim(
    id="mlp-shared",
    kind=Kind.IDENTITY,
    title="A recurrent network with one loss at the end is a feedforward one with a shared matrix",
    says=(equal(_SIGNAL_AT, hadamard(slopes(t), _BEHIND_AT)),),
    given=(
        Hypothesis("$1 \\le t$", at_most(1, t)),
        Hypothesis("$t < T$: a step follows", at_most(t + 1, T)),
        Hypothesis(
            "every layer has the same matrix",
            witness=Witness(
                "with a matrix of its own in each layer the shared one is not what carries back",
                departing({"layers": [[[1, 0], [1, 1]], [[2, 1], [0, 1]], [[0, 1], [1, 3]]]}, t=1),
            ),
        ),
    ),
    derive=_shared,
    draws=(Draw("random", {**_PLAIN, "times": ("t", "later")}),),
    mutants=(
        Mutant(
            "losses at every step",
            equal(delta(t), hadamard(slopes(t), multiply(transpose(W), delta(t + 1)))),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
