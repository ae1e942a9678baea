# Hinomi. `make run` and `make test` set up everything they need; `make help` lists the rest.
# Stamps in .stamps/ make the second time quick: a step runs again only when what it reads changed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
STAMPS := .stamps
export HINOMI_HOME ?= $(CURDIR)/.hinomi
export CARGO_TARGET_DIR ?= $(CURDIR)/wire/target
HOST ?= 127.0.0.1
PORT ?= 8733

WIRE_SOURCES := $(shell find wire -path '*/target' -prune -o \( -name '*.rs' -o -name '*.toml' -o -name Cargo.lock \) -print 2>/dev/null)
CONSOLE_SOURCES := $(shell find console -name node_modules -prune -o -name dist -prune -o -type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.html' -o -name '*.svg' -o -name '*.json' -o -name '*.mjs' \) -print 2>/dev/null)

.PHONY: help setup run test test-rust test-python test-console test-browser test-lab fuzz lint bench bench-console lab clean packages sbom

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

# ---------------------------------------------------------------- set-up

$(STAMPS)/tools: tools/need.sh
	@mkdir -p $(STAMPS)
	@tools/need.sh build
	@touch $@

$(STAMPS)/venv: requirements.txt requirements-dev.txt | $(STAMPS)/tools
	@echo "== Python packages"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(STAMPS)/wire: $(STAMPS)/venv pyproject.toml $(WIRE_SOURCES)
	@echo "== the wire (Rust, release build; the first time takes some minutes)"
	@PIP_QUIET=1 VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/maturin develop --release --locked --quiet
	@$(BIN)/python -m compileall -q src/hinomi
	@touch $@

$(STAMPS)/npm: console/package.json console/package-lock.json | $(STAMPS)/tools
	@echo "== console packages"
	@cd console && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/console: $(STAMPS)/npm $(CONSOLE_SOURCES)
	@echo "== the console"
	@cd console && npm run --silent build
	@touch $@

# What only the tests need from Debian: tshark, chromium, PostgreSQL, Japanese fonts.
$(STAMPS)/packages: tools/need.sh
	@mkdir -p $(STAMPS)
	@tools/need.sh test
	@touch $@

packages: $(STAMPS)/packages ## install what the tests need from Debian (as root), or say what is missing

setup: $(STAMPS)/wire $(STAMPS)/console ## everything that `make run` needs

# ---------------------------------------------------------------- use

run: setup ## start Hinomi on the bundled capture and print the address
	@tools/run.sh $(HOST) $(PORT)

lab: $(STAMPS)/venv ## the hospital in a box (root): builds, plays, leaves capture and truth in lab/out
	@lab/run.sh lab/out

# ---------------------------------------------------------------- prove

test: test-rust test-python test-console test-browser ## every test that needs no root

test-rust: | $(STAMPS)/tools
	@echo "== tests: Rust"
	@cd wire && cargo test --locked --quiet --workspace --exclude hinomi-bindings

test-python: $(STAMPS)/packages $(STAMPS)/wire $(STAMPS)/npm
	@echo "== tests: Python"
	@$(BIN)/python -m pytest --ignore=tests/lab

test-console: $(STAMPS)/npm
	@echo "== tests: console"
	@cd console && npm run --silent check && npm run --silent test

test-browser: setup $(STAMPS)/packages
	@echo "== tests: end to end in a browser"
	@cd console && npm run --silent e2e

test-lab: setup $(STAMPS)/packages ## the live network namespaces (root)
	@echo "== tests: the lab"
	@HINOMI_LAB=1 $(BIN)/python -m pytest tests/lab

# A workspace of its own; `cargo fuzz` works with the stable compiler, since nothing needs a sanitizer here.
FUZZ_SECONDS ?= 60
fuzz: export CARGO_TARGET_DIR := $(CURDIR)/wire/fuzz/target
fuzz: $(STAMPS)/wire ## hostile bytes into every dissector and the whole engine, FUZZ_SECONDS=60 each (needs cargo-fuzz)
	@cargo fuzz --version >/dev/null 2>&1 || { echo "cargo-fuzz is missing."; echo "hint: cargo install cargo-fuzz --locked"; exit 1; }
	@$(BIN)/python tools/fuzz_seeds.py wire/fuzz/corpus
	@cd wire/fuzz && cargo fuzz build -s none --fuzz-dir . && for target in $$(cargo fuzz list --fuzz-dir .); do \
	  echo "== fuzz: $$target"; \
	  cargo fuzz run -s none --fuzz-dir . $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=16384 \
	    -timeout=25 -rss_limit_mb=1024 -malloc_limit_mb=256 -print_final_stats=1 -verbosity=0 || exit 1; \
	done

lint: $(STAMPS)/venv $(STAMPS)/npm ## types, style, floors, licences, generated files
	@cd wire && cargo clippy --locked --quiet --workspace --all-targets -- -D warnings
	@$(BIN)/ruff check src tests tools bench
	@$(BIN)/mypy
	@$(BIN)/python tools/gen_records.py --check
	@$(BIN)/python tools/gen_detection_docs.py --check
	@$(BIN)/python tools/check_floors.py
	@$(BIN)/python tools/check_tree.py
	@$(BIN)/python tools/check_licences.py
	@cd console && npm run --silent check

sbom: $(STAMPS)/venv $(STAMPS)/npm ## Hinomi's own bill of materials, docs/compliance/hinomi.cdx.json
	@$(BIN)/python tools/gen_sbom.py

bench: $(STAMPS)/packages $(STAMPS)/wire ## Hinomi beside its peers on the same captures: a hospital's mix, and small flows
	@tools/need.sh bench
	@$(BIN)/python bench/run.py

bench-console: $(STAMPS)/packages $(STAMPS)/wire $(STAMPS)/console ## The console with 5,000 devices and 30 days: time of each page, long tasks, JavaScript
	@$(BIN)/python bench/console.py

clean: ## remove what was built (not HINOMI_HOME)
	rm -rf .stamps .venv wire/target console/node_modules console/dist src/hinomi/*.so
