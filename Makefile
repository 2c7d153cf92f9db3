# Every target sets up what it needs: Python 3.11+, pip and make are enough.
PYTHON ?= python3
BIN    := .venv/bin
UV     := .uv/bin/uv
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test lint fmt docs bench lock clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.ok  ## Make the virtual environment only

demo: .venv/.ok  ## Start the demo: a Slack on this machine with a made-up company
	@$(BIN)/tuppence --home .tuppence-demo demo

demo-reset:  ## Forget the demo, so that the next `make demo` starts over
	rm -rf .tuppence-demo

test: .venv/.dev  ## Run lint and every test
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -rs -n 4 --dist worksteal

lint: .venv/.dev  ## Style, layers and types only
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/mypy

fmt: .venv/.dev  ## Put the code into its usual shape
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

docs: .venv/.ok  ## Write the tables of docs/ anew from the code
	$(BIN)/python -m docs.generate

bench: .venv-bench/.ok  ## Measure against named peers, in one run, as ratios
	@.venv-bench/bin/python -m bench

lock: $(UV)  ## Pin the dependencies anew, with hashes and without any host
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml --group dev -o requirements-dev.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml --group bench -o requirements-bench.lock

clean:  ## Remove what `make` built
	rm -rf .venv .venv-bench .uv .azurite

$(UV):
	$(PYTHON) -m pip install -q --disable-pip-version-check --root-user-action=ignore --target .uv uv==0.13.8

.venv/.ok: requirements.lock pyproject.toml | $(UV)
	@test -x $(BIN)/python || $(UV) venv -q --python $(PYTHON) .venv
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.ok requirements-dev.lock
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@# Tests start many processes; where Python is told to write no bytecode, each would compile all of it again.
	@$(BIN)/python -m compileall -q -j 0 .venv/lib bot commands finops sandbox sources storage targets web >/dev/null || true
	@touch $@

.venv-bench/.ok: requirements-bench.lock | $(UV)
	@test -x .venv-bench/bin/python || $(UV) venv -q --python $(PYTHON) .venv-bench
	$(UV) pip install -q --python .venv-bench/bin/python --require-hashes -r requirements-bench.lock
	@touch $@
