"""Persons who may be registered twice: pairs of Patients, by key and by the names of the fields that agree."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from xinglin.residents.linking import PATIENT_VIEW, card_sql

#: A name and phone, or name, birth date and sex, of more Patients than this is a placeholder and points to no one.
MOST_ALIKE = 20
_FIELDS = ("id_card", "name", "birth_date", "sex", "phone")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two Patients, the smaller key first.

    `certain`: the same valid identity card at one institution, so registered twice there. Otherwise a look-alike, to be
    looked at by a person: same name, and same birth date and sex or same phone, without the same valid card, and shared
    by at most MOST_ALIKE Patients.
    `institution`: where both are registered, None when at different ones. `agree`: the fields that are equal.
    """

    first: str
    second: str
    institution: str | None
    certain: bool
    agree: tuple[str, ...]


def duplicates(session: DuckDBPyConnection, *, limit: int | None = None) -> list[Pair]:
    """Pairs registered twice at one institution, then look-alikes, each in order of their keys.

    `session`: of `views.session.open_session`; without the view foundation.patient there are no pairs.
    """
    known = "SELECT count(*) FROM duckdb_views() WHERE view_name = ?"
    if session.execute(known, [PATIENT_VIEW]).fetchall() != [(1,)]:
        return []
    agree = ", ".join(f"coalesce(a.{name} = b.{name}, FALSE)" for name in _FIELDS)
    pair = f"""SELECT a.patient AS one, b.patient AS two,
        CASE WHEN a.institution = b.institution THEN a.institution END AS institution, [{agree}] AS agree"""
    other_card = "a.id_card IS DISTINCT FROM b.id_card OR a.id_card IS NULL"
    query = f"""
        WITH registered AS MATERIALIZED (
            SELECT patient, institution, nullif(name, '') AS name, birth_date, nullif(sex, '') AS sex,
                nullif(phone, '') AS phone, {card_sql("id_card")} AS id_card
            FROM "{PATIENT_VIEW}"
        ), by_birth AS (
            SELECT * FROM registered WHERE name IS NOT NULL AND birth_date IS NOT NULL AND sex IS NOT NULL
            QUALIFY count(*) OVER (PARTITION BY name, birth_date, sex) <= {MOST_ALIKE}
        ), by_phone AS (
            SELECT * FROM registered WHERE name IS NOT NULL AND phone IS NOT NULL
            QUALIFY count(*) OVER (PARTITION BY name, phone) <= {MOST_ALIKE}
        ), found AS (
            {pair}, TRUE AS certain FROM registered AS a JOIN registered AS b USING (id_card, institution)
            WHERE a.patient < b.patient
            UNION
            {pair}, FALSE FROM by_birth AS a JOIN by_birth AS b USING (name, birth_date, sex)
            WHERE a.patient < b.patient AND ({other_card})
            UNION
            {pair}, FALSE FROM by_phone AS a JOIN by_phone AS b USING (name, phone)
            WHERE a.patient < b.patient AND ({other_card})
        )
        SELECT one, two, institution, certain, agree FROM found ORDER BY certain DESC, one, two
        LIMIT {"ALL" if limit is None else int(limit)}"""
    return [
        Pair(one, two, institution, certain, tuple(f for f, same in zip(_FIELDS, equal, strict=True) if same))
        for one, two, institution, certain, equal in session.execute(query).fetchall()
    ]
