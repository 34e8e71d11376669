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

.PHONY: help study quick mine compare merge test test-slow test-slurm benchmarks setup peers torch slurm interpreters lock clean
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

merge: $(ready)  ## make one report of several machines' studies: make merge STUDIES="one two" LABELS="laptop server"
	python -I scripts merge_studies $(STUDIES) --output results/merged $(if $(LABELS),--labels $(LABELS))
	python -I scripts judge_claims results/merged results/merged/verdicts.csv
	python -I scripts write_report results/merged results/merged/report.md

test: setup  ## check style and run the tests
	ruff check
	ruff format --check
	snakefmt --check Snakefile workflow
	PYTHONPATH=scripts:workflow lint-imports --no-logo --no-cache
	pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

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

pip_install = -I -m pip install --quiet --disable-pip-version-check --require-hashes

# The old .venv goes first: it is ahead on PATH, and a half-made one must not make the new one.
# Where the folder's name has a dollar sign, to setuptools the beginning of a variable, pip sees it by a link.
$(ready): requirements.txt
	@rm -rf .venv
	@sh scripts/setup/make_venv.sh $(firstword $(MAKECMDGOALS) setup) $(PYTHON)
	@echo "Setting up .venv (only once: about 1 minute, 600 MB) ..."
	@venv=.venv; case $$PWD in *'$$'*) venv=$$(mktemp -d)/venv && ln -s "$$PWD/.venv" "$$venv";; esac; \
	  "$$venv/bin/python" $(pip_install) -r requirements.txt
	@for name in snakemake snakefmt pytest; do cp scripts/setup/command.sh .venv/bin/$$name; done
	@pwd -P >$@

# Joins requirements.txt without changing it; a new .venv has them no more.
peers: $(ready)  ## add the libraries that the study can compare with: joblib, MPIRE, Ray, Dask
	@.venv/bin/python $(pip_install) -r requirements-peers.txt

# Not locked, since its builds differ by machine. Pip's index decides which one comes: for CPUs alone, or with gigabytes
# for GPUs. Where it has both, TORCH=torch==2.13.0+cpu says which.
TORCH ?= torch
torch: $(ready)  ## add PyTorch, whose DataLoader the study can compare with
	@.venv/bin/python -I -m pip install --quiet --disable-pip-version-check '$(TORCH)'

slurm: $(ready)  ## add Snakemake's SLURM executor, for profiles/slurm
	@.venv/bin/python $(pip_install) -r requirements-slurm.txt

# Keeps every version that still fits; `make lock UPGRADE=--upgrade` takes the newest.
# "fewest": the same versions on every Python, so that two machines' analyses agree.
lock = .venv/bin/uv pip compile --quiet --no-config --universal --generate-hashes --python-version 3.11 \
  --fork-strategy fewest --custom-compile-command 'make lock' $(UPGRADE)
lock: $(ready)  ## recompute requirements*.txt from requirements*.in
	@.venv/bin/python $(pip_install) -r requirements-uv.txt
	$(lock) --output-file requirements.txt requirements.in
	$(lock) --constraint requirements.txt --output-file requirements-peers.txt requirements-peers.in
	$(lock) --constraint requirements.txt --output-file requirements-slurm.txt requirements-slurm.in
	echo uv | $(lock) --output-file requirements-uv.txt -

clean:  ## remove .venv and caches; results, .interpreters and local.yaml stay
	rm -rf .venv .pytest_cache .ruff_cache
