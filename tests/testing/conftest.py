"""What is in the user's cache must not decide what these tests do."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let data sets that download find nothing."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda app: tmp_path / app)
