"""Weights of an earlier training, for a network of its sizes or of others."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from builders import make_network
from kept_models import keep

from bpframe import Model, Network, Numbers
from bpframe_activations import Sigmoid
from bpframe_initializers import DeepNormal, Weights

SIZES = (3, 4, 5, 2)


def kept(folder: Path) -> Network:
    network = make_network(SIZES, Sigmoid())
    keep(Model("made", network, Numbers((3,)), ("a", "b")), folder, name="earlier")
    return network


def started(path: Path | str, sizes: tuple[int, ...] = SIZES, layers: str = "all") -> Network:
    return make_network(sizes, Sigmoid(), initializer=Weights(str(path), layers))


def test_they_are_those_of_the_run_however_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    earlier = kept(tmp_path / "outputs/a").parameters
    for path in ("outputs/a", tmp_path / "outputs/a/weights.npz", "earlier"):
        assert (started(path).parameters.vector == earlier.vector).all()
    wider = Network(SIZES, Sigmoid(), Weights("outputs/a"), dtype=np.float64).parameters
    assert wider.dtype == np.float64
    assert (wider.vector == earlier.vector).all()


def test_layers_that_fit_are_taken_where_that_is_asked_for(tmp_path: Path) -> None:
    earlier = kept(tmp_path / "a").parameters
    sizes = (3, 4, 6, 2)
    message = (
        "layer 2 fits, layer 3 is 5 × 4 there and 6 × 4 here, layer 4 is 2 × 5 there and 2 × 6"
    )
    mend = "here; initializer.layers=fitting takes what fits"
    with pytest.raises(ValueError, match=rf"\[3, 4, 5, 2\], .* \[3, 4, 6, 2\]: {message} {mend}"):
        started(tmp_path / "a", sizes)
    parameters = started(tmp_path / "a", sizes, "fitting").parameters
    drawn = make_network(sizes, Sigmoid(), initializer=DeepNormal()).parameters
    assert (parameters.blocks[0] == earlier.blocks[0]).all()
    assert all((parameters.blocks[i] == drawn.blocks[i]).all() for i in (1, 2))
    # A layer more, or one less, is another network.
    deeper = started(tmp_path / "a", (*SIZES, 2), "fitting").parameters
    assert all((deeper.blocks[i] == earlier.blocks[i]).all() for i in range(3))
    assert deeper.blocks[3].any()
    shorter = started(tmp_path / "a", (3, 4, 5), "fitting").parameters
    assert (shorter.vector == earlier.vector[: len(shorter.vector)]).all()
    with pytest.raises(ValueError, match=r"layer 3 fits; initializer\.layers=fitting"):
        started(tmp_path / "a", (3, 4, 5))
    with pytest.raises(ValueError, match="no layer has the sizes of this network"):
        started(tmp_path / "a", (7, 7, 2), "fitting")


def test_what_cannot_be_taken(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a path must be given: initializer\.path=RUN"):
        Weights()
    with pytest.raises(ValueError, match="layers is 'some'; it must be all or fitting"):
        Weights("a", "some")
    for name, arrays, message in (
        ("other.npz", {"x": np.ones(2)}, "does not hold the layers of a network"),
        ("flat.npz", {"w2": np.ones(2)}, "not that of a matrix"),
        ("half.npz", {"w2": np.ones((2, 3))}, "does not hold the layers"),
        ("nan.npz", {"w2": np.full((2, 3), np.nan), "b2": np.ones(2)}, "NaN or infinite"),
        ("gone.npz", None, "No such file"),
    ):
        if arrays:
            np.savez(tmp_path / name, **arrays)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=f"{re.escape(name)}.*{message}"):
            started(tmp_path / name)
    (tmp_path / "bad.npz").write_bytes(b"bad")
    with pytest.raises(ValueError, match="is not a whole"):
        started(tmp_path / "bad.npz")
