# The targets that CONTRIBUTING.md describes. Everything runs in .venv, which the first of them makes.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo rule plan quick golden check lint test check-thorough fuzz mutants check-checkov checkov-record checkov-branch plans recordings parity bench generate site lock repository dist sbom audit clean

.venv/installed: pyproject.toml requirements-dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: .venv/installed ## Check the example plan.
	$(BIN)/dyncheck examples/plan.json; test $$? -eq 1

rule: .venv/installed ## Write the skeleton of a rule and its fixture: NAME=no-stream.
	@$(BIN)/python -m tools.new_rule "$(NAME)"

plan: .venv/installed ## Plan the fixture of one rule with the real Terraform: RULE=no-stream.
	@test -n "$(RULE)" || { echo "Name the rule: make plan RULE=no-stream. \`make plans\` makes all plans." >&2; exit 1; }
	@$(BIN)/python -m tests.recording.make_plans$(if $(filter 6,$(PROVIDER)),_of_provider_6) "$(RULE)"

quick: .venv/installed ## The tests of the rules, of DynamoDB and of the reports.
	$(BIN)/python -m pytest tests/policies tests/dynamodb tests/reporters

golden: .venv/installed ## Write the golden files: what reports and findings must look like.
	DYNCHECK_REWRITE_GOLDEN=1 $(BIN)/python -m pytest -m golden

check: lint test ## All that CI runs.

lint: .venv/installed ## Formatting, types, layers, generated files.
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	PYTHONPATH=src:. $(BIN)/lint-imports
	$(BIN)/python tools/generate.py --check
	if command -v terraform >/dev/null; then terraform fmt -check -recursive Infrastructure tests/policies; fi

test: .venv/installed ## The tests; those that need Terraform only where DYNCHECK_TERRAFORM=1.
	$(BIN)/python -m pytest

check-thorough: .venv/installed ## All tests, those included that go through all of what others take a sample of.
	$(BIN)/python -m pytest -m "thorough or not thorough"

check-checkov: .venv/installed ## The same policies inside checkov: verdict for verdict those of dyncheck.
	$(BIN)/python -m tests.checkov.environment
	$(BIN)/python -m pytest -m checkov

checkov-record: .venv/installed ## Record what checkov says of the fixture of one rule: RULE=no-stream.
	@$(BIN)/python -m tests.recording.record_checkov $(RULE)

checkov-branch: ## Make the branch that checkov's --external-checks-git takes, with the checks and nothing else.
	git branch --force checkov "$$(git commit-tree -m "The checks that checkov loads" HEAD:src/dyncheck/checkov/external)"

plans: .venv/installed ## Make the plans and states of the tests again, with the real Terraform: PROVIDER=6 makes those of provider 6.
	$(BIN)/python -m tests.recording.record_schemas $(or $(PROVIDER),5)
ifeq ($(PROVIDER),6)
	$(BIN)/python -m tests.recording.make_plans_of_provider_6
else
	$(BIN)/python -m tests.recording.make_plans
	$(BIN)/python -m tests.recording.demands
endif

recordings: .venv/installed ## Record anew what Terraform makes of expressions, functions, generated configurations and edits of the module, and checkov of the fixtures: PROVIDER=6 records the configurations of provider 6.
	$(BIN)/python -m tests.recording.record_parity
	$(BIN)/python -m tests.recording.record_updates
ifneq ($(PROVIDER),6)
	$(BIN)/python -m tests.recording.record_expressions
	$(BIN)/python -m tests.recording.record_console
	$(BIN)/python -m tests.recording.record_file_sets
	$(BIN)/python -m tests.recording.record_syntax
	$(BIN)/python -m tests.recording.record_reference_lines
	$(BIN)/python -m tests.recording.record_checkov
endif

parity: .venv/installed ## Hold HCL mode against fresh plans of generated configurations: SEED and COUNT choose them, PROVIDER=6 those of provider 6.
	$(BIN)/python -m tests.recording.record_parity --check --seed $(or $(SEED),$(shell date +%s)) --count $(or $(COUNT),100)

bench: .venv/installed ## Measure dyncheck against its targets, and write docs/performance.md: GROUPS chooses what.
	$(BIN)/python -m benchmarks --write $(GROUPS)

.venv/fuzzing: .venv/installed requirements-fuzz.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-fuzz.lock
	touch $@

fuzz: .venv/fuzzing ## Feed everything that reads what nobody would write: MINUTES=10, TARGETS="plan tree", SEED=1234.
	PYTHONPATH=. $(BIN)/python -m fuzz --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED)) $(TARGETS)

generate: .venv/installed ## Write the generated files: schemas, rule pages, compiled contracts, README.
	$(BIN)/python tools/generate.py

site: .venv/installed ## Build the documentation site into build/site.
	$(BIN)/python -m tools.site

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate --no-emit-index-url

lock: .venv/installed ## Pin the dependencies anew: those of the action and the container, of development, of fuzzing, of audits, and of each extra.
	$(COMPILE) --group build pyproject.toml --output-file requirements.lock
	$(COMPILE) --group dev pyproject.toml --output-file requirements-dev.lock
	$(subst 3.10,3.11,$(COMPILE)) --group fuzz --output-file requirements-fuzz.lock
	$(COMPILE) --extra checkov pyproject.toml --output-file requirements-checkov.lock
	$(COMPILE) --group audit --output-file requirements-audit.lock
	for extra in live fleet server; do \
	  $(COMPILE) --extra $$extra --group build --constraint requirements-dev.lock pyproject.toml --output-file requirements-$$extra.lock || exit 1; \
	done
	mkdir -p build
	$(subst --generate-hashes,--format pylock.toml,$(COMPILE)) --constraint requirements.lock pyproject.toml --output-file build/pylock.toml
	$(BIN)/python -m tools.homebrew build/pylock.toml

repository: .venv/installed ## Write where this repository is on the web into all files: URL=https://github.com/acme/dyncheck.
	@$(BIN)/python -m tools.repository "$(URL)"

dist: .venv/installed ## Build what is published, of the last commit: the same bytes on any machine.
	$(BIN)/python -m tools.distribute

sbom: .venv/installed ## Print the bill of materials of what the wheel needs at run time, or of an extra: EXTRA=live. `make dist` writes all of them.
	@$(BIN)/python -m tools.sbom $(EXTRA)

# An environment of its own: what asks about the locks is in none of theirs.
.cache/audit/installed: requirements-audit.lock
	$(PYTHON) -m venv .cache/audit
	.cache/audit/bin/python -m pip install --quiet --require-hashes -r requirements-audit.lock
	touch $@

audit: .cache/audit/installed ## Ask PyPI for known weaknesses of all that the locks pin; no answer is a failure.
	for lock in requirements*.lock; do \
	  .cache/audit/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r $$lock || exit 1; \
	done

mutants: .venv/installed ## Run the tests against every small change of the rules; FILES names the files to change.
	$(BIN)/python -m mutation.run $(FILES)

clean: ## Remove what is not in git.
	rm -rf .venv build dist *.egg-info src/*.egg-info
