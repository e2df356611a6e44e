# Needs make and Python 3.11 or newer, nothing else. Every path is relative and no installed script is called
# (their first lines break where a folder's name has a space), so the clone may lie anywhere.

PORT ?= 8000
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore
NOTHING := No Python 3.11 or newer with venv found (Debian: apt install python3-venv). Or name one: make PYTHON=...
# The first that really runs, is new enough and can make environments. Looked for only when one is needed.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python3.14; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)

.PHONY: help run test lint bench messages venv

help:
	@echo 'make run [PORT=8000]   install and run everything in the foreground'
	@echo 'make test              install and run the whole test suite'
	@echo 'make lint              ruff: rules and layout'
	@echo 'make bench             the benchmark table'
	@echo 'make screenshots       pictures of every page, into docs/images (needs Chromium)'
	@echo 'make messages          collect what pages say for translation (needs GNU gettext)'

run: .venv/runtime
	@$(PY) manage.py up --port $(PORT)

test: .venv/development
	$(PY) -m pytest -n 2

lint: .venv/development
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

bench: .venv/development
	$(PY) -m tests.benchmarks

screenshots: .venv/development
	$(PY) -m tests.browser.screenshots

# For developers: the catalogue and what it compiles to are committed, users need no gettext.
messages: .venv/runtime
	$(PY) manage.py makemessages --locale en --no-location --no-wrap --no-obsolete --ignore 'var/*' --ignore 'tests/*'
	$(PY) manage.py compilemessages --locale en --ignore .venv

# An environment that an interrupted run left half-made has no pip: it is made anew.
venv:
	@$(PY) -m pip --version >/dev/null 2>&1 || { \
		"$(PYTHON)" -c '' 2>/dev/null || { echo '$(NOTHING)' >&2; exit 1; }; \
		echo 'Making .venv …'; "$(PYTHON)" -m venv --clear .venv; }

# The stamps are what makes the second start quick.
.venv/runtime: requirements.txt | venv
	@echo 'Installing what requirements.txt names …'
	@$(PIP) -r requirements.txt
	@touch $@

.venv/development: requirements.txt requirements-dev.txt | venv
	@echo 'Installing what requirements-dev.txt names …'
	@$(PIP) -r requirements-dev.txt
	@touch .venv/runtime $@
