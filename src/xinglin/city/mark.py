"""Mark what the software found against what was planted. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xinglin.city.disease import DISEASES
from xinglin.city.duplicates import person_of

#: An alert may begin a little before the first planted onset (its test period reaches back) and end when the last card
#: is in.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=21)
#: Colours by which a scorecard says that a target is late.
_LATE_COLOURS = frozenset({"red"})


@dataclass(frozen=True, slots=True)
class FoundAlert:
    """`subject`: the indicator or disease that rose. `area`: code of the area, of any level."""

    subject: str
    area: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A target that a scorecard judged. `subject`: its indicator's id. `words`: its text in the plan."""

    subject: str
    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class FoundMismatch:
    """A declared figure that differs from the one counted. `month`: YYYY-MM."""

    institution: str
    month: str
    item: str
    declared: float
    counted: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What the software found. `duplicates`: pairs of Patient keys (`Patient/id`), in any order; `look_alikes`: those
    it is unsure of.
    """

    alerts: tuple[FoundAlert, ...] = ()
    targets: tuple[FoundTarget, ...] = ()
    mismatches: tuple[FoundMismatch, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    look_alikes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One planted thing. `delay`: days from when it could first be seen to when it was found; None where days mean
    nothing.
    """

    kind: str
    what: str
    found: bool
    delay: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """All planted things, and how many findings answer to none of them, by kind."""

    planted: tuple[Mark, ...]
    false: Mapping[str, int]

    @property
    def found(self) -> tuple[Mark, ...]:
        return tuple(one for one in self.planted if one.found)

    @property
    def missed(self) -> tuple[Mark, ...]:
        return tuple(one for one in self.planted if not one.found)

    def share(self, kind: str) -> float | None:
        """Found of the planted of a kind; None when none was planted."""
        of_kind = [one for one in self.planted if one.kind == kind]
        return sum(one.found for one in of_kind) / len(of_kind) if of_kind else None


def mark(truth: Mapping[str, Any], findings: Findings) -> Marks:
    """Compare findings with `truth.json` as read. Duplicate persons are marked one by one."""
    planted = [
        *_outbreaks(truth["outbreaks"], findings.alerts),
        *_late_targets(truth["late_targets"], findings.targets),
        *_declarations(truth["declarations"], findings.mismatches),
        *_duplicates(truth["duplicate_persons"], findings),
    ]
    return Marks(tuple(planted), _false(truth, findings))


def _outbreaks(outbreaks: Sequence[Mapping[str, Any]], alerts: Sequence[FoundAlert]) -> Iterator[Mark]:
    for one in outbreaks:
        days = [alert.first_day for alert in alerts if _answers(alert, one)]
        what = f"{one['name']} {one['area']} {one['first_day']}"
        detail = f"{one['extra_reports']} extra report cards, {one['extra_visits']} extra visits"
        if days:
            delay = max(0, (min(days) - date.fromisoformat(one["first_day"])).days)
            yield Mark("outbreak", what, True, delay, detail)
        else:
            yield Mark("outbreak", what, False, None, detail)


def _answers(alert: FoundAlert, outbreak: Mapping[str, Any]) -> bool:
    """Same disease (or a count of no one disease), a place that holds or is held by the outbreak's, and days that
    meet."""
    named = _diseases(alert.subject)
    area = str(outbreak["area"])
    first, last = date.fromisoformat(outbreak["first_day"]), date.fromisoformat(outbreak["last_day"])
    return (
        (not named or outbreak["disease"] in named)
        and (alert.area.startswith(area) or area.startswith(alert.area))
        and alert.first_day <= last + _AFTER
        and alert.last_day >= first
        and alert.first_day >= first - _BEFORE
    )


def _diseases(subject: str) -> frozenset[str]:
    """Diseases that an indicator's id names, `_` and `-` alike. The pack's own name is not one."""
    name = subject.rpartition(".")[2].replace("_", "-")
    return frozenset(disease.code for disease in DISEASES if disease.code in name)


def _late_targets(late: Sequence[Mapping[str, Any]], targets: Sequence[FoundTarget]) -> Iterator[Mark]:
    for one in late:
        red = any(_about(target, one) and target.colour in _LATE_COLOURS for target in targets)
        yield Mark("late-target", one["words"], red, None, f"{one['done']} of {one['planned']} by {one['as_of']}")


def _about(target: FoundTarget, planted: Mapping[str, Any]) -> bool:
    text = f"{target.subject} {target.words}".replace("_", "-")
    return any(name in text for name in planted["names"])


def _declarations(planted: Sequence[Mapping[str, Any]], found: Sequence[FoundMismatch]) -> Iterator[Mark]:
    for one in planted:
        for month in one["months"]:
            hit = any(
                mismatch.institution == one["institution"] and mismatch.month == month["month"]
                and _same_item(mismatch.item, one["item"])
                for mismatch in found
            )  # fmt: skip
            what = f"{one['institution']} {one['item']} {month['month']}"
            yield Mark(
                "false-declaration", what, hit, None, f"{month['declared']} declared, {month['counted']} counted"
            )


def _same_item(found: str, planted: str) -> bool:
    """An indicator may call a return's item by its first word: `declared_outpatient_ratio` for `outpatient-visits`."""
    return planted.split("-")[0] in found


def _duplicates(planted: Sequence[Mapping[str, Any]], findings: Findings) -> Iterator[Mark]:
    sure = {frozenset(pair) for pair in findings.duplicates}
    unsure = {frozenset(pair) for pair in findings.look_alikes}
    for one in planted:
        pair = frozenset((one["a"], one["b"]))
        certain = one["kind"] == "same-id"
        hit = pair in sure or (pair in unsure and not certain)
        kind = "duplicate-person" if certain else "look-alike-person"
        yield Mark(kind, f"{one['a']} {one['b']}", hit, None, one["kind"])


def _false(truth: Mapping[str, Any], findings: Findings) -> dict[str, int]:
    declared = {(one["institution"], month["month"]) for one in truth["declarations"] for month in one["months"]}
    return {
        "alerts": sum(not any(_answers(alert, one) for one in truth["outbreaks"]) for alert in findings.alerts),
        "late-targets": sum(
            target.colour in _LATE_COLOURS and not any(_about(target, one) for one in truth["late_targets"])
            for target in findings.targets
        ),
        "mismatches": sum((one.institution, one.month) not in declared for one in findings.mismatches),
        "duplicates": sum(person_of(first) != person_of(second) for first, second in findings.duplicates),
        "look-alikes": sum(person_of(first) != person_of(second) for first, second in findings.look_alikes),
    }
