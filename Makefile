# Two commands on a fresh machine with Python 3.11+ and make: `make demo` and `make test`.

PYTHON   ?= python3
BIN      := .venv/bin
PACKAGES := api loaders matching graph
LINTED   := $(wildcard $(PACKAGES) tests bench docs)

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

.PHONY: help demo test check format bench docs lock clean .venv

help:                   ## this list
	@awk -F ':.*## ' '/^[.a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv: .venv/installed  ## the environment, with every package pinned by its hash

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Zhongfu needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || true)." >&2; \
	  echo "Install one and name it:  make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) lacks the module venv (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version): the first time this fetches about 300 MB."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: .venv             ## a sample city: checked, loaded, matched, verified, published, shown
	@$(BIN)/zhongfu demo

test: check             ## every check, then every test
	@$(BIN)/python -m pytest tests

check: .venv            ## lint, format, types, direction of imports
	@$(BIN)/ruff check --quiet $(LINTED) && echo "lint      ok"
	@$(BIN)/ruff format --quiet --diff $(LINTED) && echo "format    ok"
	@$(BIN)/mypy --no-error-summary $(PACKAGES) && echo "types     ok"
	@$(BIN)/lint-imports --no-cache --no-logo && echo "imports   ok"

format: .venv           ## put every file in the house's format
	@$(BIN)/ruff check --quiet --fix $(LINTED)
	@$(BIN)/ruff format --quiet $(LINTED)

bench: .venv            ## every benchmark with its peers and targets
	@$(BIN)/python -m bench run

docs: .venv             ## write the generated pages again
	@$(BIN)/python -m docs

# Needs `uv` on the PATH. One lock for Linux and macOS, Python 3.11 to 3.13, with hashes and without any registry's address.
lock:                   ## pin again what pyproject.toml asks for
	@uv pip compile pyproject.toml --group dev --group build --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade --quiet --output-file requirements.lock

clean:                  ## remove the environment and what tools left behind
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	@find $(PACKAGES) $(wildcard tests bench docs) -name __pycache__ -type d -prune -exec rm -rf {} +
