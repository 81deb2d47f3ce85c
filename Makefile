# Tanlu 碳路 — `make` lists what can be done. Environments are made on first use; no root needed
# but for `slow`, which may install Debian packages.
PYTHON ?= python3
BASE := .venv
DEV := .venv-dev
RUN := $(DEV)/bin/python
PYTEST := $(RUN) -m pytest -q
# a browser keeps an event loop in the process that drives it: its tests run apart from others
PROVISIONED := TANLU_PROVISIONED=1 TANLU_FOREIGN=$(abspath $(DEV))/foreign TANLU_WHEELS=$(abspath $(DEV))/wheels HYPOTHESIS_PROFILE=ci
SRC := src tests tools benchmarks examples web

.DEFAULT_GOAL := help
.PHONY: help demo check pages test slow soak bench bench-full docs format constraints changelog clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BASE)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(BASE)
	$(BASE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BASE)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(DEV)/ready: pyproject.toml constraints-dev.txt web/pyproject.toml
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints-dev.txt
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --editable ./web
	@touch $@

demo: $(BASE)/ready ## see the carbon of a whole logistics network, and why each gram
	$(BASE)/bin/tanlu demo --ledger demo

check: $(DEV)/ready ## formats, types, floors, spelling, house rules (< 60 s)
	$(DEV)/bin/ruff format --check $(SRC)
	$(DEV)/bin/ruff check $(SRC)
	$(DEV)/bin/mypy
	$(RUN) web/build_pages.py --types
	$(DEV)/bin/lint-imports --no-logo 2>/dev/null || $(DEV)/bin/lint-imports
	$(DEV)/bin/codespell src tests tools benchmarks docs web/scripts web/styles README.md
	$(PYTEST) tests/house

pages: $(DEV)/ready ## build what browsers load from web/; free where nothing changed
	$(RUN) web/build_pages.py

# tests wait for servers and brokers as well as work: three of them keep two cores busy
test: $(DEV)/ready pages ## unit, property, golden, crash and journey tests (< 15 min)
	$(PYTEST) -n 3 --dist worksteal -m "not slow and not browser" --ignore tests/house --durations 5

slow: $(DEV)/ready pages ## cluster, browser, long crash and fuzz rounds; may install Debian packages
	tools/house/provision $(DEV)
	$(RUN) tools/factors/wheels.py $(DEV)/wheels
	$(PROVISIONED) $(PYTEST) -n 2 --dist loadfile -m "slow and not browser" --durations 8
	$(PROVISIONED) $(PYTEST) -n 2 --dist loadfile -m browser --durations 8

soak: $(DEV)/ready ## hours of fuzzing and crashes, for a quiet night
	HYPOTHESIS_PROFILE=soak $(PYTEST) -n 2 -m "not browser" --ignore tests/house

bench: $(DEV)/ready ## speed as ratios to the raw engine, in benchmarks/results.json
	$(RUN) -m benchmarks

bench-full: $(DEV)/ready ## 10^5 … 10^8 legs, file to report, peak memory
	$(RUN) -m benchmarks.full

docs: $(DEV)/ready ## both manuals, in docs/_build
	$(DEV)/bin/sphinx-build -W -q -b html docs/en docs/_build/en
	$(DEV)/bin/sphinx-build -W -q -b html docs/zh docs/_build/zh

format: $(DEV)/ready ## put the code into the house's form
	$(DEV)/bin/ruff format $(SRC)
	$(DEV)/bin/ruff check --fix $(SRC)

constraints: $(DEV)/ready ## compile the hashed constraints anew
	tools/house/compile-constraints $(DEV)/bin/python

changelog: $(DEV)/ready ## show what the next release would say
	$(DEV)/bin/towncrier build --draft --version next

clean: ## remove environments and everything built
	rm -rf $(BASE) $(DEV) build dist demo web/node_modules web/tanlu_pages/dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis
