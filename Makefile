# make app             start the product in the browser (PORT=8600 for another port, WATCH=auto to take up changed code)
# make test            run every test but those of the targets below
# make test-browser    every way through the product in a real browser (skipped where there is none)
# make test-embedding  the tests that train neural networks, with PyTorch in .venv-embedding
# make test-hostile    10,000 changed files, 200 kills, LibreOffice, properties with new examples: too long for make test
# make load            8 browsers for 15 minutes (LOAD="--browsers 4 --minutes 3" for less), written to docs/load.md
# make check           format, lint, types
# make bench           measure the speed
# make samples         generate the sample data again
# make docs            the API reference and the guides as web pages, in build/docs
# make test-install    the documentation built, the wheel with all it needs in a fresh environment outside the project
# make test-spark      Spark on this machine (Java must be there), with PySpark in .venv-spark
# make test-warehouse  a million customers scored by DuckDB, SQLite and PostgreSQL; 50 kills of a write (Debian: postgresql)
# make requirements    pin everything in requirements.txt and those of sign-in, Spark and the tests (UPGRADE=--upgrade for the newest)
# Each one makes its environment (.venv) from nothing if it has to; only Python 3.11 or newer must be there.

PORT ?= 8501
WATCH ?= none
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	"$$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)

BIN := .venv/bin
APP_READY := .venv/app-$(shell cat requirements.txt | cksum | tr ' ' '-')
DEV_READY := .venv/dev-$(shell cat requirements.txt requirements-dev.txt | cksum | tr ' ' '-')
EMBEDDING := .venv-embedding/bin
SPARK := .venv-spark/bin
UPGRADE ?=
LOAD ?=
PIN := $(BIN)/python -m uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make requirements" $(UPGRADE)
EMBEDDING_READY := .venv-embedding/dev-$(shell cat requirements*.txt | cksum | tr ' ' '-')
SPARK_READY := .venv-spark/dev-$(shell cat requirements*.txt | cksum | tr ' ' '-')
# Give memory back to the system when a session ends.
MEMORY := MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072

# Compiled modules and tests are kept: every worker, server and command of a run imports the same ones.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: app test test-browser test-embedding test-install test-hostile test-spark test-warehouse load check bench samples docs requirements

app: $(APP_READY)
	$(MEMORY) $(BIN)/python -m streamlit run app.py --server.port $(PORT) --server.fileWatcherType $(WATCH)

test: $(DEV_READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not e2e and not install"

test-browser: $(DEV_READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/e2e

# Without PyTorch these tests are skipped, so it is imported first.
test-embedding: $(EMBEDDING_READY)
	$(EMBEDDING)/python -c 'import torch'
	$(EMBEDDING)/python -m pytest -m embedding -n 2

# Without PySpark these tests are skipped, so it is imported first.
test-spark: $(SPARK_READY)
	@command -v java >/dev/null || { echo "Spark needs Java, 17 or newer (Debian: apt install default-jre-headless)."; exit 2; }
	$(SPARK)/python -c 'import pyspark'
	$(SPARK)/python -m pytest tests/spark tests/install/test_licences.py

test-warehouse: $(DEV_READY)
	SEGMENTATION_WAREHOUSE=1 $(BIN)/python -m pytest -n 2 --dist loadfile tests/scoring/test_sql.py tests/data/test_rfm_sql.py \
		tests/data/test_warehouse.py

test-install: $(DEV_READY)
	SEGMENTATION_FULL_INSTALL=1 $(BIN)/python -m pytest -n 2 --dist loadfile tests/install

test-hostile: $(DEV_READY)
	SEGMENTATION_EXPLORE=1 SEGMENTATION_OFFICE=1 \
		$(BIN)/python -m pytest tests/hostile tests/store/projects/test_folder.py
	SEGMENTATION_EXPLORE=1 $(BIN)/python -m pytest -n 2 --dist loadfile $$(grep -rlE "from hypothesis|import cases" \
		tests --include="test_*.py" --exclude-dir=hostile --exclude=test_folder.py)

load: $(DEV_READY)
	$(BIN)/python -m tests.bench.load $(LOAD)

check: $(DEV_READY)
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

bench: $(DEV_READY)
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.files
	$(BIN)/python -m tests.bench.lines
	$(BIN)/python -m tests.bench.tables
	$(BIN)/python -m tests.bench.kinds_of_columns

samples: $(APP_READY)
	$(BIN)/python sample_data/generate.py

docs: $(DEV_READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

requirements: .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(PIN) pyproject.toml --output-file requirements.txt
	$(PIN) pyproject.toml --extra sign-in --constraint requirements.txt --output-file requirements-sign-in.txt
	$(PIN) pyproject.toml --extra spark --constraint requirements.txt --output-file requirements-spark.txt
	$(PIN) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt

.venv/bin/python .venv-embedding/bin/python .venv-spark/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed." \
		"Install it (Debian: apt install python3 python3-venv) or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(@:/bin/python=)

$(APP_READY): .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@rm -f .venv/app-* && touch $@

$(DEV_READY): .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@rm -f .venv/dev-* && touch $@

$(EMBEDDING_READY): .venv-embedding/bin/python
	$(EMBEDDING)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(EMBEDDING)/python -m pip install --quiet --disable-pip-version-check -r requirements-embedding.txt
	@rm -f .venv-embedding/dev-* && touch $@

$(SPARK_READY): .venv-spark/bin/python
	$(SPARK)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(SPARK)/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.txt
	@rm -f .venv-spark/dev-* && touch $@
