"""ONNX files, run by ONNX Runtime beside the networks that they were made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from running import CommandLine
from tables import passengers, write

import bpframe
from bpframe import (
    FUNCTIONS,
    OPERATIONS,
    Activation,
    Column,
    Columns,
    Model,
    Network,
    Numbers,
    Scaling,
    TargetValues,
)
from bpframe.errors import ConfigError, DataError
from bpframe.plugins.loading import load_plugins
from bpframe_activations import Custom, Linear, Sigmoid, Softmax, Tanh
from bpframe_initializers import ScaledNormal
from bpframe_onnx.graph import onnx_of
from bpframe_onnx.operators import SINGLE, Graph

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3))
PLAIN = Numbers((3,), scalings=(Scaling((0.5,), (2.0,)),))
COLUMNS = Columns(
    (Column("size", None, 1.5), Column("kind of", ("flat", "house"), "flat"), Column("age")),
    scalings=(Scaling((0.0, 0.0, 0.0, 40.0), (1.0, 1.0, 1.0, 20.0)),),
)


def made(f: Activation, dtype: Any = np.float32, *, outputs: Activation | None = None) -> Model:
    last = outputs or Linear()
    network = Network([3, 5, 2], f, ScaledNormal(), output_activation=last, dtype=dtype)
    return Model("made", network, PLAIN)


def run(content: bytes, **samples: Any) -> list[Any]:
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    results: list[Any] = session.run(None, samples)
    return results


def registered() -> Iterator[Activation]:
    """Yield every activation that there is, and a custom one of every function."""
    known = load_plugins().registry.defaults("activation")
    yield from known.values()
    for name, (count, _) in FUNCTIONS.items():
        if name == "acosh":
            yield Custom("acosh(2 + z**2)")
        elif name in ("acos", "asin", "atanh", "tan"):
            yield Custom(f"{name}(0.9*tanh(z))")
        elif name in ("log", "sqrt"):
            yield Custom(f"{name}(1 + z**2)")
        else:
            yield Custom(f"{name}(z{', 0.3' * (count - 1)})")
    yield Custom("z**3 - 2/(1+exp(-z)) + 0.5")
    yield Custom("0*z + 1")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_activation_gives_what_the_network_gives(dtype: type) -> None:
    x = X.astype(dtype)
    largest = 0.0
    for f in registered():
        model = made(f, dtype)
        content, remarks = onnx_of(model)
        (values,) = run(content, x=x)
        expected = model.outputs(x)
        in_single = any("float32" in line for line in remarks)
        missed = float(np.abs(values - expected).max() / max(1.0, np.abs(expected).max()))
        allowed = 2e-6 if dtype == np.float32 or in_single else 1e-14
        assert missed <= allowed, (f, missed)
        assert values.dtype == dtype
        if not in_single:
            largest = max(largest, missed)
    # Operators that are counted as missing in float64 must not hide one that is there.
    assert largest > 0


def test_every_operation_is_known() -> None:
    arguments = {"choose": 4, "max": 2, "min": 2, "add": 2, "sub": 2, "mul": 2, "div": 2, "pow": 2}
    for name in OPERATIONS:
        graph = Graph(np.dtype(np.float32))
        assert graph.apply(name, *["z"] * arguments.get(name, 1)).startswith("value_")


def test_operators_said_to_be_in_float32_alone_are() -> None:
    for operator in SINGLE:
        z = onnx.helper.make_tensor_value_info("z", onnx.TensorProto.DOUBLE, [None])
        a = onnx.helper.make_tensor_value_info("a", onnx.TensorProto.DOUBLE, [None])
        graph = onnx.helper.make_graph(
            [onnx.helper.make_node(operator, ["z"], ["a"])], "one", [z], [a]
        )
        opset = [onnx.helper.make_opsetid("", 20)]
        content = onnx.helper.make_model(graph, opset_imports=opset, ir_version=10)
        with pytest.raises(Exception, match="NOT_IMPLEMENTED"):
            ort.InferenceSession(content.SerializeToString(), providers=["CPUExecutionProvider"])


def test_neurons_of_their_own() -> None:
    neurons = {(2, 2): Tanh(), (2, 5): Custom("z**2"), (3, 1): Sigmoid()}
    network = Network([3, 5, 2], Sigmoid(), ScaledNormal(), neurons=neurons)
    model = Model("made", network, PLAIN)
    (values,) = run(onnx_of(model)[0], x=X.astype(np.float32))
    np.testing.assert_allclose(values, model.outputs(X), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("names", [("no", "yes"), ("3", "7")])
@pytest.mark.parametrize("outputs", [Softmax(), Sigmoid(), Tanh()])
def test_classes_have_labels_and_probabilities(names: tuple[str, str], outputs: Activation) -> None:
    network = made(Tanh(), outputs=outputs).network
    model = Model("made", network, PLAIN, names)
    content = onnx_of(model)[0]
    label, numbers = run(content, x=X.astype(np.float32))
    assert label.tolist() == model.predict(X).tolist()
    expected = model.outputs(X) if isinstance(outputs, Tanh) else model.predict_proba(X)
    np.testing.assert_allclose(numbers, expected, rtol=1e-5, atol=1e-6)
    told = [output.name for output in onnx.load_from_string(content).graph.output]
    assert told == ["label", "outputs" if isinstance(outputs, Tanh) else "probabilities"]


def test_outputs_that_are_all_0_have_the_same_probability() -> None:
    model = Model("made", made(Tanh(), outputs=Sigmoid()).network, PLAIN, ("a", "b"))
    model.network.parameters.biases[-1][:] = -1e4
    _, probabilities = run(onnx_of(model)[0], x=X.astype(np.float32))
    assert (probabilities == 0.5).all()


def test_a_table_has_an_input_a_column() -> None:
    network = Network([4, 5, 1], Tanh(), ScaledNormal(), output_activation=Linear())
    values = TargetValues(("price",), (1000.0,), (50.0,))
    model = Model("homes", network, COLUMNS, (), values)
    table = {
        "size": np.array([1, np.nan, 3], np.float32),
        "kind of": np.array(["house", "", "castle"], object),
        "age": np.array([10, 20, 30], np.float32),
    }
    (prices,) = run(onnx_of(model)[0], **{n: column[:, np.newaxis] for n, column in table.items()})
    gaps = table | {"kind of": ["house", None, "castle"]}
    np.testing.assert_allclose(prices[:, 0], model.predict(gaps), rtol=1e-6)


def test_pictures_are_flattened() -> None:
    network = Network([4, 2], Sigmoid(), ScaledNormal())
    model = Model("made", network, Numbers((2, 2), scalings=(Scaling(divide=(255.0,)),)))
    x = RNG.integers(0, 256, (6, 2, 2)).astype(np.float32)
    np.testing.assert_allclose(run(onnx_of(model)[0], x=x)[0], model.outputs(x), atol=1e-6)


@dataclass(frozen=True)
class Step(Activation):
    """1 above 0: nobody has said how in operations."""

    def __call__(self, z: Any, out: Any = None) -> Any:
        return (z > 0).astype(z.dtype)

    def derivative(self, z: Any, a: Any) -> Any:
        return np.zeros_like(z)


def test_what_has_no_form_in_operations_is_named() -> None:
    with pytest.raises(DataError, match=r"layer 2: Step\(\) cannot be written as ONNX"):
        onnx_of(made(Step()))


def test_a_run_on_a_table_becomes_a_file(cli: CommandLine) -> None:
    write(passengers(), cli.folder / "p.csv")
    cli.quick("data=table", "data.path=p.csv", "data.target=Survived").must_be_fine()
    result = cli("export", "p.onnx")
    assert result.code == 0
    assert result.out == "inputs: Sex, Age, Embarked; outputs: label, probabilities\n"
    assert "the newest run here" in result.err
    frame = passengers()
    label, _ = run(
        (cli.folder / "p.onnx").read_bytes(),
        Sex=frame[["Sex"]].to_numpy(object),
        Age=frame[["Age"]].to_numpy(np.float32),
        Embarked=frame[["Embarked"]].fillna("").to_numpy(object),
    )
    folder = next(iter(cli.folder.glob("outputs/*/*/model.json"))).parent
    assert label.tolist() == bpframe.load(folder).predict(frame).tolist()
    message = cli("export", str(folder), "nowhere/p.onnx").error(code=1)
    assert message == "cannot write nowhere/p.onnx: No such file or directory"


def test_without_the_package_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bpframe_onnx import command

    model = made(Tanh())
    (tmp_path / "model.json").write_bytes(model.to_json())
    (tmp_path / "weights.npz").write_bytes(model.network.parameters.to_npz())
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'bpframe\[onnx\]'"):
        command.export([str(tmp_path), str(tmp_path / "m.onnx")], None)  # type: ignore[arg-type]
    assert not (tmp_path / "m.onnx").exists()
