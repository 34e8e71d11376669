#!/bin/sh
# Make `pypy3` start: the one that is there, else Debian's, else uv's in .venv. `make setup` calls this after making .venv.
set -u
cd "$(dirname "$0")/../.." || exit 1
PATH="$PWD/.venv/bin:$PATH"

log=$(mktemp) && trap 'rm -f "$log"' EXIT || exit 1

# Modules that may be a package of their own in a Linux distribution, or missing in a build.
pypy_works() {
    pypy3 -I -c 'import ctypes, json, multiprocessing.shared_memory, resource' >/dev/null 2>&1
}

# Run a command quietly; show what it said if it fails.
quietly() {
    "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}

from_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return
    echo "Installing PyPy with apt-get (only once) ..."
    export DEBIAN_FRONTEND=noninteractive
    quietly apt-get update && quietly apt-get install --yes --no-install-recommends pypy3
}

from_uv() {
    echo "Installing PyPy in .venv with uv (only once) ..."
    rm -rf .venv/pypy # what an interrupted download left
    quietly python -I scripts run_uv python install --no-cache --no-progress --no-bin \
        --install-dir "$PWD/.venv/pypy" pypy3.11 || return
    # Not a link: started from .venv/bin, PyPy would take .venv for its own environment.
    echo '#!/bin/sh' >.venv/bin/pypy3 && chmod +x .venv/bin/pypy3 &&
        echo 'exec "$(dirname "$(dirname "$(readlink -f "$0")")")"/pypy/pypy-*/bin/pypy3 "$@"' >>.venv/bin/pypy3
}

pypy_works && exit
from_apt && pypy_works && exit
from_uv && pypy_works && exit
echo "PyPy could not be installed: type 'sudo apt-get install pypy3' and the same again," \
    "or leave PyPy out with PYPY=none, as in 'make study PYPY=none'" \
    "(by hand: snakemake --cores 1 --configfile workflow/presets/cpython_only.yaml)." >&2
exit 1
