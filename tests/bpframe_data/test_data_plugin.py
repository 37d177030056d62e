"""What the package shows to bpframe."""

import subprocess
import sys

import pytest
from omegaconf import OmegaConf

import bpframe_data
from bpframe import Dataset
from bpframe_data.plugin import bpframe_register_datasets


def registered() -> dict[str, type[Dataset]]:
    components: dict[str, type[Dataset]] = {}
    bpframe_register_datasets(components.__setitem__)
    return components


def test_every_data_set_is_registered_once() -> None:
    components = registered()
    of_sklearn = ["sklearn", "iris", "wine", "breast_cancer", "diabetes", "linnerud"]
    drawn = ["xor", "moons", "circles", "spirals", "regression1d"]
    files = ["mnist", "fashion_mnist", "arrays", "table"]
    assert list(components) == ["digits", *of_sklearn, *drawn, *files, "one_sample"]
    assert {c.__name__ for c in components.values()} == set(bpframe_data.__all__)


@pytest.mark.parametrize("component", registered().values())
def test_options_fit_hydra_and_have_defaults(component: type[Dataset]) -> None:
    assert OmegaConf.to_object(OmegaConf.structured(component)) == component()
    assert component.summary().endswith(".")


def test_the_import_is_light() -> None:
    heavy = "{'pluggy', 'sklearn', 'pooch', 'requests', 'platformdirs'} & set(sys.modules)"
    code = f"import sys, bpframe_data; print({heavy})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "set()", result.stderr
