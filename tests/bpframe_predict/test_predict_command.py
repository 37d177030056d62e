"""``bpframe predict``: answers for tables, arrays and pictures, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kept_models import keep
from PIL import Image

from bpframe import Column, Columns, Model, Network, Numbers, Scaling, TargetValues, white_of
from bpframe.errors import ConfigError, DataError
from bpframe.plugins.loading import loaded_plugins
from bpframe_activations import Linear, Sigmoid
from bpframe_initializers import ScaledNormal
from bpframe_predict.command import predict

FLATS = Columns((Column("size", fill=60.0), Column("kind", ("flat", "house"))))
TABLE = "size,kind,price\n50,flat,low\n,house,high\n200,house,high\n"
Predicted = Callable[..., tuple[list[dict[str, str]], list[str]]]


def network(n_1: int, n: int, f: Any = Sigmoid) -> Network:
    """Return a network whose outputs are those of its first inputs."""
    made = Network([n_1, n], f(), ScaledNormal(), dtype=np.float64)
    made.parameters.vector[:] = 0
    np.fill_diagonal(made.parameters.weights[0], 1.0)
    return made


def of_classes(inputs: Any, *names: str, **more: Any) -> Model:
    return Model("data", network(inputs.n_1, len(names)), inputs, names, **more)


@pytest.fixture
def predicted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Predicted:
    """Return what carries out ``bpframe predict WORD …`` and reads what it prints."""
    monkeypatch.chdir(tmp_path)

    def carry_out(*words: str) -> tuple[list[dict[str, str]], list[str]]:
        assert predict(list(words), loaded_plugins()) == 0
        out, err = capsys.readouterr()
        return list(csv.DictReader(io.StringIO(out))), err.splitlines()

    return carry_out


def classes(rows: list[dict[str, str]]) -> list[str]:
    return [row["class"] for row in rows]


def test_a_table_with_the_targets_that_the_run_was_told_of(predicted: Predicted) -> None:
    scaled = FLATS.then(Scaling((100.0, 0.0, 0.0), (50.0, 1.0, 1.0)))
    model = of_classes(scaled, "high", "low")
    keep(model, Path("outputs/old"), 0, name="old")
    keep(model, Path("outputs/a"), 1, config={"data": {"target": "price"}})
    Path("flats.csv").write_text(TABLE)
    rows, told = predicted("flats.csv")
    a = model.outputs({"size": [50.0, None, 200.0], "kind": ["flat", "house", "house"]})
    assert [[float(r["high"]), float(r["low"])] for r in rows] == a.tolist()
    assert [r["sample"] for r in rows] == ["0", "1", "2"]
    assert classes(rows) == ["low", "low", "high"]
    assert told[0].endswith("outputs/a")
    assert told[1] == "right: 2 of 3 (66.67%)"
    # A run that is named needs no word, and one that knows no target compares nothing.
    assert predicted("old", "flats.csv")[1] == []
    assert predicted("old", "flats.csv", "--target", "price")[1] == [told[1]]
    (line,) = predicted("old", "flats.csv", "--target", "kind")[1]
    assert line.startswith("no target, such as 'flat', is a class of the model (high, low)")


def test_values_have_their_names_and_units(predicted: Predicted) -> None:
    values = TargetValues(("price",), (1000.0,), (10.0,))
    inputs = Numbers((2,), ("a", "b"))
    keep(Model("homes", network(2, 1, Linear), inputs, (), values), Path("outputs/a"))
    Path("homes.csv").write_text("b,price,a\n0,1010,1\n0,1025,2\n0,990,-1\n")
    rows, told = predicted("homes.csv")
    assert [float(row["price"]) for row in rows] == [1010, 1020, 990]
    assert told[1].startswith("root mean square error: 2.88675 of 3 samples, R²: 0.9595")
    two = Model("homes", network(2, 2, Linear), inputs)
    keep(two, Path("outputs/b"), 1)
    rows, told = predicted("homes.csv")
    assert list(rows[0]) == ["sample", "value 1", "value 2"]
    assert told == ["the newest run here: " + str(Path("outputs/b").resolve())]


def test_arrays_by_their_usual_names_or_by_those_given(predicted: Predicted) -> None:
    keep(of_classes(Numbers((2,)), "1", "7"), Path("outputs/a"))
    x, y = np.array([[1.0, 0], [0, 1], [3, 1]]), np.array([1.0, 7, 7])
    np.savez("both.npz", X_test=x, y_test=y, x_train=x[:1], y_train=y[:1])
    rows, told = predicted("both.npz")
    assert classes(rows) == ["1", "7", "1"]
    assert told[1] == "right: 2 of 3 (66.67%)"
    np.savez("odd.npz", mine=x, others=np.eye(2)[[0, 1, 0]])
    rows, told = predicted("odd.npz", "--inputs", "mine", "--target", "others")
    assert told[1] == "right: 3 of 3 (100.00%)"
    np.save("plain.npy", x[1])
    assert classes(predicted("plain.npy")[0]) == ["7"]
    # A table of numbers will do, and arrays for columns of numbers.
    Path("table.csv").write_text("p,q\n1,0\n0,1\n")
    assert classes(predicted("table.csv")[0]) == ["1", "7"]
    keep(of_classes(Columns((Column("p"), Column("q"))), "1", "7"), Path("outputs/b"), 1)
    assert classes(predicted("plain.npy", "--output", "out.csv")[0]) == []
    assert Path("out.csv").read_text().startswith("sample,class,1,7\n")
    assert classes(predicted("both.npz")[0]) == ["1", "7", "1"]


def test_pictures_are_made_grey_and_of_the_size_of_the_training(predicted: Predicted) -> None:
    shape = (2, 2)
    inputs = Numbers(shape, scalings=(Scaling(divide=(16.0,)),))
    keep(of_classes(inputs, "left", "right", image_shape=shape), Path("outputs/a"))
    Path("all/left").mkdir(parents=True)
    Path("all/right").mkdir()
    light = np.array([[255, 0], [0, 0]], np.uint8)
    Image.fromarray(light).save("all/left/a.png")
    Image.fromarray(np.kron(light[:, ::-1], np.ones((9, 9), np.uint8))).save("all/right/b.png")
    Image.fromarray(light[:, ::-1].astype(np.uint16) * 257).save("all/right/c.png")
    rows, told = predicted("all")
    assert [row["sample"] for row in rows] == ["left/a.png", "right/b.png", "right/c.png"]
    assert told[1:] == ["resized to 2 × 2: b.png (18 × 18)", "right: 3 of 3 (100.00%)"]
    # What is white was 16 in the data, and is 1 for the network.
    assert float(rows[0]["left"]) == pytest.approx(1 / (1 + np.exp(-1)))
    clear = np.zeros((2, 2, 4), np.uint8)
    clear[0, 0, 3] = 255
    Image.fromarray(clear).save("ink.png")
    assert classes(predicted("ink.png", "--invert")[0]) == ["left"]
    assert classes(predicted("ink.png")[0]) == ["right"]
    assert white_of(Numbers(shape)) == 1
    assert white_of(Numbers(shape, scalings=(Scaling((3.0,), (2.0,)),))) == 255


def test_what_cannot_be_answered(predicted: Predicted) -> None:
    with pytest.raises(ConfigError, match=r"no run below outputs or multirun here has a model"):
        predicted("a.csv")
    keep(of_classes(Numbers((2,)), "a", "b"), Path("outputs/a"))
    Path("texts.csv").write_text("p,q\nx,y\n")
    Path("broken.npz").write_bytes(b"PK")
    np.savez("odd.npz", one=np.ones(2), two=np.ones(2))
    np.save("wide.npy", np.ones((2, 3)))
    Path("broken.png").write_bytes(b"no")
    for words, message in (
        (["gone.csv"], r"gone\.csv"),
        (["texts.csv"], "a column of texts; the run was trained on numbers"),
        (["texts.csv", "--target", "r"], "has no column 'r'"),
        (["broken.npz"], "cannot be read"),
        (["odd.npz"], "--inputs NAME says which it is"),
        (["odd.npz", "--inputs", "three"], "has no array 'three'"),
        (["wide.npy"], r"the shape \(2, 3\); expected \(n, 2\)"),
        (["broken.png"], "the run was not trained on pictures"),
    ):
        with pytest.raises(DataError, match=message):
            predicted(*words)
    keep(of_classes(Numbers((1, 2)), "a", "b", image_shape=(1, 2)), Path("outputs/b"), 1)
    Path("none").mkdir()
    for word, message in (("broken.png", "no picture that can be read"), ("none", "no picture")):
        with pytest.raises(DataError, match=message):
            predicted(word)
