"""How samples become inputs: encoding, and scalings that are fit on the training part."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from bpframe import Column, Columns, Data, Dataset, Inputs, Numbers, Scaling, Split, scaled
from bpframe.core.portable import as_plain, from_plain
from bpframe.errors import DataError

COLUMNS = Columns(
    (Column("age", fill=30.0), Column("sex", ("f", "m"), "m"), Column("fare")),
    scalings=(Scaling((0.0,), (10.0,)),),
)
TABLE = {"age": [20, None], "sex": ["f", None], "fare": [7.25, 8.0], "more": [1, 2]}


def made(train: np.ndarray, others: np.ndarray | None = None, **more: object) -> Data:
    """Return data with these training inputs, and others for validation."""
    others = train[:0] if others is None else others
    splits = [Split(x, np.arange(len(x)) % 2) for x in (train, others, train[:0])]
    return Data("made", *splits, 2, **more)  # type: ignore[arg-type]


def numbers(n: int = 40, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal([100.0, 0.0, -3.0], [20.0, 0.5, 1.0], (n, 3))


def test_columns_are_encoded_in_their_order_and_then_scaled() -> None:
    expected = [[20, 1, 0, 7.25], [30, 0, 1, 8]]
    for table in (TABLE, pd.DataFrame(TABLE), pd.DataFrame(TABLE).convert_dtypes()):
        np.testing.assert_allclose(COLUMNS.encode(table), expected)
        np.testing.assert_allclose(COLUMNS.prepare(table), np.array(expected) / 10)
    assert COLUMNS.names == ("age", "sex=f", "sex=m", "fare")
    assert COLUMNS.n_1 == 4


def test_a_text_that_was_not_there_in_training_becomes_zeros() -> None:
    assert Column("sex", ("f", "m")).encode(["x"]).tolist() == [[0, 0]]


def test_texts_of_digits_are_known_where_a_table_holds_numbers() -> None:
    room = Column("room", ("1", "2", "2a"), "2")
    for cells in (["1", " 2 "], [1, 2], [1.0, np.nan], np.array([1.0, 2.0])):
        assert room.encode(cells).tolist() == [[1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"age": [1], "sex": ["f"]}, "lacks 'fare'; it holds 'age', 'sex'"),
        (TABLE | {"fare": [None, 1]}, "column 'fare': 1 value missing"),
        (TABLE | {"fare": [1, "7,5"]}, "column 'fare', row 2: holds '7,5'; expected a number"),
        (TABLE | {"fare": [1, np.inf]}, "column 'fare', row 2: holds an infinite number"),
        ([[1, 2, 3]], "type list; expected a table"),
    ],
)
def test_a_table_that_does_not_fit(table: object, message: str) -> None:
    with pytest.raises(DataError) as raised:
        COLUMNS.prepare(table)
    assert message in str(raised.value)


def test_arrays_keep_their_numbers_in_the_smallest_type_that_has_them() -> None:
    x = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    inputs = Numbers((2, 2))
    for samples in (x, x.reshape(3, 4), x.tolist()):
        prepared = inputs.prepare(samples)
        assert prepared.dtype == np.float32
        assert prepared.tolist() == x.reshape(3, 4).tolist()
    assert inputs.prepare(np.full((1, 4), 2**24 + 1)).dtype == np.float64


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.zeros((2, 3)), "the shape (2, 3); expected (n, 2, 2) or (n, 4)"),
        (np.array([["a"] * 4]), "expected real numbers"),
        (np.array([[1, np.nan, 3, np.inf]]), "2 values that are NaN or infinite"),
    ],
)
def test_arrays_that_do_not_fit(samples: np.ndarray, message: str) -> None:
    with pytest.raises(DataError) as raised:
        Numbers((2, 2)).prepare(samples)
    assert message in str(raised.value)


@pytest.mark.parametrize("inputs", [COLUMNS, Numbers((2, 2), ("a", "b", "c", "d"))])
def test_they_go_through_a_file(inputs: Inputs) -> None:
    assert from_plain(json.loads(json.dumps(as_plain(inputs)))) == inputs


@pytest.mark.parametrize(
    ("scale", "scaler"), [("standard", StandardScaler()), ("minmax", MinMaxScaler())]
)
def test_scalings_are_those_of_scikit_learn_fit_on_the_training_part(
    scale: str, scaler: StandardScaler
) -> None:
    train, others = numbers(), numbers(15, 1)
    train[:, 2] = others[:, 2] = 4.0
    data = scaled(made(train, others), scale)
    np.testing.assert_allclose(data.train.x, scaler.fit_transform(train), atol=1e-12)
    np.testing.assert_allclose(data.validation.x, scaler.transform(others), atol=1e-12)
    assert (data.prepares.prepare(others) == data.validation.x).all()
    (remark,) = data.remarks
    assert "data.scale=none" in remark


def test_auto_standardises_what_is_far_from_one_and_leaves_the_rest() -> None:
    near = numbers()[:, 1:] / [1.0, 3.0]
    wide = near * [1.0, 0.002]
    assert scaled(made(near), "auto").remarks == ()
    for x in (numbers(), near / 1000, wide):
        data = scaled(made(x), "auto")
        assert data.remarks == (
            "inputs are standardised (data.scale=none leaves them as they are)",
        )
        np.testing.assert_allclose(data.train.x.std(axis=0), 1)
    # Few samples have no deviation that is worth the name, and zeros have none at all.
    assert scaled(made(numbers(9)), "auto").remarks == ()
    assert scaled(made(np.zeros((20, 2))), "auto").remarks == ()
    assert scaled(made(numbers()), "none").train.x.max() > 50


@pytest.mark.parametrize(("largest", "white"), [(16, 16), (200, 255), (60_000, 65_535)])
def test_auto_divides_pixels_by_white(largest: int, white: int) -> None:
    pixels = np.random.default_rng(0).integers(0, largest + 1, (30, 20)).astype(np.float32)
    data = scaled(made(pixels, image_shape=(4, 5)), "auto")
    assert data.remarks == (
        f"inputs are divided by {white} (data.scale=none leaves them as they are)",
    )
    assert (data.train.x == (pixels.astype(float) / white).astype(np.float32)).all()
    assert data.prepares == Numbers((4, 5), scalings=(Scaling(divide=(float(white),)),))


def test_what_a_data_set_has_scaled_itself_auto_leaves_and_others_scale_further() -> None:
    inputs = Numbers((3,), scalings=(Scaling(divide=(2.0,)),))
    data = made(numbers() / 2, inputs=inputs)
    assert scaled(data, "auto") is data
    again = scaled(data, "standard")
    np.testing.assert_allclose(again.prepares.prepare(numbers()), again.train.x)


def test_numbers_whose_squares_are_none_are_refused() -> None:
    with pytest.raises(DataError, match="divide them before they are saved"):
        scaled(made(numbers() * 1e300), "standard")


@dataclasses.dataclass(frozen=True)
class Line(Dataset):
    """Numbers of about 100."""

    def load(self, rng: np.random.Generator) -> Data:
        return made(rng.normal(100, 1, (20, 1)))


def test_every_data_set_has_the_option() -> None:
    rng = np.random.default_rng
    assert Line().prepared(rng(0)).train.x.max() < 10
    assert Line(scale="none").prepared(rng(0)).train.x.max() > 90
    with pytest.raises(DataError, match=r"data\.scale is 'mimax'; .* minmax, none.*minmax'\?"):
        Line(scale="mimax").prepared(rng(0))


def test_a_record_of_other_inputs_is_refused() -> None:
    with pytest.raises(DataError, match="makes 2 numbers of a sample, and its inputs have 3"):
        made(numbers(), inputs=Numbers((2,)))


def test_numbers_that_differ_by_rounding_alone_become_zeros() -> None:
    x = np.column_stack([numbers()[:, 0], 1e25 * (1 + 2e-16 * (np.arange(40) % 2))])
    for scale in ("standard", "minmax"):
        assert abs(scaled(made(x), scale).train.x[:, 1]).max() < 1e-6
