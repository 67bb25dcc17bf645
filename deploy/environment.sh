#!/bin/sh
# Make the virtual environment $2 with the interpreter $1, or explain what is missing.
set -eu
python=$1 venv=$2

command -v "$python" >/dev/null 2>&1 || {
    echo "'$python' was not found. Install Python 3.11, 3.12 or 3.13, or name it: make PYTHON=python3.12 run" >&2
    exit 1
}
"$python" - <<'CHECK' || exit 1
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(f"Python {sys.version.split()[0]} is not supported; use 3.11-3.13: make PYTHON=python3.12 run")
CHECK
echo "Making the environment in $venv (first run only) …"
if ! "$python" -m venv --clear "$venv" 2>/dev/null; then
    echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
