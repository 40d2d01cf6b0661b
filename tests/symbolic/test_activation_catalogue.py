"""The catalogue: every gamma is the supremum it says, and a wrong one is refused."""

from dataclasses import replace

import pytest
from sympy import (
    E,
    Function,
    Interval,
    Lambda,
    MatMul,
    MatrixSymbol,
    Rational,
    S,
    Symbol,
    erf,
    exp,
    oo,
    pi,
    sqrt,
    symbols,
    tanh,
)
from sympy.sets.sets import FiniteSet

from rnnmath.errors import BadDerivation, DomainError, Undecided, Unsupported
from rnnmath.symbolic.activations import (
    Gap,
    catalogue,
    elu,
    leaky_relu,
    linear,
    logistic,
    scaled_tanh,
    with_activation,
)
from rnnmath.symbolic.activations.enclosures import enclose, enclose_maximum, interval
from rnnmath.symbolic.activations.implicit import ImplicitRoot
from rnnmath.symbolic.activations.suprema import (
    check_root,
    check_supremum,
    enclose_supremum,
    supremum_certificate,
)
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import Elementwise, OrderedProduct
from rnnmath.symbolic.norms import ActivationSupremum, SpectralNorm
from rnnmath.symbolic.notation import W, a, f, f_prime, h, j, k, t
from rnnmath.symbolic.tidy import diag

u = Symbol("u", real=True)
QUICK = [name for name in catalogue() if name != "gelu_tanh"]
FAMILIES = [elu(2), elu(Rational(1, 2)), leaky_relu(-2), leaky_relu(1), leaky_relu(-1), linear(-3)]

# Digits of the literature on these activations, typed here; nothing of this package made them.
STATED = {
    "identity": 1,
    "tanh": 1,
    "logistic": Rational(1, 4),
    "relu": 1,
    "leaky_relu": 1,
    "hard_tanh": 1,
    "softplus": 1,
    "elu": 1,
    "softsign": 1,
    "arctan": 1,
    "scaled_tanh": Rational("1.7159") * Rational(2, 3),
    "gelu": (1 + erf(1)) / 2 + 1 / (E * sqrt(pi)),
    "silu": Rational("1.099839320128867"),
    "gelu_tanh": Rational("1.128993068658772"),
}


@pytest.mark.parametrize("name", list(catalogue()))
def test_supremum_is_proved_and_enclosed(name):
    """Each certificate replays, and branch and bound encloses the stated number within 1e-9."""
    activation = catalogue()[name]
    bounds = check_supremum(activation)
    assert bounds.high - bounds.low <= Rational(1, 10**9)
    assert abs(activation.supremum.evalf(30) - STATED[name]) < Rational(1, 10**15)


def test_catalogue_is_complete():
    """Every activation that the theory lists is there."""
    assert set(catalogue()) == set(STATED)


@pytest.mark.parametrize("activation", FAMILIES, ids=lambda entry: str(entry.function))
def test_families_hold_for_other_parameters(activation):
    """The certificates of a family hold for parameters on each side of its case distinctions."""
    check_supremum(activation)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("logistic", Rational(1, 2)),
        ("silu", S.One),
        ("gelu", S.One),
        ("tanh", Rational(999999, 10**6)),
        ("scaled_tanh", S.One),
        ("softplus", Rational(1, 2)),
        ("silu", Rational("1.0998393")),
        ("relu", S(2)),
    ],
)
def test_planted_supremum_is_refused(name, wrong):
    """A supremum that is too large or too small is refuted, not left undecided."""
    with pytest.raises(BadDerivation, match=name):
        check_supremum(replace(catalogue()[name], supremum=wrong))


def test_supremum_that_the_enclosure_cannot_tell_is_refused_by_the_proof():
    """A number 1e-20 beside gamma passes any enclosure; the exact identity refuses it."""
    near = catalogue()["gelu"].supremum + Rational(1, 10**20)
    with pytest.raises(BadDerivation, match="gamma against"):
        check_supremum(replace(catalogue()["gelu"], supremum=near))


@pytest.mark.parametrize(
    ("name", "changes", "complaint"),
    [
        ("tanh", {"attained": S.EmptySet}, "attained on"),
        ("tanh", {"attained": FiniteSet(0, 1)}, "attained on"),
        ("softplus", {"attained": FiniteSet(0)}, "attained on"),
        ("relu", {"attained": Interval(0, oo)}, "attained on"),
        ("relu", {"kinks": ()}, "kinks"),
        ("softsign", {"kinks": (S.Zero,)}, "kinks"),
        ("logistic", {"slope": Lambda(u, logistic(u))}, "f' against"),
        ("tanh", {"proof": (Gap(tanh(u) ** 2 + 1, 1 + tanh(u) ** 2),)}, "certificate"),
        ("silu", {"proof": catalogue()["gelu"].proof}, "the slope against"),
        ("gelu", {"proof": (replace(catalogue()["gelu"].proof[0], peak=S.One),)}, "at the peak"),
        ("gelu", {"proof": (replace(catalogue()["gelu"].proof[0], sign=2 - u),)}, "factors"),
    ],
)
def test_planted_record_is_refused(name, changes, complaint):
    """A wrong slope, kink, attaining set or certificate is refused with its reason."""
    with pytest.raises(BadDerivation, match=complaint):
        check_supremum(replace(catalogue()[name], **changes))


def test_missing_certificate_is_undecided():
    """Without a certificate nothing is guessed."""
    with pytest.raises(Undecided, match="no certificate"):
        supremum_certificate(replace(catalogue()["tanh"], proof=()))


def test_root_that_is_not_unique_is_refused():
    """A sign change is not enough: the only root needs monotony, and no sign change is no root."""
    x = Symbol("x")
    with pytest.raises(Undecided, match="monotone"):
        check_root(ImplicitRoot(Lambda(x, x**3 - x), -2, 3))
    with pytest.raises(Undecided, match="does not change"):
        check_root(ImplicitRoot(Lambda(x, x**2 + 1), 0, 1))
    with pytest.raises(DomainError, match="low < high"):
        ImplicitRoot(Lambda(x, x), 1, 0)


def test_silu_root_solves_its_equation():
    """The root of SiLU is y tanh y = 1 and gamma = (1 + y)/2, to 40 digits."""
    silu = catalogue()["silu"]
    (y,) = silu.supremum.atoms(ImplicitRoot)
    digits = y.evalf(50)
    assert abs(digits * tanh(digits) - 1) < Rational(1, 10**40)
    assert silu.attained == FiniteSet(2 * y)
    assert silu.supremum == (1 + y) / 2


@pytest.mark.parametrize("name", QUICK)
def test_enclosure_holds_the_slope_at_samples(name):
    """No sampled slope exceeds the upper bound; the sampling knows nothing of the certificate."""
    activation = catalogue()[name]
    high = enclose_supremum(activation).high
    for point in (Rational(-31, 7), Rational(-3, 7), Rational(5, 13), Rational(17, 12)):
        step = Rational(1, 10**8)
        rise = activation.function(point + step) - activation.function(point)
        assert abs(rise.evalf(30) / step) <= high + Rational(1, 10**6)


@pytest.mark.parametrize("function", [exp, tanh, erf, logistic])
@pytest.mark.parametrize("point", [Rational(-29, 4), Rational(-3, 7), S.Zero, Rational(13, 5)])
def test_interval_functions_hold_true_values(function, point):
    """The enclosure of a function at a number holds its value and is narrow, on either side."""
    box = enclose(function(u), {u: interval(point, point)})
    value = function(point).evalf(60)
    low, high = (enclose_end(box, side) for side in "ab")
    assert low <= value <= high
    wide = enclose(function(u), {u: interval(point - 1, point + 1)})
    assert enclose_end(wide, "a") <= function(point - 1).evalf(60)
    assert enclose_end(wide, "b") >= function(point + 1).evalf(60)


def enclose_end(box, side):
    """Return an end of an interval as an exact rational."""
    sign, mantissa, exponent, _ = getattr(box, side)._mpi_[0]
    return Rational(-mantissa if sign else mantissa) * Rational(2) ** exponent


def test_enclosure_refuses_what_it_does_not_know():
    """A function without an enclosure is refused; too few boxes leave the maximum undecided."""
    with pytest.raises(Unsupported, match="sin"):
        enclose(Function("sin")(u), {u: interval(S.Zero, S.One)})
    with pytest.raises(Undecided, match="not known after"):
        enclose_maximum(u * (1 - u) * exp(u), u, S.Zero, S.One, limit=3)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: elu(0), "alpha must be positive"),
        (lambda: elu(symbols("alpha")), "alpha must be a real number"),
        (lambda: leaky_relu(oo), "alpha must be a real number"),
        (lambda: linear(1j), "slope must be a real number"),
        (lambda: scaled_tanh(-1, 1), "outer and inner must be positive"),
    ],
)
def test_bad_parameters_are_named(make, complaint):
    """A parameter outside its domain is refused by name."""
    with pytest.raises(DomainError, match=complaint):
        make()


def test_logistic_is_a_function_of_its_own():
    """The logistic function knows its derivative, its values and its forms, and no other index."""
    assert logistic(u).diff(u) == logistic(u) * (1 - logistic(u))
    assert logistic(S.Zero) == S.Half
    assert (logistic(oo), logistic(-oo)) == (1, 0)
    assert (logistic(u).rewrite(exp) - logistic(u).rewrite(tanh)).subs(u, 2).evalf() < 1e-14
    assert logistic(u).is_positive


class TestWithActivation:
    """Putting a concrete activation in touches f and its derivatives and nothing else."""

    z = MatrixSymbol("z", 3, 1)

    def test_derivatives_of_each_order(self):
        """f, f' and f'' become tanh and its derivatives, deep inside other nodes too."""
        tanh_record = catalogue()["tanh"]
        second = Function("f''")
        assert with_activation(Elementwise(f, self.z), f, tanh_record) == Elementwise(tanh, self.z)
        got = with_activation(Elementwise(second, self.z), f, tanh_record)
        assert got == Elementwise(Lambda(u, (1 - tanh(u) ** 2).diff(u)), self.z)
        product = OrderedProduct(MatMul(diag(Elementwise(f_prime, a[j])), W), (j, k + 1, t))
        slope = Elementwise(Lambda(u, 1 - tanh(u) ** 2), a[j])
        assert with_activation(product, f, tanh_record) == OrderedProduct(
            MatMul(diag(slope), W), (j, k + 1, t)
        )

    def test_nested_and_scalar(self):
        """A state inside a state is replaced on every level, and so is f of a number."""
        logistic_record = catalogue()["logistic"]
        nested = Elementwise(f, W * Elementwise(f, h[t]))
        expected = Elementwise(logistic, W * Elementwise(logistic, h[t]))
        assert with_activation(nested, f, logistic_record) == expected
        assert with_activation(f(f(u)), f, logistic_record) == logistic(logistic(u))

    def test_gamma_becomes_its_number(self):
        """The supremum of f becomes the exact number; the identity activation disappears."""
        bound = ActivationSupremum(f) * SpectralNorm(W)
        assert with_activation(bound, f, catalogue()["logistic"]) == SpectralNorm(W) / 4
        assert with_activation(Elementwise(f, self.z), f, catalogue()["identity"]) == self.z

    def test_statement_and_strangers(self):
        """Both sides of a statement are replaced; another function of a similar name is not."""
        other = Function("ff")
        says = Statement(Elementwise(f, self.z), Relation.EQUAL, Elementwise(other, self.z))
        got = with_activation(says, f, catalogue()["tanh"])
        assert got.lhs == Elementwise(tanh, self.z)
        assert got.rhs == says.rhs
