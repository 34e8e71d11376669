#!/bin/sh
# A command of .venv/bin, such as snakemake, that starts whatever its folder is called and whatever its user has set.
# `make setup` copies this over pip's own ones, whose first line is a path that a shell may take apart.
here=$(readlink -f "$0")
venv=$(dirname "$(dirname "$here")")
# Caches lie at home, which a container's user may not have.
if [ ! -w "${HOME:-}" ]; then
    export HOME="$venv/home"
    # Nor is the environment always the user's own.
    mkdir -p "$HOME" 2>/dev/null && [ -w "$HOME" ] || { HOME="${TMPDIR:-/tmp}/home-of-$(id -u)" && mkdir -p "$HOME"; }
fi
# -I: neither the user's PYTHON... variables nor a stray file in this folder. utf8: as all files here are written.
exec "$venv/bin/python" -I -X utf8 -m "$(basename "$here")" "$@"
