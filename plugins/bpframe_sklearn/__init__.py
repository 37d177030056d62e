"""Networks that are trained by backpropagation, as estimators of scikit-learn."""

from bpframe_sklearn.classifier import BackpropClassifier
from bpframe_sklearn.regressor import BackpropRegressor

__all__ = ["BackpropClassifier", "BackpropRegressor"]
