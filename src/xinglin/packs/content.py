"""Where the packs that come with Xinglin stand."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def builtin_folder() -> Path:
    """The folder of the packs that ship with Xinglin.

    In an installed package `xinglin/content`; in a checkout the repository's `packs/`.
    """
    installed = Path(str(files("xinglin") / "content"))
    return installed if installed.is_dir() else Path(__file__).resolve().parents[3] / "packs"
