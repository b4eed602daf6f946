"""Which Patients are one person, and what is known of that person: the table "resident".

The rule. Patients with the same valid identity card number (GB 11643; the old 15 digits are brought to 18) are one
resident; a Patient without a valid one is a resident alone. The resident's id is the smallest Patient key of the group.
Of the Patients of a resident, the one with a health record number speaks first, then the one stated last, then the one
with the smaller key; each attribute is that of the first who states it. So the order of arrival changes nothing.

`resident_table` says the rule in SQL; `link` says it in Python, to referee.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection

from xinglin.core.identifiers import ID_CARD_CHECK, ID_CARD_WEIGHTS, id_card_check_digit, id_card_fault
from xinglin.views.duck import moment
from xinglin.views.values import moment_of

PATIENT_VIEW = "foundation.patient"


@dataclass(frozen=True, slots=True)
class Resident:
    """One Patient and the resident that it is."""

    patient: str
    resident: str
    residence_area: str | None
    birth_date: date | None
    sex: str | None


def resident_table(connection: DuckDBPyConnection) -> str | None:
    """SQL of "resident"(patient, resident, residence_area, birth_date, sex) over the view foundation.patient.

    None where there is no such view. One row for each Patient, ordered by its key.
    """
    known = "SELECT count(*) FROM duckdb_views() WHERE view_name = ?"
    if connection.execute(known, [PATIENT_VIEW]).fetchall() != [(1,)]:
        return None
    order = "ORDER BY recorded DESC, stated DESC NULLS LAST, patient"
    first = ", ".join(
        f"first({column} {order}) FILTER (WHERE {column} IS NOT NULL) AS {name}"
        for column, name in (("area", "residence_area"), ("birth_date", "birth_date"), ("sex", "sex"))
    )
    card = "CASE WHEN id_card IS NOT NULL THEN " + card_sql("id_card") + " END"
    return f"""
        WITH registered AS (
            SELECT patient, nullif(area, '') AS area, birth_date, nullif(sex, '') AS sex,
                coalesce(record_number, '') <> '' AS recorded, {moment("stated_at")} AS stated,
                coalesce({card}, patient) AS person
            FROM "{PATIENT_VIEW}"
        ), known AS (
            SELECT person, min(patient) AS resident, {first} FROM registered GROUP BY person
        )
        SELECT patient, resident, residence_area, known.birth_date, known.sex
        FROM registered JOIN known USING (person) ORDER BY patient"""


def card_sql(column: str) -> str:
    """SQL of the 18-character card number in `column`, NULL when it is no valid one: `normal_card` in SQL."""
    number = f"upper({column})"
    lengthened = f"left({number}, 6) || '19' || right({number}, 9)"
    full = f"CASE WHEN length({number}) = 15 THEN {lengthened} ELSE left({number}, 17) END"
    digits = f"regexp_full_match({number}, '[0-9]{{17}}[0-9X]|[0-9]{{15}}')"
    day = f"TRY_CAST(substr({full}, 7, 4) || '-' || substr({full}, 11, 2) || '-' || substr({full}, 13, 2) AS DATE)"
    real_day = f"substr({full}, 7, 4) <> '0000' AND {day} IS NOT NULL"
    total = " + ".join(f"{weight} * substr({full}, {at}, 1)::INTEGER" for at, weight in enumerate(ID_CARD_WEIGHTS, 1))
    check = f"substr('{ID_CARD_CHECK}', 1 + ({total}) % 11, 1)"
    right_check = f"(length({number}) = 15 OR right({number}, 1) = {check})"
    return (
        f"CASE WHEN {digits} THEN CASE WHEN {real_day} THEN CASE WHEN {right_check} THEN {full} || {check} END END END"
    )


def normal_card(number: str | None) -> str | None:
    """The 18-character card number, or None when `number` is no valid one."""
    if number is None or id_card_fault(number) is not None:
        return None
    if len(number) == 15:
        first = number[:6] + "19" + number[6:]
        return first + id_card_check_digit(first)
    return number.upper()


def link(rows: Iterable[Mapping[str, Any]]) -> list[Resident]:
    """The table "resident" from rows of foundation.patient, by the rule above, in order of Patient key."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(normal_card(row["id_card"]) or row["patient"], []).append(row)
    linked = []
    for group in groups.values():
        resident = min(row["patient"] for row in group)
        ordered = sorted(group, key=_precedence)
        known = [next((row[name] for row in ordered if row[name]), None) for name in ("area", "birth_date", "sex")]
        linked += [Resident(row["patient"], resident, *known) for row in group]
    return sorted(linked, key=lambda entry: entry.patient)


def _precedence(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    stated = moment_of(row["stated_at"] or "")
    return not row["record_number"], math.inf if stated is None else -stated, row["patient"]
