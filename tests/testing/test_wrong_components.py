"""The checks notice what is wrong, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import wrong_activations
import wrong_costs
import wrong_data
import wrong_metrics
import wrong_parts
import wrong_rules
import wrong_schedules
import wrong_stoppings
import wrong_tasks

from bpframe import Activation
from bpframe.core.component import Component
from bpframe.plugins.loading import load_plugins
from bpframe.testing import Partners, Status, check_component, checks_of
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, Quadratic
from bpframe_initializers import Given
from bpframe_schedules import Plateau
from bpframe_stopping import EarlyStopping

MODULES = (
    wrong_activations,
    wrong_costs,
    wrong_data,
    wrong_metrics,
    wrong_parts,
    wrong_rules,
    wrong_schedules,
    wrong_stoppings,
    wrong_tasks,
)
SCALAR_CLOSED_FORM = "scalar_closed_form_is_that_of_arrays"
ROW_CLOSED_FORM = "row_closed_form_is_that_of_arrays"
SINGLE_NEURONS = "closed_form_serves_single_neurons"
WRONG = [
    pytest.param(component, checks, id=f"{module.__name__}-{type(component).__name__}")
    for module in MODULES
    for component, checks in module.WRONG
]
RIGHT = [
    pytest.param(component, id=f"{module.__name__}-{type(component).__name__}")
    for module in MODULES
    for component in module.RIGHT
]


def failed(component: Component, partners: Partners | None = None) -> set[str]:
    results = check_component(component, partners=partners)
    failures = [result for result in results if result.status is Status.FAILED]
    print(*(f"{result.name}: {result.message}" for result in failures), sep="\n")
    return {result.name for result in failures}


@pytest.mark.parametrize(("component", "checks"), WRONG)
def test_exactly_these_checks_fail(component: Component, checks: set[str]) -> None:
    results = [r for r in check_component(component) if r.status is Status.FAILED]
    assert {result.name for result in results} == checks
    for result in results:
        assert result.message
        assert "\n" not in result.message
        assert len(result.message) < 500


@pytest.mark.parametrize("component", RIGHT)
def test_what_is_right_passes(component: Component) -> None:
    results = check_component(component)
    assert [str(r) for r in results if r.status is not Status.PASSED] == []


def test_every_check_notices_something() -> None:
    components = [component for module in MODULES for component, _ in module.WRONG]
    names = {check.name for component in components for check in checks_of(component)}
    noticed = {name for module in MODULES for _, checks in module.WRONG for name in checks}
    # The angle is told, and no bar is set for it; closed forms belong to a pair, see below.
    of_pairs = {SCALAR_CLOSED_FORM, ROW_CLOSED_FORM, SINGLE_NEURONS}
    assert names - noticed == {"angle_to_the_gradient", *of_pairs}


@pytest.mark.parametrize("dataset", wrong_data.ABSENT, ids=lambda d: type(d).__name__)
def test_what_is_not_there_is_neither_passed_nor_failed(dataset: wrong_data.Right) -> None:
    results = {r.name: r for r in check_component(dataset)}
    assert all(result.ok for result in results.values())
    for name in wrong_data.CHECKS:
        assert results[name].status is Status.NOT_AVAILABLE
        assert "clouds.npz" in results[name].message or "no connection" in results[name].message


@pytest.mark.parametrize(
    "component", [Plateau("validation/r2"), EarlyStopping("validation/r2")], ids=repr
)
def test_what_looks_at_a_metric_of_ones_own_is_neither_passed_nor_failed(
    component: Component,
) -> None:
    results = {r.name: r for r in check_component(component)}
    assert all(result.ok for result in results.values())
    for name in (wrong_stoppings.REASON, wrong_stoppings.STATE, wrong_stoppings.OWN):
        assert results[name].status is Status.NOT_AVAILABLE
        assert "there is no metric 'validation/r2'" in results[name].message


def test_a_rule_whose_package_is_missing_is_neither_passed_nor_failed() -> None:
    results = [r for r in check_component(wrong_rules.NeedsAPackage()) if r.message]
    assert {result.status for result in results} == {Status.NOT_AVAILABLE}
    assert {result.message for result in results} == {
        "rule 'mine' needs Nimbus: pip install nimbus"
    }
    assert len(results) >= 8


def test_an_initializer_that_refuses_networks_says_which() -> None:
    one = {r.name: r for r in check_component(Given([[[1.0, 2.0]]]))}
    assert all(result.status is Status.PASSED for result in one.values())
    assert one[wrong_parts.FILL].message.startswith("refuses a network [1, 1]: initializer.weights")
    large = {r.name: r for r in check_component(Given(np.ones((1, 7, 9)).tolist()))}
    assert large[wrong_parts.FILL].status is Status.NOT_AVAILABLE
    assert "a network [1, 1] needs [(1, 1)]" in large[wrong_parts.FILL].message
    assert all(result.ok for result in large.values())


def test_a_metric_that_takes_no_classes_is_neither_passed_nor_failed() -> None:
    results = check_component(wrong_metrics.RefusesAll())
    assert all(result.ok for result in results)
    absent = {r.name: r.message for r in results if r.status is Status.NOT_AVAILABLE}
    assert {wrong_metrics.FINITE, wrong_metrics.ORDER, wrong_metrics.PERFECT} <= set(absent)
    assert all(message.endswith("it is for seventeen classes alone") for message in absent.values())


def test_sockets_work_again_after_a_check() -> None:
    import socket

    check_component(wrong_data.Downloads())
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


# A wrong component is named, and not what it is tried with.


def test_a_minus_y_for_every_pair_is_noticed_at_cost_and_activation() -> None:
    plugins = load_plugins()
    plugins.manager.register(wrong_costs.AMinusY())
    partners = Partners(plugins)
    assert failed(Quadratic(), partners) == {"closed_form_equals_bp1"}
    assert failed(Sigmoid(), partners) == {"closed_form_equals_bp1"}
    assert failed(FullMatrix(), partners) == set()
    assert failed(Quadratic()) == failed(Sigmoid()) == set()


def test_a_closed_form_that_does_not_serve_single_neurons_is_noticed() -> None:
    plugins = load_plugins()
    plugins.manager.register(wrong_costs.OfTheLayer())
    partners = Partners(plugins)
    assert failed(CrossEntropy(), partners) == {SINGLE_NEURONS}
    assert failed(Sigmoid(), partners) == {SINGLE_NEURONS}


@pytest.mark.parametrize(
    ("plugin", "check"),
    [
        (wrong_costs.WrongScalarOutputError, SCALAR_CLOSED_FORM),
        (wrong_costs.WrongRowOutputError, ROW_CLOSED_FORM),
    ],
)
def test_another_closed_form_for_compilers_is_noticed_at_cost_and_activation(
    plugin: type, check: str
) -> None:
    plugins = load_plugins()
    plugins.manager.register(plugin())
    partners = Partners(plugins)
    assert failed(CrossEntropy(), partners) == {check}
    assert failed(Sigmoid(), partners) == {check}
    assert failed(CrossEntropy()) == failed(Sigmoid()) == set()


def test_a_rule_is_not_blamed_for_a_wrong_activation_or_cost() -> None:
    plugins = load_plugins()
    plugins.registry.registrar(Activation)("wrong", wrong_activations.DerivativeFromZ)
    plugins.registry.registrar(wrong_costs.Cost)("wrong", wrong_costs.WrongSign)
    assert failed(FullMatrix(), Partners(plugins)) == set()


@pytest.mark.parametrize("component", [wrong_activations.Constant, wrong_activations.Exponential])
def test_a_rule_is_not_blamed_where_there_is_no_gradient_to_compare_with(
    component: type[Activation],
) -> None:
    plugins = load_plugins()
    plugins.registry.registrar(Activation)("odd", component)
    partners = Partners(plugins)
    assert "odd" in partners.activations
    assert failed(FullMatrix(), partners) == set()


def test_without_any_activation_a_rule_cannot_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPFRAME_DISABLE_PLUGINS", "activations")
    results = check_component(FullMatrix(), partners=Partners(load_plugins()))
    messages = [r.message for r in results if r.status is Status.FAILED]
    assert messages
    assert all("no registered pair" in message for message in messages)


def test_a_task_that_refuses_the_problem_is_neither_passed_nor_failed() -> None:
    results = check_component(wrong_tasks.WantsPictures())
    absent = {r.name: r.message for r in results if r.status is Status.NOT_AVAILABLE}
    assert {wrong_tasks.FIGURES, wrong_tasks.ARTIFACTS, wrong_tasks.EPOCHS} <= set(absent)
    assert all("pictures of 28 by 28" in message for message in absent.values())
    assert all(result.ok for result in results)
