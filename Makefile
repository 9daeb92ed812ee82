# The two commands: `make run` serves the app, `make test` checks everything. Both install first.
# Tests run on every core, a file at a time, one thread of torch each.
# `make bench` times the claims about speed; `make lock` renews the locks from the ranges.
# `make words` gathers what the tables of other languages have to say; a test names what they lack.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv

.PHONY: run test bench words lock format clean

run: $(VENV)/run.done
	$(BIN)/streamlit run explorer/app.py

test: $(VENV)/test.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile

bench: $(VENV)/bench.done
	$(BIN)/python -m tests.benchmarks

format: $(VENV)/test.done
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

words: $(VENV)/test.done
	$(BIN)/python -m babel.messages.frontend -q extract -F pyproject.toml --no-default-keywords -k tr -k mark --no-location --no-wrap \
		--sort-output -o $(VENV)/words.pot resnet explorer
	for table in resnet/text/languages/*.po; do \
		$(BIN)/python -m babel.messages.frontend -q update -i $(VENV)/words.pot -o $$table -l $$(basename $$table .po) \
			--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; \
	done

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
