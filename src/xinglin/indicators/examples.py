"""Run a pack's worked example: given rows of views, are the expected figures what comes out, on both engines?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from xinglin.core.errors import InputError, Problem
from xinglin.core.period import Period, parse_period
from xinglin.core.place import Place, Places
from xinglin.indicators.assembly import COLUMNS, figure_of
from xinglin.indicators.compute import compute
from xinglin.indicators.equality import compare
from xinglin.indicators.figures import Figure
from xinglin.indicators.given import Row, load_rows, read_places, read_rows
from xinglin.indicators.referee import referee
from xinglin.packs.example import Example, read_table
from xinglin.packs.faults import nearest
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library

#: Expected values are compared to as many decimals as are written, but to four at least: 0.6667 holds for 2/3.
DECIMALS = 4

#: What an expectation may state of a figure.
PARTS: tuple[str, ...] = ("value", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of an expectation. `parts`: value and, where written, numerator and denominator; None expects null."""

    where: str
    indicator: Indicator
    place: Place
    period: Period
    parts: Mapping[str, str | None]


def check_example(example: Example, library: Library, where: str = "") -> list[Problem]:
    """Problems of an example: in how it is written, in figures that differ, or where the two engines disagree."""
    blame = f"{where} {example.title!r}".strip()
    try:
        places = read_places(example.places)
    except TypeError:
        expected_columns = "kind, code, name, level, parent, area"
        return [Problem(blame, "the table of places has wrong columns.", expected_columns)]
    rows, problems = read_rows(example.given, places, library, blame)
    expected = list(_expected(blame, example, library, places, problems))
    if problems:
        return problems
    try:
        figures, disagreements = run_example(example, library, rows, places, expected)
    except InputError as error:
        return list(error.problems)
    problems += [Problem(blame, f"engine and referee disagree: {text}") for text in disagreements]
    return problems + [problem for line in expected for problem in _mismatches(line, figures)]


def run_example(
    example: Example,
    library: Library,
    rows: Mapping[str, Sequence[Row]],
    places: Places,
    expected: Sequence[Expected],
) -> tuple[list[Figure], list[str]]:
    """The engine's figures of all places for the expected indicators and periods, and where the referee differs."""
    indicators = list({line.indicator.id: line.indicator for line in expected}.values())
    periods = list(dict.fromkeys(line.period for line in expected))
    first = min((period.start for period in periods), default=example.as_of)
    with duckdb.connect() as session:
        load_rows(session, rows, library)
        table = compute(session, library, indicators, places, periods, first, example.as_of)
    judged = referee(rows, library, indicators, places, periods, first, example.as_of)
    columns = [table.column(name).to_pylist() for name in COLUMNS]
    figures = [figure_of(row) for row in zip(*columns, strict=True)]
    return figures, [str(difference) for difference in compare(table, judged)]


def _expected(
    where: str, example: Example, library: Library, places: Places, problems: list[Problem]
) -> Iterator[Expected]:
    for name, text in example.expect.items():
        indicator = library.of(Indicator).get(name)
        if indicator is None:
            known = list(library.of(Indicator))
            problems.append(Problem(where, f"indicator {name!r} is not known.", "", nearest(name, known)))
            continue
        for number, cells in enumerate(read_table(text), start=1):
            line = f"{where} expect {name} row {number}"
            place = _place(cells["place"] or "", places, indicator)
            period = _period(line, cells["period"] or "", problems)
            if place is None:
                found = f"place {cells['place']!r} is not one of the example's, or not of the indicator's kinds."
                problems.append(Problem(line, found, "area code, institution id, or kind:code"))
            if period and period.kind not in indicator.periods:
                allowed = ", ".join(indicator.periods)
                problems.append(Problem(line, f"{name} is not worked out by {period.kind}.", allowed))
            elif period and place:
                parts = {part: _plain(cells[part]) for part in PARTS if part in cells}
                yield Expected(line, indicator, place, period, parts)


def _plain(cell: str | None) -> str | None:
    return None if cell == "null" else cell


def _place(code: str, places: Places, indicator: Indicator) -> Place | None:
    kind, _, bare = code.rpartition(":")
    found = (places.get(k, bare) for k in indicator.places if kind in ("", k))
    return next((place for place in found if place), None)


def _period(where: str, code: str, problems: list[Problem]) -> Period | None:
    try:
        return parse_period(code)
    except InputError as error:
        problems += [Problem(where, p.found, p.expected, p.remedy) for p in error.problems]
        return None


def _mismatches(line: Expected, figures: Sequence[Figure]) -> Iterator[Problem]:
    key = (line.indicator.id, line.place.kind, line.place.code, line.period)
    figure = next(f for f in figures if (f.indicator, f.place_kind, f.place, f.period) == key)
    for part, text in line.parts.items():
        number: float | None = getattr(figure, part)
        if not _holds(text, number):
            note = f" ({figure.note})" if figure.note else ""
            remedy = f"numerator {figure.numerator}, denominator {figure.denominator}{note}"
            spot = f"{line.where}: {line.place.code} {line.period.code}"
            yield Problem(spot, f"{part} is {number}.", "null" if text is None else text, f"Found {remedy}.")


def _holds(text: str | None, number: float | None) -> bool:
    if text is None or number is None:
        return text is None and number is None
    try:
        written = float(text)
    except ValueError:
        return False
    decimals = max(DECIMALS, len(text.partition(".")[2]))
    return bool(abs(written - number) <= 0.5000001 / 10**decimals)
