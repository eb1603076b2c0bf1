# Two commands matter: `make demo` and `make test`. Each makes .venv if it is not there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check fuzz bench bench-small conformance docs demo-data fonts previews clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# Installed for use: wheels only, no system GDAL.
$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

# Installed for work on the code.
$(VENV)/.developed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@ $(VENV)/.installed

# Runs the bundled example city end to end and prints where the deliverables are.
demo: $(VENV)/.installed
	$(BIN)/zoning demo zoning-demo

test: $(VENV)/.developed
	$(BIN)/python -m pytest -n auto --dist loadfile

# Format, lint, types, floor plan: passes before every commit.
check: $(VENV)/.developed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Thousands of damaged inputs for every reader; nothing but our own errors may come out.
fuzz: $(VENV)/.developed
	$(BIN)/python -m pytest -n auto -m nightly tests/fuzz

# Ours and every other tool in turn; writes docs/benchmarks.md. All of it takes half an hour: BENCH="--only W1", BENCH=--quick.
bench: $(VENV)/.developed
	$(BIN)/python -m benchmarks.speed $(BENCH)

# The small ones, with pytest-benchmark; writes nothing.
bench-small: $(VENV)/.developed
	$(BIN)/python -m pytest benchmarks/bench_*.py --benchmark-enable -s

# Our numbers beside those of other tools; writes docs/conformance.md.
conformance: $(VENV)/.developed
	$(BIN)/python -m benchmarks.accuracy

# Pages generated from the code.
docs: $(VENV)/.developed
	$(BIN)/python docs/generate.py

# Writes data/demo anew from the generator; the same seed gives the same bytes.
demo-data: $(VENV)/.developed
	$(BIN)/python -c "from zoning.io.write.example import write_demo; write_demo('data/demo')"

# Cuts the fonts of the package anew from a folder of unpacked sources (named in docs/build_fonts.py); the same bytes.
fonts: $(VENV)/.developed
	$(BIN)/python docs/build_fonts.py $(SOURCES)

# Small pictures of the sheets of the example city, in maps/.
previews: demo
	$(BIN)/python maps/previews.py zoning-demo

clean:
	rm -rf $(VENV) zoning-demo build dist .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache
