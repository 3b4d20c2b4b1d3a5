# Everything a developer does starts here; `make help` tells what there is.
# Needed on the machine: Python 3.11 or newer, make and git. Nothing else.

PYTHON ?= python3
PORT ?= 8000
UV ?= uv
# What a target passes on: make test ARGS="tests/networks -k role", make lock ARGS=--upgrade
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
MANAGE := LOCAL=1 $(PY) manage.py
# Checks look at the code, not at the database of this machine.
CHECK := env DATABASE_URL=sqlite://:memory: $(MANAGE)
# What a server must have set; the key is as long as a real one.
PRODUCTION := env -u DEBUG SITE_URL=https://www.example.org DATABASE_URL=postgresql:///cire STAFF_EMAIL=staff@example.org \
	SECRET_KEY=0Ae4yQmUj7cVt2LxWk9rPz6sHb1nGd8fYi5oTu3vRq-EwJlMaXhCpZkNbS
# The locks are used with whatever registry a machine has: they name packages and hashes, never a host.
NO_HOST_IN_LOCKS := sh -c '! grep -nE "://|index-url" requirements*.txt'
# The tests build their own data; only the database differs between the two runs.
PYTEST := DEBUG=1 $(PY) -m pytest -n logical $(ARGS)

# Install a lock unless it is what was installed last. Its copy in the environment tells: contents, not dates.
define install
cmp -s $(1) $(VENV)/$(1) || { \
	echo "Installing the packages of $(1)…"; \
	$(PY) -m pip --disable-pip-version-check --no-input install -qq --require-hashes -r $(1) \
	&& cp $(1) $(2) $(VENV)/; }
endef

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test test-sqlite test-postgres check format code messages lock benchmark clean venv venv-dev

help: ## What this Makefile can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: venv ## Prepare what is missing, then serve the site on 127.0.0.1:8000 (another port: make run PORT=8001)
	@# In a process of its own: the next one reads the words, those of the addresses too, once, when it starts.
	@$(MANAGE) compile_catalogues >/dev/null
	@exec env PYTHONUNBUFFERED=1 $(MANAGE) serve_locally --port '$(PORT)'

test: test-sqlite test-postgres ## Run the tests on SQLite, then on a throw-away PostgreSQL (some of them: ARGS="-k role")

test-sqlite: venv-dev ## Run the tests on SQLite only
	@echo "Tests on SQLite:"
	@env -u DATABASE_URL $(PYTEST)

test-postgres: venv-dev ## Run the tests on PostgreSQL only (on DATABASE_URL if it names one)
	@echo "Tests on PostgreSQL:"
	@$(PY) -m tests.postgres -- env $(PYTEST)

check: venv-dev ## Check style, migrations, catalogues and settings, without running a test
	@failed=0; try() { "$$@" || failed=1; }; \
	try $(PY) -m ruff check; \
	try $(PY) -m ruff format --check --output-format concise; \
	try $(NO_HOST_IN_LOCKS); \
	try $(CHECK) compile_catalogues; \
	try $(CHECK) check_catalogues; \
	try $(CHECK) makemigrations --check --dry-run; \
	try $(CHECK) check --fail-level WARNING; \
	try $(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING; \
	exit $$failed

format: venv-dev ## Rewrite the Python files in the house's style
	@$(PY) -m ruff check --fix --quiet || true
	@$(PY) -m ruff format

code: venv ## A code of the second factor, without a phone (another user: ARGS="--user anna"; before it is set up: ARGS="--key …")
	@$(MANAGE) local_code $(ARGS)

messages: venv ## Bring the translation files in locale/ in line with the sources (needs GNU gettext)
	@$(MANAGE) update_catalogues

lock: ## Write requirements*.txt anew from pyproject.toml (needs uv; newer versions: ARGS=--upgrade)
	@command -v $(UV) >/dev/null || { echo "uv is missing: install it (for instance: pipx install uv), or name it: make lock UV=/path/to/uv"; exit 1; }
	@$(UV) pip compile -q --universal --generate-hashes --no-header --python-version 3.11 $(ARGS) pyproject.toml -o requirements.txt
	@$(UV) pip compile -q --universal --generate-hashes --no-header --python-version 3.11 $(ARGS) --extra print pyproject.toml -o requirements-print.txt
	@$(UV) pip compile -q --universal --generate-hashes --no-header --python-version 3.11 $(ARGS) --extra print --extra dev pyproject.toml -o requirements-dev.txt

benchmark: venv-dev ## Measure the public pages with few and with many networks, publications and addresses
	@$(PY) benchmarks/run.py $(ARGS)
	@$(PY) benchmarks/publications.py $(ARGS)
	@$(PY) benchmarks/addresses.py $(ARGS)
	@$(PY) benchmarks/search.py $(ARGS)

clean: ## Remove what the tools left behind (never the database, never uploads)
	@find . -path ./$(VENV) -prune -o -path ./var -prune -o \( -name __pycache__ -o -name '*.mo' \) -print0 | xargs -0 rm -rf
	@rm -rf .hypothesis .pytest_cache .ruff_cache test-results

# The packages the site runs on. venv-dev adds what only tests and development need.
venv: $(PY)
	@$(call install,requirements.txt,)

venv-dev: $(PY)
	@$(call install,requirements-dev.txt,requirements.txt)

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing). Name another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments. On Debian: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
