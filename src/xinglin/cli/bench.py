"""`xinglin bench`: how fast the journey is on this machine, beside the bare work it cannot do without."""

from __future__ import annotations

import os
import platform
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from xinglin.bench import Measure, measure
from xinglin.cli.screen import JsonOption, output, print_json, progress


def bench(
    residents: Annotated[int, typer.Option(min=100, help="模拟县居民数 Residents.")] = 5_000,
    days: Annotated[int, typer.Option(min=10, help="天数 Days.")] = 365,
    seed: Annotated[int, typer.Option(min=0, help="随机种子 Seed.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """生成、装载、视图、指标各有多快。 Rates of generating, loading, views and indicators, with sizes and peers."""
    with tempfile.TemporaryDirectory() as folder, progress("测速 bench") as tell:
        measures = list(measure(Path(folder), residents, days, seed, tell))
    if as_json:
        print_json([_shown(one) for one in measures])
        return
    table = Table("阶段 Stage", "数量 Amount", "秒 Seconds", "每秒 Per second", "对照 Peer", "倍 Ratio")
    for one in measures:
        ratio = "" if one.ratio is None else f"{one.ratio:.1f}"
        amount, rate = f"{one.amount:,} {one.unit}", f"{one.rate:,.0f}"
        table.add_row(one.stage, amount, f"{one.seconds:.2f}", rate, one.peer, ratio)
    output.print(table)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    output.print(f"{residents:,} 居民 residents × {days} 天 days; {machine}")


def _shown(one: Measure) -> dict[str, object]:
    return {
        "stage": one.stage,
        "amount": one.amount,
        "unit": one.unit,
        "seconds": one.seconds,
        "per_second": one.rate,
        "peer": one.peer,
        "peer_seconds": one.peer_seconds,
        "ratio": one.ratio,
    }
