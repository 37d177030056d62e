"""The page: one file that needs nothing else, and holds the numbers of the explanation."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from explained import (
    DIGITS,
    data_of,
    infinite_factors,
    make_sample,
    make_trainer,
    random_sample,
    worked_example,
)

from bpframe_activations import Custom, Sigmoid, Tanh
from bpframe_backprop import FullMatrix
from bpframe_explain import Explanation, Sample, explain
from bpframe_explain.page import page
from bpframe_explain.remarks import remarks
from bpframe_explain.verdict import verdicts
from bpframe_optimizers import L2

NAME = 'a "run" <script>alert(1)</script> & more'


class Reader(HTMLParser):
    """Collects the elements of a page, and the text of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style") and data.strip():
            self.texts.append(data.strip())


def digits_like(**components) -> Explanation:
    """Return a network [64, 30, 10] on a picture of 8×8, explained."""
    trainer = make_trainer((64, 30, 10), Sigmoid(), **components)
    x = np.linspace(0, 1, 64)
    sample = Sample("sample 3 of test", x, np.eye(10)[4], DIGITS, image_shape=(8, 8))
    return explain(trainer, sample, 10)


@pytest.fixture(scope="module", params=["small", "large"])
def shown(request: pytest.FixtureRequest) -> Explanation:
    return worked_example() if request.param == "small" else digits_like()


def test_it_is_whole_and_refers_to_nothing(shown: Explanation) -> None:
    text = page(shown, NAME).decode()
    reader = Reader(text)
    assert reader.open == []
    for _, attributes in reader.elements:
        for name in ("src", "href", "action", "srcset", "data"):
            assert (attributes.get(name) or "data:").startswith("data:")
        assert not any(name.startswith("on") for name in attributes)
    assert re.findall(r"https?://[^\s\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert "@import" not in text
    assert "url(" not in text
    ((_, policy),) = [e for e in reader.elements if e[1].get("http-equiv")]
    assert (policy["content"] or "").startswith("default-src 'none';")


def test_text_is_escaped(shown: Explanation) -> None:
    reader = Reader(page(shown, NAME).decode())
    assert any(text.startswith(NAME) for text in reader.texts)
    assert sum(tag == "script" for tag, _ in reader.elements) == 2
    # An expression may hold the sign that ends an element.
    trainer = make_trainer((2, 3, 2), Custom("z/(1+abs(z))"))
    explanation = explain(trainer, make_sample([1, 2], [0, 1]), 1)
    object.__setattr__(explanation.layers[0].f, "f", "</script><b>")
    text = page(explanation, "x").decode()
    assert data_of(text)["layers"][1]["f"] == "Custom(f=</script><b>)"
    assert "</script><b>" not in text


def test_the_data_are_the_explanations(shown: Explanation) -> None:
    data = data_of(page(shown, NAME).decode())
    assert data["sizes"] == list(shown.network.sizes)
    assert data["layers"][0]["a"] == shown.sample.x.tolist()
    for held, layer in zip(data["layers"][1:], shown.layers, strict=True):
        for name in ("z", "a", "derivative", "grad_a", "delta"):
            assert held[name] == getattr(layer, name).tolist()
    columns = {
        "value": shown.network.parameters,
        "gradient": shown.gradient,
        "differences": shown.differences,
        "step": shown.step,
        "after": shown.after,
    }
    for i, held in enumerate(data["parameters"]):
        for row in held:
            for name, parameters in columns.items():
                assert row[name] == parameters.blocks[i][row["j"], row["k"]]


def test_everything_of_a_small_network_is_there_with_its_paths() -> None:
    shown = worked_example()
    data = data_of(page(shown, "x").decode())
    assert [len(held) for held in data["parameters"]] == [9, 8]
    assert data["pictures"] is None
    for i, held in enumerate(data["parameters"]):
        for row in held:
            products = [np.prod(factors) for _, factors in row["paths"]]
            assert sum(products) == pytest.approx(row["gradient"], rel=1e-9)
            assert row["path_sum"] == pytest.approx(sum(products), rel=1e-12)
            assert len(products) == (2 if i == 0 else 1)


def test_pictures_are_the_weights_and_gradients_of_each_neuron() -> None:
    shown = digits_like()
    data = data_of(page(shown, "x").decode())
    assert data["image"] == [8, 8]
    pictures = data["pictures"]
    assert pictures["neurons"] == list(range(30))
    for name, arrays in (("w", shown.network.parameters), ("gradient", shown.gradient)):
        expected = arrays.weights[0] / abs(arrays.weights[0]).max()
        np.testing.assert_allclose(pictures[name], expected, atol=6e-4)


def test_tables_and_sentences_stand_without_the_script(shown: Explanation) -> None:
    texts = Reader(page(shown, NAME).decode()).texts
    for sentence in (*verdicts(shown), *remarks(shown.layers)):
        assert sentence.strip() in texts
    for layer in shown.layers:
        for delta in layer.delta:
            assert f"{delta:.5g}" in texts


def test_a_large_network_says_what_is_left_out() -> None:
    texts = Reader(page(digits_like(), "x").decode()).texts
    assert (
        "Layer 2 shows 10 of 1,920 weights and 10 of 30 biases, those with the largest gradients."
    ) in texts
    assert "Every neuron, weight and bias." in Reader(page(worked_example(), "x").decode()).texts


def test_a_step_that_is_not_finite_leaves_valid_data() -> None:
    from bpframe_activations import Linear
    from bpframe_optimizers import SGD

    trainer = make_trainer((2, 3, 2), Linear(), optimizer=SGD(1e308))
    explanation = explain(trainer, make_sample([9, 9], [0, 1]), 1)
    assert not np.isfinite(explanation.after.vector).all()
    rows = data_of(page(explanation, "x").decode())["parameters"][1]
    assert None in [row["after"] for row in rows]


def test_a_gradient_that_is_not_a_number_leaves_valid_data() -> None:
    class NotANumber(FullMatrix):
        def bind(self, objective, rng):
            def gradient(batch, out):
                out.vector.fill(np.nan)

            return gradient

    explanation = digits_like(rule=NotANumber())
    data = data_of(page(explanation, "x").decode())
    assert data["parameters"][1][0]["gradient"] is None
    assert not np.any(data["pictures"]["gradient"])
    assert not explanation.agrees


def test_a_penalty_is_held_if_there_is_one() -> None:
    data = data_of(page(worked_example(regularizer=L2(2.0)), "x").decode())
    assert data["parameters"][0][0]["penalty"] == pytest.approx(0.2)
    data = data_of(page(worked_example(), "x").decode())
    assert "penalty" not in data["parameters"][0][0]


def test_a_page_of_a_very_large_network_stays_small() -> None:
    trainer = make_trainer((784, 100, 10), Sigmoid())
    sample = random_sample(trainer, 0)
    picture = Sample(sample.name, sample.x, sample.y, DIGITS, (28, 28))
    assert len(page(explain(trainer, picture, 1), "x")) < 1_000_000


def test_a_factor_of_a_path_that_is_not_finite_leaves_valid_data() -> None:
    shown = infinite_factors()
    assert shown.paths
    assert not np.isfinite(shown.paths_of(0, 0, 0)[0].factors).all()
    rows = data_of(page(shown, "x").decode())["parameters"][0]
    assert None in rows[0]["paths"][0][1]


def test_neurons_with_an_activation_of_their_own_are_named() -> None:
    trainer = make_trainer((2, 4, 2), Sigmoid(), neurons={(2, 3): Tanh()})
    text = page(explain(trainer, make_sample([1, 2], [0, 1]), 1), "x").decode()
    assert "<h3>Layer 2: Sigmoid, neuron 3: Tanh</h3>" in text
    layer = data_of(text)["layers"][1]
    assert layer["f"] == "Sigmoid, neuron 3: Tanh"
    assert layer["own_f"] == ["Sigmoid", "Sigmoid", "Tanh", "Sigmoid"]
