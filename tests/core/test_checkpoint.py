"""The file of a training: it comes back whole, or it is refused by one clear error."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from builders import class_data, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Epoch, Network, Trainer
from bpframe.core import checkpoint as module
from bpframe.core.checkpoint import Checkpoint
from bpframe.core.position import Position, put_back, states_of
from bpframe.core.streams import stream
from bpframe.errors import BpframeError, CheckpointError, WriteError
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD, Adam

DATA = class_data(20, validation=5)


def make_trainer(**more: Any) -> Trainer:
    network = Network((3, 2, 2), Sigmoid(), ScaledNormal(), seed=3)
    options: dict[str, Any] = {"epochs": 4, **more}
    return Trainer(network, Quadratic(), FullMatrix(), Adam(0.02), **options)


def left(trainer: Trainer, epochs: int = 2) -> Trainer:
    for epoch in trainer.train(DATA):
        if epoch.number == epochs:
            break
    return trainer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with a trainer that was left."""
    path = tmp_path / "trainer.npz"
    left(make_trainer()).save(path)
    return path


def content_of(path: Path) -> dict[str, Any]:
    with np.load(path) as archive:
        return {name: archive[name] for name in archive.files}


def written(path: Path, header: Any, arrays: dict[str, Any]) -> Path:
    """Write a file whose digest is right."""
    text = json.dumps(header).encode()
    digest = module._digest(text, arrays)
    named: dict[str, Any] = {f"array/{name}": array for name, array in arrays.items()}
    named |= {"header": np.frombuffer(text, np.uint8), "digest": np.frombuffer(digest, np.uint8)}
    np.savez(path, **named)
    return path


def header_and_arrays(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    content = content_of(path)
    arrays = {k.removeprefix("array/"): v for k, v in content.items() if k.startswith("array/")}
    return json.loads(content["header"].tobytes()), arrays


names = st.text("abcxyz_/.", min_size=1, max_size=8)
types = st.sampled_from([np.float32, np.float64, np.int64, np.bool_, np.uint8])


@quick
@given(
    shapes=st.dictionaries(names, st.tuples(types, st.lists(st.integers(0, 3), max_size=3))),
    metrics=st.dictionaries(names, st.floats()),
    more=st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.floats(-1, 1))),
)
def test_what_was_written_is_read(
    tmp_path_factory: Any, shapes: Any, metrics: dict[str, float], more: dict[str, Any]
) -> None:
    rng = stream(1, "shuffle")
    arrays: dict[str, Any] = {
        name: rng.integers(0, 2, shape).astype(dtype) for name, (dtype, shape) in shapes.items()
    }
    position = Position(3, 7, "why", {"shuffle": rng.bit_generator.state}, arrays)
    epochs = [Epoch(3, metrics, 0.5, frozenset({"accuracy", "top"}))]
    path = tmp_path_factory.getbasetemp() / "checkpoint.npz"
    path.write_bytes(Checkpoint(position, epochs, more).to_bytes())
    read = Checkpoint.read(path)
    assert read.position.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert read.position.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(read.position.arrays[name], array)
    assert (read.position.epoch, read.position.epochs, read.position.ended) == (3, 7, "why")
    assert read.more == more
    assert repr(read.epochs) == repr(epochs)
    again = np.random.default_rng()
    again.bit_generator.state = read.position.streams["shuffle"]
    assert again.random(3).tolist() == rng.random(3).tolist()


def test_one_training_is_one_content(tmp_path: Path) -> None:
    for name in "ab":
        left(make_trainer()).save(tmp_path / name)
    one, other = (content_of(tmp_path / name) for name in "ab")
    assert {k: v.tobytes() for k, v in one.items()} == {k: v.tobytes() for k, v in other.items()}


def test_it_holds_no_pickle_and_nothing_that_is_packed(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            assert member.compress_type == zipfile.ZIP_STORED
            assert archive.read(member)[:6] == b"\x93NUMPY"
    assert not any(array.dtype.hasobject for array in content_of(file).values())


def test_an_older_file_stays_where_the_new_one_cannot_be_written(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def fail(*given: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(WriteError):
        make_trainer().save(file)
    assert file.read_bytes() == before


# What is refused.


def test_what_is_cut_anywhere_is_refused(file: Path) -> None:
    whole = file.read_bytes()
    for length in {*range(0, len(whole), 37), *range(len(whole) - 60, len(whole)), 1, 2, 3}:
        file.write_bytes(whole[:length])
        with pytest.raises(CheckpointError, match="is damaged"):
            Trainer.load(file)
    file.write_bytes(whole)
    Trainer.load(file)


def test_what_has_one_bit_turned_anywhere_is_refused_or_the_same(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    expected, refused = None, 0
    for place in range(0, len(whole), 11):
        whole[place] ^= 1 << place % 8
        file.write_bytes(whole)
        whole[place] ^= 1 << place % 8
        try:
            read = Checkpoint.read(file)
        except CheckpointError:
            refused += 1
            continue
        # Such as the time of a member, which nobody reads.
        found = (
            repr(read.epochs),
            repr(read.more),
            {name: (a.dtype, a.shape, a.tobytes()) for name, a in read.position.arrays.items()},
        )
        expected = expected or found
        assert found == expected
    assert refused > 0.8 * len(whole) / 11


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"no archive",
        pickle.dumps({"header": 1}),
        b"\x93NUMPY",
        b"\x00" * 1000,
    ],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"x\.npz is damaged, or no checkpoint"):
        Trainer.load(path)


def test_a_single_array_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    (tmp_path / "x.npy").write_bytes(buffer.getvalue())
    with pytest.raises(CheckpointError, match="is damaged, or no checkpoint"):
        Trainer.load(tmp_path / "x.npy")


def test_weights_alone_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.npz").write_bytes(make_trainer().network.parameters.to_npz())
    with pytest.raises(CheckpointError, match="is damaged, or no checkpoint"):
        Trainer.load(tmp_path / "weights.npz")


@pytest.mark.parametrize("name", ["", "nothing.npz", "no/such/folder.npz"])
def test_no_file_and_a_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CheckpointError, match="there is no checkpoint"):
        Trainer.load(tmp_path / name)


class Evil:
    """What runs code when it is unpickled."""

    def __reduce__(self) -> Any:
        return exec, ("import builtins; builtins.unpickled = True",)


def test_a_pickle_within_is_not_loaded(file: Path) -> None:
    content = content_of(file)
    objects = np.empty(1, object)
    objects[0] = Evil()
    for name in ("header", "digest", "array/parameters"):
        np.savez(file, **{**content, name: objects})
        with pytest.raises(CheckpointError, match="is damaged, or no checkpoint"):
            Trainer.load(file)
    assert not hasattr(__builtins__, "unpickled")


def test_what_is_packed_is_refused_before_it_is_unpacked(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = content_of(file)
    np.savez_compressed(file, **{**content, "array/bomb": np.zeros(10**8, np.uint8)})
    assert file.stat().st_size < 10**6

    def read(*given: Any) -> None:
        raise AssertionError("a member was read")

    monkeypatch.setattr("numpy.lib.format.read_array", read)
    with pytest.raises(CheckpointError, match="its members are compressed"):
        Trainer.load(file)


def test_a_member_that_says_it_is_huge_is_refused(file: Path) -> None:
    whole = file.read_bytes()
    start = whole.index(b"\x93NUMPY")
    end = whole.index(b"\n", start)
    header = whole[start:end]
    huge = header.replace(b"'shape': (", b"'shape': (9999999999999, ")
    file.write_bytes(whole.replace(header, huge[: len(header)]))
    with pytest.raises(CheckpointError, match="is damaged, or no checkpoint"):
        Trainer.load(file)


@pytest.mark.parametrize("number", [0, 2, None, "1"])
def test_another_format_says_so(file: Path, number: Any) -> None:
    header, arrays = header_and_arrays(file)
    written(file, header | {"format": number}, arrays)
    with pytest.raises(CheckpointError, match=f"has the format {number}, and this version"):
        Trainer.load(file)


def test_the_checkpoint_of_a_run_is_no_trainer(tmp_path: Path) -> None:
    position = left(make_trainer()).position
    assert position is not None
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(Checkpoint(position, [], {"options": {}}).to_bytes())
    with pytest.raises(CheckpointError, match=r"the checkpoint of a run .* trainer\.resume=FOLDER"):
        Trainer.load(path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"position": None},
        {"position": {}},
        {"position": {"epoch": 1}},
        {"epochs": [{}]},
        {"epochs": 3},
        {"epochs": [{"number": 1}]},
        {"more": None},
        {"more": {"recipe": {}, "data": None}},
        {"more": {"recipe": {"dict": [1]}, "data": None}},
        {"more": {"recipe": {"dict": []}, "data": None}},
        {"more": {"recipe": {"list": []}, "data": None}},
        {"more": {"recipe": 3, "data": None}},
    ],
)
def test_what_has_other_entries_is_refused(file: Path, wrong: dict[str, Any]) -> None:
    header, arrays = header_and_arrays(file)
    written(file, header | wrong, arrays)
    with pytest.raises(CheckpointError):
        Trainer.load(file)


@pytest.mark.parametrize("missing", ["format", "position", "epochs", "more"])
def test_what_lacks_an_entry_is_refused(file: Path, missing: str) -> None:
    header, arrays = header_and_arrays(file)
    del header[missing]
    written(file, header, arrays)
    with pytest.raises(CheckpointError):
        Trainer.load(file)


def test_a_list_is_no_header(file: Path) -> None:
    _, arrays = header_and_arrays(file)
    written(file, [1, 2], arrays)
    with pytest.raises(CheckpointError, match="is damaged, or no checkpoint"):
        Trainer.load(file)


@pytest.mark.parametrize("shape", [(), (1,), (15,), (7, 2)])
def test_weights_of_another_network_are_refused(file: Path, shape: tuple[int, ...]) -> None:
    header, arrays = header_and_arrays(file)
    written(file, header, arrays | {"network": np.zeros(shape, np.float32)})
    with pytest.raises(CheckpointError, match="network"):
        Trainer.load(file)
    del arrays["network"]
    written(file, header, arrays)
    with pytest.raises(CheckpointError, match="network"):
        Trainer.load(file)


def test_a_component_that_is_gone_is_named(file: Path) -> None:
    header, arrays = header_and_arrays(file)
    text = json.dumps(header).replace("bpframe_optimizers.adam:Adam", "bpframe_gone.adam:Adam")
    written(file, json.loads(text), arrays)
    with pytest.raises(CheckpointError, match=r"bpframe_gone\.adam:Adam cannot be made again: No"):
        Trainer.load(file)


def test_a_trainer_of_what_no_file_can_hold_is_not_saved(tmp_path: Path) -> None:
    trainer = make_trainer(output_error=lambda z, a, y: a - y)
    with pytest.raises(ValueError, match="cannot stand in a file"):
        trainer.save(tmp_path / "trainer.npz")
    assert [*tmp_path.iterdir()] == []


def test_every_refusal_is_one_message_for_a_person() -> None:
    assert issubclass(CheckpointError, BpframeError)


# Where arrays are put back.


def arrays_of(**more: Any) -> dict[str, Any]:
    return {"parameters": np.zeros(3, np.float32), **more}


@pytest.mark.parametrize(
    ("saved", "words"),
    [
        ({}, "one of them has parameters, the other has not"),
        (arrays_of(more=np.zeros(1)), "one of them has more, the other has not"),
        ({"parameters": np.zeros(4, np.float32)}, r"of shape \(4,\), expected float32 of \(3,\)"),
        ({"parameters": np.zeros((), np.float32)}, r"of shape \(\), expected"),
        ({"parameters": np.zeros(3)}, "parameters is float64"),
        ({"parameters": np.zeros(3, np.float16)}, "parameters is float16"),
        ({"parameters": np.zeros(3, np.bool_)}, "parameters is bool"),
    ],
)
def test_arrays_of_another_training_are_not_put_back(saved: dict[str, Any], words: str) -> None:
    into = arrays_of()
    into["parameters"][:] = 7
    with pytest.raises(CheckpointError, match=words):
        put_back(saved, into)
    assert into["parameters"].tolist() == [7, 7, 7]


def test_nothing_is_put_back_where_one_of_many_does_not_fit() -> None:
    into = arrays_of(other=np.zeros(2))
    with pytest.raises(CheckpointError):
        put_back(arrays_of(other=np.ones(3)) | {"parameters": np.ones(3, np.float32)}, into)
    assert not into["parameters"].any()


def test_what_parts_remember_stands_behind_their_names() -> None:
    part = SimpleNamespace(state={"a": np.zeros(1), "b": np.ones(2)})
    arrays = states_of({"optimizer": part, "clipping": None, "backprop": len})
    assert [*arrays] == ["optimizer/a", "optimizer/b"]
    assert arrays["optimizer/a"] is part.state["a"]


class Bound:
    """What a component has bound, and remembers something."""

    def __init__(self) -> None:
        self.state = {"a": np.zeros(1)}

    def step(self) -> None:
        """Take a step."""


def test_what_an_object_remembers_is_found_behind_its_methods_too() -> None:
    bound = Bound()
    assert states_of({"optimizer": bound.step})["optimizer/a"] is bound.state["a"]
    assert states_of({"optimizer": left, "other": [].append, "more": SGD(1).bind}) == {}


def test_a_training_that_does_not_fit_its_position_says_so(tmp_path: Path) -> None:
    trainer = left(make_trainer())
    position = trainer.position
    other = Trainer(trainer.network.copy(np.float64), Quadratic(), FullMatrix(), SGD(0.5), epochs=4)
    other.position = position
    before = other.network.parameters.vector.copy()
    with pytest.raises(CheckpointError, match="it is of another training"):
        other.fit(DATA)
    np.testing.assert_array_equal(other.network.parameters.vector, before)
