# `make demo` and `make test` are all that is needed; each sets up what it needs, once.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format lock build clean browser real-data bench bench-class fuzz

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/installed  ## make .venv with everything (done by the others when needed)

$(VENV)/dependencies: requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "make: Python 3.11 to 3.13 is needed, and $(PYTHON) is %d.%d; name another: make PYTHON=python3.12 ..." % v)'
	@test -x $(BIN)/python || { echo "make: creating the environment in $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "make: installing the packages of requirements.txt (about 2 GB with TensorFlow; some minutes, once)"
	@$(BIN)/python -m pip install --progress-bar off --require-hashes -r requirements.txt | \
		awk '/^(Collecting|Installing|Successfully)/ { print "  " substr($$0, 1, 90); fflush() }'
	@touch $@

# The students' package is installed as students have it; the grader runs from the checkout.
PACKAGE := pyproject.toml autograder/pyproject.toml $(shell find course -type f -not -path '*/__pycache__/*' -not -path '*/assignments/*' -not -path '*/kit/*')
$(VENV)/installed: $(VENV)/dependencies $(PACKAGE)
	@echo "make: installing the course and the grader"
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --force-reinstall . -e autograder
	@touch $@

demo: setup  ## grade a sample class, write its feedback and the class report into demo/
	@$(BIN)/autograder demo

test: setup browser  ## run all tests
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/python -m pytest -n 2 --dist loadfile

real-data: setup  ## measure the course's claims on the real data in $$COURSE_DATA, into docs/real_data.md (an hour)
	@$(BIN)/python tools/real_data.py

bench: setup  ## grade the same submissions with this grader, nbgrader, otter and bare, and compare (40 minutes)
	@$(BIN)/python -m tools.bench $(BENCH)

bench-class: setup  ## grade a class of 1,000, and see whether rate and memory stay flat
	@$(BIN)/python -m tools.bench --class 1000 $(BENCH)

fuzz: setup  ## fuzz what reads students' bytes: make fuzz FUZZ='--seconds 600' (atheris; Linux)
	@$(BIN)/python tools/fuzz.py $(FUZZ)

browser: $(VENV)/dependencies
	@$(BIN)/python tools/browser.py

lint: setup  ## ruff on code and on the notebooks' text
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: setup
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

build: setup  ## course/ -> source/ -> release/
	@$(BIN)/autograder build
	@$(BIN)/autograder release

lock: setup  ## compile requirements.txt and the students' one anew (needs uv)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --group grade --group test pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header -c requirements.txt pyproject.toml -o course/kit/requirements.txt

clean:  ## remove what runs have made (not .venv, not submissions, not the gradebook)
	@rm -rf build dist demo .pytest_cache .ruff_cache .hypothesis
