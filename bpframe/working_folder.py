"""Keeps what lies in the working folder from being imported under another's name.

``python -m bpframe`` puts the working folder first on the search path, so that a ``numpy.py``
lying there would be run in NumPy's place. A console script does not, and so this is what
``python -m bpframe`` is made to do too. Plugins that are asked for by name are still found there,
behind everything that is installed.
"""

import sys


def leave_search_path() -> None:
    """Take the working folder off the search path, if this process is ``python -m bpframe``.

    While Python looks for the module that ``-m`` names, it imports the package with ``-m`` in
    place of the program's name. Whoever imports bpframe into a program of their own keeps their
    path.
    """
    if sys.argv[:1] != ["-m"] or sys.flags.safe_path:
        return
    named = sys.orig_argv[-len(sys.argv)].removeprefix("-m")
    if named.partition(".")[0] == __package__:
        del sys.path[0]


leave_search_path()
