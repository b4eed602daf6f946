"""A program to be killed: `load DATA FEEDS` or `refresh DATA`. It tells each thing done as a line, in small steps."""

from __future__ import annotations

import sys
from pathlib import Path

from xinglin import flow
from xinglin.app import House, open_house
from xinglin.intake import door

BATCH = 40


def main() -> None:
    command, data, *feeds = sys.argv[1:]
    door.BATCH_RESOURCES = BATCH
    house = open_house(Path(data))
    if command == "load":
        flow_load(house, [Path(feed) for feed in feeds])
    else:
        refresh(house)
    say("done")


def flow_load(house: House, feeds: list[Path]) -> None:
    """Load, telling after each committed batch up to where the log is acknowledged."""
    flow.load(house, feeds, tell=lambda share, word: say(f"position {house.log.last_position()}"))


def refresh(house: House) -> None:
    """Work everything out, telling each step of views and figures and each stage."""
    house.views.refresh(house.log, progress=lambda step: say(f"{step.stage} {step.name} {step.done}"))
    snapshot = house.views.snapshot()
    assert snapshot is not None
    house.figures.refresh(snapshot, as_of=house.as_of, progress=lambda done, total: say(f"pass {done} of {total}"))
    flow.work_out(house, (*flow.NUMBERS, *flow.WORK), tell=lambda share, word: say(word))


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
