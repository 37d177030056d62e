# Everything happens in .venv; each target sets up what it needs and starts at once when it is there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MUTANTS := build/mutants
# Half of the time a test waits for another process. The slow ones have their limits, and keep to
# the processors.
WORKERS = $(shell $(BIN)/python -c "import os; print(2 * (os.cpu_count() or 1))")

.PHONY: run test test-slow test-exhaustive check format lock bench bench-quick mutants clean help

help: ## say what there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/'

run: $(READY) ## train the default experiment, or another: make run ARGS="activation=tanh"
	$(BIN)/bpframe $(ARGS)
	@echo
	@echo "To go on, once in each shell:  . $(BIN)/activate"
	@echo "and from then on:              bpframe activation=tanh"
	@echo "                               bpframe --help"

test: $(READY) ## run the tests, but for the slow ones
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not slow"

test-slow: $(READY) ## run the slow tests
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "slow and not exhaustive"

test-exhaustive: $(READY) ## run more cases of what the slow tests look at
	$(BIN)/python -m pytest -n auto --dist loadgroup -m exhaustive

check: $(READY) ## formatting, lint, types, the arrows between modules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(BIN)/uv ## choose new versions of the dependencies
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url \
		--no-header --group dev --output-file requirements.lock pyproject.toml

# Compiled at once: where Python may not write bytecode, each start would compile two seconds long.
$(READY): requirements.lock pyproject.toml $(BIN)/uv
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/python -m compileall -q bpframe plugins
	touch $@

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

bench: $(READY) ## measure speed beside other libraries in 20 minutes (MNIST=FOLDER for the real data)
	$(BIN)/python benchmarks/install.py
	$(BIN)/python benchmarks/run.py $(MNIST)

bench-quick: $(READY) ## measure the quick rules beside JAX in two minutes (MNIST=FOLDER)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check jax "numba>=0.61"
	$(BIN)/python benchmarks/run.py $(MNIST) --quick

# On a copy, for the changed code must not come between anybody and their work. mutmut is not in
# requirements.lock, for nothing else needs it.
mutants: $(READY) ## change the core in small ways and count what the tests notice
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group mutants
	rm -rf $(MUTANTS) && mkdir -p $(MUTANTS)
	cp -r bpframe conf docs tests README.md pyproject.toml $(MUTANTS)
	cp -r plugins $(MUTANTS)/src
	cd $(MUTANTS) && BPFRAME_EXAMPLES=20 $(abspath $(BIN))/mutmut run
	cd $(MUTANTS) && $(abspath $(BIN))/mutmut results --all True | $(abspath $(BIN))/python tests/mutants.py

clean: ## remove what set-up and checks have made here
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
