# Two commands are enough on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help demo up test faults check bench fmt lock clean

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the service needs into .venv …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what the tests need into .venv …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/run.stamp ## Run the main job once, from example mails to delivered replies.
	@$(BIN)/consultant demo

up: .venv/run.stamp ## Run the whole service on this machine until Ctrl-C.
	@$(BIN)/consultant up

test: .venv/dev.stamp ## Run the tests: those of functions two at a time, then those of processes one by one.
	@$(BIN)/pytest -m "not slow" --numprocesses 2 --dist loadfile tests/unit
	@$(BIN)/pytest -m "not slow" tests/integration tests/e2e

faults: .venv/dev.stamp ## Run every test that kills, cuts or floods real processes, the slow ones too.
	@$(BIN)/pytest -m faults

check: .venv/dev.stamp ## Lint, types, floors, formatting.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: .venv/dev.stamp ## Measure, as ratios against a peer in the same run.
	@for program in bench/[a-z]*.py; do $(BIN)/python $$program; done

fmt: .venv/dev.stamp ## Format the code and sort its imports.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: .venv/dev.stamp ## Resolve the locked requirements anew.
	@$(BIN)/pip-compile $(LOCKING) --extra dev --extra build -o requirements-dev.lock pyproject.toml
	@$(BIN)/pip-compile $(LOCKING) --extra build -c requirements-dev.lock -o requirements.lock pyproject.toml

# The lock files carry hashes and no addresses, so that they work with any package index.
LOCKING := --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean: ## Remove what was installed and built here.
	rm -rf .venv build dist .consultant .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
