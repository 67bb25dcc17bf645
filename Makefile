# Two commands are enough: `make run` and `make test`. Everything they need is installed by them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
export PYTHONDONTWRITEBYTECODE ?=

.PHONY: run test check bench fix css lock clean

run: $(VENV)/.run-ready  ## The simulated company: data, pages, Dagster UI. ARGS=--no-serve ends after the summary
	@$(BIN)/python -m synapse.cli demo $(ARGS)

test: check  ## All checks and tests; says by name what this machine cannot run
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev-ready  ## Style, types, import rules, SQL
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint --nocolor --processes 2 dbt_project/models dbt_project/tests
	@$(BIN)/djlint api/templates --check --lint --quiet

bench: $(VENV)/.dev-ready  ## The figures of the README's table
	@$(BIN)/python -m benchmarks $(ARGS)

fix: $(VENV)/.dev-ready  ## Format what can be formatted
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/sqlfluff fix --force dbt_project/models

css:  ## Build the committed style sheet and vendored scripts anew (needs Node.js)
	@cd deploy/frontend && npm ci --no-audit --no-fund && npm run build

lock: $(VENV)/.dev-ready  ## Resolve again and write both lock files (no registry host stands in them)
	@$(BIN)/uv lock --quiet
	@$(BIN)/uv export --quiet --frozen --no-emit-project --no-header --no-annotate --no-dev -o requirements.lock
	@$(BIN)/uv export --quiet --frozen --no-emit-project --no-header --no-annotate --group dev -o requirements-dev.lock

clean:  ## Remove the environment and caches; data in .synapse stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/.python: requirements-uv.lock deploy/environment.sh
	@sh deploy/environment.sh "$(PYTHON)" "$(VENV)"
	@touch $@

$(VENV)/.run-ready: $(VENV)/.python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/python deploy/link.py
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.python requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@$(BIN)/python deploy/link.py
	@touch $@ $(VENV)/.run-ready
