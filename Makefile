# The front door. `make` alone lists what there is.
PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --annotation-style line

.DEFAULT_GOAL := help
.PHONY: help run test client soak coverage crash replay check bench fmt lock clean setup setup-dev setup-bench

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Set up, start everything on 127.0.0.1:8000 with sample articles, and print the board
	@exec $(BIN)/incumbent serve --demo

test: setup-dev ## Run all tests against real servers (TESTS="-k fold" for some)
	@$(BIN)/python -m pytest $(TESTS)

client: setup-dev ## Make clients of the OpenAPI document, in Python and (where npm is) TypeScript, and do the main job
	@INCUMBENT_TYPESCRIPT=1 $(BIN)/python -m pytest tests/clients

crash: setup-dev ## Kill writers, backends and Postgres a thousand times, webhook workers 500 times (ROUNDS=25 for fewer)
	@INCUMBENT_ROUNDS=$(or $(ROUNDS),1000) $(BIN)/python -m pytest -s tests/crash

replay: setup-dev ## Import every revision of a list of ministers, and ask for each as it stood (3 minutes)
	@INCUMBENT_REPLAY=all $(BIN)/python -m pytest -s tests/replay

check: setup-dev ## Check format, style, types and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

soak: setup-dev ## Read, write, stream and deliver for ten minutes, and see that memory stays flat (SECONDS=60 for less)
	@INCUMBENT_SOAK=$(or $(SECONDS),600) $(BIN)/python -m pytest -s tests/soak

coverage: setup-dev ## Run all tests and say which lines they do not reach
	@$(BIN)/coverage run -m pytest $(TESTS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

bench: setup-bench ## Measure, beside floors measured in the same run (BENCH=--write keeps the table)
	@$(BIN)/python -m tests.bench $(BENCH)

fmt: setup-dev ## Format, and fix what can be fixed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: setup-dev ## Resolve pyproject.toml into the lock files (UPGRADE=--upgrade for newer versions)
	@$(LOCK) $(UPGRADE) deploy/tools.in -o requirements-tools.lock
	@$(LOCK) $(UPGRADE) pyproject.toml -c requirements-tools.lock -o requirements.lock
	@$(LOCK) $(UPGRADE) pyproject.toml --group dev -c requirements-tools.lock -c requirements.lock -o requirements-dev.lock
	@$(LOCK) $(UPGRADE) pyproject.toml --group dev --group bench -c requirements-tools.lock -c requirements-dev.lock -o requirements-bench.lock

clean: ## Remove what was built and fetched; ./data stays
	rm -rf .venv build dist .coverage .coverage.* htmlcov .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@$(PYTHON) -m deploy.bootstrap run

setup-dev:
	@$(PYTHON) -m deploy.bootstrap dev

setup-bench:
	@$(PYTHON) -m deploy.bootstrap bench
