"""Whether an example speaks of views, columns, indicators, places and periods that exist."""

from __future__ import annotations

from collections.abc import Iterator

from xinglin.core.errors import InputError, Problem
from xinglin.core.period import parse_period
from xinglin.packs.example import Example, read_table
from xinglin.packs.faults import nearest
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.view import View

PLACE_COLUMNS = {"kind", "code", "name", "level", "parent", "area"}


def check_example_content(where: str, example: Example, library: Library) -> Iterator[Problem]:
    """Problems of an example against the library, without working any figure out."""
    yield from _check_given(where, example, library)
    places = read_table(example.places)
    for name in sorted({name for row in places for name in row} ^ PLACE_COLUMNS):
        yield Problem(f"{where} places", f"column {name!r} is missing or not known.", ", ".join(sorted(PLACE_COLUMNS)))
    codes = {row.get("code") for row in places}
    for indicator, table in example.expect.items():
        at = f"{where} expect"
        if indicator not in library.of(Indicator):
            yield Problem(at, f"indicator {indicator!r} is not known.", "", nearest(indicator, library.of(Indicator)))
        for row in read_table(table):
            yield from _check_figure(at, row, codes)


def uncovered_indicators(library: Library) -> Iterator[str]:
    """Indicators for which no example of their own pack expects a figure."""
    covered = {
        indicator
        for file, example in library.examples.items()
        for indicator in example.expect
        if file.startswith(f"packs/{indicator.split('.')[0]}/")
    }
    yield from (indicator for indicator in library.of(Indicator) if indicator not in covered)


def _check_given(where: str, example: Example, library: Library) -> Iterator[Problem]:
    for name, table in example.given.items():
        view = library.of(View).get(name)
        if view is None:
            yield Problem(f"{where} given", f"view {name!r} is not known.", "", nearest(name, library.of(View)))
            continue
        known = {"_key": "string", **view.all_columns()}
        header = next((line for line in table.splitlines() if line.strip()), "")
        for column in (cell.strip() for cell in header.split("|")):
            if column not in known:
                found = f"view {name!r} has no column {column!r}."
                yield Problem(f"{where} given", found, ", ".join(known), nearest(column, known))


def _check_figure(where: str, row: dict[str, str | None], places: set[str | None]) -> Iterator[Problem]:
    if row["place"] not in places:
        yield Problem(where, f"place {row['place']!r} is not one of the example's places.")
    try:
        parse_period(row["period"] or "")
    except InputError as error:
        yield from (Problem(where, problem.found, problem.expected) for problem in error.problems)
    for name in ("value", "numerator", "denominator"):
        amount = row.get(name)
        if amount is not None and not _is_number(amount):
            yield Problem(where, f"{name} is {amount!r}.", "a number, or nothing for null")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
