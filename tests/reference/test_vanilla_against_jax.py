"""The vanilla cell against JAX: gradients by its reverse mode, Jacobians by its forward mode."""

from typing import Any

import numpy as np
import pytest

from rnnmath.numeric import ACTIVATIONS, VanillaRNN, backward, forward, jacobian_product

pytestmark = pytest.mark.reference

# Both sides run in float64 on sums of fewer than 10^3 terms of order one: rounding is near
# 10^3 * 2^-53, about 1e-13.  A wrong index or transpose shows in the first digit.
TOLERANCE = 1e-10

n, m, p, steps, batch = 5, 3, 4, 12, 6
ACTIVATED = ["relu", "silu", "softplus", "tanh"]


@pytest.fixture(autouse=True)
def double_precision():
    """Let JAX keep float64, which it rounds to float32 unless told."""
    import jax

    with jax.enable_x64(True):
        yield


def drawn(seed: int) -> tuple[dict[str, Any], Any, Any]:
    """Return parameters, with the first state among them, inputs, and gradients of the losses."""
    rng = np.random.default_rng(seed)
    shapes = {"W": (n, n), "U": (n, m), "V": (p, n), "b": (n, 1), "c": (p, 1), "h0": (n, batch)}
    values = {
        name: rng.normal(size=shape) / np.sqrt(shape[1] if name in "WUV" else 1)
        for name, shape in shapes.items()
    }
    return values, rng.normal(size=(steps, m, batch)), rng.normal(size=(steps, p, batch))


def network(values: dict[str, Any], activation: str) -> VanillaRNN:
    """Return our network with these parameters."""
    parameters = {name: values[name] for name in ("W", "U", "V", "b", "c")}
    return VanillaRNN(**parameters, activation=ACTIVATIONS[activation])


def states(values: Any, inputs: Any, activation: str) -> Any:
    """Return h_1..h_T as JAX scans them."""
    import jax

    f = jax.numpy.tanh if activation == "tanh" else getattr(jax.nn, activation)

    def step(state: Any, now: Any) -> tuple[Any, Any]:
        after = f(values["W"] @ state + values["U"] @ now + values["b"])
        return after, after

    return jax.lax.scan(step, values["h0"], inputs)[1]


@pytest.mark.parametrize("activation", ACTIVATED)
@pytest.mark.parametrize("seed", [0, 1])
def test_backward_agrees_with_reverse_mode(activation: str, seed: int) -> None:
    """Every gradient of the vanilla network equals the one that ``jax.grad`` finds."""
    import jax

    values, x, e = drawn(seed)

    def loss(held: Any, inputs: Any) -> Any:
        outputs = held["V"] @ states(held, inputs, activation) + held["c"]
        return (outputs * e).sum()

    theirs, of_inputs = jax.grad(loss, argnums=(0, 1))(values, x)
    cell = network(values, activation)
    ours = backward(cell, forward(cell, x, values["h0"]), e)
    for name, expected in {**theirs, "x": of_inputs}.items():
        np.testing.assert_allclose(
            getattr(ours, name), expected, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name
        )


@pytest.mark.parametrize("activation", ACTIVATED)
@pytest.mark.parametrize(("t", "k"), [(1, 0), (7, 2), (12, 0), (5, 5)])
def test_jacobian_product_agrees_with_forward_mode(activation: str, t: int, k: int) -> None:
    """The product of the step Jacobians equals ``jax.jacfwd`` of the steps between."""
    import jax

    values, x, _ = drawn(3)
    values["h0"] = values["h0"][:, :1]
    cell, inputs = network(values, activation), x[..., :1]
    run = forward(cell, inputs, values["h0"])

    def later(state: Any) -> Any:
        if t == k:
            return state[:, 0]
        return states({**values, "h0": state}, inputs[k:t], activation)[-1][:, 0]

    expected = jax.jacfwd(later)(run.state(k))[..., 0]
    np.testing.assert_allclose(
        jacobian_product(cell, run, t, k)[0], expected, rtol=TOLERANCE, atol=TOLERANCE
    )
