# Everything a contributor runs. `make help` lists it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ENGINES := $(VENV)/.engines
NODE_TESTS := tests/json_schema
DBT := $(VENV)/dbt
DBT_STAMP := $(DBT)/.installed
TABLES := $(VENV)/tables
TABLES_STAMP := $(TABLES)/.installed

# The first Python that is new enough; override with `make PYTHON=/path/to/python3.12 setup`.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help setup java demo test lint format bench fuzz fuzzfiles verdicts lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | while IFS=$$'\t' read -r name text; do \
		printf '  make %-8s %s\n' "$$name" "$$text"; done

setup: $(STAMP) ## install everything into .venv (the other targets do it when needed)

$(STAMP): pyproject.toml requirements.lock $(wildcard $(NODE_TESTS)/package-lock.json)
	@test -n "$(PYTHON)" || { echo "incdsl needs Python 3.11 or newer, and none was found; install one, or name it: make PYTHON=... setup" >&2; exit 1; }
	@echo "Installing into $(VENV) (a minute or two the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@if [ -f $(NODE_TESTS)/package-lock.json ]; then \
		PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(NODE_TESTS) ci --silent --no-audit --no-fund; fi
	@touch $@
	@echo "Installed."

# dbt stands in an environment of its own: it wants older versions than we do, and only its tests need it.
$(DBT_STAMP): requirements-dbt.lock | $(STAMP)
	@echo "Installing dbt into $(DBT) ..."
	@test -x $(DBT)/bin/python || $(PYTHON) -m venv $(DBT)
	@$(DBT)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dbt.lock
	@touch $@

# Polars and pandas, with which the bench compares, stand in one too.
$(TABLES_STAMP): requirements-tables.lock | $(STAMP)
	@echo "Installing Polars and pandas into $(TABLES) ..."
	@test -x $(TABLES)/bin/python || $(PYTHON) -m venv $(TABLES)
	@$(TABLES)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-tables.lock
	@touch $@

# The engines of the tests and the benchmark that come as packages, a gigabyte of them, so they are not part of `setup`.
$(ENGINES): $(STAMP) requirements-engines.lock
	@echo "Installing Spark and ClickHouse into $(VENV) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-engines.lock
	@touch $@

java: ## see that there is a Java for Spark; where there is none, install one (as root, with apt-get)
	@if ! command -v "$${JAVA_HOME:+$$JAVA_HOME/bin/}java" >/dev/null; then \
		if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
			echo "Installing Java 17 ..."; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends openjdk-17-jre-headless >/dev/null; \
		else \
			echo "the tests of the Spark engine need Java 17 or newer, and none was found; install it, as with: sudo apt-get install openjdk-17-jre-headless" >&2; exit 1; \
		fi; \
	fi

demo: setup ## run VIP25 on its feed and explain one result
	@bash programs/vip25/demo.sh $(BIN)/incdsl

test: $(ENGINES) java $(DBT_STAMP) ## run every test
	@$(BIN)/pytest -n 2 --dist loadgroup

lint: setup ## ruff, mypy and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: setup ## reformat the Python code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(ENGINES) java $(TABLES_STAMP) ## time incdsl and fill the tables of docs/performance.md (PART="vip25 lci" for some, ROWS=n to try a size, RUNS=n)
	@$(BIN)/python -m bench $(PART) $(if $(ROWS),--rows $(ROWS),--write) $(if $(RUNS),--runs $(RUNS))

fuzz: $(ENGINES) java ## let the engines disagree on 5,000 generated programs (N=n for another number), and say what stood in them
	@INCDSL_FUZZ=$(or $(N),5000) $(BIN)/pytest -n 2 --dist loadgroup tests/agreement
	@$(BIN)/python -m tests.agreement.coverage $(or $(N),5000)

fuzzfiles: setup ## read 20,000 damaged files of every kind (N=n for another number)
	@INCDSL_FUZZ_FILES=$(or $(N),20000) $(BIN)/pytest -q -s -n 2 tests/test_damaged_files.py

verdicts: setup ## judge 10,000 rows of each record in every way there is (ROWS=n for another number)
	@INCDSL_VERDICTS=$(or $(ROWS),10000) $(BIN)/pytest -q -n 0 tests/json_schema/test_row_by_row.py

COMPILE := $(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: ## work out the lock files again
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check uv
	@$(COMPILE) --group dev pyproject.toml -o requirements.lock
	@$(COMPILE) --group pyproject.toml:engines -o requirements-engines.lock
	@$(COMPILE) --group pyproject.toml:dbt -o requirements-dbt.lock
	@$(COMPILE) --group pyproject.toml:tables -o requirements-tables.lock

clean: ## remove what was installed and generated
	@rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(NODE_TESTS)/node_modules
