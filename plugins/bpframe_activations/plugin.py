"""Registers the activations."""

from collections.abc import Callable

import bpframe
import bpframe_activations as activations


@bpframe.hookimpl
def bpframe_register_activations(register: Callable[[str, type[bpframe.Activation]], None]) -> None:
    register("sigmoid", activations.Sigmoid)
    register("tanh", activations.Tanh)
    register("relu", activations.ReLU)
    register("leaky_relu", activations.LeakyReLU)
    register("softplus", activations.Softplus)
    register("linear", activations.Linear)
    register("square", activations.Square)
    register("sin", activations.Sin)
    register("softmax", activations.Softmax)
    register("custom", activations.Custom)
