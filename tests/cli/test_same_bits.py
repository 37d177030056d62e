"""What the defaults of first weights and outputs must not change: the networks of the book."""

from __future__ import annotations

import numpy as np
import pytest
from running import CommandLine


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [(), ("activation=tanh", "network.hidden=[5,5]"), ("activation=linear",)],
    ids=["sigmoid", "tanh", "linear"],
)
def test_the_default_first_weights_train_as_scaled_normal(
    cli: CommandLine, arguments: tuple[str, ...]
) -> None:
    def weights(*more: str) -> dict[str, np.ndarray]:
        with np.load(cli.quick(*arguments, *more).run_folder / "weights.npz") as file:
            return dict(file)

    own, plain = weights(), weights("initializer=scaled_normal")
    assert own.keys() == plain.keys()
    assert all((own[name] == plain[name]).all() for name in own)
