"""`bpframe report` on recorded runs whose numbers are known, and on a sweep that is really run."""

from __future__ import annotations

import csv
import io
import math
import random
import re
import shutil
from pathlib import Path

import pytest
from in_this_process import Typed, refusal
from made_up_runs import record, record_rules
from running import CommandLine

SWEEP = Path("multirun/2026-01-31/12-00-00-000000")
GOOD = [0.90 + 0.001 * seed for seed in range(10)]
WORSE = [value - 0.02 + 0.0001 * seed for seed, value in enumerate(GOOD)]
RULES = {"sign_symmetry": WORSE, "full_matrix": GOOD}
FILES = {"report.md", "report.csv", "report.tex", "report_seeds.png", "report_curves.png"}


@pytest.fixture
def drawn() -> None:
    """Ask for the pictures, which take most of the time."""


@pytest.fixture(autouse=True)
def quick_report(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr("bpframe_report.writing.pictures", lambda findings: {})


def rows(folder: Path) -> list[dict[str, str]]:
    """Return the lines of report.csv."""
    return list(csv.DictReader(io.StringIO((folder / "report.csv").read_text())))


def row(folder: Path, **cells: str) -> dict[str, str]:
    """Return the only line with some cells."""
    (found,) = (r for r in rows(folder) if all(r[k] == v for k, v in cells.items()))
    return found


def test_a_known_difference_is_found(typed: Typed, drawn: None) -> None:
    record_rules(SWEEP, RULES)
    result = typed("report")
    assert (result.code, result.err) == (0, "")
    found = row(SWEEP, backprop="sign_symmetry")
    assert found["baseline"] == "full_matrix"
    assert float(found["difference"]) == pytest.approx(-0.02 + 0.00045)
    assert float(found["difference_low"]) < -0.0195 < float(found["difference_high"])
    assert (found["losses"], found["probability"], found["verdict"]) == ("10", "0.0", "worse")
    assert float(found["probability_high"]) == pytest.approx(0.3085, abs=1e-4)
    assert (found["more"], found["seconds"]) == ("0", "0.5")
    base = row(SWEEP, backprop="full_matrix")
    assert (base["n"], base["verdict"]) == ("10", "")
    assert float(base["mean"]) == pytest.approx(0.9045)
    assert float(base["sd"]) == pytest.approx(0.0030277, abs=1e-6)
    assert {file.name for file in SWEEP.iterdir() if file.is_file()} == {"sweep.json", *FILES}


def test_the_terminal_has_the_same_and_fits_80_columns(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_rules(SWEEP, {**RULES, "direct_feedback_alignment": [math.nan, *GOOD[1:]]})
    monkeypatch.setattr("bpframe.terminal.WIDTH_OF_FILES", 80)
    out = typed("report").out
    tables = re.findall(r"^ .*$|^.*─.*$", out, re.MULTILINE)
    assert max(map(len, tables)) <= 80
    assert "…" not in out
    (line,) = re.findall(r"^ sign_symmetry .*worse.*$", out, re.MULTILINE)
    assert line.split() == ["sign_symmetry", "10", "-0.01955", "0.00", "worse", "-"]
    assert "1 (1)" in out


def test_what_failed_is_counted_and_loses_its_pair(typed: Typed) -> None:
    record_rules(SWEEP, {"full_matrix": GOOD, "sign_symmetry": [math.nan, *GOOD[1:]]})
    out = typed("report").out
    found = row(SWEEP, backprop="sign_symmetry")
    assert (found["n"], found["failed"], found["diverged"]) == ("9", "1", "1")
    assert (found["pairs"], found["losses"], found["ties"]) == ("10", "1", "9")
    assert "sign_symmetry: 1 run failed, 1 of them diverged: seed 0" in out
    assert "P(A > B) counts these as worse" in out


def test_without_pairs_no_number_of_seeds_is_named(typed: Typed) -> None:
    for rule, seed in (("full_matrix", 0), ("sign_symmetry", 1)):
        record(SWEEP, seed, {"backprop": rule}, seed, 0.9)
    out = typed("report", str(SWEEP)).out
    (line,) = re.findall(r"^ sign_symmetry .*no claim.*$", out, re.MULTILINE)
    assert line.split()[-3:] == ["no", "claim", "-"]


def test_a_seed_that_one_side_lacks_is_said(typed: Typed) -> None:
    record_rules(SWEEP, {"full_matrix": GOOD, "sign_symmetry": WORSE[:8]})
    out = typed("report").out
    assert row(SWEEP, backprop="sign_symmetry")["pairs"] == "8"
    assert "sign_symmetry: lacks seeds 8, 9 of full_matrix: no pairs" in out


@pytest.mark.parametrize("status", ["interrupted", "unfinished", "refused"])
def test_what_has_not_ended_is_left_out_and_said(typed: Typed, status: str) -> None:
    record_rules(SWEEP, RULES)
    record(SWEEP, 20, {"backprop": "full_matrix"}, 99, None, status=status)
    out = typed("report").out
    assert f"left out: 1 run with the status '{status}'" in out
    assert row(SWEEP, backprop="full_matrix")["n"] == "10"


def test_two_seeds_have_no_interval(typed: Typed) -> None:
    record_rules(SWEEP, {"full_matrix": GOOD[:2], "sign_symmetry": WORSE[:2]})
    out = typed("report").out
    assert "fewer than 3 runs, or 3 pairs: no interval, and no claim" in out
    found = row(SWEEP, backprop="sign_symmetry")
    assert (found["mean_low"], found["probability_low"], found["verdict"]) == ("", "", "no claim")


def test_a_cost_is_minimised_and_a_metric_of_a_plugin_knows_its_way(typed: Typed) -> None:
    record_rules(SWEEP, {"full_matrix": WORSE, "sign_symmetry": GOOD}, metric="test/cost")
    typed("report")
    assert row(SWEEP, backprop="sign_symmetry")["verdict"] == "worse"
    shutil.rmtree(SWEEP)
    for metric, verdict in (("test/rmse", "worse"), ("test/macro_f1", "better")):
        record_rules(SWEEP, {"full_matrix": WORSE, "sign_symmetry": GOOD}, metric=metric)
        typed("report", f"--metric={metric}")
        assert row(SWEEP, backprop="sign_symmetry")["verdict"] == verdict
        shutil.rmtree(SWEEP)


def test_every_selection_stands_beside_the_others(typed: Typed) -> None:
    more = {
        "test/accuracy_at_best_validation": (0.91, "epoch 7, best on validation"),
        "test/accuracy_peak": (0.92, "epoch 9, selected on the test set itself"),
    }
    record_rules(SWEEP, RULES, more=more)
    out = typed("report").out
    selected = [r["selected"] for r in rows(SWEEP) if r["backprop"] == "full_matrix"]
    assert selected == ["last epoch", "best on validation", "selected on the test set itself"]
    assert "by how it was selected" in out
    typed("report", "--metric=test/accuracy_peak")
    (peak,) = (r for r in rows(SWEEP) if r["backprop"] == "full_matrix" and r["seconds"])
    assert (peak["selected"], peak["mean"]) == (
        more["test/accuracy_peak"][1].partition(", ")[2],
        "0.92",
    )


def test_the_order_of_runs_changes_nothing_but_the_order_of_rows(typed: Typed) -> None:
    record_rules(SWEEP, RULES)
    typed("report", "--baseline=full_matrix")
    before = {r["backprop"]: {k: r[k] for k in r if k != "made_by"} for r in rows(SWEEP)}
    jobs = [(rule, seed) for rule in RULES for seed in range(10)]
    random.Random(1).shuffle(jobs)
    other = Path("other")
    for job, (rule, seed) in enumerate(jobs):
        value = RULES[rule][seed]
        record(other, job, {"backprop": rule}, seed, value, curve=(value / 2, value))
    typed("report", str(other), "--baseline=full_matrix")
    assert {r["backprop"]: {k: r[k] for k in r if k != "made_by"} for r in rows(other)} == before


def test_the_same_report_twice_is_the_same_bytes(typed: Typed, drawn: None) -> None:
    record_rules(SWEEP, RULES)
    contents = []
    for _ in range(2):
        typed("report")
        contents.append({name: (SWEEP / name).read_bytes() for name in FILES})
    assert contents[0] == contents[1]


def test_the_files_carry_the_command_that_makes_them(typed: Typed, drawn: None) -> None:
    record_rules(SWEEP, RULES)
    typed("report", "--metric", "test/accuracy", "--output", "here")
    command = f"bpframe report {SWEEP} --metric test/accuracy"
    for name in FILES:
        assert command.encode() in (Path("here") / name).read_bytes()
    assert not (SWEEP / "report.md").exists()


def test_the_newest_sweep_is_the_one_that_is_meant(typed: Typed) -> None:
    record_rules(SWEEP, RULES)
    record_rules(SWEEP.with_name("13-00-00-000000"), {"full_matrix": GOOD})
    assert "13-00-00-000000" in typed("report").out
    record_rules(Path("multirun/mine"), {"full_matrix": GOOD})
    assert "files: multirun/mine\n" in typed("report").out


def test_several_sweeps_are_taken_together(typed: Typed) -> None:
    record_rules(Path("a"), {"full_matrix": GOOD})
    record_rules(Path("b"), {"sign_symmetry": WORSE})
    out = typed("report", "a", "b").out
    assert "files: report" in out
    assert row(Path("report"), backprop="sign_symmetry")["pairs"] == "10"


def test_what_is_there_twice_counts_once(typed: Typed) -> None:
    record_rules(Path("a"), RULES)
    record_rules(Path("b"), {"full_matrix": GOOD})
    out = typed("report", "a", "b", "a").out
    assert "10 runs had the options and the seed of another; the last one counts" in out
    assert row(Path("report"), backprop="full_matrix")["n"] == "10"


def test_data_sets_are_told_apart_and_looked_at_together(typed: Typed, drawn: None) -> None:
    for data in ("xor", "digits"):
        for job, (rule, seed) in enumerate((rule, seed) for rule in RULES for seed in range(5)):
            parts = {"backprop": rule, "data": data}
            record(Path(data), job, parts, seed, RULES[rule][seed], options={"data.noise": 0.1})
    out = typed("report", "xor", "digits").out
    assert row(Path("report"), backprop="full_matrix", data="digits")["n"] == "5"
    assert "over 2 data sets: interquartile mean" in out
    assert "score: test/accuracy as it is" in out
    assert (Path("report") / "report_profiles.png").exists()


def test_two_options_that_vary_have_a_heat_map(typed: Typed, drawn: None) -> None:
    job = 0
    for rule in RULES:
        for epochs in (3, 30):
            for seed in range(3):
                options = {"trainer.epochs": epochs}
                record(SWEEP, job, {"backprop": rule}, seed, 0.5 + 0.01 * job, options=options)
                job += 1
    typed("report")
    assert row(SWEEP, **{"backprop": "full_matrix", "trainer.epochs": "30"})["n"] == "3"
    assert (SWEEP / "report_heat_map.png").exists()
    refused = refusal(typed("report", "--by=backprop"))
    assert "trainer.epochs varies as well (trainer.epochs: 3, 30)" in refused
    assert "--by backprop,trainer.epochs" in refused
    out = typed("report", "--by=backprop", "--pool=trainer.epochs").out
    assert "pooled over trainer.epochs" in out
    assert row(SWEEP, backprop="full_matrix")["n"] == "6"
    assert "may be one of" in refusal(typed("report", "--baseline=full_matrix"))
    assert typed("report", "--baseline=full_matrix,30").code == 0


def test_what_goes_with_a_choice_is_no_choice_of_its_own(typed: Typed) -> None:
    for job, (rule, seed) in enumerate((rule, seed) for rule in RULES for seed in range(3)):
        options = {"optimizer.learning_rate": 0.5 if rule == "full_matrix" else 0.1}
        record(SWEEP, job, {"backprop": rule}, seed, RULES[rule][seed], options=options)
    out = typed("report").out
    assert "differs with backprop: optimizer.learning_rate" in out
    assert row(SWEEP, backprop="full_matrix")["n"] == "3"


def test_experiments_are_choices(typed: Typed) -> None:
    for job, (name, seed) in enumerate((name, seed) for name in ("a", "b") for seed in range(3)):
        epochs = {"trainer.epochs": 3 if name == "a" else 9}
        words = [f"experiment={name}"]
        record(SWEEP, job, {}, seed, 0.5, options=epochs, overrides=words)
    typed("report")
    assert [r["experiment"] for r in rows(SWEEP)] == ["a", "b"]


def test_signs_of_markup_are_words(typed: Typed, drawn: None) -> None:
    for job, (text, seed) in enumerate((t, s) for t in ("a|b$_^", "[red]%&#") for s in range(3)):
        record(SWEEP, job, {}, seed, 0.5 + 0.1 * seed, options={"activation.formula": text})
    out = typed("report").out
    assert "[red]%&#" in out
    assert r"a\|b\$\_^" in (SWEEP / "report.md").read_text()
    assert r"a$|$b\$\_\textasciicircum{} &" in (SWEEP / "report.tex").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "there is no folder nowhere"),
        (["empty"], "there is no run in empty"),
        (["--by=backprob"], "Did you mean 'backprop'?"),
        (["--by=seed"], "the seed is what pairs are made of"),
        (["--metric=test/acuracy"], "Did you mean 'test/accuracy'?"),
        (["--baseline=fullmatrix"], "Did you mean 'full_matrix'?"),
        (["--by=backprop", "--pool=backprop"], "name it once"),
    ],
)
def test_what_cannot_be_reported_is_refused(typed: Typed, words: list[str], told: str) -> None:
    record_rules(SWEEP, RULES)
    Path("empty").mkdir()
    assert told in refusal(typed("report", *words))
    assert not (SWEEP / "report.md").exists()


def test_without_a_sweep_it_says_how_to_make_one(typed: Typed) -> None:
    assert "-m backprop=full_matrix,feedback_alignment" in refusal(typed("report"))


def test_where_all_failed_there_is_nothing_to_compare(typed: Typed) -> None:
    record_rules(SWEEP, {"full_matrix": [math.nan] * 3})
    assert "no run has finished with a figure" in refusal(typed("report"))


def test_a_sweep_ends_with_its_report(cli: CommandLine) -> None:
    words = ("-m", "data=xor", "backprop=full_matrix,sign_symmetry", "seed=range(3)")
    result = cli.quick(*words, "report=auto", "optimizer.learning_rate=0.1")
    result.must_be_fine()
    folder = result.folders[0].parent
    assert {file.name for file in folder.glob("report*")} == FILES
    assert "test/accuracy: A beside B = full_matrix, paired by seed" in result.out
    by_hand = {name: (folder / name).read_bytes() for name in FILES}
    again = cli("report")
    assert (again.code, again.err) == (0, "")
    assert {name: (folder / name).read_bytes() for name in FILES} == by_hand


def test_the_metric_of_the_sweep_is_that_of_its_report(cli: CommandLine) -> None:
    words = ("-m", "data=xor", "seed=0,1", "report=auto", "sweep.metric=validation/cost")
    result = cli.quick(*words)
    result.must_be_fine()
    assert "validation/cost" in (result.folders[0].parent / "report.md").read_text().split("\n")[0]


def test_a_sweep_without_a_report_has_none(cli: CommandLine) -> None:
    result = cli.quick("-m", "data=xor", "seed=0,1", "report=none")
    result.must_be_fine()
    assert not list(result.folders[0].parent.glob("report*"))


def test_a_sweep_of_one_seed_has_none(cli: CommandLine) -> None:
    result = cli.quick("-m", "report=auto", "data=xor", "backprop=full_matrix,sign_symmetry")
    result.must_be_fine()
    assert not list(result.folders[0].parent.glob("report*"))
    assert "verdict" not in result.out


def test_a_wrong_setting_of_the_report_is_a_line_and_loses_no_run(cli: CommandLine) -> None:
    result = cli.quick("-m", "data=xor", "seed=0,1", "report=auto", "report.baseline=nothing")
    result.must_be_fine()
    assert "no report: there is no choice 'nothing'" in result.out
