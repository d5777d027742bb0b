# Everything a fresh Debian 12 with python3, python3-venv and make can do; each target builds its environment first.
#
#   make demo     two nodes on this machine play the scenario of ninety minutes at an outpost
#   make check    lint, types, layers, fast tests: under a minute
#   make test     all tests, with a private PostgreSQL cluster (installed by apt when root and missing)
#   make soak     every mutation of the replays, beyond the one each that make test plays
#   make bench    the figures, into bench.json (one of them: make bench ONLY=name)

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
UV ?= $(BIN)/uv
# How many test processes; PYTEST_ARGS goes to pytest (make test PYTEST_ARGS="-k store").
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run dev demo test soak check bench format docs replays lock postgres clean

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile

# The environment in two steps: what a node runs on (run.lock, half the time to install), then what developers
# need on top of it (dev.lock, the same versions). A stamp says which lock file is installed.
.venv/stamp-run: requirements/run.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; assert sys.version_info >= (3, 11)' \
		|| { echo "make: $(PYTHON) is not Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "building .venv (half a minute, once) ..."
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv \
		|| { rm -rf .venv; echo "make: the venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) -r requirements/run.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/stamp-dev: requirements/dev.lock .venv/stamp-run
	@echo "adding the tools for development ..."
	@$(PIP) -r requirements/dev.lock
	@touch $@

# The compiled twin of the kernels, made again when its source changes; without a compiler numpy answers.
KERNELS := src/steerclear/kernels
.venv/stamp-kernels: $(KERNELS)/pairs.c $(KERNELS)/build.py .venv/stamp-run
	@$(BIN)/python -m steerclear.kernels.build >/dev/null || true
	@touch $@

run: .venv/stamp-run .venv/stamp-kernels
dev: .venv/stamp-dev .venv/stamp-kernels

demo: run
	@$(BIN)/steerclear demo

check: dev
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -n $(JOBS) -m "not slow and not postgres" --hypothesis-profile=check $(PYTEST_ARGS)

test: dev postgres
	@$(BIN)/pytest -n $(JOBS) --dist loadgroup $(PYTEST_ARGS)

# What takes long and changes seldom: every feature that a replay tests switched off by itself.
soak: dev
	@$(BIN)/pytest -n $(JOBS) tests/replay/soak_mutations.py $(PYTEST_ARGS)

# Only root can install; otherwise the tests that need it say in one line that they were skipped.
postgres:
	@if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null \
		&& [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing postgresql for the tests ..."; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null; \
	fi

bench: dev
	@$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

format: dev
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

docs: dev
	@$(BIN)/python tools/docs.py

# docs/reference/replays.md: plays every history that ships, which takes some minutes. After a change of few of them:
# `.venv/bin/python tools/replays_page.py A9 AT28`.
replays: dev
	@$(BIN)/python tools/replays_page.py --jobs 2

# For maintainers, after a change of dependencies in pyproject.toml; needs uv (pip install uv, or UV=/path/to/uv).
LOCK_FLAGS := --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
lock:
	@$(UV) pip compile $(LOCK_FLAGS) pyproject.toml --group dev --all-extras -o requirements/dev.lock
	@$(UV) pip compile $(LOCK_FLAGS) pyproject.toml requirements/build.in -c requirements/dev.lock -o requirements/run.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
