"""Making a county: the same again from the same arguments, clear refusals, nothing half made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import orjson
import pytest

from xinglin.city import make
from xinglin.city.world import lay_out
from xinglin.core.errors import InputError, StorageError


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return total.hexdigest()


def test_equal_arguments_give_equal_bytes_whatever_the_processes(tmp_path: Path) -> None:
    """One process or two, the files are the same; another seed gives others."""
    make(tmp_path / "one", residents=300, days=40, processes=1)
    make(tmp_path / "two", residents=300, days=40, processes=2)
    make(tmp_path / "other", residents=300, days=40, seed=2)
    assert _digest(tmp_path / "one") == _digest(tmp_path / "two")
    assert _digest(tmp_path / "one") != _digest(tmp_path / "other")


def test_the_hash_seed_changes_nothing(tmp_path: Path) -> None:
    """Two interpreters with different PYTHONHASHSEED write the same county."""
    code = "import sys, pathlib; from xinglin.city import make; make(pathlib.Path(sys.argv[1]), residents=200, days=25)"
    for seed in ("1", "2"):
        path = os.pathsep.join(entry for entry in sys.path if entry)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed)], env=environment, check=True)
    assert _digest(tmp_path / "1") == _digest(tmp_path / "2")


def test_small_counties_have_two_towns_and_an_outbreak(tmp_path: Path) -> None:
    """300 residents and 60 days still make at least two towns and one outbreak of eight cases or more."""
    seen: list[tuple[int, int]] = []
    report = make(tmp_path / "c", residents=300, days=60, progress=lambda done, total: seen.append((done, total)))
    truth = orjson.loads((tmp_path / "c" / "truth.json").read_bytes())
    assert report.towns >= 2
    assert any(one["extra_cases"] >= 8 for one in truth["outbreaks"])
    assert (seen[0], seen[-1], len(seen)) == ((1, 60), (60, 60), 60)
    assert report.lines == sum(
        len(path.read_bytes().splitlines()) for path in (tmp_path / "c" / "feeds").rglob("*.ndjson")
    )


def test_the_plan_carries_the_late_target(tmp_path: Path) -> None:
    """plan.txt names the year, has forty commitments with owners, and the words that the truth calls late."""
    make(tmp_path / "c", residents=200, days=400)
    truth = orjson.loads((tmp_path / "c" / "truth.json").read_bytes())
    text = (tmp_path / "c" / "plan.txt").read_text("utf-8")
    assert [one["words"] in text for one in truth["late_targets"]] == [True]
    assert truth["late_targets"][0]["done"] < 0.75 * truth["late_targets"][0]["planned"]
    assert text.startswith("云溪县卫生健康局2025年卫生健康工作要点\n")
    assert text.count("责任科室：") >= 40


def test_a_county_is_not_written_over(tmp_path: Path) -> None:
    """A folder that holds a county is refused; one left unfinished is made anew."""
    folder = tmp_path / "c"
    stray = folder / "feeds" / "2020-01-01" / "stray.ndjson"
    stray.parent.mkdir(parents=True)
    stray.write_text("{}")
    make(folder, residents=100, days=7)
    assert not stray.exists()
    with pytest.raises(InputError, match="already holds"):
        make(folder, residents=100, days=7)


def test_arguments_out_of_range_are_all_told_at_once() -> None:
    """Too few residents, no days and a year out of range are three problems of one error."""
    with pytest.raises(InputError) as caught:
        lay_out(5, 0, 1, date(1999, 1, 1))
    assert [problem.where for problem in caught.value.problems] == ["residents", "days", "end"]


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    """A file where the folder should be gives StorageError, not a traceback of the operating system's."""
    (tmp_path / "c").write_text("a file")
    with pytest.raises(StorageError, match="cannot be written"):
        make(tmp_path / "c", residents=100, days=7)
