# Recado. `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8080
AWS_PORT ?= 4566
BATCH_SCHEDULE ?= rate(15 minutes)
ALLOW_PRIVATE_TARGETS ?= true
export PORT AWS_PORT BATCH_SCHEDULE ALLOW_PRIVATE_TARGETS

VENV := .venv
SAM_VENV := .venv-sam
AUDIT_VENV := .venv-audit
BIN := $(VENV)/bin
LOCAL := $(BIN)/python -m local
# The machine's own npm, or the one that a package from PyPI brings.
NPM := $(shell command -v npm 2>/dev/null || echo $(CURDIR)/$(BIN)/npm)
BUNDLE := functions/console/static/index.html
CONSOLE_SOURCES := $(shell find console -name node_modules -prune -o -type f -print)
# The lock files are complete: pip has nothing to resolve.
PIP_FLAGS := --quiet --disable-pip-version-check --require-hashes --no-deps
export PYTHONPATH := layers/core
export SAM_CLI_TELEMETRY := 0

.DEFAULT_GOAL := help
.PHONY: help setup console demo start stop reset logs token test lint types unit integration infrastructure e2e browser fast-tests fault-tests stack-tests faults screenshots \
	audit format openapi lock validate build deploy clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(VENV)/installed ## install everything but the SAM CLI into .venv

# A marker per virtual environment: newer than its lock file once everything in it is installed.
$(VENV)/installed: requirements/dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once) ..."
	@$(BIN)/python -m pip install $(PIP_FLAGS) --requirement $<
	@touch $@

console: $(BUNDLE) ## bundle the web console into functions/console/static

$(BUNDLE): $(CONSOLE_SOURCES) console/node_modules/.package-lock.json
	@cd console && PATH="$(dir $(NPM)):$$PATH" $(NPM) run --silent build

# npm writes this file when everything is installed.
console/node_modules/.package-lock.json: console/package-lock.json $(VENV)/installed
	@test -x $(NPM) || $(BIN)/python -m pip install $(PIP_FLAGS) --requirement requirements/node.txt
	@cd console && PATH="$(dir $(NPM)):$$PATH" $(NPM) ci --silent --no-audit --no-fund
	@touch $@

$(SAM_VENV)/installed: requirements/sam.txt
	@test -x $(SAM_VENV)/bin/python || $(PYTHON) -m venv $(SAM_VENV)
	@echo "Installing the SAM CLI into $(SAM_VENV) (once) ..."
	@$(SAM_VENV)/bin/python -m pip install $(PIP_FLAGS) --requirement $<
	@touch $@

$(AUDIT_VENV)/installed: requirements/audit.txt
	@test -x $(AUDIT_VENV)/bin/python || $(PYTHON) -m venv $(AUDIT_VENV)
	@echo "Installing the tools of make audit into $(AUDIT_VENV) (once) ..."
	@$(AUDIT_VENV)/bin/python -m pip install $(PIP_FLAGS) --requirement $<
	@touch $@

demo: setup console ## show the whole system at work, on this machine
	@$(LOCAL) demo

start: setup console ## start the stack on this machine; again: redeploy what changed
	@$(LOCAL) start

stop: setup ## stop the stack, keeping its state
	@$(LOCAL) stop

reset: setup ## stop the stack and forget its state
	@$(LOCAL) reset

logs: setup ## follow the handlers' logs of the running stack
	@$(LOCAL) logs

ACCOUNT ?= 1010
SCOPE ?=
token: $(VENV)/installed ## print a bearer token: make token ACCOUNT=1010 [SCOPE="…"]
	@$(LOCAL) token --account '$(ACCOUNT)' $(if $(SCOPE),--scope '$(SCOPE)')

# The coverage of what runs in this process; measuring the fault suite too would triple its time and add nothing.
test: setup console lint types ## everything: lint, types, unit, integration, infrastructure, faults, end to end
	@cd console && PATH="$(dir $(NPM)):$$PATH" $(NPM) test --silent
	$(BIN)/pytest -n 2 --cov --cov-report=term tests/unit tests/integration tests/infrastructure
	@$(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) fault-tests stack-tests

# Side by side, because the one computes, and the other mostly waits for what is to arrive. The tests of the stack run
# in processes that share it, a file in each, in the order of tests/e2e/conftest.py.
fault-tests: setup
	$(BIN)/pytest -n 2 tests/faults

stack-tests: setup console
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder tests/e2e tests/browser

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy --package recado
	$(BIN)/mypy functions local tests

unit integration infrastructure e2e browser: setup console ## one kind of test
	$(BIN)/pytest tests/$@

screenshots: setup console ## take the pictures of the console that the documentation shows
	$(BIN)/pytest tests/browser/pictures.py

fast-tests: setup ## all tests that need no running stack
	$(BIN)/pytest -n 2 --quiet tests/unit tests/integration tests/infrastructure

faults: setup ## the fault suite with larger bounds than in make test
	FAULTS=long $(BIN)/pytest tests/faults

# cfn-lint reads both forms of the template in make infrastructure.
audit: setup $(AUDIT_VENV)/installed ## look for unsafe code and settings, and for known vulnerabilities
	$(AUDIT_VENV)/bin/bandit --quiet --recursive layers/core functions local .ci
	@AWS_DEFAULT_REGION=us-east-1 $(BIN)/python -m tests.infrastructure.cloudformation > $(AUDIT_VENV)/translated.json
	CKV_SKIP_PACKAGE_UPDATE_CHECK=true $(AUDIT_VENV)/bin/checkov --config-file .ci/checkov.yaml \
		--file template.yaml $(AUDIT_VENV)/translated.json
	$(AUDIT_VENV)/bin/python .ci/vulnerabilities.py $(AUDIT_VENV)/bin/pip-audit \
		layers/dependencies/requirements.txt requirements/dev.txt

format: setup ## format the code, and fix what can be fixed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

openapi: setup ## write docs/openapi.json from the routes
	$(BIN)/python -m recado.composition.openapi > docs/openapi.json

lock: setup ## pin requirements/*.in and the layer's requirements anew
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
	.venv-lock/bin/uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 --generate-hashes \
		requirements/dev.in -o requirements/dev.txt
	.venv-lock/bin/uv pip compile --quiet --no-emit-index-url --python-version 3.13 --no-header --generate-hashes \
		-c requirements/dev.txt \
		layers/dependencies/requirements.in -o layers/dependencies/requirements.txt
	.venv-lock/bin/uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 --generate-hashes \
		requirements/sam.in -o requirements/sam.txt
	.venv-lock/bin/uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 --generate-hashes \
		requirements/node.in -o requirements/node.txt
	.venv-lock/bin/uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 --generate-hashes \
		requirements/audit.in -o requirements/audit.txt

validate: $(SAM_VENV)/installed ## sam validate --lint
	$(SAM_VENV)/bin/sam validate --lint

# A pyenv shim answers only for the versions that are switched on; without pyenv this changes nothing.
build: $(SAM_VENV)/installed console ## sam build
	PYENV_VERSION=$(shell pyenv latest 3.13 2>/dev/null) $(SAM_VENV)/bin/sam build

deploy: build ## sam build and sam deploy: make deploy [ENVIRONMENT=prod]
	$(SAM_VENV)/bin/sam deploy --config-env $(or $(ENVIRONMENT),default)

clean: stop ## remove what was built and installed
	rm -rf .aws-sam .local $(VENV) $(SAM_VENV) $(AUDIT_VENV) .venv-lock
