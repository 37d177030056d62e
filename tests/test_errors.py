"""Messages for the person at the keyboard."""

from __future__ import annotations

import pytest

from bpframe.errors import BpframeError, ConfigError, DataError


@pytest.mark.parametrize("kind", [BpframeError, ConfigError, DataError])
def test_escape_codes_are_shown_and_not_obeyed(kind: type[BpframeError]) -> None:
    error = kind("x_\x1b[31mred\x07 \udc80, δ × ∞\nnext")
    assert str(error) == "x_\\x1b[31mred\\x07 \\udc80, δ × ∞\nnext"
