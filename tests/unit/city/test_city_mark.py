"""Marking findings against the truth."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinglin.city.mark import Findings, FoundAlert, FoundMismatch, FoundTarget, mark

TRUTH: dict[str, Any] = {
    "outbreaks": [
        {
            "disease": "hand-foot-mouth",
            "name": "手足口病",
            "area": "990101002",
            "first_day": "2025-05-12",
            "last_day": "2025-05-16",
            "extra_reports": 17,
            "extra_visits": 18,
        },
        {
            "disease": "influenza",
            "name": "流行性感冒",
            "area": "990101004",
            "first_day": "2024-12-09",
            "last_day": "2024-12-20",
            "extra_reports": 30,
            "extra_visits": 36,
        },
    ],
    "late_targets": [
        {
            "names": ["two-cancer", "两癌"],
            "words": "两癌筛查1400人",
            "done": 590,
            "planned": 1400,
            "as_of": "2025-10-31",
        }
    ],
    "declarations": [
        {
            "institution": "YX-H2",
            "item": "outpatient-visits",
            "months": [
                {"month": "2025-05", "declared": 115, "counted": 100},
                {"month": "2025-06", "declared": 116, "counted": 101},
            ],
        }
    ],
    "duplicate_persons": [
        {"a": "Patient/YX-T01-p1000001", "b": "Patient/YX-T01-p91000001", "kind": "same-id"},
        {"a": "Patient/YX-T10-p10000002", "b": "Patient/YX-T10-p910000002", "kind": "missing-id"},
    ],
}


def _alert(subject: str, area: str, first: str, last: str) -> FoundAlert:
    return FoundAlert(subject, area, date.fromisoformat(first), date.fromisoformat(last))


def test_nothing_found_misses_everything_and_invents_nothing() -> None:
    """Without findings, all planted things are missed and no finding is false."""
    marks = mark(TRUTH, Findings())
    assert (len(marks.missed), len(marks.found), sum(marks.false.values())) == (7, 0, 0)


def test_an_outbreak_is_found_with_its_delay() -> None:
    """The earliest alert of the right disease, place and days counts, a village or the whole county too."""
    alerts = (
        _alert("notifiable-disease.hand_foot_mouth", "990101", "2025-05-15", "2025-05-20"),
        _alert("notifiable-disease.hand_foot_mouth", "990101002203", "2025-05-14", "2025-05-16"),
    )
    found = mark(TRUTH, Findings(alerts=alerts)).found
    assert [(one.kind, one.delay) for one in found] == [("outbreak", 2)]


def test_the_wrong_disease_place_or_day_is_a_false_alert() -> None:
    """Another disease, another town, or a month before: none answers to an outbreak."""
    alerts = (
        _alert("notifiable-disease.influenza", "990101002", "2025-05-14", "2025-05-15"),
        _alert("notifiable-disease.hand_foot_mouth", "990101003", "2025-05-14", "2025-05-15"),
        _alert("notifiable-disease.hand_foot_mouth", "990101002", "2025-04-12", "2025-04-13"),
    )
    marks = mark(TRUTH, Findings(alerts=alerts))
    assert (marks.found, marks.false["alerts"]) == ((), 3)


def test_a_count_of_no_one_disease_may_find_any() -> None:
    """Fever-clinic visits that rise in the town of an influenza outbreak find it."""
    alert = _alert("notifiable-disease.fever_clinic_visits", "990101004", "2024-12-12", "2024-12-19")
    assert [one.delay for one in mark(TRUTH, Findings(alerts=(alert,))).found] == [3]


def test_a_red_target_about_the_planted_one_finds_it() -> None:
    """By its indicator or by its words; a yellow one does not, and another red one is false."""
    red = FoundTarget("livelihood-projects.two_cancer_screened", "", "red")
    assert mark(TRUTH, Findings(targets=(red,))).share("late-target") == 1
    yellow = FoundTarget("", "提供两癌筛查1400人", "yellow")
    other = FoundTarget("family-doctor.contract_rate", "签约率", "red")
    marks = mark(TRUTH, Findings(targets=(yellow, other)))
    assert (marks.share("late-target"), marks.false["late-targets"]) == (0, 1)


def test_false_declarations_are_marked_by_month() -> None:
    """One month found of two; a mismatch of an honest institution is false."""
    found = (
        FoundMismatch("YX-H2", "2025-05", "hospital-quality.declared_outpatient_ratio", 115, 100),
        FoundMismatch("YX-H1", "2025-05", "outpatient-visits", 99, 100),
    )
    marks = mark(TRUTH, Findings(mismatches=found))
    assert (marks.share("false-declaration"), marks.false["mismatches"]) == (0.5, 1)


def test_duplicates_count_in_any_order_and_unsure_ones_as_look_alikes() -> None:
    """A pair with one ID card must be found for sure; one without may be shown as a look-alike."""
    marks = mark(
        TRUTH,
        Findings(
            duplicates=(("Patient/YX-T01-p91000001", "Patient/YX-T01-p1000001"),),
            look_alikes=(("Patient/YX-T10-p10000002", "Patient/YX-T10-p910000002"),),
        ),
    )
    assert (marks.share("duplicate-person"), marks.share("look-alike-person")) == (1, 1)
    marks = mark(
        TRUTH,
        Findings(
            look_alikes=(
                ("Patient/YX-T01-p1000001", "Patient/YX-T01-p91000001"),
                ("Patient/YX-T09-p9000001", "Patient/YX-T09-p9000002"),
            )
        ),
    )
    assert (marks.share("duplicate-person"), marks.false["look-alikes"]) == (0, 1)


def test_nothing_planted_has_no_share() -> None:
    """A kind of which nothing was planted answers None rather than a number."""
    empty = {"outbreaks": [], "late_targets": [], "declarations": [], "duplicate_persons": []}
    assert mark(empty, Findings()).share("outbreak") is None


def test_the_same_person_at_two_institutions_is_no_false_finding() -> None:
    """A look-alike pair that is one person in truth is not counted as false, though no one planted it."""
    pair = ("Patient/YX-T01-p1000007", "Patient/YX-H3-p1000007")
    assert mark(TRUTH, Findings(look_alikes=(pair,))).false["look-alikes"] == 0
