# The two commands: `make run` serves the app, `make test` checks everything. Both install first.
# Tests run on every core, a file at a time, one thread of torch each.
# `make bench` times the claims about speed; `make lock` renews the locks from the ranges.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv

.PHONY: run test bench lock format clean

run: $(VENV)/run.done
	$(BIN)/streamlit run explorer/app.py

test: $(VENV)/test.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile

bench: $(VENV)/bench.done
	$(BIN)/python -m tests.benchmarks

format: $(VENV)/test.done
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(UV)
	$(UV) pip compile -q --universal --python-version 3.11 --no-header --upgrade \
		requirements.txt -o requirements.lock
	$(UV) pip compile -q --universal --python-version 3.11 --no-header \
		-c requirements.lock requirements.txt --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV)

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "ResNet Explorer needs Python 3.11 to 3.13; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

# The locks change the stamps, so an environment follows them.
$(VENV)/run.done: requirements.lock | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python -r requirements.lock
	@touch $@

$(VENV)/test.done: requirements-dev.lock | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python -r requirements-dev.lock
	@touch $@

$(VENV)/bench.done: $(VENV)/test.done
	$(UV) pip install --quiet --python $(BIN)/python --group bench
	@touch $@
