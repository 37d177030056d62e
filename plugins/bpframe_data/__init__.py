"""Data sets: samples to train, validate and test with."""

from bpframe_data.arrays import Arrays
from bpframe_data.digits import Digits
from bpframe_data.fashion_mnist import FashionMNIST
from bpframe_data.mnist import MNIST
from bpframe_data.one_sample import OneSample
from bpframe_data.plane import Circles, Moons, Spirals
from bpframe_data.regression1d import Regression1D
from bpframe_data.sklearn_sets import BreastCancer, Diabetes, Iris, Linnerud, Sklearn, Wine
from bpframe_data.table import Table
from bpframe_data.xor import Xor

__all__ = [
    "MNIST",
    "Arrays",
    "BreastCancer",
    "Circles",
    "Diabetes",
    "Digits",
    "FashionMNIST",
    "Iris",
    "Linnerud",
    "Moons",
    "OneSample",
    "Regression1D",
    "Sklearn",
    "Spirals",
    "Table",
    "Wine",
    "Xor",
]
