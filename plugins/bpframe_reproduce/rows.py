"""The book's published results: what the source says of each, and what it does not say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class At(Enum):
    """How a number was selected among the epochs of its run."""

    FIRST = "after the first epoch"
    LAST = "last epoch"
    PEAK = "peak epoch"
    BEST_OF_THREE = "peak epoch, best of three runs"
    UNSAID = "not said"
    UNTRAINED = "before the training"


@dataclass(frozen=True)
class Published:
    """A published number.

    Attributes
    ----------
    value : float
        An accuracy, 0 to 1, or another number.
    metric : str
        What it is, as ``epochs.csv`` has it; several, parted by a comma, where the source says not
        which.
    at : At
        How it was selected.
    half_digit : float
        Half of the last digit that was published: by so much rounding may have moved it.
    """

    value: float
    metric: str
    at: At
    half_digit: float = 0.00005

    @property
    def metrics(self) -> list[str]:
        """The metrics that it may be."""
        return self.metric.split(",")


class Check(Enum):
    """What else must be seen in a row, beside its published numbers."""

    RISES = "in every run the accuracy rises from the first epoch to the last, and stays below 50%"
    GUESSES = "every run ends below 50%"
    LEARNT_BY_HEART = "in every run the accuracy on the training samples reaches 100%"
    BETTER_AT_LAST = "by the last epoch better than {other} over paired seeds"
    BETTER_AT_FIRST = "after the first epoch better than {other} over paired seeds"
    BETTER_PEAK = "at its peak better than {other} over paired seeds"
    SHRINKS = "in every run ‖δ‖ is smaller in each hidden layer than in the next one"


@dataclass(frozen=True)
class Row:
    """A published result, and the experiment that runs it anew: ``book/NAME``.

    Attributes
    ----------
    name : str
        Of the experiment.
    chapter : int
        Of the book.
    settings : str
        What the source says.
    unsaid : str
        What it does not say, and what is taken.
    published : tuple of Published
        Its numbers.
    checks : tuple of (Check, str)
        What else must be seen, with the row that is the other one, or nothing.
    """

    name: str
    chapter: int
    settings: str
    unsaid: str
    published: tuple[Published, ...]
    checks: tuple[tuple[Check, str], ...] = ()

    @property
    def split(self) -> str:
        """The samples that its first number is of, or ``test`` where that is not said."""
        return self.published[0].metrics[0].partition("/")[0]


TEST, VALIDATION = "test/accuracy", "validation/accuracy"
EITHER = f"{TEST},{VALIDATION}"
SEED = "the seed"
NO_EPOCH = f"which epoch the figure is of; {SEED}"
# It stands in the code that goes with the source, and not beside the figure.
INIT = "first weights from N(0, 1), as in the rows before"


def _init(hidden: int, scaled: bool, first: float, last: float) -> Row:
    kind = "scaled" if scaled else "normal"
    other = f"init_normal_{hidden}"
    checks = ((Check.BETTER_AT_FIRST, other), (Check.BETTER_AT_LAST, other)) if scaled else ()
    start = "N(0, 1/n_in)" if scaled else "N(0, 1)"
    return Row(
        f"init_{kind}_{hidden}",
        3,
        f"[784, {hidden}, 10], cross-entropy, first weights from {start}, η 0.1, λ 5, 30 epochs",
        SEED,
        (Published(last, VALIDATION, At.LAST), Published(first, VALIDATION, At.FIRST)),
        checks,
    )


def _depth(layers: int, value: float) -> Row:
    return Row(
        f"depth_{layers}",
        5,
        f"[784, {', '.join(['30'] * layers)}, 10], cross-entropy, η 0.1, λ 5, 30 epochs",
        f"{NO_EPOCH}; the first weights: N(0, 1/n_in)",
        (Published(value, VALIDATION, At.UNSAID),),
        ((Check.BETTER_AT_LAST, "depth_1"),) if layers == 2 else (),
    )


def _vanishing(*norms: float) -> Row:
    return Row(
        f"vanishing_{len(norms)}",
        5,
        f"[784, {', '.join(['30'] * len(norms))}, 10], cross-entropy, the first 1,000 images, "
        "before the training",
        f"the first weights: N(0, 1/n_in); {SEED}",
        tuple(
            Published(norm, f"delta_norm/layer_{layer}", At.UNTRAINED)
            for layer, norm in enumerate(norms, 2)
        ),
        ((Check.SHRINKS, ""),),
    )


ROWS = (
    Row(
        "quadratic_30",
        1,
        "[784, 30, 10], quadratic, first weights from N(0, 1), η 3, 30 epochs",
        SEED,
        (Published(0.9542, TEST, At.BEST_OF_THREE), Published(0.9534, TEST, At.LAST)),
    ),
    Row(
        "quadratic_100",
        1,
        "[784, 100, 10], quadratic, first weights from N(0, 1), η 3, 30 epochs",
        f"{SEED}; the source warns that some runs are much worse",
        (Published(0.9659, TEST, At.BEST_OF_THREE),),
    ),
    Row(
        "rate_too_low",
        1,
        "[784, 100, 10], quadratic, first weights from N(0, 1), η 0.001, 30 epochs",
        SEED,
        (Published(0.1139, TEST, At.FIRST), Published(0.2142, TEST, At.LAST)),
        ((Check.RISES, ""),),
    ),
    Row(
        "rate_too_high",
        1,
        "[784, 30, 10], quadratic, first weights from N(0, 1), η 100, 30 epochs",
        f"{SEED}; “near 10%” is read as 8 to 12%",
        (Published(0.10, TEST, At.LAST, half_digit=0.02),),
        ((Check.GUESSES, ""),),
    ),
    Row(
        "cross_entropy_30",
        3,
        "[784, 30, 10], cross-entropy, first weights from N(0, 1), η 0.5, 30 epochs",
        NO_EPOCH,
        (Published(0.9549, TEST, At.UNSAID),),
    ),
    Row(
        "cross_entropy_100",
        3,
        "[784, 100, 10], cross-entropy, first weights from N(0, 1), η 0.5, 30 epochs",
        NO_EPOCH,
        (Published(0.9682, TEST, At.UNSAID),),
        ((Check.BETTER_PEAK, "cross_entropy_30"),),
    ),
    Row(
        "overfitting",
        3,
        "[784, 30, 10], cross-entropy, the first 1,000 images, η 0.5, no λ, 400 epochs",
        f"{INIT}; {SEED}",
        (Published(0.8227, TEST, At.PEAK),),
        ((Check.LEARNT_BY_HEART, ""),),
    ),
    Row(
        "overfitting_l2",
        3,
        "[784, 30, 10], cross-entropy, the first 1,000 images, η 0.5, λ 0.1, 400 epochs",
        f"{INIT}; {SEED}",
        (Published(0.871, TEST, At.PEAK, half_digit=0.0005),),
        ((Check.BETTER_PEAK, "overfitting"),),
    ),
    Row(
        "l2_30",
        3,
        "[784, 30, 10], cross-entropy, η 0.5, λ 5, 30 epochs",
        f"{INIT}; {SEED}",
        (Published(0.9649, TEST, At.PEAK), Published(0.9561, TEST, At.LAST)),
        ((Check.BETTER_PEAK, "cross_entropy_30"),),
    ),
    Row(
        "l2_100",
        3,
        "[784, 100, 10], cross-entropy, η 0.5, λ 5, 30 epochs",
        f"{INIT}; {NO_EPOCH}",
        (Published(0.9792, VALIDATION, At.UNSAID),),
    ),
    Row(
        "l2_100_longer",
        3,
        "[784, 100, 10], cross-entropy, η 0.1, λ 5, 60 epochs",
        f"{INIT}; which samples and which epoch the figure is of; {SEED}",
        (Published(0.9804, EITHER, At.UNSAID),),
    ),
    _init(30, False, 0.8643, 0.9637),
    _init(30, True, 0.9270, 0.9650),
    _init(100, False, 0.8994, 0.9742),
    _init(100, True, 0.9295, 0.9781),
    _depth(1, 0.9648),
    _depth(2, 0.9690),
    _depth(3, 0.9657),
    _depth(4, 0.9653),
    _vanishing(0.0657, 0.3092),
    _vanishing(0.0118, 0.0600, 0.2831),
    _vanishing(0.0030, 0.0171, 0.0695, 0.2851),
)
