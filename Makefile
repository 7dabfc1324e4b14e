# The same commands people and CI use. Everything is set up in .venv as it is needed.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7070
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --no-input install --quiet

.PHONY: serve test build check bench docs editor lock clean

serve: $(VENV)/.runtime
	@$(BIN)/resgraph build --if-stale
	@exec $(BIN)/resgraph serve --host $(HOST) --port $(PORT)

build: $(VENV)/.runtime
	@$(BIN)/resgraph build

test: $(VENV)/.dev
	@$(BIN)/resgraph build --if-stale
	$(BIN)/pytest -n 2 --dist worksteal

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.bench
	@$(BIN)/resgraph build --if-stale
	$(BIN)/python -m benchmarks

# The pages are tested, then made into a site, with the notebooks run by a fresh environment.
docs: $(VENV)/.dev
	@$(BIN)/resgraph build --if-stale
	$(BIN)/pytest tests/docs tests/installed -q
	@echo "The site: build/site/index.html"

# The built query editor travels with the package; only who changes editor/ needs npm.
editor:
	npm ci --prefix editor --no-audit --no-fund --ignore-scripts
	node editor/build.js

# Install exactly what the lock files name, then the project itself from this checkout.
$(VENV)/.runtime: requirements/runtime.lock pyproject.toml | $(VENV)
	$(PIP) --require-hashes -r requirements/runtime.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.runtime
	$(PIP) --require-hashes -r requirements/dev.lock
	@touch $@

$(VENV)/.bench: requirements/bench.lock $(VENV)/.dev
	$(PIP) --require-hashes -r requirements/bench.lock
	@touch $@

$(VENV):
	$(PYTHON) -m venv $(VENV)

# Renew the lock files after a change of dependencies in pyproject.toml (needs uv).
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --upgrade
lock:
	$(LOCK) pyproject.toml requirements/build.in --output-file requirements/runtime.lock
	$(LOCK) pyproject.toml requirements/build.in --group dev --constraint requirements/runtime.lock \
		--output-file requirements/dev.lock
	$(LOCK) --group bench --constraint requirements/dev.lock --output-file requirements/bench.lock

clean:
	rm -rf $(VENV) src/resgraph/_release
