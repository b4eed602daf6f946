"""`xinglin plan`: read a plan's text, keep it, and see where its targets stand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from xinglin.app import existing_house, open_house
from xinglin.cli.screen import DEFAULT_DATA, DatabaseOption, DataOption, JsonOption, output, print_json
from xinglin.core.errors import InputError, Problem
from xinglin.plan.reading import read_plan, to_json
from xinglin.plan.text_file import plan_text

app = typer.Typer(help="工作要点 The work plan.", no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(help="计划文本（UTF-8 或 GB18030） The plan's text.", metavar="FILE")]


@app.command()
def read(file: FileArgument, as_json: JsonOption = False) -> None:
    """读计划：任务与指标。 Read a plan into commitments and targets, with offsets into its text."""
    reading = read_plan(plan_text(file), name=file.stem)
    if as_json:
        print_json(to_json(reading))
        return
    table = Table("", "指标 Indicator", "", "数值 Value", "类别 Kind", title=f"{file.name}: {len(reading.targets)}")
    for target in reading.targets:
        table.add_row(target.id, target.indicator, target.comparator, target.value_text, target.kind)
    output.print(table)
    output.print(f"任务 commitments {len(reading.commitments)}  数值 numbers {len(reading.targets)}")


@app.command()
def add(
    file: FileArgument,
    year: Annotated[int, typer.Option(help="计划年度 The plan's year.")],
    by: Annotated[str, typer.Option(help="谁添加 Who adds it (login).")] = "administrator",
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
) -> None:
    """把计划放进数据目录。 Keep a plan in the data folder, to be bound on its page."""
    house = open_house(data, database=database)
    plan = house.plans.add(file.stem, year, plan_text(file), by=by, at=house.clock())
    output.print(f"计划 plan {plan.id}: 任务 {len(plan.reading.commitments)}  数值 {len(plan.reading.targets)}")


@app.command()
def scorecard(as_json: JsonOption = False, data: DataOption = DEFAULT_DATA, database: DatabaseOption = None) -> None:
    """各项目标进度与颜色。 Where every target of the current plan stands."""
    house = existing_house(data, database=database)
    plan = house.plans.current()
    if plan is None:
        raise InputError(Problem("plan", "there is no plan in this data folder.", "", "xinglin plan add FILE --year Y"))
    cards = house.scorecards(plan)
    if as_json:
        print_json(cards)
        return
    table = Table("", "目标 Target", "当前 Value", "应达 Expected", "目标值 Goal", "颜色 Colour", title=plan.name)
    for card in cards:
        amounts = (_shown(amount, card.unit) for amount in (card.value, card.expected, card.goal))
        table.add_row(card.target_id, card.title, *amounts, card.colour)
    output.print(table)


def _shown(amount: float | None, unit: str) -> str:
    if amount is None:
        return "—"
    if unit == "%":
        return f"{amount:.1%}"
    return f"{amount:,.0f}{unit}" if amount == round(amount) or amount >= 100 else f"{amount:,.1f}{unit}"
