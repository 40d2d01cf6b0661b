"""The hand-written backpropagation against an engine that other people wrote."""

import numpy as np
import pytest

from rnnmath.numeric import ACTIVATIONS, VanillaRNN, backward, forward

pytestmark = pytest.mark.reference

# Both sides run in float64 on sums of fewer than 10^3 terms of order one: rounding is near
# 10^3 * 2^-53, about 1e-13.  A wrong index or transpose shows in the first digit.
TOLERANCE = 1e-10


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_backward_agrees_with_autograd(activation: str, seed: int) -> None:
    """Every gradient of the vanilla network equals the one that torch.nn.RNN's autograd finds."""
    import torch

    rng = np.random.default_rng(seed)
    n, m, p, steps, batch = 5, 3, 4, 12, 6
    W, U, V = (rng.normal(size=shape) / np.sqrt(shape[1]) for shape in ((n, n), (n, m), (p, n)))
    b, c = rng.normal(size=(n, 1)), rng.normal(size=(p, 1))
    x, h0 = rng.normal(size=(steps, m, batch)), rng.normal(size=(n, batch))
    e = rng.normal(size=(steps, p, batch))  # the gradient of a linear loss <e_t, o_t>

    network = VanillaRNN(W, U, V, b, c, ACTIVATIONS[activation])
    ours = backward(network, forward(network, x, h0), e)

    layer = torch.nn.RNN(m, n, nonlinearity=activation).double()
    with torch.no_grad():
        layer.weight_hh_l0.copy_(torch.from_numpy(W))
        layer.weight_ih_l0.copy_(torch.from_numpy(U))
        layer.bias_ih_l0.copy_(torch.from_numpy(b[:, 0]))
        layer.bias_hh_l0.zero_()
    # torch keeps a row a sample: (T, B, m) and (1, B, n)
    inputs = torch.from_numpy(x.transpose(0, 2, 1).copy()).requires_grad_()
    start = torch.from_numpy(h0.T[None].copy()).requires_grad_()
    readout = torch.from_numpy(V.copy()).requires_grad_()
    offset = torch.from_numpy(c[:, 0].copy()).requires_grad_()
    states, _ = layer(inputs, start)
    outputs = states @ readout.T + offset
    (outputs * torch.from_numpy(e.transpose(0, 2, 1).copy())).sum().backward()

    theirs = {
        "W": layer.weight_hh_l0.grad,
        "U": layer.weight_ih_l0.grad,
        "V": readout.grad,
        "b": layer.bias_ih_l0.grad[:, None],
        "c": offset.grad[:, None],
        "h0": start.grad[0].T,
        "x": inputs.grad.permute(0, 2, 1),
    }
    for name, expected in theirs.items():
        np.testing.assert_allclose(
            getattr(ours, name), expected.numpy(), rtol=TOLERANCE, atol=TOLERANCE, err_msg=name
        )
