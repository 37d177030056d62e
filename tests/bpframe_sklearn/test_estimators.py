"""What the estimators promise beyond scikit-learn's checks."""

from __future__ import annotations

import pickle
import signal
from dataclasses import dataclass
from typing import Any

import cloudpickle
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import bpframe
from bpframe.sklearn import BackpropClassifier, BackpropRegressor
from bpframe_activations import Sigmoid
from bpframe_costs import CrossEntropy
from bpframe_optimizers import SGD, Adam

X, Y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)
NAMES = np.array(["setosa", "versicolor", "virginica"])[Y]
QUICK: dict[str, Any] = {"hidden": (8,), "epochs": 30, "learning_rate": 0.05, "random_state": 0}


@dataclass(frozen=True)
class Swish(bpframe.Activation):
    """z σ(z), which no plugin has registered."""

    beta: float = 1.0

    def __call__(self, z: Any, out: Any = None) -> Any:
        return z / (1 + np.exp(-self.beta * z))

    def derivative(self, z: Any, a: Any) -> Any:
        s = 1 / (1 + np.exp(-self.beta * z))
        return s + self.beta * z * s * (1 - s)


@pytest.mark.parametrize(
    "given",
    [
        {"activation": "sigmoid", "optimizer": "momentum", "backprop": "matrix_form"},
        {"activation": Swish, "optimizer": Adam},
        {"activation": Swish(2.0), "optimizer": Adam(0.05), "backprop": "per_sample"},
        {"output_activation": "sigmoid"},
        {"cost": CrossEntropy(), "dropout": 0.1, "dtype": "float32"},
        {"cost": "quadratic", "output_activation": "sigmoid", "optimizer": SGD()},
        {"optimizer": "sgd", "learning_rate": "auto", "schedule": "cosine"},
        {"regularizer": {"name": "l2", "lambda": 0.1}, "clipping": "norm", "hidden": 8},
        {"hidden": (), "initializer": "he", "batch_size": "full", "epochs": 60},
    ],
    ids=lambda given: "+".join(given),
)
def test_components_by_name_class_and_instance(given: dict[str, Any]) -> None:
    parameters = QUICK | {"batch_size": 16} | given
    classifier = clone(BackpropClassifier(**parameters)).fit(X, NAMES)
    assert classifier.score(X, NAMES) > 0.85
    shares = classifier.predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(classifier.classes_[shares.argmax(1)], classifier.predict(X))


def test_what_it_has_when_it_is_trained() -> None:
    classifier = BackpropClassifier(**QUICK, validation_fraction=0.2).fit(X, NAMES)
    assert [w.shape for w in classifier.coefs_] == [(4, 8), (8, 3)]
    assert [b.shape for b in classifier.intercepts_] == [(8,), (3,)]
    assert classifier.n_iter_ == len(classifier.loss_curve_) == len(classifier.validation_curve_)
    assert classifier.loss_curve_[-1] < classifier.loss_curve_[0] / 2
    assert classifier.validation_curve_[-1] > 0.8
    hidden = np.tanh(X @ classifier.coefs_[0] + classifier.intercepts_[0])
    z = hidden @ classifier.coefs_[1] + classifier.intercepts_[1]
    np.testing.assert_array_equal(classifier.classes_[z.argmax(1)], classifier.predict(X))
    np.testing.assert_array_equal(classifier.model_.predict(X), classifier.predict(X))


def test_the_same_seed_gives_the_same_bits_however_the_epochs_are_divided() -> None:
    whole = BackpropClassifier(**QUICK).fit(X, Y)
    warm = BackpropClassifier(**QUICK | {"epochs": 10, "warm_start": True})
    for _ in range(3):
        warm.fit(X, Y)
    # A schedule of a training of unknown length has no say.
    partial = BackpropClassifier(**QUICK, schedule="cosine")
    for _ in range(30):
        partial = pickle.loads(cloudpickle.dumps(partial.partial_fit(X, Y, classes=[0, 1, 2])))
    for other in (warm, partial):
        assert other.n_iter_ == 30
        assert other.loss_curve_ == whole.loss_curve_
        np.testing.assert_array_equal(other.coefs_[0], whole.coefs_[0])
    seeded = [np.random.RandomState(3), np.random.RandomState(3), None]
    one, two, _ = (BackpropClassifier(**QUICK | {"random_state": s}).fit(X, Y) for s in seeded)
    assert one.seed_ == two.seed_
    assert one.loss_curve_ == two.loss_curve_


def test_going_on_with_other_parameters() -> None:
    warm = BackpropClassifier(**QUICK, warm_start=True).fit(X, Y)
    cost = warm.loss_curve_[-1]
    warm.set_params(learning_rate=0.001, optimizer="sgd", epochs=2).fit(X, Y)
    assert warm.n_iter_ == 32
    assert abs(warm.loss_curve_[-1] - cost) < cost
    with pytest.raises(ValueError, match=r"training goes on with Network\(\[4, 8, 3\]"):
        warm.set_params(hidden=(9,)).fit(X, Y)
    with pytest.raises(ValueError, match="y has the class 3; known classes are"):
        warm.set_params(hidden=(8,)).fit(X, Y + 1)


def test_values_are_learnt_in_their_own_units_one_or_several() -> None:
    x, y = load_diabetes(return_X_y=True, scaled=True)
    x = x / x.std(axis=0)
    both = np.column_stack([y, 1e6 - 3e3 * y])
    regressor = BackpropRegressor(**QUICK, validation_fraction=0.2).fit(x, both)
    assert regressor.predict(x).shape == both.shape
    assert regressor.score(x, both) > 0.45
    assert regressor.validation_curve_[-1] > 0.2
    single = BackpropRegressor(**QUICK, cost="quadratic").fit(x, y)
    assert single.predict(x).shape == y.shape
    assert single.score(x, y) > 0.45
    assert abs(single.predict(x).mean() - y.mean()) < 10
    with pytest.raises(ValueError, match="y has 2 values a sample; training goes on with 1"):
        single.partial_fit(x, both)


def test_weights_count_as_repetitions_do() -> None:
    weights = np.arange(len(X)) % 3
    x, y = X.repeat(weights, axis=0), (2 * X[:, 0]).repeat(weights)
    settings = QUICK | {"batch_size": "full"}
    weighted = BackpropRegressor(**settings).fit(X, 2 * X[:, 0], sample_weight=weights)
    repeated = BackpropRegressor(**settings).fit(x, y)
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-7)
    with pytest.raises(ValueError, match="non-zero"):
        weighted.fit(X, X[:, 0], sample_weight=np.zeros(len(X)))


@pytest.mark.slow
def test_in_a_pipeline_a_search_and_other_processes() -> None:
    pipeline = make_pipeline(StandardScaler(), BackpropClassifier(**QUICK))
    grid = {
        "backpropclassifier__activation": ["tanh", Sigmoid()],
        "backpropclassifier__optimizer": ["adam"],
    }
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2).fit(X, NAMES)
    assert search.best_score_ > 0.85
    assert cross_val_score(pipeline, X, NAMES, cv=3).mean() > 0.85
    assert cross_val_score(pipeline, X, NAMES, cv=3, scoring="neg_log_loss").mean() > -0.6


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"activation": "tanhh"}, ValueError, r"no activation 'tanhh'.*mean 'tanh'\?"),
        ({"hidden": (3.5,)}, ValueError, "the sizes of the layers"),
        ({"epochs": -1}, ValueError, "epochs is -1"),
        ({"batch_size": "whole"}, ValueError, "batch_size is 'whole'"),
        ({"dtype": "int8"}, ValueError, "int8"),
        ({"validation_fraction": 1}, ValueError, "validation_fraction is 1"),
        ({"stopping": "early"}, ValueError, "or take validation_fraction=0.1"),
        ({"cost": "cross_entropy", "output_activation": "tanh"}, ValueError, "accepts outputs"),
        ({"optimizer": Sigmoid}, TypeError, "class or an instance of bpframe.Optimizer"),
    ],
)
def test_what_is_refused(given: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        BackpropClassifier(**QUICK | given).fit(X, Y)


def test_data_that_is_refused() -> None:
    regressor = BackpropRegressor(**QUICK | {"optimizer": "sgd", "learning_rate": 1e9})
    with pytest.raises(ValueError, match=r"not finite any more.*Scale the inputs"):
        regressor.set_params(activation="relu").fit(X, X[:, 0])
    classifier = BackpropClassifier(**QUICK)
    with pytest.raises(ValueError, match="classes must be given in the first call"):
        classifier.partial_fit(X, Y)
    with pytest.raises(ValueError, match="contains NaN"):
        classifier.fit(np.where(X > 2, np.nan, X), Y)
    with pytest.raises(ValueError, match="take dtype=float64"):
        classifier.set_params(dtype="float32").fit(X * 1e39, Y)
    outputs = {"output_activation": "tanh", "dtype": "float64"}
    with pytest.raises(ValueError, match=r"outputs are in .* and no probabilities"):
        classifier.set_params(**outputs).fit(X, Y).predict_proba(X)
    assert classifier.score(X, Y) > 0.6


def test_stopping_and_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    stopping = {"name": "early", "patience": 2, "restore_best": True}
    settings = QUICK | {"epochs": 200, "validation_fraction": 0.3, "verbose": True}
    classifier = BackpropClassifier(**settings, stopping=stopping).fit(X, Y)
    assert classifier.n_iter_ < 200
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == classifier.n_iter_
    assert lines[0].startswith("epoch 1/200  train/cost ")
    assert "validation/accuracy" in lines[0]


def test_an_interruption_keeps_the_epochs_so_far() -> None:
    @dataclass(frozen=True)
    class Interrupting(bpframe.Stopping):
        """Ctrl-C behind some epochs."""

        epochs: int = 3

        def bind(self, parameters: bpframe.Parameters) -> bpframe.Watch:
            return Interrupts(self.epochs)

    class Interrupts(bpframe.Watch):
        def __init__(self, epochs: int) -> None:
            self.epochs = epochs

        def look(self, epoch: bpframe.Epoch) -> None:
            if epoch.number == self.epochs:
                signal.raise_signal(signal.SIGINT)

    classifier = BackpropClassifier(**QUICK, stopping=Interrupting(3), warm_start=True)
    with pytest.warns(ConvergenceWarning, match="interrupted behind epoch 2 of 30"):
        classifier.fit(X, Y)
    assert classifier.n_iter_ == 2
    assert classifier.predict(X).shape == Y.shape
    assert classifier.set_params(stopping=None).fit(X, Y).n_iter_ == 32
    with pytest.raises(KeyboardInterrupt):
        clone(classifier).set_params(stopping=Interrupting(1)).fit(X, Y)
