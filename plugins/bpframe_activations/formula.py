"""A formula in z as a list of nodes, each of which is one operation on nodes before it.

A node that is there already is used again, so that neither a formula nor its derivative can grow
beyond a small multiple of the text's length, whatever is nested into what.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bpframe import OPERATIONS

Z = 0


class Node(NamedTuple):
    """One operation, z, or a number.

    Attributes
    ----------
    name : str
        ``z``, ``number``, or a name of `bpframe.OPERATIONS`.
    arguments : tuple of int
        The places of the nodes that it is applied to.
    value : float
        The number.
    """

    name: str
    arguments: tuple[int, ...] = ()
    value: float = 0.0


class Formula:
    """A list of nodes, which begins with z.

    Attributes
    ----------
    nodes : list of Node
        Each has only nodes before it as arguments; it is named by its place in the list.
    """

    def __init__(self) -> None:
        self.nodes = [Node("z")]
        self._places = {self.nodes[Z]: Z}

    def number(self, value: float) -> int:
        """Return the place of a number."""
        return self._place(Node("number", (), float(value)))

    def value(self, place: int) -> float | None:
        """Return the number that a node is, None if it depends on z."""
        node = self.nodes[place]
        return node.value if node.name == "number" else None

    def apply(self, name: str, *arguments: int) -> int:
        """Return the place of an operation; of numbers it is that of their result.

        Raises
        ------
        ArithmeticError
            If the result of numbers is no finite real number.
        """
        values = [self.value(place) for place in arguments]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            with np.errstate(all="ignore"):
                result = float(OPERATIONS[name](*map(np.float64, known)))
            if not math.isfinite(result):
                raise ArithmeticError(f"{name} of {', '.join(map(repr, known))} is {result}")
            return self.number(result)
        match name, values:
            case ("add", [0.0, None]) | ("mul", [1.0, None]):
                return arguments[1]
            case ("add" | "sub", [None, 0.0]) | ("mul" | "div" | "pow", [None, 1.0]):
                return arguments[0]
            case "pow", [None, 0.0]:
                return self.number(1)
            case "neg", [None] if self.nodes[arguments[0]].name == "neg":
                return self.nodes[arguments[0]].arguments[0]
            # exp overflows where a sigmoid does not, and then f′ would be no number.
            case "div", _ if (exponent := self._of_logistic(arguments[1])) is not None:
                sigmoid = self.apply("sigmoid", self.apply("neg", exponent))
                return self.apply("mul", arguments[0], sigmoid)
        return self._place(Node(name, arguments))

    def _of_logistic(self, place: int) -> int | None:
        """Return the node v if a node is 1 + exp(v)."""
        node = self.nodes[place]
        if node.name != "add":
            return None
        for one, other in (node.arguments, node.arguments[::-1]):
            if self.value(one) == 1 and self.nodes[other].name == "exp":
                return self.nodes[other].arguments[0]
        return None

    def needed(self, place: int, given: int | None = None) -> list[int]:
        """Return the nodes that a node is computed from, itself last; `given` needs none."""
        found, waiting = set(), [place]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                if number != given:
                    waiting += self.nodes[number].arguments
        return sorted(found)

    def _place(self, node: Node) -> int:
        place = self._places.setdefault(node, len(self.nodes))
        if place == len(self.nodes):
            self.nodes.append(node)
        return place
