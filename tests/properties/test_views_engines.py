"""DuckDB and the referee give the same rows for whatever resources come."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.views.errors import LeftOut
from xinglin.views.run import Engine, run_view, view_from_json

#: XINGLIN_LONG=2000 makes the long run.
EXAMPLES = int(os.environ.get("XINGLIN_LONG", "0")) or 15
Resource = dict[str, Any]

TEXTS = st.one_of(st.sampled_from(["", "x", "official", "中文𠮷", "Patient/p1", "a'b"]), st.text(max_size=5))
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([0.1, 0.2, 0.30000000000000004, 1e-7, 5e-7, 2.675, 1e11, 123456789.1234565]),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 7)),
)
DATES = st.sampled_from(
    ["2025", "2025-03", "2025-03-01", "2024-02-29", "2025-02-29", "0000-01-01", "9999-12-31", "0001-01-01"]
)
MOMENTS = st.one_of(
    DATES,
    st.sampled_from(
        [
            "2025-03-01T00:00:00Z",
            "2025-03-01T08:00:00+08:00",
            "2025-02-28T23:59:59.999-01:00",
            "2025-03-01T24:00:00Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "2025-03-01T00:00:00",
            "9999-12-31T23:59:59-12:00",
            "2025-03-01T00:00:60Z",
        ]
    ),
)
CODES = st.sampled_from(["male", "female", "phone", "official", "8480-6"])


def _element(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Resource]:
    """An object with any of these elements; now and then one of the wrong form."""
    broken = st.sampled_from([7, "text", [], {}, True, None])
    return st.fixed_dictionaries({}, optional={name: _mostly(part, broken) for name, part in parts.items()})


def _mostly(usual: st.SearchStrategy[Any], seldom: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 40).flatmap(lambda roll: seldom if roll == 0 else usual)


def _many(item: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(item, max_size=3)


NAMES = _element(use=CODES, family=TEXTS, given=_many(st.one_of(TEXTS, st.none())))
QUANTITIES = _element(value=NUMBERS, unit=TEXTS)
CODINGS = _element(coding=_many(_element(system=TEXTS, code=CODES)))
REFERENCES = _element(
    reference=st.sampled_from(
        ["Patient/p1", "Group/g", "#c", "urn:uuid:1", "http://x/Patient/p1", "Patient/p1/_history/3", ""]
    )
)
PATIENTS = _element(
    active=st.booleans(),
    gender=CODES,
    birthDate=DATES,
    deceasedDateTime=MOMENTS,
    deceasedBoolean=st.booleans(),
    multipleBirthInteger=st.integers(-(2**63), 2**63 - 1),
    name=_many(NAMES),
    telecom=_many(_element(system=CODES, value=TEXTS)),
    contact=_many(_element(name=NAMES, telecom=_many(_element(system=CODES, value=TEXTS)))),
    generalPractitioner=_many(REFERENCES),
    extension=_many(_element(url=TEXTS, valueString=TEXTS, valueInteger=st.integers(-5, 5))),
)
OBSERVATIONS = _element(
    status=CODES,
    valueQuantity=QUANTITIES,
    valueString=TEXTS,
    effectiveDateTime=MOMENTS,
    code=CODINGS,
    subject=REFERENCES,
    component=_many(_element(code=CODINGS, valueQuantity=QUANTITIES)),
    referenceRange=_many(_element(low=QUANTITIES, high=QUANTITIES)),
)


def _columns(**columns: tuple[str, str]) -> Resource:
    return {"column": [{"name": name, "path": path, "type": kind} for name, (kind, path) in columns.items()]}


PATIENT_VIEWS: list[Resource] = [
    {
        "resource": "Patient",
        "where": [{"path": "active or gender.exists()"}],
        "select": [
            _columns(
                sex=("string", "gender"),
                born=("date", "birthDate"),
                died=("dateTime", "deceased.ofType(dateTime)"),
                dead=("boolean", "deceased.exists()"),
                birth=("integer", "multipleBirth.ofType(integer)"),
                later=("integer", "multipleBirth.ofType(integer) * 2 + 1"),
                official=("string", "name.where(use = 'official' and family.exists()).family.first()"),
                all_given=("string", "name.given.join('|')"),
                names=("integer", "name.given.count()"),
                phone=("string", "telecom.where(system = 'phone').value.last()"),
                key=("string", "generalPractitioner.first().getReferenceKey(Patient)"),
                ext=("string", "extension('x').value.ofType(string).first()"),
                before=("boolean", "birthDate < deceased.ofType(dateTime)"),
                same=("boolean", "name.family = contact.name.family"),
                every=("boolean", "contact.all(telecom.exists(system = 'phone'))"),
                part=("string", "name.family.first().substring(1, 2) & '/' & gender"),
            )
        ],
    },
    {
        "resource": "Patient",
        "select": [
            _columns(key=("string", "getResourceKey()")),
            {
                "forEachOrNull": "contact",
                **_columns(
                    family=("string", "name.family"), given=("string", "name.given.first()"), i=("integer", "%rowIndex")
                ),
                "select": [{"forEachOrNull": "telecom", **_columns(v=("string", "value"), j=("integer", "%rowIndex"))}],
            },
            {
                "unionAll": [
                    {"forEach": "name.given", **_columns(u=("string", "$this"))},
                    {"forEach": "telecom.where(system = %resource.gender)", **_columns(u=("string", "value"))},
                    _columns(u=("string", "gender")),
                ]
            },
        ],
    },
    {
        "resource": "Patient",
        "select": [_columns(one=("string", "name.family"), two=("string", "telecom.single().value"))],
    },
]
OBSERVATION_VIEWS: list[Resource] = [
    {
        "resource": "Observation",
        "where": [{"path": "status != 'female'"}],
        "select": [
            _columns(
                patient=("string", "subject.getReferenceKey(Patient)"),
                anyone=("string", "subject.getReferenceKey()"),
                value=("decimal", "value.ofType(Quantity).value"),
                high=("boolean", "value.ofType(Quantity).value > 0.1"),
                text=(
                    "string",
                    "iif(value.ofType(Quantity).exists(), value.ofType(Quantity).unit, value.ofType(string))",
                ),
                number=("integer", "value.ofType(string).toInteger()"),
                on=("date", "effective.ofType(dateTime)"),
                since=("boolean", "effective.ofType(dateTime) >= @2025-03-01T00:00:00Z"),
                that_day=("boolean", "effective.ofType(dateTime) = @2025-03-01"),
                systolic=(
                    "decimal",
                    "component.where(code.coding.exists(code = '8480-6')).value.ofType(Quantity).value.first()",
                ),
                late=("dateTime", "effective.ofType(dateTime).highBoundary()"),
            )
        ],
    },
    {
        "resource": "Observation",
        "select": [
            {
                "forEach": "referenceRange",
                **_columns(
                    add=("decimal", "low.value + high.value"),
                    sub=("decimal", "low.value - high.value"),
                    mul=("decimal", "low.value * high.value"),
                    div=("decimal", "low.value / high.value"),
                    less=("boolean", "low.value < high.value implies low.unit = high.unit"),
                ),
            },
            {
                "column": [
                    {
                        "name": "units",
                        "path": "component.value.ofType(Quantity).unit",
                        "type": "string",
                        "collection": True,
                    }
                ]
            },
        ],
    },
]

ITEMS: st.SearchStrategy[Resource] = st.deferred(
    lambda: _element(
        linkId=CODES,
        item=st.lists(ITEMS, max_size=2),
        answer=st.lists(_element(valueString=TEXTS, item=st.lists(ITEMS, max_size=1)), max_size=2),
    )
)
RESPONSES = _element(status=CODES, item=st.lists(ITEMS, max_size=2))
RESPONSE_VIEWS: list[Resource] = [
    {
        "resource": "QuestionnaireResponse",
        "select": [
            _columns(key=("string", "getResourceKey()"), n=("integer", "item.answer.count()")),
            {"repeat": ["item", "answer.item"], **_columns(l=("string", "linkId"), i=("integer", "%rowIndex"))},
        ],
    },
    {
        "resource": "QuestionnaireResponse",
        "select": [
            {
                "repeat": ["item"],
                **_columns(l=("string", "linkId")),
                "select": [
                    {"forEachOrNull": "answer", "select": [{"repeat": ["item"], **_columns(b=("string", "linkId"))}]}
                ],
            }
        ],
    },
]


def _answer(view: Resource, resources: list[Resource], engine: Engine) -> tuple[list[str], list[str]]:
    left_out: list[LeftOut] = []
    rows = run_view(view_from_json(view), resources, engine=engine, left_out=left_out)
    return sorted(repr(_plain(row)) for row in rows), sorted(f"{fault.key} {fault.reason}" for fault in left_out)


def _plain(row: Resource) -> list[tuple[str, Any]]:
    return [(name, str(value) if isinstance(value, Decimal | date) else value) for name, value in row.items()]


def _check(views: list[Resource], resource_type: str, elements: list[Resource]) -> None:
    resources = [{"resourceType": resource_type, "id": f"r{n}", **body} for n, body in enumerate(elements)]
    for view in views:
        assert _answer(view, resources, "duckdb") == _answer(view, resources, "referee")


@settings(max_examples=EXAMPLES)
@given(st.lists(PATIENTS, max_size=6))
def test_engines_agree_on_patients(elements: list[Resource]) -> None:
    """Rows, and the resources left out, are the same for any patients: nulls, unicode, nested lists, faults."""
    _check(PATIENT_VIEWS, "Patient", elements)


@settings(max_examples=EXAMPLES)
@given(st.lists(OBSERVATIONS, max_size=6))
def test_engines_agree_on_observations(elements: list[Resource]) -> None:
    """Rows are the same for any observations: decimals, partial dates, time zones, references, choices."""
    _check(OBSERVATION_VIEWS, "Observation", elements)


@settings(max_examples=EXAMPLES)
@given(st.lists(RESPONSES, max_size=3))
def test_engines_agree_on_what_lies_in_itself(elements: list[Resource]) -> None:
    """Rows of a repeat are the same, and in the same order, however deep the items lie."""
    _check(RESPONSE_VIEWS, "QuestionnaireResponse", elements)
