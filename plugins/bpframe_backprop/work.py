"""The limits of the rules whose work grows exponentially with the depth of a network."""

from __future__ import annotations

from bpframe import Network


def check_limit(option: str, limit: int) -> None:
    """Raise ValueError if an option that limits the work is less than 1."""
    if limit < 1:
        raise ValueError(f"{option} is {limit}; it must be 1 or more")


def check_work(network: Network, work: int, words: str, option: str, limit: int) -> None:
    """Raise ValueError if a network takes more work than an option allows.

    Parameters
    ----------
    network : Network
        The network.
    work : int
        How much it takes.
    words : str
        The same with ``{}`` in place of the number, such as ``takes {} multiplications``.
    option, limit
        The option that says how much is allowed, and its value.
    """
    if work > limit:
        raise ValueError(
            f"a network {list(network.sizes)} {words.format(f'{work:,}')}; {option} allows "
            f"{limit:,}. Take smaller layers or fewer of them, or raise {option}"
        )
