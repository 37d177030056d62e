"""Samples from the columns of a table: scikit-learn's transformers, fit on the training part."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from in_this_process import Typed
from running import QUICK, outcome_files
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from tables import NAMES, flowers, houses, passengers, write

from bpframe import Data
from bpframe.errors import DataError
from bpframe_data import Table

TEXTS = ("Sex", "Embarked")
TEST, HELD = slice(0, 8), slice(8, 20)


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
    assert "4 of 80 rows of mine.parquet, which have no target" in told
    assert "Name (76 different texts)" in told
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
        ({"target": "Species"}, "Did you mean 'species'"),
        ({"target": -6}, "data.target is '-6', and .* has no such column"),
        ({"target": ["species", NAMES[0]]}, "column 'species': holds texts; several targets are"),
        ({"features": [NAMES[0], NAMES[0]]}, "data.features names 'sepal length' twice"),
        ({"separator": "::"}, "data.separator is '::'; expected one character"),
        ({"decimal": ":"}, "data.decimal is ':'; expected point or comma"),
        ({"features": ["petal"]}, "data.features is 'petal'"),
        ({"exclude": ["petals"]}, "data.exclude is 'petals'"),
        ({"features": ["species"]}, "which is the target, the weights or excluded"),
        ({"exclude": NAMES}, "no column to learn from"),
        ({"weights": "species", "target": NAMES[0]}, "column 'species' of .* holds no numbers"),
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
        (["10%", "20%"] * 30, "holds numbers such as '10%'"),
        ([*["1", "2"] * 29, "1", "1,5"], "column 'odd', row 60: holds '1,5'"),
        ([*["1"] * 59, "inf"], "column 'odd', row 60: holds inf, which is too large"),
    ],
)
def test_numbers_that_are_none(cells: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        load(flowers().assign(odd=cells), tmp_path, "species")


def test_numbers_may_be_names_of_categories(tmp_path: Path) -> None:
    rooms = ["1", "2", "2a", "2a"] * 15
    assert load(flowers().assign(room=rooms), tmp_path, -2).prepares.names[-3:] == (
        *("room=1", "room=2", "room=2a"),
    )
    frame = flowers().assign(
        kind=pd.Categorical(["1", "2"] * 30),
        price=[Decimal("1.5"), None] * 30,
        far=["1e3", "2"] * 30,
    )
    file = write(frame, tmp_path / "mine.parquet")
    data = Table(path=str(file), target="species").load(np.random.default_rng(0))
    assert data.prepares.names[4:] == ("kind=1", "kind=2", "price", "far")
    table = {name: [0] for name in data.prepares.names[:4]}
    x = data.prepares.encode(table | {"kind": [2.0], "price": [None], "far": [7]})
    assert x.tolist() == [[0, 0, 0, 0, 0, 1, 1.5, 7]]


def test_what_tells_single_rows_is_left_out_unless_it_is_asked_for(tmp_path: Path) -> None:
    frame = flowers().assign(Id=range(60), name=[f" n{row} " for row in range(60)], day="2020")
    frame["day"] = pd.date_range("2020-01-01", periods=60)
    file = str(write(frame, tmp_path / "mine.parquet"))
    data = Table(path=file, target="species").load(np.random.default_rng(0))
    assert data.n_inputs == 4
    assert "left out: Id (numbers the rows), name (60 different texts), day (dates)" in " ".join(
        data.remarks
    )
    asked = Table(path=file, target="species", features=["Id", "name"], test_fraction=0)
    names = asked.load(np.random.default_rng(0)).prepares.names
    assert (names[0], len(names)) == ("Id", 55)
    assert "name=n59" in names or "name=n58" in names
    with pytest.raises(DataError, match="column 'day': dates, which data"):
        Table(path=file, target="species", features=["day"]).load(np.random.default_rng(0))


def test_validation_and_test_rows_have_files_of_their_own(tmp_path: Path) -> None:
    frame = flowers().sample(frac=1, random_state=0)
    write(frame[20:], tmp_path / "mine.csv")
    test, held = (str(write(frame[s], tmp_path / f"{s.start}.tsv")) for s in (TEST, HELD))
    data = load(frame[20:], tmp_path, "species", test_path=test, validation_path=held)
    assert [*map(len, data.splits().values())] == [40, 12, 8]
    np.testing.assert_allclose(data.train.x.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(data.prepares.prepare(frame[TEST]), data.test.x)
    assert [data.class_names[y] for y in data.test.y] == [*frame["species"][TEST]]
    drawn = load(frame[20:], tmp_path, "species", test_path=test, validation_fraction=0.5)
    assert [*map(len, drawn.splits().values())] == [20, 20, 8]
    lacking = str(write(frame[TEST].drop(columns=NAMES[1]), tmp_path / "lacking.csv"))
    with pytest.raises(DataError, match=r"lacking\.csv: the table lacks 'sepal width'"):
        load(frame, tmp_path, "species", test_path=lacking)


def test_missing_values_can_be_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"column 'Age': \d+ of 80 values are missing, the first"):
        load(passengers(), tmp_path, "Survived", missing="refuse")
    whole = load(flowers(), tmp_path, "species", missing="refuse")
    with pytest.raises(DataError, match=r"column 'petal width': 1 value missing"):
        whole.prepares.prepare(flowers(3).assign(**{"petal width": [1, None, 3]}))
    with pytest.raises(ValueError, match="must be 'fill' or 'refuse'"):
        Table(missing="drop")


def test_whole_runs_for_values_in_thousands(typed: Typed, tmp_path: Path) -> None:
    write(houses(200), tmp_path / "houses.csv")
    words = ["data=table", "data.path=houses.csv", "data.target=price"]
    words += [f"{option}={value}" for option, value in (QUICK | {"trainer.epochs": 30}).items()]
    result = typed(*words)
    assert (result.code, result.err) == (0, "")
    assert "the last layer is linear, and not sigmoid, for the targets are values" in result.out
    assert "target 'price': values" in result.out
    typed(*words, "metrics=[mae]", "activation@output_activation=tanh", "network.hidden=[]")
    first, other = (json.loads(file.read_text()) for file in outcome_files(tmp_path))
    assert 1000 < first["figures"]["test/rmse"]["value"] < 60_000
    assert first["figures"]["test/r2"]["value"] > 0.9
    assert first["warnings"] == []
    assert other["parts"]["output_activation"] == "tanh"
    assert {"test/rmse", "test/r2", "test/mae"} <= set(other["figures"])


@pytest.mark.parametrize("scale", ["standard", "minmax"])
def test_numbers_that_differ_by_rounding_alone_become_zeros(scale: str, tmp_path: Path) -> None:
    large = 1e25 * (1 + 2e-16 * (np.arange(60) % 2))
    data = load(flowers().assign(large=large), tmp_path, "species", scale=scale)
    assert abs(data.train.x[:, -1]).max() < 1e-10
