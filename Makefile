# Two commands on a fresh machine with Python 3.11+ and make: `make demo` and `make test`.

PYTHON   ?= python3
BIN      := .venv/bin
PACKAGES := api loaders matching graph
SOURCES  := $(wildcard $(PACKAGES) tests bench docs)
CHROMIUM := command -v chromium || command -v chromium-browser || command -v google-chrome
PIP      := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

.PHONY: help demo test test-ways test-rules browser check lint types imports format bench docs lock clean .venv

help:                   ## this list
	@awk -F ':.*## ' '/^[.a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv             ## a sample city: checked, loaded, matched, verified, published, shown
	@$(BIN)/zhongfu demo

test: check browser     ## every check, then every test, in two halves side by side
	@$(MAKE) --keep-going --jobs 2 test-ways test-rules

test-ways: .venv        ## the tests of the ways in: command line, service, pages
	@$(BIN)/python -m pytest tests/api tests/browser

test-rules: .venv       ## all other tests: what is read, kept and decided
	@$(BIN)/python -m pytest tests --ignore tests/api --ignore tests/browser

browser:                ## Chromium and fonts for the tests of pages, where apt can install them
	@{ $(CHROMIUM); } >/dev/null || { echo "Installing chromium for the tests of pages."; \
	  as=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  $$as apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null 2>&1; } || true
	@{ $(CHROMIUM); } >/dev/null || \
	  echo "browser  none: the tests of pages are left out (on Debian: apt install chromium fonts-noto-cjk)"

check: lint types imports ## lint, format, types, direction of imports; `make -k check` goes on after a fault

lint: .venv
	@$(BIN)/ruff check --quiet --output-format concise $(SOURCES) && echo "lint     ok"
	@$(BIN)/ruff format --quiet --diff $(SOURCES) && echo "format   ok"

types: .venv
	@$(BIN)/mypy --no-error-summary $(filter-out tests,$(SOURCES)) && echo "types    ok"

imports: .venv
	@found=$$($(BIN)/lint-imports --no-cache --no-logo) || { echo "$$found"; exit 1; }; echo "imports  ok"

format: .venv           ## put every file in the house's format
	@$(BIN)/ruff check --quiet --fix $(SOURCES)
	@$(BIN)/ruff format --quiet $(SOURCES)

bench: .venv            ## every benchmark with its peers and targets
	@$(BIN)/python -m bench run

docs: .venv             ## write the generated pages again
	@$(BIN)/python docs/generate.py

# Needs `uv` on the PATH. One lock for Linux and macOS and every Python from 3.11, with hashes, without any registry's address.
lock:                   ## pin again what pyproject.toml asks for
	@uv pip compile pyproject.toml --group dev --group build --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade --quiet --output-file requirements.lock

clean:                  ## remove the environment and what tools left behind
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

.venv: .venv/installed  ## the environment, every package held against its hash

.venv/installed: .venv/locked pyproject.toml
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

.venv/locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  version=$$($(PYTHON) --version 2>&1) || version="not to be found"; \
	  echo "Zhongfu needs Python 3.11 or newer; $(PYTHON) is $$version." >&2; \
	  echo "Install one and name it:  make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) lacks the module venv (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Installing the packages of requirements.lock into .venv ($$($(PYTHON) --version)); the first time takes a minute."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@
