# One command each; everything happens in .venv, made from the lock files.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run demo test check bench lock clean

run: .venv/installed
	@$(BIN)/python -m bot run

demo: .venv/installed
	@$(BIN)/python -m bot demo

test: .venv/test-installed
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n auto --dist loadfile

check: .venv/test-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m bot check-content
	$(BIN)/python -m pytest -n auto --dist loadfile

bench: .venv/test-installed
	$(BIN)/python -m benchmarks

lock: .venv/test-installed
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

clean:
	rm -rf .venv

.venv/python:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/python requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/test-installed: .venv/python requirements-test.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@ .venv/installed
