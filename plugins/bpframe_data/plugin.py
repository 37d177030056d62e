"""Registers the data sets."""

from collections.abc import Callable

import bpframe
import bpframe_data as data


@bpframe.hookimpl
def bpframe_register_datasets(register: Callable[[str, type[bpframe.Dataset]], None]) -> None:
    register("digits", data.Digits)
    register("sklearn", data.Sklearn)
    register("iris", data.Iris)
    register("wine", data.Wine)
    register("breast_cancer", data.BreastCancer)
    register("diabetes", data.Diabetes)
    register("linnerud", data.Linnerud)
    register("xor", data.Xor)
    register("moons", data.Moons)
    register("circles", data.Circles)
    register("spirals", data.Spirals)
    register("regression1d", data.Regression1D)
    register("mnist", data.MNIST)
    register("fashion_mnist", data.FashionMNIST)
    register("arrays", data.Arrays)
    register("table", data.Table)
    register("one_sample", data.OneSample)
