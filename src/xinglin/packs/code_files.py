"""One `codes/*.csv` file → its codes; every line's problems told."""

from __future__ import annotations

import csv
from datetime import date

from xinglin.core.errors import Problem
from xinglin.core.text import Text
from xinglin.packs.codes import COLUMNS, Code


def read_code_file(where: str, text: str, problems: list[Problem]) -> list[Code]:
    """The codes that can be read; what is wrong with the others is added to `problems` with its line."""
    rows = csv.reader(text.splitlines())
    header = next(rows, [])
    if tuple(header[: len(COLUMNS)]) != COLUMNS:
        found = f"columns are {', '.join(header) or 'missing'}."
        problems.append(Problem(f"{where}:1", found, ", ".join(COLUMNS), "Put these columns first; others may follow."))
        return []
    codes = []
    for cells in rows:
        if not any(cells):
            continue
        code = _code(f"{where}:{rows.line_num}", header, cells, problems)
        if code is not None:
            codes.append(code)
    return codes


def _code(where: str, header: list[str], cells: list[str], problems: list[Problem]) -> Code | None:
    if len(cells) != len(header):
        problems.append(Problem(where, f"has {len(cells)} cells.", f"{len(header)} cells, as the columns"))
        return None
    row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    empty = [name for name in ("code", "system", "zh", "en") if not row[name]]
    if empty:
        problems.append(Problem(where, f"{', '.join(empty)} is empty."))
        return None
    days: list[date | None] = []
    for name in ("valid_from", "valid_to"):
        try:
            days.append(date.fromisoformat(row[name]) if row[name] else None)
        except ValueError:
            problems.append(Problem(where, f"{name} is {row[name]!r}.", "a date such as 2025-09-01, or nothing"))
            return None
    more = {name: row[name] for name in header[len(COLUMNS) :] if row[name]}
    return Code(row["code"], row["system"], Text(zh=row["zh"], en=row["en"]), days[0], days[1], more)
