# make demo      everything from a bare checkout to a running site with three invented clubs
# make test      the tests, on SQLite
# Needs python3 (3.11 or 3.12), make and git. Packages go into .venv, data into var/.

SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
export PORT

PY := .venv/bin/python
RUNTIME := .venv/.installed-runtime
DEV := .venv/.installed-dev
VAR := $${TRACKHUB_VAR:-var}
PIP_QUIET := --quiet --disable-pip-version-check --root-user-action=ignore

# $(call install,LOCK): by uv where it is on the PATH, by pip otherwise; byte-compiled either way.
define install
@echo "Installing the packages of $(1) into .venv …"
@if command -v uv >/dev/null; then \
	uv pip install --quiet --python $(PY) --require-hashes --compile-bytecode -r $(1); \
else \
	$(PY) -m pip install $(PIP_QUIET) --require-hashes -r $(1); \
fi
endef

.PHONY: help demo demo-reset up test lint audit lock clean-var

help:
	@echo "make demo [PORT=8000]   the site with three invented clubs, in one go"
	@echo "make demo-reset         the same, starting over: deletes the demo's data first"
	@echo "make up                 the site on the data that is there"
	@echo "make test | lint | audit | lock"

demo: $(RUNTIME)
	@$(PY) manage.py demo
	@exec $(PY) manage.py up --no-migrate

demo-reset: clean-var demo

up: $(RUNTIME)
	@exec $(PY) manage.py up

test: $(DEV)
	@$(PY) -m pytest -n 2

lint: $(DEV)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

audit: $(DEV)  # asks the advisory databases, so it needs the internet
	$(PY) -m pip_audit --require-hashes --disable-pip -r requirements.lock

lock:
	@command -v uv >/dev/null || { echo "make lock works through uv: pip install uv"; exit 1; }
	uv pip compile $(LOCKING) pyproject.toml -o requirements.lock
	uv pip compile $(LOCKING) --group test --group lint --group bench -c requirements.lock \
		pyproject.toml -o requirements-dev.lock

LOCKING := --quiet --universal --no-strip-extras --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11

clean-var:
	@rm -rf "$(VAR)"/trackhub.sqlite3* "$(VAR)/queue" "$(VAR)/demo"

$(RUNTIME): requirements.lock | $(PY)
	$(call install,requirements.lock)
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	$(call install,requirements-dev.lock)
	@touch $@

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' || { \
		echo "TrackHub needs Python 3.11 or 3.12. Name one: make PYTHON=python3.11 …"; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --python "$$(command -v $(PYTHON))" .venv; \
	elif $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then $(PYTHON) -m venv .venv; \
	else echo "This Python can't make virtual environments yet: apt install python3-venv, then run make again."; exit 1; fi
