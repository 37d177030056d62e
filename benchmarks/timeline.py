"""A plugin that notes when a run reaches each of its parts, for `whole_run.py`."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from pathlib import Path

import bpframe
from bpframe import Epoch, Run

MOMENTS = {"plugins": time.time()}


@bpframe.hookimpl(wrapper=True, tryfirst=True)
def bpframe_run(run: Run) -> Generator[None, object, object]:
    MOMENTS["built"] = time.time()
    try:
        return (yield)
    finally:
        MOMENTS["recorded"] = time.time()
        Path(os.environ["BPFRAME_TIMELINE"]).write_text(json.dumps(MOMENTS))


@bpframe.hookimpl(tryfirst=True)
def bpframe_epoch_end(run: Run, epoch: Epoch) -> None:
    MOMENTS.setdefault("first epoch", time.time() - epoch.seconds)
    MOMENTS["training"] = MOMENTS.get("training", 0.0) + epoch.seconds


@bpframe.hookimpl(tryfirst=True)
def bpframe_run_end(run: Run) -> None:
    MOMENTS["trained"] = time.time()
