# The default is the whole check; `make setup` first.
VENV ?= .venv
PY := $(VENV)/bin/python

.PHONY: check setup outlook lint types imports test bench scores lock

check: lint types imports test

setup: $(VENV)/bin/tightrope

$(VENV)/bin/tightrope: requirements.lock pyproject.toml
	test -x $(PY) || python3 -m venv $(VENV)
	$(PY) -m pip install --quiet "uv>=0.5"
	$(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	$(VENV)/bin/uv pip install --quiet --python $(PY) --no-deps -e .
	touch $@

outlook: setup
	$(VENV)/bin/tightrope outlook iraq --as-of 2019-12-26 --days 180 --report outlook.html

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: setup
	$(VENV)/bin/pyright

imports: setup
	$(VENV)/bin/lint-imports --no-cache

# Four processes, however few the cores: one process holds at most 65,530 memory maps, each compiled
# program takes many of them, and JAX aborts when there are none left.
test: setup
	$(PY) -m pytest -n 4 --dist loadfile

bench: setup
	$(PY) benchmarks/bench.py
	$(PY) benchmarks/app.py

# The shipped posterior, scorecard, forecast value, first page and verdicts, after a change of theatre
# or record: an hour and a half.
IRAQ := src/tightrope/theatres/iraq
scores: setup
	$(VENV)/bin/tightrope calibrate iraq --into $(IRAQ) > /dev/null
	$(VENV)/bin/tightrope backtest iraq --into $(IRAQ)
	$(VENV)/bin/tightrope forecast-value iraq --again --into $(IRAQ)
	$(VENV)/bin/tightrope first-page iraq --into $(IRAQ)
	-$(VENV)/bin/tightrope verify iraq --ablate --into $(IRAQ)

# Versions and hashes of everything that is installed, for all platforms and Pythons.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --output-file requirements.lock
