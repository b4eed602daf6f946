"""`xinglin city`: make a simulated county with known truth, and mark what the software found of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table

from xinglin.app import existing_house
from xinglin.city.make import make as make_county
from xinglin.city.mark import Marks
from xinglin.city.mark import mark as mark_findings
from xinglin.cli.screen import (
    DEFAULT_DATA,
    DatabaseOption,
    DataOption,
    EndOption,
    JsonOption,
    output,
    print_json,
    progress,
)
from xinglin.core.errors import InputError, Problem
from xinglin.demonstration.county import DEFAULT_END, by_day
from xinglin.findings import findings_of

#: Of a kind with more planted things than this, only those not found are listed.
MOST_SHOWN = 20
#: What the truth is told of, by name.
TRUTHS = ("outbreaks", "late_targets", "declarations", "duplicate_persons")
EverythingOption = Annotated[bool, typer.Option("--all", help="逐条列出 List every one.")]

app = typer.Typer(help="模拟县 The simulated county.", no_args_is_help=True)


@app.command()
def make(
    out: Annotated[Path, typer.Option(help="写到哪里 Where to write.", metavar="DIR")],
    residents: Annotated[int, typer.Option(help="居民数 Number of residents.")] = 20_000,
    days: Annotated[int, typer.Option(help="天数 Number of days.")] = 731,
    seed: Annotated[
        int, typer.Option(min=0, help="随机种子：同一种子得到同一个县。 The same seed gives the same county.")
    ] = 1,
    end: EndOption = None,
) -> None:
    """造一个模拟县。 Make a county: FHIR NDJSON per institution and day, a plan, and the truth beside them."""
    last = end.date() if end else DEFAULT_END
    with progress("模拟县 county") as tell:
        report = make_county(out, residents=residents, days=days, seed=seed, end=last, progress=by_day(tell))
    rate = report.lines / report.seconds
    output.print(f"{report.lines:,} 条记录 records, {report.seconds:.1f} s, {rate:,.0f}/s → {out}")


@app.command()
def mark(
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
    truth: Annotated[Path | None, typer.Option(help="真值文件 The truth file; the county's own by default.")] = None,
    everything: EverythingOption = False,
    as_json: JsonOption = False,
) -> None:
    """对照真值：发现了什么，还没发现什么。 Which planted events the software found, and which not yet."""
    file = truth or data / "county" / "truth.json"
    marks = mark_findings(_truth(file), findings_of(existing_house(data, database=database)))
    if as_json:
        print_json(marks)
        return
    _print_marks(marks, everything)


def _truth(file: Path) -> dict[str, Any]:
    remedy = "xinglin city make writes one beside its data."
    try:
        truth = orjson.loads(file.read_bytes())
    except OSError as error:
        raise InputError(Problem(str(file), f"cannot be read: {error.strerror}.", "a truth file", remedy)) from error
    except orjson.JSONDecodeError as error:
        raise InputError(Problem(str(file), "is no JSON.", "a truth file", remedy)) from error
    if not isinstance(truth, dict) or not set(TRUTHS) <= truth.keys():
        raise InputError(Problem(str(file), "holds no truth of a county.", ", ".join(TRUTHS), remedy))
    return truth


def _print_marks(marks: Marks, everything: bool) -> None:
    kinds = list(dict.fromkeys(one.kind for one in marks.planted))
    table = Table("种类 Kind", "埋下的 Planted", "发现 Found", "天 Days", "说明 Detail")
    for kind in kinds:
        ours = [one for one in marks.planted if one.kind == kind]
        shown = ours if everything or len(ours) <= MOST_SHOWN else [one for one in ours if not one.found]
        for one in shown:
            found = "[green]是 yes[/green]" if one.found else "[red]尚未 not yet[/red]"
            table.add_row(one.kind, one.what, found, "" if one.delay is None else str(one.delay), one.detail)
    output.print(table)
    for kind in kinds:
        ours = [one for one in marks.planted if one.kind == kind]
        output.print(f"{kind}: 发现 found {sum(one.found for one in ours)} / {len(ours)}")
    others = ", ".join(f"{kind} {number}" for kind, number in marks.false.items())
    output.print(f"不对应任何真值的发现 findings that answer to nothing planted: {others}")
