"""A picture file as the explained sample, and classes by their names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import make_network
from PIL import Image

from bpframe import Data, Numbers, Scaling, Split
from bpframe.errors import ConfigError, DataError
from bpframe_activations import Sigmoid
from bpframe_explain.sample import targets_of
from bpframe_explain.sample_of_picture import sample_of_picture
from bpframe_explain.task import Explain

NAMES = ("dark", "light")


def data(classes: int | None = 2, shape: tuple[int, int] | None = (1, 2)) -> Data:
    inputs = Numbers((1, 2), scalings=(Scaling(divide=(16.0,)),))
    y = np.array([0, 1, 1]) if classes else np.zeros((3, 2))
    split = Split(np.zeros((3, 2)), y)
    more = {"class_names": NAMES} if classes else {}
    return Data(
        "made",
        split,
        split.head(0),
        split.head(0),
        classes,
        image_shape=shape,
        inputs=inputs,
        **more,
    )  # type: ignore[arg-type]


def test_it_is_taken_for_the_class_that_the_network_gives(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(np.array([[255, 51]], np.uint8)).save(file)
    network = make_network((2, 2), Sigmoid())
    network.parameters.vector[:] = 0
    network.parameters.biases[0][:] = (1, 0)
    sample = sample_of_picture(data(), file, [], network, None)
    assert sample.x == pytest.approx([1, 0.2])
    assert (sample.name, sample.y.tolist()) == ("a.png, taken for dark", [1, 0])
    other = network.copy()
    other.parameters.biases[0][:] = (0, 1)
    (tmp_path / "w.npz").write_bytes(other.parameters.to_npz())
    sample = sample_of_picture(data(), file, [], network, tmp_path / "w.npz")
    assert sample.name == "a.png, taken for light"
    given = sample_of_picture(data(), file, ["light"], network, None)
    assert (given.name, given.y.tolist()) == ("a.png", [0, 1])
    for made, path, message in (
        (data(None), file, "needs task.y, for the targets are values"),
        (data(shape=None), file, "are no picture"),
        (data(), tmp_path / "gone.png", "no picture that can be read"),
    ):
        with pytest.raises((ConfigError, DataError), match=message):
            sample_of_picture(made, path, [], network, None)
    with pytest.raises(ConfigError, match=r"task\.weights"):
        sample_of_picture(data(), file, [], network, tmp_path / "gone.npz")


def test_a_class_is_a_target_by_its_name() -> None:
    assert targets_of(data(), ["light"]).tolist() == [0, 1]
    with pytest.raises(ConfigError, match=r"task\.y is 'lihgt'.*Did you mean 'light'"):
        targets_of(data(), ["lihgt"])
    with pytest.raises(ConfigError, match="the targets of data 'made' are values"):
        targets_of(data(None), ["light"])
    assert Explain(x=[1.0], y="light").y == "light"
    with pytest.raises(ValueError, match="x and picture are two samples"):
        Explain(x=[1.0], y=1, picture="a.png")
