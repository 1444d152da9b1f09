PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Where it is set, every process reads the whole of Relais and of its tests anew: a third of a start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: types quick faq-eval faq-train sim sim-long restore mutants setup demo test test-browser check kill powercut fuzz fuzz-faq run bench lock

setup: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup
	$(BIN)/relais demo

test: setup
	$(BIN)/pytest

test-browser: setup
	sh tests/browser/install.sh
	$(BIN)/pytest tests/browser -p no:randomly --dist load

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(MAKE) --no-print-directory -j2 types quick

# Types are looked at by one processor: the other one has the tests meanwhile.
types: setup
	$(BIN)/mypy

quick: setup
	$(BIN)/pytest tests/core/domain tests/core/store tests/core/texts tests/settings tests/test_architecture.py tests/test_docs.py tests/test_samples.py tests/test_house.py

# As many kills as one likes: make kill KILLS=50
KILLS ?= 300

kill: setup
	$(BIN)/python -m tests.kill --kills $(KILLS)

# A death at every point, pairs of deaths, then days of chance. A share of it: EVERY=8 PAIRS=100 CRASHES=2500.
# One run again: make sim POINT=name:number, make sim SEED=number ACTS=0,3,7-9 (or ACTS=12: the first twelve)
# With each commit another share, and other days of chance: TURN=number plays those of one again.
EVERY ?= 1
TURN ?= $(shell git rev-list --count HEAD 2>/dev/null || echo 0)
PAIRS ?= 2000
CRASHES ?= 25000

sim: setup
	PYTHONHASHSEED=0 $(BIN)/python -m tests.sim --every $(EVERY) --turn $(TURN) --pairs $(PAIRS) --crashes $(CRASHES) \
		$(if $(FIRST_SEED),--first-seed $(FIRST_SEED)) $(if $(POINT),--point $(POINT)) $(if $(SEED),--seed $(SEED)) $(if $(ACTS),--acts $(ACTS))

# A million deaths on days of chance; run once in a while, for hours, or in parts: CRASHES=100000 FIRST_SEED=20000
sim-long: CRASHES = 1000000
sim-long: FIRST_SEED ?= 1
sim-long: setup
	PYTHONHASHSEED=0 $(BIN)/python -m tests.sim --every 0 --crashes $(CRASHES) --first-seed $(FIRST_SEED)

# The machine is lost under load and comes back from a copy. One again: make restore SEED=number
CYCLES ?= 100

restore: setup
	PYTHONHASHSEED=0 $(BIN)/python -m tests.restore --cycles $(CYCLES) $(if $(SEED),--seed $(SEED)) $(if $(ACTS),--acts $(ACTS))

# Each bug of tests/mutants is put into the product and hunted; ONLY=words for some of them
mutants: setup
	$(BIN)/python -m tests.mutants $(if $(ONLY),--only "$(ONLY)")

# As many cuts as one likes: make powercut CUTS=20000
CUTS ?= 4000

powercut: setup
	$(BIN)/python -m tests.powercut --cuts $(CUTS)
# As many examples of each property as one likes: make fuzz FUZZ=50000
FUZZ ?= 5000

fuzz: setup
	FUZZ=$(FUZZ) $(BIN)/pytest tests/fuzz

# The matcher on the development sets, beside what most bots do; then what it is worth on words it never saw.
faq-eval: setup
	$(BIN)/python -m tests.faq.judging
	$(BIN)/python -m tests.faq.drawing

# Learns the weights of faq/weights.json anew, from the development sets alone.
faq-train: setup
	$(BIN)/python -m tests.faq.training
# Strange messages to the knowledge base; one again: python -m tests.faq.fuzz --seed number --only number
MESSAGES ?= 100000

fuzz-faq: setup
	$(BIN)/python -m tests.faq.fuzz --messages $(MESSAGES) $(if $(SEED),--seed $(SEED))

run: setup
	$(BIN)/relais serve

bench: setup
	$(BIN)/python -m tests.bench

# Rewrites the locked sets from pyproject.toml; needs uv on the machine of whoever adds a dependency.
lock:
	uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
