# Recado. `make help` lists the targets.
# Which Python makes .venv; the first new enough one of the path, if none is named.
PYTHON ?=
PORT ?= 8080
AWS_PORT ?= 4566
BATCH_SCHEDULE ?= rate(15 minutes)
ALLOW_PRIVATE_TARGETS ?= true
# The folder of the catalogue that is started, built or deployed; none is catalogue/, that of template.yaml.
CATALOGUE ?=
export PORT AWS_PORT BATCH_SCHEDULE ALLOW_PRIVATE_TARGETS CATALOGUE

VENV := .venv
SAM_VENV := .venv-sam
AUDIT_VENV := .venv-audit
RELEASE_VENV := .venv-release
BIN := $(VENV)/bin
LOCAL := $(BIN)/python -m local
NPM := local/setup/npm.sh console $(VENV)
NPM_JS := local/setup/npm.sh sdk/typescript $(VENV)
BUNDLE := functions/console/static/index.html
# The handbook and the receivers that it names are in the bundle, too.
CONSOLE_SOURCES := $(shell find console docs/receiving.md $(wildcard examples/receiving) -name node_modules -prune -o -type f -print)
CLIENT := sdk/python/src/recado_client/generated/__init__.py
CLIENT_JS := sdk/typescript/dist/index.js
FAST := tests/unit tests/integration tests/infrastructure
# What runs side by side is printed one after the other, by a make that can.
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
export PYTHONPATH := layers/core:sdk/python/src:cli/src
export SAM_CLI_TELEMETRY := 0
# Compiled modules are kept, whatever the environment says: every process of the tests would compile all of them anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup tools console catalogue cli sam demo start stop reset listen drain status logs env token test test-deep check lint types lint-and-types unit \
	integration infrastructure e2e browser fast-tests npm-tests computing-tests stack-tests faults mutants bench cost simulate screenshots \
	audit format released release openapi clients lock validate build built deploy clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install everything but the SAM CLI into .venv
	@local/setup/venv.sh $(VENV) requirements/dev.txt $(PYTHON)

tools: setup ## install what the tests need of the system: Chromium, PHP and the like
	@local/setup/tools.sh install $(VENV)

console: $(BUNDLE) ## bundle the web console into functions/console/static

$(BUNDLE): $(CONSOLE_SOURCES) console/node_modules/.package-lock.json | setup
	@$(NPM) run --silent build

# npm writes this file when everything is installed.
console/node_modules/.package-lock.json: console/package-lock.json | setup
	@$(NPM) ci --silent --no-audit --no-fund
	@touch $@

FROM ?=
catalogue: setup ## check the event types, and write the rules of the shipped ones: [CATALOGUE=folder [FROM=openapi.json]]
	@$(LOCAL) catalogue $(if $(FROM),--from '$(FROM)')

cli: $(BIN)/recado ## install the command recado into .venv

$(BIN)/recado: cli/pyproject.toml sdk/python/pyproject.toml $(CLIENT) | setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--editable sdk/python --editable cli
	@touch $@

sam: # the SAM CLI, in a virtual environment of its own
	@local/setup/venv.sh $(SAM_VENV) requirements/sam.txt $(PYTHON)

demo: setup console ## show the whole system at work, on this machine; KEEP=1 leaves it running
	@$(LOCAL) demo

start: setup console ## start the stack on this machine; again: redeploy what changed
	@$(LOCAL) start

stop: setup ## stop the stack, keeping its state
	@$(LOCAL) stop

reset: setup ## stop the stack and forget its state
	@$(LOCAL) reset

listen: setup ## receive, verify and print webhooks [LISTEN_PORT=9000] [WEBHOOK_SECRET=whsec_…]
	@$(LOCAL) listen

drain: setup ## send what waits in the batch queue now
	@$(LOCAL) drain

status: setup ## what runs, and what waits
	@$(LOCAL) status

logs: setup ## follow the handlers' logs of the running stack; JSON=1 for programs
	@$(LOCAL) logs

mails: setup ## print what the running stack has mailed, the newest last
	@$(LOCAL) mails

env: setup ## print what a shell evaluates to find the running stack's AWS
	@$(LOCAL) env

ACCOUNT ?= 1010
SCOPE ?=
token: setup ## print a bearer token: make token ACCOUNT=1010 [SCOPE="…"]
	@$(LOCAL) token --account '$(ACCOUNT)' $(if $(SCOPE),--scope '$(SCOPE)')

# CI measures, in any order of the tests; coverage doubles their time. That of the fault suite would add nothing.
MEASURED := $(if $(CI),--random-order --cov --cov-context=test --cov-report=term)
# What a test is marked with says which of the two runs it; `pytest <file>` runs all of a file.
QUICK := -m 'not deep'
DEEP := -m 'deep or always'
test: setup tools console clients ## everything but what is marked deep: lint, types, unit, integration, infrastructure, faults, end to end
	@$(MAKE) --no-print-directory --jobs=2 $(TOGETHER) lint-and-types npm-tests
	@$(MAKE) --no-print-directory --jobs=2 $(TOGETHER) computing-tests stack-tests TESTS="$(QUICK)"
	@$(BIN)/python -m tests.support.documentation
	@local/setup/tools.sh left-out $(VENV)

test-deep: setup tools console clients ## what is marked deep: further examples, larger bounds, receivers and publishers in foreign frameworks
	@$(MAKE) --no-print-directory --jobs=2 $(TOGETHER) computing-tests stack-tests TESTS="$(DEEP)" APPENDED="$(if $(CI),--cov-append)"
	@local/setup/tools.sh left-out $(VENV)

check: setup clients ## between two commits: lint, types and the fast tests
	@$(MAKE) --no-print-directory --jobs=2 $(TOGETHER) lint-and-types
	$(BIN)/pytest -n 2 --quiet $(QUICK) $(FAST)

npm-tests: setup console clients
	@$(NPM) test --silent
	@$(NPM_JS) test --silent

# Beside the tests of the stack, because these compute, and those mostly wait for what is to arrive. Those run
# in processes that share the stack, a file in each, in the order of tests/e2e/conftest.py.
TESTS :=
APPENDED :=
computing-tests: setup clients
	$(BIN)/pytest -n 2 $(MEASURED) $(APPENDED) $(TESTS) $(FAST)
	$(BIN)/pytest -n 2 $(TESTS) tests/faults

stack-tests: setup console clients
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder $(TESTS) tests/e2e tests/browser

lint: setup clients
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

lint-and-types: lint types

types: setup clients
	$(BIN)/mypy layers/core/recado layers/dependencies functions local tests benchmarks sdk/python cli

e2e browser: tools
unit integration infrastructure e2e browser: setup console clients ## one kind of test
	$(BIN)/pytest tests/$@

screenshots: setup tools console ## take the pictures of the console that the documentation shows
	$(BIN)/pytest tests/browser/pictures.py

fast-tests: setup clients ## the fast tests alone
	$(BIN)/pytest -n 2 --quiet $(FAST)

faults: setup ## the fault suite with larger bounds than in make test
	FAULTS=long $(BIN)/pytest tests/faults

simulate: setup ## on simulated clocks: what receivers cost that take less than they are sent, and Recado on AWS under load: [FULL=1]
	@$(BIN)/python -m tests.faults.cutting
	@$(BIN)/python -m benchmarks.simulation

AGAINST ?=
bench: setup console ## measure calls, units, CPU and imports, beside those of before: make bench [FULL=1] [AGAINST=<commit>]
	@$(BIN)/python -m benchmarks $(if $(AGAINST),--against '$(AGAINST)') $(if $(FULL),--full)

cost: setup ## what was measured, times prices: dollars, into docs/cost.md
	@AWS_DEFAULT_REGION=us-east-1 $(BIN)/python -m benchmarks.cost

# Which test runs which line; `make test` leaves it behind, too.
.coverage: $(CLIENT) $(shell find layers/core/recado functions tests -name '*.py')
	$(BIN)/pytest -n 2 --quiet --cov --cov-context=test --cov-report= tests/unit tests/integration tests/infrastructure

mutants: setup .coverage ## take out each condition and comparison, one at a time, and say which test dies: [CHANGED=1 [BASE=…]]
	$(BIN)/python -m tests.mutants $(if $(CHANGED),--changed --seconds 75 $(if $(BASE),--base $(BASE)))

# cfn-lint reads both forms of the template in make infrastructure.
audit: setup ## look for unsafe code and settings, and for known vulnerabilities
	@local/setup/venv.sh $(AUDIT_VENV) requirements/audit.txt $(PYTHON)
	$(AUDIT_VENV)/bin/bandit --quiet --recursive layers functions local sdk cli .ci
	@AWS_DEFAULT_REGION=us-east-1 $(BIN)/python -m tests.infrastructure.cloudformation > $(AUDIT_VENV)/translated.json
	CKV_SKIP_PACKAGE_UPDATE_CHECK=true $(AUDIT_VENV)/bin/checkov --config-file .ci/checkov.yaml \
		--file template.yaml $(AUDIT_VENV)/translated.json
	$(AUDIT_VENV)/bin/python .ci/iam.py $(AUDIT_VENV)/translated.json
	$(AUDIT_VENV)/bin/python .ci/vulnerabilities.py $(AUDIT_VENV)/bin/pip-audit \
		layers/dependencies/requirements.txt requirements/dev.txt

format: setup ## format the code, and fix what can be fixed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

released: setup ## note what is released now: the stacks that run it can be updated to all that comes
	@$(BIN)/python -m tests.infrastructure.upgrades > tests/infrastructure/released.yaml

# All is built anew, and of the shipped catalogue: what an earlier build has kept may be of other tools.
release: setup ## at a tag vX.Y.Z without changes: check that all agree on it, build, and write dist/ with checksums
	@$(LOCAL) releasable
	@$(BIN)/python -m tests.infrastructure.upgrades | diff - tests/infrastructure/released.yaml >/dev/null || \
		{ echo "tests/infrastructure/released.yaml is not of this release: make released, and commit it" >&2; exit 1; }
	@local/setup/venv.sh $(RELEASE_VENV) requirements/release.txt $(PYTHON)
	@rm -rf .aws-sam functions/console/static sdk/python/src/recado_client/generated sdk/typescript/dist
	@$(MAKE) --no-print-directory build clients CATALOGUE=
	@$(LOCAL) release --venv $(RELEASE_VENV)

openapi: setup ## write docs/openapi.json from the routes
	$(BIN)/python -m recado.composition.openapi > docs/openapi.json

clients: $(CLIENT) $(CLIENT_JS) ## make the clients of the HTTP API from docs/openapi.json

# The folder is removed first: a call that is no more would stay in it.
$(CLIENT): docs/openapi.json sdk/python/generate.py sdk/python/generator.yaml $(wildcard sdk/python/templates/* sdk/python/templates/*/*) | setup
	@rm -rf $(dir $@)
	@$(BIN)/python sdk/python/generate.py
	@touch $@

$(CLIENT_JS): docs/openapi.json sdk/typescript/generate.mjs sdk/typescript/tsconfig.json $(wildcard sdk/typescript/src/*.ts) sdk/typescript/node_modules/.package-lock.json
	@rm -rf $(dir $@)
	@$(NPM_JS) run --silent build

sdk/typescript/node_modules/.package-lock.json: sdk/typescript/package-lock.json | setup
	@$(NPM_JS) ci --silent --no-audit --no-fund
	@touch $@

lock: setup ## pin requirements/*.in and the layer's requirements anew
	$(BIN)/python -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
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
	.venv-lock/bin/uv pip compile --quiet --no-emit-index-url --python-version 3.13 --generate-hashes \
		requirements/runtime.in -o requirements/runtime.txt
	.venv-lock/bin/uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 --generate-hashes \
		requirements/release.in -o requirements/release.txt

validate: sam ## sam validate --lint
	$(SAM_VENV)/bin/sam validate --lint

# Another catalogue is built into a template of its own, beside which SAM would look for its settings.
# A pyenv shim answers only for the versions that are switched on; without pyenv this changes nothing.
build: sam console catalogue ## sam build [CATALOGUE=folder]
	PYENV_VERSION=$(shell pyenv latest 3.13 2>/dev/null) $(SAM_VENV)/bin/sam build --config-file $(CURDIR)/samconfig.toml \
		--template-file "$$($(LOCAL) template)"

built: setup clients ## run what make build has made, under AWS's own runtime client, with every file of events/, and make a trial release of it
	@local/setup/venv.sh $(RELEASE_VENV) requirements/release.txt $(PYTHON)
	PYENV_VERSION=$(shell pyenv latest 3.13 2>/dev/null) $(BIN)/pytest tests/built

# What is given is put to the parameters of samconfig.toml; SAM by itself would forget those.
PARAMETERS ?=
GRADUAL ?=
export PARAMETERS GRADUAL
deploy: build ## sam build and sam deploy: [ENVIRONMENT=prod] [CATALOGUE=folder] [PARAMETERS="A=b C='d e'"] [GRADUAL=steps]
	@$(LOCAL) deploy --sam $(SAM_VENV)/bin/sam --environment '$(or $(ENVIRONMENT),default)'

clean: stop ## remove what was built and installed
	rm -rf .aws-sam .build .local dist $(VENV) $(SAM_VENV) $(AUDIT_VENV) $(RELEASE_VENV) .venv-lock
