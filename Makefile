# Set-up and the everyday commands. Nothing is installed outside .venv and .interpreters, except that root also gets
# Debian's pypy3.

# The first of these that can have all that is needed.
PYTHON ?= python3 python3.13 python3.12 python3.11
PYPY   ?= pypy3
ready  := .venv/.ready

export PATH := $(CURDIR)/.venv/bin:$(PATH)

# What a user has set for other Pythons and other environments.
unexport $(filter PYTHON%,$(.VARIABLES)) PIP_TARGET PIP_PREFIX PIP_ROOT
export PIP_USER := 0

# Caches lie at home, which a container's user may not have.
ifneq (yes,$(shell [ -w "$$HOME" ] && echo yes))
  export HOME := $(CURDIR)/.venv/home
endif

ifeq ($(PYPY),none)
  without_pypy := workflow/presets/cpython_only.yaml
endif

# Each process takes a file at a time, the longest first: tests/conftest.py. One more than there are
# CPUs, since tests also wait: for libraries to start, for limits of time.
pytest_parallel = pytest --numprocesses $(shell expr $$(nproc) + 1) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: help study quick mine compare merge page test test-python style test-slow test-slurm benchmarks setup peers torch slurm interpreters lock clean
help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' Makefile | expand -t 16
	@echo
	@echo "Without PyPy: add PYPY=none. With another Python: add PYTHON=python3.13, say."
	@echo 'Interpreters that are there: make interpreters INTERPRETERS="cpython_314=/path/to/python cpython_314t=none"'
	@echo "The plain commands work too: . .venv/bin/activate, then snakemake --cores 1 or pytest."

study: setup  ## run the full study of config.yaml
	snakemake --cores all $(addprefix --configfile ,$(without_pypy))

quick: setup  ## run the same study, small
	snakemake --cores all --configfile workflow/presets/quick.yaml $(without_pypy)

mine: setup  ## measure your own data: my_workload.py
	snakemake --cores all --configfile workflow/presets/mine.yaml $(without_pypy)

compare: $(ready)  ## lay two studies side by side: make compare ONE=results/published OTHER=results/full
	python -I scripts draw_forest $(ONE) $(OTHER) results/comparison.svg
	python -I scripts compare_studies $(ONE) $(OTHER) results/comparison.md

STUDY ?= results/published

# What was contributed, unless studies are named.
STUDIES ?= $(sort $(wildcard results/contributed/*.tar.gz))

merge: $(ready)  ## make one report of several machines' studies: make merge STUDIES="one two" LABELS="laptop server"
	python -I scripts merge_studies $(STUDIES) --output results/merged $(if $(LABELS),--labels $(LABELS))
	python -I scripts judge_claims results/merged results/merged/verdicts.csv
	python -I scripts write_report results/merged results/merged/report.md

page: $(ready)  ## make the page of a study, the published one unless named: make page STUDY=results/merged
	python -I scripts write_page $(STUDY) $(STUDY)/report.html
	@echo "Open $(STUDY)/report.html in a browser."

test: style  ## check style and run the tests
	$(pytest_parallel)

test-python: setup  ## run the tests with one of the Pythons that are here: make test-python WITH=3.14t
	$(pytest_parallel) --require-python $(WITH) -k $(WITH)

style: setup  ## check style alone
	ruff check
	ruff format --check
	snakefmt --check Snakefile workflow
	PYTHONPATH=scripts:workflow lint-imports --no-logo --no-cache
	mypy

test-slow: setup  ## break, kill and starve studies: an hour; some of it as root
	pytest -m slow

test-slurm: setup slurm  ## run a tiny study on a SLURM that is started for it; as root
	sh tests/slurm/with_slurm.sh pytest tests/slurm

benchmarks: setup  ## measure the workflow itself: benchmarks/README.md
	python benchmarks/write_readme.py

setup: $(ready)  ## install what the study needs: .venv and PyPy
ifneq ($(PYPY),none)
	@sh scripts/setup/install_pypy.sh
endif

interpreters: $(ready)  ## install CPython 3.14, 3.14 without a GIL and PyPy, with libraries, for local.yaml
	@.venv/bin/python -I scripts install_interpreters $(INTERPRETERS) $(if $(without_pypy),pypy=none)

# A checkout that was moved or copied, or a system Python that was replaced, leaves a .venv that does not work here.
ifneq ($(CURDIR),$(shell .venv/bin/python -I -c 'import pip' 2>/dev/null && cat $(ready) 2>/dev/null))
.PHONY: $(ready)
endif

# Debian 12's pip warns about a package without pyproject.toml unless it uses PEP 517, as later ones do.
export PIP_USE_PEP517 := 1

# What is locked is installed by uv, which pip installs; scripts/setup/run_uv.py gives it pip's settings.
pip_install = pip install --quiet --require-hashes
uv = .venv/bin/python -I scripts run_uv
uv_install = $(uv) $(pip_install) --python .venv/bin/python --compile-bytecode
locked = requirements/study.txt requirements/development.txt

# The old .venv goes first: it is ahead on PATH, and a half-made one must not make the new one.
$(ready): $(locked) requirements/uv.txt
	@rm -rf .venv
	@sh scripts/setup/make_venv.sh $(firstword $(MAKECMDGOALS) setup) $(PYTHON)
	@echo "Setting up .venv (only once: within a minute, 700 MB) ..."
	@.venv/bin/python -I -m $(pip_install) --disable-pip-version-check -r requirements/uv.txt
	@$(uv_install) $(addprefix -r ,$(locked))
	@for name in snakemake snakefmt pytest; do cp scripts/setup/command.sh .venv/bin/$$name; done
	@pwd -P >$@

# Joins what is there without changing it; a new .venv has them no more.
peers: $(ready)  ## add the libraries that the study can compare with: joblib, MPIRE, Ray, Dask
	@$(uv_install) -r requirements/libraries.txt

# Not locked, since its builds differ by machine. Pip's index decides which one comes: for CPUs alone, or with gigabytes
# for GPUs. Where it has both, TORCH=torch==2.13.0+cpu says which.
torch: $(ready)  ## add PyTorch, whose DataLoader the study can compare with
	@$(uv) pip install --quiet --python .venv/bin/python $(if $(TORCH),'$(TORCH)',--group torch)

slurm: $(ready)  ## add Snakemake's SLURM executor, for profiles/slurm
	@$(uv_install) -r requirements/cluster.txt

# Keeps every version that still fits; `make lock UPGRADE=--upgrade` takes the newest.
lock: $(ready)  ## lock the dependencies of pyproject.toml anew, in requirements
	.venv/bin/python -I scripts lock_requirements $(UPGRADE)

clean:  ## remove .venv and caches; results, .interpreters and local.yaml stay
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache
