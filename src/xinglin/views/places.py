"""The derived table "ancestor": every place with itself and all places above it."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from xinglin.core.place import LEVEL_BY_LENGTH

AREA_VIEW, INSTITUTION_VIEW = "foundation.area", "foundation.institution"
#: City, county, town, village and room for more; a circle in the records ends here.
MOST_LEVELS = 12
ANCESTOR_COLUMNS = {"kind": "VARCHAR", "code": "VARCHAR", "ancestor": "VARCHAR", "level": "VARCHAR"}


def ancestor_table(connection: DuckDBPyConnection) -> str | None:
    """SQL of "ancestor"(kind, code, ancestor, level) over the foundation views, or None where there are none.

    An area's parent is the Location it is part of. `level` is the ancestor's: an area's by the length of its code, an
    institution's its type. An institution has only itself.
    """
    known = {name for (name,) in connection.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    parts = []
    if AREA_VIEW in known:
        levels = " ".join(f"WHEN {length} THEN '{level}'" for length, level in LEVEL_BY_LENGTH.items())
        parts.append(
            f"SELECT 'area' AS kind, code, ancestor, CASE length(ancestor) {levels} ELSE '' END AS level FROM up"
        )
    if INSTITUTION_VIEW in known:
        code = "replace(institution, 'Organization/', '')"
        parts.append(f"""SELECT 'institution', {code}, {code}, coalesce(type, '') FROM "{INSTITUTION_VIEW}" """)
    if not parts:
        return None
    up = f"""
        SELECT area AS code, area AS ancestor, 0 AS steps FROM "{AREA_VIEW}" WHERE area IS NOT NULL
        UNION
        SELECT up.code, above.area, up.steps + 1
        FROM up
        JOIN "{AREA_VIEW}" AS here ON here.area = up.ancestor
        JOIN "{AREA_VIEW}" AS above ON above._key = here.parent
        WHERE up.steps < {MOST_LEVELS} AND above.area IS NOT NULL"""
    walk = f"WITH RECURSIVE up AS ({up}) " if AREA_VIEW in known else ""
    return f"{walk}SELECT DISTINCT kind, code, ancestor, level FROM ({' UNION ALL '.join(parts)}) ORDER BY ALL"
