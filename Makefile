PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export LIFANG_DATA ?= $(CURDIR)/.data
export PORT ?= 8000

.PHONY: demo serve test check bench inventory lock install clean

demo: $(VENV)/.installed
	@LIFANG_DEMO=1 $(BIN)/lifang demo

serve: $(VENV)/.installed
	@$(BIN)/lifang serve

test: $(VENV)/.installed-dev
	$(BIN)/pytest -n 2

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy lifang
	$(BIN)/lifang pack check
	$(BIN)/lifang makemigrations --check --dry-run

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench $(if $(FULL),--full)

inventory: $(VENV)/.installed-dev
	$(BIN)/python tools/inventory.py

lock: $(VENV)/.installed-dev
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 -o requirements-dev.lock

install: $(VENV)/.installed

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .data
