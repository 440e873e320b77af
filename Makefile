# The whole house on one machine. Needs python3 >= 3.11 with venv, make and git; nothing else.

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin
UV     := 0.13.9
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(VENV)
unexport VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help run host test check bench chaos clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: $(VENV)/.house ## a living company in your browser, on stand-ins of the networks (PORT=8000)
	@$(BIN)/parvis run --demo --open --port $(PORT)

host: $(VENV)/.house ## the same house without the demonstration, for real use (PORT=8000)
	@$(BIN)/parvis run --port $(PORT)

test: $(VENV)/.tools ## checks, then the whole suite on every database and browser this machine has
	@$(BIN)/python -m tests.run

check: $(VENV)/.tools ## format, lint, types, layers, laws, templates, translations
	@$(BIN)/python -m tests.check

bench: $(VENV)/.tools ## measure what docs/measures.md promises
	@$(BIN)/python -m bench

chaos: $(VENV)/.tools ## kill workers at random while a thousand deliveries leave, and count what arrived
	@$(BIN)/python -m bench.chaos

clean: ## remove the environment and what tools left behind; keeps var/
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Parvis needs Python 3.11 or newer; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)

$(VENV)/.house: $(BIN)/uv uv.lock pyproject.toml
	@echo "Installing what Parvis needs into $(VENV) (once)…"
	@$(BIN)/uv sync --quiet --frozen --no-dev --inexact --python $(BIN)/python
	@touch $@

$(VENV)/.tools: $(BIN)/uv uv.lock pyproject.toml
	@$(BIN)/uv sync --quiet --frozen --inexact --python $(BIN)/python
	@touch $@
