"""The plugins of this process."""

from functools import cache

from bpframe.plugins import Plugins, load_plugins


@cache
def session() -> Plugins:
    """Return the plugins, loaded at the first call.

    The command line loads them anew at its start; a worker process of a launcher, which starts
    with a job, finds here what its environment names.
    """
    return load_plugins()
