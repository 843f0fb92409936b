# The targets that CONTRIBUTING.md describes. Everything runs in .venv, which the first of them makes.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo check lint test plans generate lock clean

.venv/installed: pyproject.toml requirements-dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

demo: .venv/installed ## Check the example plan.
	$(BIN)/dyncheck examples/plan.json; test $$? -eq 1

check: lint test ## All that CI runs.

lint: .venv/installed ## Formatting, types, layers, generated files.
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	PYTHONPATH=src:. $(BIN)/lint-imports --config pyproject.toml
	$(BIN)/python tools/generate.py --check
	if command -v terraform >/dev/null; then terraform fmt -check -recursive Infrastructure tests/policies; fi

test: .venv/installed ## All tests; those that need Terraform only where DYNCHECK_TERRAFORM=1.
	$(BIN)/python -m pytest

plans: .venv/installed ## Make the plans and states of the tests again, with the real Terraform.
	$(BIN)/python -m tests.make_plans
	$(BIN)/python -m tests.demands

generate: .venv/installed ## Write the generated files: schemas, rule pages, compiled contracts, README.
	$(BIN)/python tools/generate.py

lock: .venv/installed ## Pin the development dependencies anew.
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--group dev pyproject.toml --output-file requirements-dev.lock

clean: ## Remove what is not in git.
	rm -rf .venv build dist *.egg-info src/*.egg-info
