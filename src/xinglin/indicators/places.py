"""The places of a county as its own records tell them: foundation.area and foundation.institution."""

from __future__ import annotations

from collections.abc import Iterator

from duckdb import DuckDBPyConnection

from xinglin.core.place import LEVEL_BY_LENGTH, Place, Places


def places_from(session: DuckDBPyConnection) -> Places:
    """All areas and institutions, areas first, each in the order of their codes.

    A place recorded twice keeps the record with the greatest key. Records without a code are left out.
    """
    return Places((*_areas(session), *_institutions(session)))


def _areas(session: DuckDBPyConnection) -> Iterator[Place]:
    rows = session.execute(
        'SELECT _key, area, name, parent FROM "foundation.area" WHERE area IS NOT NULL ORDER BY area, _key'
    ).fetchall()
    code_of = {key: code for key, code, _, _ in rows}
    for code, name, parent in {code: (code, name, parent) for _, code, name, parent in rows}.values():
        above = code_of.get(parent, _bare(parent))
        level = LEVEL_BY_LENGTH.get(len(code), "")
        yield Place("area", code, name or code, level, above if above != code else "")


def _institutions(session: DuckDBPyConnection) -> Iterator[Place]:
    rows = session.execute(
        'SELECT institution, name, type, area, parent FROM "foundation.institution" '
        "WHERE institution IS NOT NULL ORDER BY institution, _key"
    ).fetchall()
    for code, name, kind, area, parent in {_bare(row[0]): row for row in rows}.values():
        yield Place("institution", _bare(code), name or _bare(code), kind or "", _bare(parent), _bare(area))


def _bare(key: str | None) -> str:
    """A code without what FHIR puts before it: Organization/, Location/area-."""
    return (key or "").removeprefix("Organization/").removeprefix("Location/").removeprefix("area-")
