# `make` lists what there is to do. Everything is set up on first use and again when it has changed.

SCENE = classifier_unwarp
BENCH =
WORKERS = 2
BIN = .venv/bin
READY = .venv/ready
BROWSER = .venv/browser
CLUSTER = .venv/cluster
DOCS = .venv/docs
EXTRAS = .venv/extras
CLIPS = all

.PHONY: help setup clip test test-slow test-extras lint format bench cluster docs clean

help:
	@echo "make clip [SCENE=name]    record the run of a scene and render it at 1080p60"
	@echo "make test                 format, lint, types and all quick tests"
	@echo "make test-slow            full trainings and full renders as well"
	@echo "make test-extras          those of notebooks, of Lightning's loop and of Hugging Face's"
	@echo "make lint                 format, lint and types alone"
	@echo "make format               put the format right"
	@echo "make bench [BENCH=names]  the benchmarks, all or those of tests/benchmarks/bench_NAME.py"
	@echo "make cluster [CLIPS=names] render the series small on a Ray cluster of this machine, and compare"
	@echo "make docs                 this documentation as a site, build/docs/html/index.html"
	@echo "make setup                only set up: system libraries, .venv, the project in it"
	@echo "make clean                remove caches and .venv; recorded runs and clips stay"

setup: $(READY)

$(READY): pyproject.toml constraints.txt scripts/setup
	@PYTHON="$(PYTHON)" ./scripts/setup

$(BROWSER): $(READY)
	@./scripts/setup browser

clip: $(READY)
	@$(BIN)/epochreel render $(SCENE)

test: lint $(BROWSER)
	$(BIN)/pytest -q -n $(WORKERS) -m "not slow"

test-slow: lint $(BROWSER)
	$(BIN)/pytest -q -n $(WORKERS)

$(EXTRAS)/ready: $(READY)
	@./scripts/setup extras

test-extras: $(EXTRAS)/ready
	$(EXTRAS)/bin/python -m pytest -q -m extras tests/callbacks tests/notebook tests/runs

lint: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(READY)
	@$(BIN)/python -m tests.benchmarks.run $(BENCH)

$(CLUSTER)/ready: $(READY)
	@./scripts/setup cluster

cluster: $(CLUSTER)/ready
	@$(CLUSTER)/bin/python scripts/cluster.py $(CLIPS)

$(DOCS)/ready: $(READY)
	@./scripts/setup docs

docs: $(DOCS)/ready
	@$(DOCS)/bin/python -m docs.site.build

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build renders/.cache *.egg-info
	find src tests trainers scenes -name __pycache__ -type d -prune -exec rm -rf {} +
