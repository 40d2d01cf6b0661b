"""Recurrent networks that run forward and backward, and the losses of their outputs."""

from rnnmath.numeric.losses import Loss, linear_loss, quadratic_loss
from rnnmath.numeric.networks.accumulation import loss_gradients, total_loss
from rnnmath.numeric.networks.backpropagation import Gradients, backward
from rnnmath.numeric.networks.vanilla import Trajectory, VanillaRNN, forward, random_network

__all__ = [
    "Gradients",
    "Loss",
    "Trajectory",
    "VanillaRNN",
    "backward",
    "forward",
    "linear_loss",
    "loss_gradients",
    "quadratic_loss",
    "random_network",
    "total_loss",
]
