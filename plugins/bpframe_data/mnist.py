"""MNIST, the handwritten digits of the book."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpframe_data.images import Images


@dataclass(frozen=True)
class MNIST(Images):
    """MNIST: 70,000 handwritten digits of 28×28 pixels, split as in the book.

    50,000 for training, 10,000 for validation, 10,000 for test; see `Images` for the parameters.

    Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998.
    """

    name = "mnist"
    digests = (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    )

    mirrors: list[str] = field(
        default_factory=lambda: [
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ]
    )
