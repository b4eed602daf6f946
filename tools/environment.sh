# Sourced by ./run and ./test: makes the project's own Python environment, once, and again when its needs change.

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return 0
        fi
    done
    echo "Xinglin needs Python 3.11 or newer, and none was found. Install it (Debian: apt-get install python3 python3-venv)," >&2
    echo "or name it: PYTHON=/path/to/python3.12 ./run" >&2
    return 1
}

# ensure_environment ROOT EXTRAS: EXTRAS is "" or "[dev]"
ensure_environment() {
    local root=$1 extras=$2 python needs stamp
    needs=$(cat "$root/pyproject.toml" "$root/tools/web_assets.py" "$root/tools/assets/package-lock.json" | cksum)
    # What tests need holds what running needs: either stamp will do for running.
    for stamp in "$root/.venv/.needs$extras" "$root/.venv/.needs[dev]"; do
        if [ -x "$root/.venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$needs" ]; then
            return 0
        fi
    done
    stamp="$root/.venv/.needs$extras"
    python=$(find_python) || return 1
    echo "Preparing the Python environment in .venv (first start downloads the libraries; later starts skip this) ..." >&2
    if ! "$python" -m venv "$root/.venv" >&2; then
        echo "The environment could not be made. On Debian the module is apart: apt-get install python3-venv" >&2
        return 1
    fi
    if ! "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$root$extras" >&2; then
        echo "The libraries could not be installed. Check that this machine reaches a Python package index (pip config list)." >&2
        return 1
    fi
    printf '%s' "$needs" >"$stamp"
}
