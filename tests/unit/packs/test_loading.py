"""Folders of packs → a library, or every problem at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from xinglin.core.errors import InputError, Problem
from xinglin.packs.content import builtin_folder
from xinglin.packs.indicator import Indicator
from xinglin.packs.loading import known_nouns, load_library
from xinglin.packs.schemas import json_schemas
from xinglin.packs.view import View

PACK = """
id: measles
title: {zh: 麻疹, en: Measles}
version: "1"
owner: 疾控中心
authority: 监测方案
"""
VIEW = """
id: measles.confirmed
title: {zh: 确诊病例, en: Confirmed cases}
resource: Condition
select:
  - column:
      - {name: patient, type: string, path: subject.getReferenceKey(Patient)}
      - {name: day, type: date, path: recordedDate}
"""
INDICATOR = """
id: measles.cases
title: {zh: 麻疹病例数, en: Measles cases}
unit: 例
formula: {zh: 病例数, en: Cases}
numerator: {view: measles.confirmed, on: day, count: rows}
"""
EXAMPLE = """
title: A case counts on its day
given:
  measles.confirmed: |
    patient | residence_area | day
    p1      | 990101001001   | 2026-03-02
as_of: 2026-03-31
expect:
  measles.cases: |
    place  | period     | value
    990101 | 2026-03-02 | 1
"""
FILES = {
    "pack.yaml": PACK,
    "views/confirmed.yaml": VIEW,
    "indicators/cases.yaml": INDICATOR,
    "examples/cases.yaml": EXAMPLE,
}


def write(folder: Path, files: dict[str, str], pack: str = "measles") -> Path:
    """A folder of packs with one pack of these files."""
    for name, text in files.items():
        file = folder / pack / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, **files: str) -> list[Problem]:
    """What is wrong with the pack when some of its files read otherwise; `views__confirmed` is views/confirmed.yaml."""
    changed = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    with pytest.raises(InputError) as caught:
        load_library([write(folder, FILES | changed)])
    return list(caught.value.problems)


def test_a_clean_pack_loads(tmp_path: Path) -> None:
    """A pack without faults becomes definitions by id, with the file each came from and its examples."""
    library = load_library([write(tmp_path, FILES)])
    assert library.of(Indicator)["measles.cases"].numerator.view == "measles.confirmed"
    assert library.sources["measles.cases"] == "packs/measles/indicators/cases.yaml"
    assert list(library.examples) == ["packs/measles/examples/cases.yaml"]
    assert [pack.id for pack in library.packs] == ["measles"]


def test_every_problem_of_every_file_is_told(tmp_path: Path) -> None:
    """Faults of several files come together, each at its own line."""
    found = problems(
        tmp_path,
        pack=PACK.replace("owner: 疾控中心\n", ""),
        views__confirmed=VIEW.replace("type: date", "type: day"),
        indicators__cases=INDICATOR.replace("unit:", "units:").replace("count: rows", "count: row"),
    )
    assert {problem.where for problem in found} >= {
        "packs/measles/pack.yaml:2",
        "packs/measles/views/confirmed.yaml:8",
        "packs/measles/indicators/cases.yaml:4",
        "packs/measles/indicators/cases.yaml:6",
    }


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    """A mistyped key is told with the right one."""
    found = problems(tmp_path, indicators__cases=INDICATOR.replace("view:", "veiw:"))
    assert any("Did you mean 'view'?" in problem.remedy for problem in found)


def test_an_unknown_column_is_told_at_its_line(tmp_path: Path) -> None:
    """A condition over a column that the view has not is found when the pack is loaded."""
    text = INDICATOR.replace("{view: measles.confirmed, on: day, count: rows}", "") + (
        "  view: measles.confirmed\n  where: dai > '2026-01-01'\n  on: day\n  count: rows\n"
    )
    [problem] = problems(tmp_path, indicators__cases=text)
    assert problem.where == "packs/measles/indicators/cases.yaml:8"
    assert "Did you mean 'day'?" in problem.remedy


def test_an_indicator_needs_an_example(tmp_path: Path) -> None:
    """A pack whose indicator no example covers does not load."""
    [problem] = problems(tmp_path, **{"indicators__more": INDICATOR.replace("measles.cases", "measles.more")})
    assert problem.where == "packs/measles/indicators/more.yaml:2"
    assert "no example covers 'measles.more'" in problem.found


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("measles.confirmed: |", "measles.confirmd: |", "view 'measles.confirmd' is not known"),
        ("| day\n", "| dai\n", "has no column 'dai'"),
        ("measles.cases: |", "measles.case: |", "indicator 'measles.case' is not known"),
        ("990101 |", "990109 |", "place '990109' is not one of the example's places"),
        ("2026-03-02 | 1", "2026-13-02 | 1", "'2026-13-02' is not a period"),
        ("| 1\n", "| one\n", "value is 'one'"),
        ("| value", "| valu", "expected figures need the columns value"),
        ("2026-03-02\n", "2026-03-02 | x | y\n", "row 1 has 5 cells for 3 columns"),
    ],
)
def test_faults_of_examples(tmp_path: Path, old: str, new: str, found: str) -> None:
    """An example that speaks of what does not exist is told, in words."""
    assert old in EXAMPLE
    told = problems(tmp_path, examples__cases=EXAMPLE.replace(old, new))
    assert any(found in problem.found for problem in told)


def test_ids_belong_to_their_pack_and_stand_once(tmp_path: Path) -> None:
    """An id begins with its pack's name, and no two definitions share one."""
    found = problems(
        tmp_path,
        views__other=VIEW.replace("measles.confirmed", "mumps.confirmed"),
        views__twice=VIEW,
    )
    texts = [problem.found for problem in found]
    assert any("'mumps.confirmed' is not of this pack" in text for text in texts)
    assert any("stands already in packs/measles/views/confirmed.yaml" in text for text in texts)


def test_strange_files_and_folders_are_told(tmp_path: Path) -> None:
    """A folder that is no noun's and a file that is not read are not passed over in silence."""
    write(tmp_path, {"indicator/cases.yaml": INDICATOR, "views/notes.txt": "x", ".hidden": "x", "README.md": "x"})
    found = {problem.where: problem for problem in problems(tmp_path)}
    assert "Did you mean 'indicators'?" in found["packs/measles/indicator:1"].remedy
    assert "packs/measles/views/notes.txt:1" in found
    assert "packs/measles/.hidden:1" not in found


def test_a_pack_without_pack_file(tmp_path: Path) -> None:
    """A folder among the packs without pack.yaml is told."""
    with pytest.raises(InputError) as caught:
        load_library([write(tmp_path, {"views/confirmed.yaml": VIEW})])
    assert [problem.where for problem in caught.value.problems] == ["packs/measles/pack.yaml:1"]


def test_the_pack_file_bears_the_folder_name(tmp_path: Path) -> None:
    """A pack's id is its folder's name."""
    [problem] = problems(tmp_path, pack=PACK.replace("id: measles", "id: mumps"))
    assert problem.where == "packs/measles/pack.yaml:2"


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "plain words"])
def test_a_file_without_names_is_told(tmp_path: Path, text: str) -> None:
    """An empty file, a list or plain words where 'name: value' lines belong are a problem, not a crash."""
    found = problems(tmp_path, pack=text)
    assert found[0].where == "packs/measles/pack.yaml:1"


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    """A file in another encoding is named."""
    write(tmp_path, FILES)
    (tmp_path / "measles" / "pack.yaml").write_bytes(PACK.encode("gb18030"))
    with pytest.raises(InputError) as caught:
        load_library([tmp_path])
    assert "is not UTF-8 text" in str(caught.value)


def test_a_later_folder_replaces_a_pack(tmp_path: Path) -> None:
    """A county's pack of the same name stands in the place of ours, whole: nothing of ours is left of it."""
    ours = write(tmp_path / "ours", FILES)
    own = {name: text.replace("Measles cases", "Own cases") for name, text in FILES.items()}
    library = load_library([ours, write(tmp_path / "own", own), tmp_path / "nowhere"])
    assert library.of(Indicator)["measles.cases"].title.en == "Own cases"
    assert len(library.packs) == 1


def test_a_replaced_pack_is_not_read(tmp_path: Path) -> None:
    """Faults of a pack that the county has replaced trouble nobody."""
    ours = write(tmp_path / "ours", FILES | {"views/confirmed.yaml": "broken: ["})
    library = load_library([ours, write(tmp_path / "own", FILES)])
    assert "measles.cases" in library.of(Indicator)


def test_a_county_pack_stands_on_ours(tmp_path: Path) -> None:
    """A county's own pack may use the views of the packs that ship with Xinglin."""
    use = INDICATOR.replace("measles.confirmed, on: day", "notifiable-disease.report_card, on: reported_on")
    example = EXAMPLE.replace("measles.confirmed", "notifiable-disease.report_card").replace(
        "residence_area | day", "area | reported_on"
    )
    files = {"pack.yaml": PACK, "indicators/cases.yaml": use, "examples/cases.yaml": example}
    library = load_library([builtin_folder(), write(tmp_path, files)])
    assert "measles.cases" in library.of(Indicator)


def test_views_may_be_json(tmp_path: Path) -> None:
    """A ViewDefinition may be a .json file, tabs and all."""
    text = (
        '{"id": "measles.confirmed",\n\t"title": {"zh": "确诊", "en": "Confirmed"},\n\t"resource": "Condition",\n'
        '\t"select": [{"column": [{"name": "patient", "type": "string", "path": "subject.getReferenceKey(Patient)"},\n'
        '\t\t{"name": "day", "type": "date", "path": "recordedDate"}]}]}'
    )
    files = {name: content for name, content in FILES.items() if not name.startswith("views")}
    library = load_library([write(tmp_path, files | {"views/confirmed.json": text})])
    assert library.of(View)["measles.confirmed"].columns() == {"patient": "string", "day": "date"}


def test_schemas_cover_every_noun() -> None:
    """There is a JSON Schema for pack.yaml, for examples and for each noun's files."""
    assert set(json_schemas()) == {
        f"{name}.schema.json" for name in ("pack", "example", *(noun.name for noun in known_nouns()))
    }
    assert {noun.name for noun in known_nouns()} >= {"view", "indicator", "watch", "loop", "form", "source"}
