"""The code lists that ship with Xinglin."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from xinglin.core import systems
from xinglin.packs.content import builtin_folder
from xinglin.packs.indicator import Indicator
from xinglin.packs.loading import load_library

LIBRARY = load_library([builtin_folder()])
BEFORE, AFTER = date(2025, 8, 31), date(2025, 9, 1)


@pytest.mark.parametrize(("day", "classes"), [(BEFORE, (2, 28, 11)), (AFTER, (2, 27, 11))])
def test_notifiable_diseases_by_class(day: date, classes: tuple[int, int, int]) -> None:
    """Two class A, 28 class B and 11 class C diseases were notifiable until August 2025; 2, 27 and 11 since."""
    counts = Counter(code.more["class"] for code in LIBRARY.codes.of(systems.NOTIFIABLE_DISEASE, day))
    assert (counts["A"], counts["B"], counts["C"]) == classes


def test_reports_within_two_hours() -> None:
    """Plague, cholera and SARS are reported within two hours, all others within 24."""
    codes = LIBRARY.codes.of(systems.NOTIFIABLE_DISEASE, AFTER)
    assert {code.code for code in codes if code.more["hours"] == "2"} == {"plague", "cholera", "sars"}
    assert {code.more["hours"] for code in codes} == {"2", "24"}


@pytest.mark.parametrize(
    ("indicator", "classes"),
    [
        ("notifiable-disease.class_a_b_cases", "AB"),
        ("notifiable-disease.class_a_b_incidence", "AB"),
        ("notifiable-disease.class_c_cases", "C"),
    ],
)
def test_indicators_of_a_class_count_each_of_its_diseases(indicator: str, classes: str) -> None:
    """The diseases that an indicator of a class lists are exactly those of the code list, past and present."""
    where = LIBRARY.of(Indicator)[indicator].numerator.where
    listed = {code.code for code in LIBRARY.codes.of(systems.NOTIFIABLE_DISEASE) if f"'{code.code}'" in where}
    wanted = {code.code for code in LIBRARY.codes.of(systems.NOTIFIABLE_DISEASE) if code.more["class"] in classes}
    assert listed == wanted
    assert where.count("'") == 2 * len(wanted)


@pytest.mark.parametrize(
    ("system", "least"),
    [
        (systems.INSTITUTION_TYPE, 11),
        (systems.ENCOUNTER_TYPE, 12),
        (systems.PROGRAMME, 7),
        (systems.RETURN_ITEM, 19),
        (systems.SCREENING, 4),
        (systems.REFERRAL, 2),
        (systems.VACCINE, 5),
    ],
)
def test_documented_codes_are_listed(system: str, least: int) -> None:
    """Each code system that docs/records.md names has its codes in a pack."""
    assert len(LIBRARY.codes.of(system)) >= least


def test_merged_diseases_have_a_last_day() -> None:
    """The two avian influenzas end on the day before the novel subtypes that took them in begin."""
    codes = LIBRARY.codes
    old = codes.get(systems.NOTIFIABLE_DISEASE, "avian-influenza-h7n9")
    new = codes.get(systems.NOTIFIABLE_DISEASE, "novel-influenza")
    assert old is not None
    assert new is not None
    assert (old.valid_to, new.valid_from) == (BEFORE, AFTER)
    assert codes.get(systems.NOTIFIABLE_DISEASE, "novel-influenza", BEFORE) is None
