"""Says of an error that a component raised what was called, and what mends it."""

from __future__ import annotations

import dis
import inspect
import re
from traceback import walk_tb
from types import FrameType

import numpy as np

from bpframe.core.component import Component
from bpframe.core.data import Batch
from bpframe.errors import message_of
from bpframe.traces import innermost, module_of

# The first that is found in `ErrorType: message` tells what mends it.
ADVICE = {
    r"AxisError|too many indices|^IndexError: tuple index out of range": (
        "one sample has the shape (n,) and m samples (m, n): what goes over a sample's numbers "
        "takes axis=-1, or [..., j], which serves both"
    ),
    r"could not be broadcast|could not broadcast|mismatch in its core dimension|not aligned": (
        "m samples have the shape (m, n), one sample (n,), and m = 1 is allowed: a sum that meets "
        "an array again takes axis=-1, keepdims=True"
    ),
    r"object is not callable": (
        "a function is wanted: what bind returns is called, and so is the measure of run.train()"
    ),
    r"'tuple' object does not support item assignment": (
        "weights, biases and blocks are tuples of arrays: write into an array, as in "
        "weights[-1][:] += …"
    ),
    r"read-only": "what is given must stay as it is: compute in a new array, or a copy",
    r"FrozenInstanceError": (
        "a component is frozen: what changes belongs into local variables of bind, or of the call"
    ),
    r"Cannot cast ufunc|same_kind": (
        "results have the type of what is given, float32 or float64: make constants with "
        "z.dtype.type(…)"
    ),
    r"truth value of an array": (
        "arrays of many samples are given: np.where(condition, …, …) takes the place of if"
    ),
    r"can be converted to Python scalars|must be real number|can be converted to a scalar": (
        "arrays are given: NumPy's functions, such as np.exp, take the place of those of math"
    ),
}


def told(error: BaseException, component: Component) -> str:
    """Return what a component raised, in which call, where, what mends it, or what is asked for."""
    said = message_of(error)
    place = _place(error, component)
    frame = _called(error, component)
    call = f"{_call(frame)} raised {said}" if frame else said
    contract = _contract(error, component, frame)
    advice = next((text for pattern, text in ADVICE.items() if re.search(pattern, said)), contract)
    return f"{call} ({place})" + (f"; {advice}" if advice else "")


def _called(error: BaseException, component: Component) -> FrameType | None:
    """Return the frame of the component's method, or of a function from it, that was called."""
    own = {
        (cls.__module__, f"{cls.__qualname__}.")
        for cls in type(component).__mro__
        if not cls.__module__.startswith("bpframe.core")
    }
    for frame, _ in walk_tb(error.__traceback__):
        module, name = module_of(frame), frame.f_code.co_qualname
        if frame.f_locals.get("self") is component:
            return frame
        if any(module == place and name.startswith(prefix) for place, prefix in own):
            return frame
    return None


def _call(frame: FrameType) -> str:
    """Return the call with what is known of its arguments; one that was bound anew is not."""
    code = frame.f_code
    names = code.co_varnames[: code.co_argcount]
    stored = {
        name
        for step in dis.get_instructions(code)
        if step.opname.startswith("STORE_FAST")
        for name in (step.argval if isinstance(step.argval, tuple) else (step.argval,))
    }
    arguments = [
        name if name in stored or name not in frame.f_locals else _shown(name, frame.f_locals[name])
        for name in names
        if name != "self"
    ]
    return f"{code.co_name}({', '.join(arguments)})"


def _shown(name: str, value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{name}: {value.shape} {value.dtype}"
    if isinstance(value, Batch):
        return f"{name}: {len(value.x)} samples, {value.x.dtype}"
    simple = value is None or isinstance(value, bool | int | float | type)
    return f"{name}={getattr(value, '__name__', value)}" if simple else name


def _contract(error: BaseException, component: Component, frame: FrameType | None) -> str:
    """Return what the base class says of the method that was called, or was called in vain."""
    wrong = re.search(r"(\w+)\(\) (?:takes|got|missing)", str(error))
    if frame is None and not (wrong and isinstance(error, TypeError)):
        return ""
    name = frame.f_code.co_name if frame else wrong[1] if wrong else ""
    base = next(
        (c for c in reversed(type(component).__mro__) if name in vars(c) and c is not object), None
    )
    method = vars(base).get(name) if base else None
    if base is None or not inspect.isfunction(method):
        return ""
    if frame is None:
        parameters = ", ".join(inspect.signature(method).parameters)
        return f"it is called as {name}({parameters})"
    said = (inspect.getdoc(method) or "").partition("\n\n")[0]
    return f"{base.__name__}.{name}: {' '.join(said.split())}" if said else ""


def _place(error: BaseException, component: Component) -> str:
    """Return the last line of the component's own file that was under way, or the very last."""
    own = type(component).__module__
    line = innermost(error, lambda frame: module_of(frame) == own)
    return line or innermost(error, lambda frame: True)
