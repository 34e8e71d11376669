#!/bin/sh
# Make .venv with the first of the Pythons that can have all of requirements/study.txt: make_venv.sh GOAL PYTHON…
# `make setup` calls this. Where none can, one line says what the first one that starts is missing.
set -u
goal=$1
shift

# Snakemake needs it, and it is the only requirement that has no wheel for every Python from 3.11 on: none for 3.14.
compiled=immutables

old_enough() {
    "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

has_venv() {
    "$1" -I -c 'import ensurepip, venv' 2>/dev/null
}

# With its headers, and those of the C library.
has_compiler() {
    "$1" -I -c 'if True:
        import os, shlex, subprocess, sys, sysconfig
        cc = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
        headers = ["-I", sysconfig.get_path("include"), "-include", "Python.h"]
        sys.exit(subprocess.call([*cc, "-E", *headers, "-x", "c", os.devnull]))' >/dev/null 2>&1
}

# Where the index gives no answer, this says yes: pip itself then says what is wrong.
has_wheel() {
    locked=$(sed -n "s/^\($compiled==[^ ;]*\).*/\1/p" requirements/study.txt)
    "$1" -I -m pip install --dry-run --no-deps --only-binary :all: "$locked" >/dev/null 2>&1 ||
        ! "$1" -I -m pip index versions "$compiled" >/dev/null 2>&1
}

first=
for python; do
    missing=
    "$python" -I -c '' 2>/dev/null || continue
    case $python in python3*) debian=$python ;; *) debian=python3 ;; esac
    if ! old_enough "$python"; then
        missing="Python 3.11 or newer is needed: name one, as in 'make $goal PYTHON=python3.13'."
    elif ! has_venv "$python"; then
        missing="Python's venv module is missing: type 'sudo apt-get install $debian-venv', then the same again."
    else
        rm -rf .venv
        "$python" -I -m venv .venv || exit
        has_compiler "$python" || has_wheel .venv/bin/python && exit
        rm -rf .venv
        missing="$compiled has no wheel for this Python, and there is no compiler: type 'sudo apt-get install gcc\
 libc6-dev $debian-dev', then the same again, or name an older Python, as in 'make $goal PYTHON=python3.13'."
    fi
    first=${first:-$missing}
done
none="Python 3.11 or newer is needed, and none of these starts: $*; type 'sudo apt-get install python3 python3-venv'."
echo "${first:-$none}" >&2
exit 1
