"""`xinglin indicator`: figures for any place and period, and the referee's check of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.table import Table

from xinglin.access.model import Scope
from xinglin.app import House, existing_house, open_library
from xinglin.cli.screen import (
    DEFAULT_DATA,
    DatabaseOption,
    DataOption,
    JsonOption,
    errors,
    output,
    print_json,
    progress,
)
from xinglin.core.errors import InputError, Problem
from xinglin.core.period import KINDS, Period, PeriodKind, parse_period, period_of, periods_within
from xinglin.core.place import PlaceKind
from xinglin.indicators.equality import check as check_figures
from xinglin.indicators.figures import Figure
from xinglin.indicators.opened import sql as indicator_sql
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library

MOST_SHOWN = 10

app = typer.Typer(help="指标 Indicators.", no_args_is_help=True)

PeriodsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--period",
        help="期间，可多个 Periods: 2025-10-31, 2025-10, 2025-Q4, 2025, YTD2025-10-31; or all of a kind: "
        "day, month, quarter, year, ytd.",
    ),
]
PlacesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--place",
        help="地点，可多个 Places: 990101, institution:ID; or all of a level: town, village, institution. "
        "The county by default.",
    ),
]
IdsArgument = Annotated[list[str] | None, typer.Argument(help="指标编号 Ids; all by default.", metavar="[ID]...")]


@app.command()
def run(
    ids: IdsArgument = None,
    period: PeriodsOption = None,
    place: PlacesOption = None,
    as_json: JsonOption = False,
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
) -> None:
    """取指标数值。 Figures of indicators for places and periods: the county's year to date by default."""
    house = existing_house(data, database=database)
    wanted, periods, places = _asked(house, ids, period, place)
    figures = house.figures.figures(wanted, scope=Scope.everything(), places=places, periods=periods)
    if as_json:
        print_json([_shown(figure) for figure in figures])
        return
    table = Table("指标 Indicator", "地点 Place", "期间 Period", "数值 Value", "分子", "分母", "说明 Note")
    for figure in figures:
        amounts = ("—" if n is None else f"{n:,.6g}" for n in (figure.value, figure.numerator, figure.denominator))
        table.add_row(
            figure.indicator, f"{figure.place_kind}:{figure.place}", figure.period.code, *amounts, figure.note
        )
    output.print(table)


@app.command()
def check(ids: IdsArgument = None, data: DataOption = DEFAULT_DATA, database: DatabaseOption = None) -> None:
    """与裁判实现逐一核对。 Work figures out by engine and by pure Python, and compare every place and period."""
    house = existing_house(data, database=database)
    known = house.library.of(Indicator)
    wanted = [known[name] for name in _indicators(house.library, ids)]
    first, as_of = house.figures.first_day(), house.figures.as_of()
    compared, different = 0, 0
    with progress("核对 check") as tell:
        checks = check_figures(house.session(), house.library, house.places(), first, as_of, wanted)
        for done, checked in enumerate(checks, 1):
            compared += checked.figures
            different += len(checked.differences)
            for difference in checked.differences[:MOST_SHOWN]:
                errors.print(str(difference), highlight=False, markup=False)
            tell(done / len(wanted), f"{compared:,} 个数值 figures")
    output.print(f"{len(wanted)} 个指标 indicators: 核对 compared {compared:,}, 不同 different {different:,}")
    if different:
        raise typer.Exit(1)


@app.command("list")
def list_indicators(data: DataOption = DEFAULT_DATA) -> None:
    """列出指标及其公式。 List the indicators with their formulas."""
    table = Table("编号 Id", "名称 Title", "公式 Formula", "单位 Unit")
    for indicator in open_library(data / "packs").of(Indicator).values():
        table.add_row(indicator.id, indicator.title.zh, indicator.formula.zh, indicator.unit)
    output.print(table)


@app.command()
def sql(
    indicator_id: Annotated[str, typer.Argument(metavar="ID")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """打印一个指标实际执行的 SQL。 Print the SQL that an indicator runs."""
    library = open_library(data / "packs")
    (known,) = _indicators(library, [indicator_id])
    typer.echo(indicator_sql(library, library.of(Indicator)[known]))


def _asked(
    house: House, ids: list[str] | None, period: list[str] | None, place: list[str] | None
) -> tuple[list[str], list[Period], list[tuple[PlaceKind, str]]]:
    """What to answer. Raises InputError with the problems of ids, periods and places together."""
    problems: list[Problem] = []
    wanted: list[str] = []
    periods: list[Period] = []
    places: list[tuple[PlaceKind, str]] = []
    with _noted(problems):
        wanted = _indicators(house.library, ids)
    with _noted(problems):
        periods = _periods(house, period)
    with _noted(problems):
        places = _places(house, place)
    if problems:
        raise InputError(problems)
    return wanted, periods, places


@contextmanager
def _noted(problems: list[Problem]) -> Iterator[None]:
    """Keep the problems of an InputError, to be told with others."""
    try:
        yield
    except InputError as error:
        problems += error.problems


def _indicators(library: Library, ids: list[str] | None) -> list[str]:
    known = library.of(Indicator)
    unknown = [wanted for wanted in ids or () if wanted not in known]
    if unknown:
        raise InputError(
            Problem(name, "there is no such indicator.", "an id of 'xinglin indicator list'") for name in unknown
        )
    return list(ids or known)


def _periods(house: House, codes: list[str] | None) -> list[Period]:
    first, last = house.figures.first_day(), house.figures.as_of()
    periods: list[Period] = []
    problems: list[Problem] = []
    for code in codes or [period_of("ytd", last).code]:
        with _noted(problems):
            periods += periods_within(_kind(code), first, last) if code in KINDS else [parse_period(code)]
    if problems:
        raise InputError(problems)
    return periods


def _kind(code: str) -> PeriodKind:
    return next(kind for kind in KINDS if kind == code)


def _places(house: House, codes: list[str] | None) -> list[tuple[PlaceKind, str]]:
    places = house.places()
    root = places.root
    if not codes:
        return [("area", root.code)] if root else []
    found: list[tuple[PlaceKind, str]] = []
    problems = []
    for code in codes:
        kind, _, name = code.rpartition(":")
        matching = [
            (place.kind, place.code)
            for place in places.all
            if kind in ("", place.kind) and name in (place.code, place.level, place.kind)
        ]
        if not matching:
            problems.append(Problem(f"--place {code}", "there is no such place.", "990101, town, institution:ID"))
        found += matching
    if problems:
        raise InputError(problems)
    return found


def _shown(figure: Figure) -> dict[str, object]:
    names = ("indicator", "place_kind", "place", "numerator", "denominator", "value", "provenance", "note")
    return {**{name: getattr(figure, name) for name in names}, "period": figure.period.code}
