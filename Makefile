# The two commands: `make run` serves the app, `make test` checks everything. Both install first.
# `make check` is what needs no test: form, rules, rooms and types; `make test` begins with it.
# Tests run on every core, a file at a time, one thread of torch each.
# `make test-all` does so on each Python that is found, and on the lowest versions of the ranges.
# `make docs` builds the guide and the reference into site/; a warning fails.
# `make fuzz` throws hostile input at whatever reads a stranger's: 10,000 cases of each kind.
# `make bench` times the claims about speed; `make lock` renews the locks from the ranges.
# `make gpu` tests and times on an NVIDIA GPU, in six minutes: gpu.json and gpu.md, or GPU="--json PATH --table PATH".
# `make vulnerable` asks whether a package of the lock has a known vulnerability.
# `make words` gathers what the tables of other languages have to say; a test names what they lack.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
LOCK := requirements-dev.lock

# Bytecode is kept, whatever the environment says: the tests start hundreds of processes, and
# compiling PyTorch and Streamlit takes each 4 of its 7 seconds.
export PYTHONDONTWRITEBYTECODE =

# Where each Python is, if not on the path: make test-all PYTHON312=/opt/python3.12/bin/python3
PYTHON311 ?= python3.11
PYTHON312 ?= python3.12
PYTHON313 ?= python3.13
MINORS := 11 12 13
CASES ?= 10000
FOUND = $(strip $(foreach n,$(MINORS),$(shell $(PYTHON3$n) -c 'import sys; \
	sys.exit(sys.version_info[:2] != (3, $n))' 2>/dev/null && echo $n)))
pythons = $(or $(1:%=Python 3.%),none)

.PHONY: run check test tests test-all test-lowest forms docs fuzz bench thirty soak gpu words lock vulnerable format clean

run: $(VENV)/run.done
	$(BIN)/streamlit run explorer/app.py

test: check tests

check: $(VENV)/test.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

tests: $(VENV)/test.done
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile

test-all:
	@echo "Found: $(call pythons,$(FOUND)). Not found: $(call pythons,$(filter-out $(FOUND),$(MINORS)))."
	@test -n "$(FOUND)"
	@$(MAKE) --keep-going $(FOUND:%=test-3.%) test-lowest

test-3.%:
	$(MAKE) test PYTHON=$(PYTHON3$*) VENV=.venvs/3.$*

# What tests need beside is as new as those versions let it be; types are checked against the lock.
test-lowest:
	$(MAKE) tests PYTHON=$(PYTHON3$(firstword $(FOUND))) VENV=.venvs/lowest LOCK=.venvs/lowest/test.lock

forms: $(VENV)/test.done
	$(BIN)/python -W ignore -m tests.forms --write

docs: $(VENV)/test.done
	$(BIN)/python -m zensical build --clean --strict

fuzz: $(VENV)/test.done
	$(BIN)/python -m tests.fuzz --cases $(CASES)

bench: $(VENV)/bench.done
	$(BIN)/python -m tests.benchmarks

thirty soak: $(VENV)/test.done
	$(BIN)/python -m tests.benchmarks.$@

gpu: $(VENV)/test.done
	$(BIN)/python -m tests.benchmarks.gpu $(GPU)

vulnerable: $(UV)
	$(UV) tool run pip-audit --disable-pip --require-hashes -r requirements.lock

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
	$(UV) pip compile -q --universal --python-version 3.11 --no-header --generate-hashes --upgrade \
		requirements.txt -o requirements.lock
	$(UV) pip compile -q --universal --python-version 3.11 --no-header --generate-hashes \
		-c requirements.lock requirements.txt --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) .venvs site

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "ResNet Explorer needs Python 3.11 to 3.13; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

# The locks change the stamps, so an environment follows them.
$(VENV)/run.done: requirements.lock | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python -r requirements.lock
	@touch $@

$(VENV)/test.done: $(LOCK) | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python -r $(LOCK)
	@touch $@

.venvs/lowest/test.lock: requirements.txt pyproject.toml | $(UV)
	$(UV) pip compile -q --python $(BIN)/python --no-header --upgrade --resolution lowest-direct \
		--only-binary :all: requirements.txt -o $(@D)/run.lock
	$(UV) pip compile -q --python $(BIN)/python --no-header --upgrade \
		-c $(@D)/run.lock requirements.txt --group dev -o $@

$(VENV)/bench.done: $(VENV)/test.done
	$(UV) pip install --quiet --python $(BIN)/python --group bench
	@touch $@
