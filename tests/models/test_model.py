"""A trained network that takes samples as they are found, and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpframe import Column, Columns, Data, Model, Network, Numbers, Split, TargetValues, read_model
from bpframe.errors import DataError
from bpframe_activations import Linear, Sigmoid, Softmax, Tanh
from bpframe_initializers import ScaledNormal

COLUMNS = Columns((Column("size"), Column("kind", ("flat", "house"))))
TABLE = {"size": [1.0, 2.0, 3.0], "kind": ["flat", "house", "flat"]}


def network(outputs: object, n: int = 2, n_1: int = 3) -> Network:
    return Network([n_1, 4, n], Tanh(), ScaledNormal(), output_activation=outputs)  # type: ignore[arg-type]


def saved(model: Model, folder: Path) -> Model:
    (folder / "model.json").write_bytes(model.to_json())
    (folder / "weights.npz").write_bytes(model.network.parameters.to_npz())
    return read_model(folder)


@pytest.mark.parametrize(
    "model",
    [
        Model("homes", network(Softmax()), COLUMNS, ("cheap", "dear")),
        Model("homes", network(Sigmoid()), COLUMNS, ("1", "7")),
        Model("homes", network(Linear(), 1), COLUMNS, (), TargetValues(("price",), (9.0,), (2.0,))),
        Model("homes", network(Linear()), COLUMNS),
    ],
)
def test_what_comes_from_the_files_answers_the_same(model: Model, tmp_path: Path) -> None:
    again = saved(model, tmp_path)
    assert (again.outputs(TABLE) == model.outputs(TABLE)).all()
    assert (again.predict(TABLE) == model.predict(TABLE)).all()
    assert again.inputs == model.inputs


def test_classes_are_named_and_whole_numbers_are_numbers() -> None:
    model = Model("homes", network(Softmax()), COLUMNS, ("cheap", "dear"))
    a = model.outputs(TABLE)
    assert model.predict(TABLE).tolist() == [("cheap", "dear")[k] for k in a.argmax(axis=1)]
    assert (model.predict_proba(TABLE) == a).all()
    of_numbers = Model("homes", model.network, COLUMNS, ("1", "7"))
    assert set(of_numbers.predict(TABLE).tolist()) <= {1, 7}


def test_probabilities_of_outputs_that_do_not_sum_to_one_are_their_shares() -> None:
    model = Model("homes", network(Sigmoid()), COLUMNS, ("cheap", "dear"))
    a = model.outputs(TABLE).astype(float)
    np.testing.assert_allclose(model.predict_proba(TABLE), a / a.sum(axis=1, keepdims=True))
    for vector in model.network.parameters.weights[-1], model.network.parameters.biases[-1]:
        vector[:] = -1e9 * (vector is model.network.parameters.biases[-1])
    assert (model.predict_proba(TABLE) == 0.5).all()
    with pytest.raises(DataError, match="no probabilities"):
        Model("homes", network(Tanh()), COLUMNS, ("a", "b")).predict_proba(TABLE)
    with pytest.raises(DataError, match="are values"):
        Model("homes", network(Linear()), COLUMNS).predict_proba(TABLE)


def test_values_are_in_their_own_units() -> None:
    values = TargetValues(("price",), (1000.0,), (50.0,))
    net = network(Linear(), 1)
    model = Model("homes", net, COLUMNS, (), values)
    x = COLUMNS.prepare(TABLE).astype(np.float32)
    np.testing.assert_allclose(model.predict(TABLE), 1000 + 50 * net.forward(x)[:, 0], rtol=1e-6)


def test_it_takes_what_the_data_was_trained_with() -> None:
    x = np.arange(24.0).reshape(6, 4)
    split = Split(x / 24, np.arange(6) % 2)
    inputs = Numbers((2, 2))
    data = Data("made", split, split.head(0), split.head(0), 2, image_shape=(2, 2), inputs=inputs)
    model = Model.of(network(Sigmoid(), n_1=4), data)
    assert (model.outputs(x.reshape(6, 2, 2)) == model.outputs(x)).all()
    assert model.predict(x[:0]).shape == (0,)


def test_a_file_that_is_missing_damaged_or_from_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no model\.json; expected the folder of a run"):
        read_model(tmp_path)
    saved(Model("homes", network(Linear()), COLUMNS), tmp_path)
    whole = (tmp_path / "model.json").read_text()
    for text, message in (
        (whole[:100], "cannot be read"),
        (whole.replace('"format": 1', '"format": 9'), "its format is 9; expected 1"),
        (whole.replace("bpframe_activations", "os"), "cannot be made again"),
        ("[]", "cannot be read"),
    ):
        (tmp_path / "model.json").write_text(text)
        with pytest.raises(DataError, match=message):
            read_model(tmp_path)
    (tmp_path / "model.json").write_text(whole)
    (tmp_path / "weights.npz").write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"weights\.npz"):
        read_model(tmp_path)
