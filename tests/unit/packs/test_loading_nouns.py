"""What the nouns watch, loop, form and source refuse, and code files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xinglin.core.errors import InputError
from xinglin.packs.content import builtin_folder
from xinglin.packs.loading import load_library

WATCH = "notifiable-disease/watches/influenza_rise.yaml"
LOOP = "foundation/loops/supervision_slip.yaml"
FORM = "livelihood-projects/forms/aed_site.yaml"
SOURCE = "livelihood-projects/sources/monthly_return.yaml"
VIEW = "foundation/views/encounter.yaml"
CODES = "livelihood-projects/codes/screenings.csv"


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our packs to spoil."""
    return Path(shutil.copytree(builtin_folder(), tmp_path_factory.mktemp("copy") / "packs"))


def spoiled(packs: Path, name: str, old: str, new: str) -> list[str]:
    """What is told when one file reads otherwise, `old` being somewhere in it."""
    file = packs / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        with pytest.raises(InputError) as caught:
            load_library([packs])
    finally:
        file.write_text(text, encoding="utf-8")
    assert all(problem.where.startswith(f"packs/{name}:") for problem in caught.value.problems)
    return [f"{problem.found} {problem.remedy}".strip() for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        (WATCH, "series: notifiable-disease.influenza", "series: notifiable-disease.influenz", "Did you mean"),
        (WATCH, "loop: notifiable-disease.alert_response", "loop: notifiable-disease.alert", "is not known"),
        (WATCH, "loop: notifiable-disease.alert_response", "loop: foundation.supervision_slip", "is of kind 'slip'"),
        (WATCH, "assign: epidemiologist", "assign: epidemologist", "Did you mean 'epidemiologist'?"),
        (WATCH, "levels: [town]", "levels: [towns]", "Did you mean 'town'?"),
        (WATCH, "minimum: 4", "minimum: 4\nperiod: half", "is not worked out by half"),
        (WATCH, "cool_down: 14", "cool_down: 0", "'cool_down'"),
        (LOOP, "to: working, roles: [officer]", "to: workin, roles: [officer]", "Did you mean 'working'?"),
        (LOOP, "from: [to_sign], to: working", "from: [to_sign, nowhere], to: working", "state 'nowhere' is not known"),
        (LOOP, "roles: [officer]}", "roles: [boss]}", "role 'boss' is not known"),
        (LOOP, "owner: officer", "owner: nobody", "role 'nobody' is not known"),
        (LOOP, "id: returned,", "id: working,", "state 'working' stands twice"),
        (LOOP, "from: [extension_asked], to: working, roles: [leader], requires: [due], extends: true",
         "from: [extension_asked], to: working, roles: [leader], extends: true", "does not ask for one"),
        (LOOP, "within: {workdays: 1}", "within: {workdays: 1, hours: 2}", "give either 'hours' or 'workdays'"),
        (LOOP, "colour: green", "colour: gren", "Did you mean 'green'?"),
        (FORM, "key: [number]", "key: [numbers]", "Did you mean 'number'?"),
        (FORM, "key: [number]", "key: [checked_on]", "need not be answered"),
        (FORM, "  area: area", "  area: site", "has type 'text'"),
        (FORM, "type: choice\n", "type: text\n", "'choices' goes with the types choice and choices"),
        (FORM, "least: 0", "least: 20000", "'least' is greater than 'most'"),
        (FORM, "id: site,", "id: number,", "question 'number' stands twice"),
        (FORM, "roles: [officer, doctor]", "roles: [nurse]", "role 'nurse' is not known"),
        (SOURCE, "path: period.start", "path: period.begin", "has no element 'begin'"),
        (SOURCE, "path: measure,", "path: reporter.display,", "MeasureReport.measure is required"),
        (SOURCE, "key: [乡镇代码, 月份]", "key: [乡镇代码, 年份]", "column '年份' is in the key but in no field"),
        (SOURCE, "path: date,", "path: status,", "element 'status' is filled twice"),
        (SOURCE, "resource: MeasureReport", "resource: MeasureReports", "Did you mean 'MeasureReport'?"),
        (SOURCE, 'template: "{}-01"', 'template: "01"', "'template' holds {} once"),
        (VIEW, "resource: Encounter", "resource: Encuonter", "Did you mean 'Encounter'?"),
        (VIEW, "name: ended_at, type: dateTime", "name: ended_at, type: datetime", "Did you mean 'dateTime'?"),
        (VIEW, "name: ended_at, type: dateTime", "name: started_at, type: dateTime", "stands twice"),
        (VIEW, "name: ended_at, type: dateTime", "name: ended_at", "has no type"),
        (VIEW, "- column:", "- columns:", "'columns' is not known in a select"),
        (CODES, "breast-cancer,", "cervical-cancer,", "stands twice for the same days"),
        (CODES, "Breast cancer screening,,", "Breast cancer screening,2025-13-01,", "valid_from is '2025-13-01'"),
        (CODES, "Breast cancer screening,,", "Breast cancer screening,", "has 5 cells"),
        (CODES, "乳腺癌筛查", "", "zh is empty"),
        (CODES, "code,system", "system,code", "columns are system, code"),
    ],
)  # fmt: skip
def test_faults_of_content(packs: Path, name: str, old: str, new: str, found: str) -> None:
    """Each fault is found when the packs are loaded, at the file it stands in, with the nearest right name."""
    assert any(found in told for told in spoiled(packs, name, old, new))


def test_a_loop_that_cannot_end_is_refused(packs: Path) -> None:
    """From every state of a loop some final state can be reached, and every state can be entered."""
    told = spoiled(packs, LOOP, "final: true}\n  - {id: withdrawn", "final: false}\n  - {id: withdrawn")
    assert any("from state 'done' no final state can be reached" in text for text in told)
    unreached = spoiled(packs, LOOP, "to: returned, roles", "to: done, roles")
    assert any("no move leads to state 'returned'" in text for text in unreached)


def test_a_final_state_leads_nowhere(packs: Path) -> None:
    """A case that is closed stays closed."""
    told = spoiled(packs, LOOP, "from: [to_review], to: returned", "from: [to_review, done], to: returned")
    assert told == ["state 'done' is final but a move leads out of it."]
