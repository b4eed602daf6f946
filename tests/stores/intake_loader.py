"""A process that loads a folder until it is killed, and says after each batch how much is acknowledged.

usage: python intake_loader.py URL FOLDER BATCH
"""

from __future__ import annotations

import sys
from pathlib import Path

from xinglin.core.clock import system_clock
from xinglin.database.engine import open_database
from xinglin.intake import door
from xinglin.intake.door import Intake
from xinglin.intake.refusal import Progress
from xinglin.log.sql import SqlLog


def main(url: str, folder: Path, batch: int) -> None:
    door.BATCH_RESOURCES = batch  # small, so that many commits fall into a short test
    engine = open_database(url)
    intake = Intake(engine, SqlLog(engine), system_clock)
    print("ready", flush=True)

    def tell(progress: Progress) -> None:
        print(progress.accepted, flush=True)

    intake.load([folder], progress=tell)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
