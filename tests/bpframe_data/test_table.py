"""Samples from the columns of a table: scikit-learn's transformers, fit on the training part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from running import CommandLine
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from tables import NAMES, flowers, houses, passengers, write

from bpframe import Data
from bpframe.errors import DataError
from bpframe_data import Table

TEXTS = ("Sex", "Embarked")


def load(frame: pd.DataFrame, folder: Path, target: Any, seed: int = 0, **fields: Any) -> Data:
    path = str(write(frame, folder / "mine.csv"))
    return Table(path=path, target=target, **fields).prepared(np.random.default_rng(seed))


def rows_of(data: Data, frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rows of each split, found by the last column, whose numbers are all different."""
    x = data.prepares.prepare(frame)
    order = np.argsort(x[:, -1])
    return [
        frame.iloc[order[np.searchsorted(x[order, -1], split.x[:, -1])]]
        for split in data.splits().values()
    ]


@pytest.mark.parametrize("scale", ["auto", "standard", "minmax", "none"])
def test_inputs_are_those_of_scikit_learn_fit_on_the_training_part(
    scale: str, tmp_path: Path
) -> None:
    frame = passengers().drop(columns="Name").assign(Fare=np.arange(80) ** 1.5)
    data = load(frame, tmp_path, "Survived", scale=scale)
    scaler = {"minmax": MinMaxScaler(), "none": "passthrough"}.get(scale, StandardScaler())
    expected = ColumnTransformer(
        [
            (
                "sex",
                make_pipeline(
                    SimpleImputer(strategy="most_frequent", missing_values=None), OneHotEncoder()
                ),
                [0],
            ),
            ("age", make_pipeline(SimpleImputer(strategy="median"), scaler), [1]),
            (
                "port",
                make_pipeline(
                    SimpleImputer(strategy="most_frequent", missing_values=None), OneHotEncoder()
                ),
                [2],
            ),
            ("fare", scaler, [3]),
        ],
        sparse_threshold=0,
    )
    # scikit-learn's imputer of texts wants None for what is missing.
    texts = {name: frame[name].astype(object).where(frame[name].notna(), None) for name in TEXTS}
    frame = frame.assign(**texts).drop(columns="Survived")
    rows = rows_of(data, frame)
    expected.fit(rows[0])
    for split, own in zip(data.splits().values(), rows, strict=True):
        np.testing.assert_allclose(split.x, expected.transform(own), atol=1e-9)
    assert data.prepares.names == (
        *("Sex=female", "Sex=male", "Age", "Embarked=C", "Embarked=Q", "Embarked=S"),
        "Fare",
    )


def test_classes_have_the_names_of_their_labels(tmp_path: Path) -> None:
    data = load(flowers(), tmp_path, "species")
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert data.remarks == ("target 'species': 3 classes",)
    assert [np.bincount(split.y).tolist() for split in data.splits().values()] == [
        [14, 14, 14],
        [2, 2, 2],
        [4, 4, 4],
    ]
    assert load(flowers(), tmp_path, "species").fingerprint == data.fingerprint
    assert load(flowers(), tmp_path, "species", seed=1).fingerprint != data.fingerprint


def test_values_are_standardised_and_keep_their_units(tmp_path: Path) -> None:
    data = load(houses(), tmp_path, "price")
    assert data.classes is None
    assert data.values is not None
    assert data.values.names == ("price",)
    np.testing.assert_allclose(data.train.y.mean(), 0, atol=1e-9)
    own = np.concatenate([data.in_own_units(s.y) for s in data.splits().values()])
    np.testing.assert_allclose(np.sort(own[:, 0]), np.sort(houses().price))
    both = load(houses(), tmp_path, ["price", "rooms"])
    assert (both.n_inputs, both.n_outputs) == (1, 2)
    assert both.remarks[0] == "target 'price, rooms': 2 values a sample"


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    frame = passengers().assign(day=pd.date_range("2020-01-01", periods=80), nothing=None)
    frame.loc[3:6, "Survived"] = np.nan
    path = str(write(frame, tmp_path / "mine.parquet"))
    data = Table(path=path, target="Survived").load(np.random.default_rng(0))
    told = " ".join(data.remarks)
    assert "4 of 80 rows, which have no target" in told
    assert "Name (80 different texts)" in told
    assert "day (dates)" in told
    assert "nothing (empty)" in told
    assert sum(map(len, data.splits().values())) == 76


def test_columns_are_chosen_and_weigh(tmp_path: Path) -> None:
    frame = flowers().assign(weight=np.arange(60))
    some = load(frame, tmp_path, "species", features=NAMES[:2])
    assert some.prepares.names == tuple(NAMES[:2])
    rest = load(frame, tmp_path, "species", exclude=NAMES[:2], weights="weight")
    assert rest.prepares.names == tuple(NAMES[2:])
    assert rest.train.weights is not None
    assert len(set(rest.train.weights)) == 42


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"target": None}, "has sepal length, sepal width, petal length, petal width, species"),
        ({"target": "spezies"}, "no such column; it has .*Did you mean 'species'"),
        ({"features": ["petal"]}, "data.features is 'petal'"),
        ({"exclude": ["petals"]}, "data.exclude is 'petals'"),
        ({"features": ["species"]}, "which is the target, the weights or excluded"),
        ({"exclude": NAMES}, "no column to learn from"),
        ({"weights": "species", "target": NAMES[0]}, "column 'species' holds no numbers"),
        ({"scale": "big"}, "data.scale is 'big'"),
        ({"task": "regression"}, "data.task=regression"),
    ],
)
def test_what_is_refused(fields: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message.replace(".*", "(?s:.*)")):
        load(flowers(), tmp_path, **({"target": "species"} | fields))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([*map(str, range(59)), "3o"], "column 'odd', row 60: holds '3o', and the others are"),
        ([f"{n},{n}00" for n in range(1, 61)], "holds numbers such as '1,100'"),
        ([f"{n}%" for n in range(60)], "holds numbers such as '0%'"),
    ],
)
def test_numbers_that_are_none(cells: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        load(flowers().assign(odd=cells), tmp_path, "species")


def test_missing_values_can_be_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"column 'Age': \d+ values missing"):
        load(passengers(), tmp_path, "Survived", missing="refuse")
    with pytest.raises(ValueError, match="must be 'fill' or 'refuse'"):
        Table(missing="drop")


def test_a_whole_run_for_values_in_thousands(cli: CommandLine) -> None:
    write(houses(200), cli.folder / "houses.csv")
    result = cli.quick(
        "data=table", "data.path=houses.csv", "data.target=price", "trainer.epochs=30"
    )
    assert 1000 < result.figure("test/rmse") < 60_000
    assert result.figure("test/r2") > 0.9
    assert result.outcome["warnings"] == []
    assert "the last layer is linear, and not sigmoid, for the targets are values" in result.out
    assert "target 'price': values" in result.out
    other = cli.quick(
        *("data=table", "data.path=houses.csv", "data.target=price", "metrics=[mae]"),
        *("activation@output_activation=tanh", "network.hidden=[]"),
    )
    assert other.outcome["parts"]["output_activation"] == "tanh"
    assert {"test/rmse", "test/r2", "test/mae"} <= set(other.outcome["figures"])
