"""Where the material lies that stands beside the repository: public records, golden outputs, annotated plans."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(os.environ.get("XINGLIN_SHARED", Path(__file__).parents[2] / "shared"))
PUBLIC = SHARED / "data"
GOLDEN = SHARED / "golden"
PLANS = SHARED / "plans"
