"""``bpframe export``: onnxruntime gives what the network gives, for every activation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kept_models import keep

from bpframe import (
    ELEMENTARY,
    Activation,
    Column,
    Columns,
    Model,
    Network,
    Numbers,
    Scaling,
    TargetValues,
)
from bpframe.errors import ConfigError, MissingPackageError, WriteError
from bpframe.plugins.loading import loaded_plugins
from bpframe_activations import Custom, LeakyReLU, Linear, Sigmoid, Softmax, Tanh
from bpframe_initializers import ScaledNormal
from bpframe_onnx import command, comparison
from bpframe_onnx.activations import OF_32_BITS
from bpframe_onnx.comparison import compared, drawn, run
from bpframe_onnx.writing import to_onnx

pytest.importorskip("onnxruntime")
REGISTERED = loaded_plugins().registry.entries["activation"]
# Each function on what it is defined for, whatever z is.
ARGUMENTS = {
    "acos": "tanh(z)/2",
    "acosh": "1.5+z*z",
    "asin": "tanh(z)/2",
    "atanh": "tanh(z)/2",
    "log": "1.5+z*z",
    "max": "z, -0.3*z",
    "min": "z, 0.3*z",
    "sqrt": "1.5+z*z",
    "tan": "tanh(z)",
}
EXPRESSIONS = [f"{name}({ARGUMENTS.get(name, 'z')})" for name in ELEMENTARY]
EXPRESSIONS += ["z/(1+abs(z))", "1/(1+exp(-z))", "-z**3/3 + 2**z - pi", "e"]
COLUMNS = Columns(
    (Column("size", fill=2.0), Column("kind", ("flat", "house"), "house"), Column("age")),
    scalings=(Scaling((3.0, 0.0, 0.0, 40.0), (2.0, 1.0, 1.0, 10.0)),),
)


def made(f: Activation, output: Activation, dtype: Any = np.float64, **more: Any) -> Network:
    sizes, g = (4, 5, 3), ScaledNormal()
    return Network(sizes, f, g, output_activation=output, dtype=dtype, **more)


def answers(model: Model, samples: Any) -> dict[str, Any]:
    return run(to_onnx(model).SerializeToString(), model, samples)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_activation_and_every_function_of_an_expression(dtype: Any) -> None:
    functions = [entry.component() for entry in REGISTERED.values()]
    assert len(functions) >= 10
    inputs = Numbers((2, 2))
    x = np.random.default_rng(0).uniform(-2, 2, (20, 2, 2))
    for f in [*functions, LeakyReLU(0.3), *map(Custom, EXPRESSIONS)]:
        # Those of a whole layer stand at the end.
        hidden, last = (f, Linear()) if f.elementwise else (Tanh(), f)
        model = Model("made", made(hidden, last, dtype), inputs)
        found = answers(model, x)["values"]
        expected = model.outputs(x)
        in_32_bits = dtype is np.float64 and any(f"{name}(" in str(f) for name in OF_32_BITS)
        allowed = 1e-6 if in_32_bits else 1e-5 if dtype is np.float32 else 1e-13
        np.testing.assert_allclose(found, expected, allowed, allowed, err_msg=repr(f))


def test_tables_with_gaps_and_unknown_texts_give_labels_and_probabilities() -> None:
    samples = {
        "size": [1.0, np.nan, 9.0, 2.0],
        "kind": ["flat", "house", "barn", ""],
        "age": [30.0, 40.0, 50.0, 60.0],
    }
    neurons = {(2, 2): Tanh(), (2, 5): Linear()}
    for output, names in ((Sigmoid(), ("a", "b", "c")), (Softmax(), ("1", "7", "9"))):
        model = Model("homes", made(Sigmoid(), output, neurons=neurons), COLUMNS, names)
        given = samples | {"kind": ["flat", "house", "barn", None]}
        found = answers(model, samples)
        assert found["label"].tolist() == model.predict(given).tolist()
        np.testing.assert_allclose(found["outputs"], model.outputs(given), 1e-6)
        np.testing.assert_allclose(found["probabilities"], model.predict_proba(given), 1e-6)
    tanh = Model("homes", made(Sigmoid(), Tanh()), COLUMNS, ("a", "b", "c"))
    assert [*answers(tanh, samples)] == ["label", "outputs"]


def test_outputs_that_are_all_0_give_equal_probabilities() -> None:
    model = Model("made", made(Sigmoid(), Sigmoid()), Numbers((4,)), ("a", "b", "c"))
    model.network.parameters.biases[-1][:] = -1e4
    x = np.zeros((2, 4))
    np.testing.assert_allclose(answers(model, x)["probabilities"], 1 / 3)


def test_values_are_in_their_own_units() -> None:
    values = TargetValues(("p", "q", "r"), (1e6, 0.0, -3.0), (1e3, 1.0, 0.5))
    model = Model("homes", made(Tanh(), Linear()), COLUMNS, (), values)
    samples = drawn(model)
    np.testing.assert_allclose(answers(model, samples)["values"], model.outputs(samples), 1e-9)


def test_the_command_writes_and_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    model = Model("homes", made(Sigmoid(), Softmax(), np.float32), COLUMNS, ("a", "b", "c"))
    keep(model, tmp_path / "outputs/a")
    assert command.export(["a.onnx"], loaded_plugins()) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"a.onnx: the network of {tmp_path}/outputs/a; onnxruntime gives its")
    samples = drawn(model)
    found = run((tmp_path / "a.onnx").read_bytes(), model, samples)
    assert found["label"].tolist() == model.predict(samples).tolist()
    other = Model("homes", made(Sigmoid(), Softmax()), COLUMNS, ("a", "b", "c"))
    other.network.parameters.vector[:] = 3.0
    with pytest.raises(WriteError, match="gives other outputs than the network"):
        compared((tmp_path / "a.onnx").read_bytes(), other)
    monkeypatch.setattr(comparison, "find_spec", lambda name: None)
    assert command.export(["outputs/a", "b.onnx"], loaded_plugins()) == 0
    assert "onnxruntime is not installed" in capsys.readouterr().out
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match=r"pip install 'bpframe\[onnx\]'"):
        command.export(["c.onnx"], loaded_plugins())


def test_names_and_metadata() -> None:
    def of(name: str) -> Model:
        columns = Columns((Column(name), Column("constant_0", fill=0.0), Column("gemm_4")))
        network = Network((3, 3), Tanh(), ScaledNormal(), output_activation=Softmax())
        return Model("homes", network, columns, ("ä", "b", "c"))

    # Names that values within had, and one that is no word.
    assert compared(to_onnx(of("a b/ü")).SerializeToString(), of("a b/ü"))
    for name in ("label", "outputs", "probabilities", "values", "", "bpframe/constant_0"):
        with pytest.raises(ConfigError, match=f"column '{name}' cannot be an input"):
            to_onnx(of(name))
    held = {p.key: p.value for p in to_onnx(of("age"), "today/a").metadata_props}
    assert held == {"run": "today/a", "data": "homes", "names": '["ä", "b", "c"]'}
    with pytest.raises(ConfigError, match="the file is 'flowers'; expected a name that ends in"):
        command.export(["flowers"], loaded_plugins())


def test_an_activation_without_a_symbolic_form_is_named() -> None:
    class Mine(Tanh):
        def symbolic(self, z: Any) -> Any:
            return None

    model = Model("made", made(Mine(), Linear()), Numbers((4,)))
    with pytest.raises(ConfigError, match="Mine cannot be written as ONNX: it has no symbolic"):
        to_onnx(model)
