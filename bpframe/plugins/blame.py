"""Names the plugin whose code raised an error: the hook or component, and the place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from traceback import walk_tb
from types import CodeType, FrameType

from bpframe.errors import BpframeError, PluginFailedError, message_of
from bpframe.interruption import is_interruption
from bpframe.options import OUTPUT_ACTIVATION
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.registry import Registry
from bpframe.shell import typed_command
from bpframe.traces import innermost, module_of, package_of, place_in

# These say nothing about the code that met them.
NOBODYS = (BpframeError, MemoryError, BrokenPipeError)


@contextmanager
def named(plugins: Plugins) -> Iterator[None]:
    """Turn what a plugin's code raises inside into an error that names the plugin.

    Errors that are meant for people pass, and so does a person's interruption, and what bpframe's
    own code raises. `SystemExit` and the like are an error of the plugin as any other.

    Raises
    ------
    PluginFailedError
        In place of the plugin's error, which is its cause.
    """
    try:
        yield
    except NOBODYS:
        raise
    except BaseException as error:
        if not is_interruption(error) and (culprit := _culprit(error, plugins)):
            raise _failure(*culprit, error) from error
        raise


@contextmanager
def named_command(name: str, plugins: Plugins) -> Iterator[None]:
    """Do what `named` does for a command, which may end the process with `SystemExit`."""
    try:
        yield
    except (*NOBODYS, SystemExit):
        raise
    except BaseException as error:
        if is_interruption(error):
            raise
        source = plugins.registry.source_of_command(name)
        module = plugins.registry.commands[name].__module__
        raise _failure(f"command '{name}' of {source}", module, error) from error


def suspicion(error: BaseException, parts: Mapping[str, str], registry: Registry) -> str:
    """Return the message about an error that bpframe's code met, and who may have caused it.

    That is a component which does not come along, for it may have given what its contract does not
    allow. Nothing if there is none: then the fault is bpframe's.

    Parameters
    ----------
    error : BaseException
        One that names nobody.
    parts : mapping of str to str
        The name of each component of the run by its kind.
    registry : Registry
        Where they are from.
    """
    chosen = {("activation" if k == OUTPUT_ACTIVATION else k, n): None for k, n in parts.items()}
    suspects = {
        f"{kind} '{name}' of {entry.source}": name
        for kind, name in chosen
        if (entry := registry.entries[kind].get(name))
        and entry.source.distribution.partition(" ")[0] != "bpframe"
    }
    if not suspects:
        return ""
    who, checks = " or ".join(suspects), typed_command("check", *suspects.values())
    place = innermost(error, lambda frame: True)
    return (
        f"{message_of(error)} ({place}); perhaps because of what {who} gave: "
        f"`{checks}` tells more, and HYDRA_FULL_ERROR=1 shows the traceback"
    )


def _failure(who: str, module: str, error: BaseException) -> PluginFailedError:
    return PluginFailedError(
        f"{who} raised {message_of(error)}{place_in(module, error)}; "
        "HYDRA_FULL_ERROR=1 shows the traceback"
    )


def _culprit(error: BaseException, plugins: Plugins) -> tuple[str, str] | None:
    """Return whose code raised, and its module: the innermost hook or component.

    A helper function of a plugin's package counts as the hook or component that called it; where
    none did, its plugin is named. None if it was the core's own code.
    """
    hooks, packages = _hooks(plugins), _plugins_by_package(plugins)
    helper = None
    for frame, _ in reversed(list(walk_tb(error.__traceback__))):
        module = module_of(frame)
        package = package_of(module)
        if who := hooks.get(frame.f_code):
            return who, module
        if component := _component(frame, plugins.registry):
            return component
        if package == "pluggy":
            return _wrapper(error, plugins)
        if package == "bpframe":
            break
        if not helper and package in packages:
            helper = packages[package], module
    return helper or _called(error, plugins.registry)


def _called(error: BaseException, registry: Registry) -> tuple[str, str] | None:
    """Return the component that has a function which takes other arguments than it is called with.

    Python raises that before the function begins, so that no frame is its own.
    """
    wrong = re.match(r"([\w.<>]+)\.\w+\(\) (?:takes|got|missing)", str(error))
    if not isinstance(error, TypeError) or not wrong:
        return None
    found = None
    # Of two classes with one name that of the plugin which was loaded last.
    for group, entries in registry.entries.items():
        for entry in entries.values():
            if f"{wrong[1]}.".startswith(f"{entry.component.__qualname__}."):
                found = f"{group} '{entry.name}' of {entry.source}", entry.component.__module__
    return found


def _wrapper(error: BaseException, plugins: Plugins) -> tuple[str, str] | None:
    """Return the wrapper that pluggy complains of, because it does not yield once."""
    for code, who in _hooks(plugins).items():
        if f" {code.co_filename}:{code.co_firstlineno} " in f"{message_of(error)} ":
            return who, ""
    return None


def _hooks(plugins: Plugins) -> dict[CodeType, str]:
    """Return what each hook implementation is called, by its code."""
    return {
        code: f"{implementation.plugin_name} in {name}"
        for name, hook in vars(plugins.hook).items()
        if name.startswith("bpframe_")
        for implementation in hook.get_hookimpls()
        if (code := getattr(implementation.function, "__code__", None))
        and implementation.plugin_name != "core"
    }


def _component(frame: FrameType, registry: Registry) -> tuple[str, str] | None:
    """Return the component whose method a frame is of, or whose method made its function."""
    owner = frame.f_locals.get("self")
    module, name = module_of(frame), frame.f_code.co_qualname
    for group, entries in registry.entries.items():
        for entry in entries.values():
            cls = entry.component
            inside = module == cls.__module__ and name.startswith(f"{cls.__qualname__}.")
            if type(owner) is cls or inside:
                return f"{group} '{entry.name}' of {entry.source}", cls.__module__
    return None


def _plugins_by_package(plugins: Plugins) -> dict[str, str]:
    return {
        package_of(getattr(plugin, "__name__", type(plugin).__module__)): name
        for name, plugin in plugins.manager.list_name_plugin()
        if plugin is not None and name != "core"
    }
