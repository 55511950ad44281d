# The journal's few commands; `make help` lists them.
PY ?= python3
BIN := .venv/bin
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test scan bench bench-panel roles messages shots clean

help:
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/  —/'

.venv/runtime: requirements.txt
	@test -x $(BIN)/python || $(PY) -m venv .venv || { rm -rf .venv; echo 'Python has no venv: apt-get install python3-venv' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt
	@test -x $(BIN)/python || $(PY) -m venv .venv || { rm -rf .venv; echo 'Python has no venv: apt-get install python3-venv' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/runtime

demo: .venv/runtime ## the demo school on http://127.0.0.1:8000
	@$(BIN)/python app.py demo --serve

test: .venv/development ## everything that CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist worksteal

bench: .venv/development ## the benchmarks, one JSON object a line
	@$(BIN)/python -m benchmarks

bench-panel: .venv/development ## the panel's lists beside Flask-Admin, Django admin and sqladmin, on a million marks
	@test -x .venv-bench/bin/python || { $(PY) -m venv .venv-bench && .venv-bench/bin/pip install --quiet --require-hashes -r requirements-bench.txt; }
	@$(BIN)/python -m benchmarks.panel

roles: .venv/development ## print docs/roles.md from the policy
	$(BIN)/python -m journal.access.printed > docs/roles.md

messages: .venv/development ## collect texts into the catalogues
	$(BIN)/python -m tests.catalogues

shots: .venv/development ## the pictures of the README
	$(BIN)/python -m docs.shots

scan: .venv/development ## sqlmap and wapiti against a demo school
	@test -x .venv-scan/bin/sqlmap || { $(PY) -m venv .venv-scan && .venv-scan/bin/pip install --quiet --require-hashes -r requirements-scan.txt; }
	@JOURNAL_TODAY=2026-11-23 $(BIN)/python -m tests.security.scan

clean:
	rm -rf .venv .venv-bench .venv-scan .pytest_cache .mypy_cache .ruff_cache
