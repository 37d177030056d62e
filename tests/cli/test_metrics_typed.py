"""``metrics=[…]`` as it is typed: what help shows of it, and what is refused."""

from __future__ import annotations

import pytest
from in_this_process import Typed, refusal

QUIET = ("tracking=none", "plots=none", "console=none", "trainer.epochs=1")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("metric=top_k", "metrics=[NAME,…]"),
        ("metrics=top_k", "metrics=[top_k]"),
        ("metrics={name:top_k}", "metrics=[{name:top_k}]"),
        ("metrics=[top]", "there is no metric 'top'; known are top_k"),
        ("metrics=[3]", "metrics[0] is 3; it must be a name"),
        ("metrics=[{k:3}]", "it must be a name"),
        ("metrics=[top_k,top_k]", "twice"),
        ("metrics=[{name:top_k,k:0}]", "k is 0"),
        ("metrics=[{name:top_k,j:3}]", "no option 'j'"),
        ("metrics=[r2]", "metric 'r2': it is for values"),
        ("trainer.class_weight={17:2}", "class_weight has the class 17"),
    ],
)
def test_one_message_says_what_is_wrong(typed: Typed, word: str, said: str) -> None:
    message = refusal(typed(*QUIET, word))
    assert said in message
    assert "metrics or" not in message


@pytest.mark.parametrize("topic", ["metric", "metrics", "top_k"])
def test_help_shows_how_a_metric_is_typed(typed: Typed, topic: str) -> None:
    text = typed("--help", topic).out
    assert "metrics=[top_k]" in text
    assert "metrics=[{name:top_k,k:5}]" in text
    assert "metric=" not in text
