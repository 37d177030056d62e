"""What options are called elsewhere, for "did you mean" and nothing else."""

from __future__ import annotations

NAMES_ELSEWHERE = {
    "activation": ("act", "activation_function", "nonlinearity"),
    "batch_size": ("batch", "batchsize", "bs", "mini_batch_size", "minibatch_size"),
    "cost": ("criterion", "loss", "objective"),
    "data": ("dataset",),
    "dtype": ("precision",),
    "epochs": ("max_epochs", "max_iter", "n_epochs", "num_epochs"),
    "hidden": ("hidden_layer_sizes", "hidden_sizes", "layers", "sizes", "units"),
    "initializer": ("init", "weight_init"),
    "lambda": ("alpha", "lmbda", "reg", "wd", "weight_decay"),
    "learning_rate": ("eta", "learning_rate_init", "lr", "step_size"),
    "optimizer": ("opt", "solver"),
    "regularizer": ("penalty", "regularization"),
    "seed": ("random_seed", "random_state"),
    "split": ("part", "subset"),
}
_OURS = {theirs: ours for ours, others in NAMES_ELSEWHERE.items() for theirs in others}


def our_name(name: str) -> str:
    """Return what an option is called here; the name itself if it has no other."""
    return _OURS.get(name.lower(), name)
