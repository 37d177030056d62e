"""Registers the data sets."""

from collections.abc import Callable

import bpframe
import bpframe_data as data


@bpframe.hookimpl
def bpframe_register_datasets(register: Callable[[str, type[bpframe.Dataset]], None]) -> None:
    register("digits", data.Digits)
    register("xor", data.Xor)
    register("mnist", data.MNIST)
    register("fashion_mnist", data.FashionMNIST)
    register("arrays", data.Arrays)
    register("table", data.Table)
    register("one_sample", data.OneSample)
