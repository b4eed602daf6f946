"""Which files are found, and in what order."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from xinglin.intake.files import find_files


def write(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")


def found(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path, _ in find_files([folder]).files]


def test_dated_folders_come_in_order_of_their_dates(tmp_path: Path) -> None:
    """Folders named by day are read day by day, and institutions within a day by name."""
    write(tmp_path, "2025-10-02/h1.ndjson", "2025-10-01/h2.ndjson", "2024-12-31/h9.jsonl", "2025-10-01/h1.json")
    assert found(tmp_path) == [
        "2024-12-31/h9.jsonl",
        "2025-10-01/h1.json",
        "2025-10-01/h2.ndjson",
        "2025-10-02/h1.ndjson",
    ]


def test_who_and_where_come_first(tmp_path: Path) -> None:
    """Files of places, institutions, practitioners and persons are read before what refers to them."""
    write(
        tmp_path,
        "Condition.ndjson",
        "Patient.000.ndjson",
        "Organization.ndjson",
        "sub/Location-1.ndjson",
        "Patient2.ndjson",
    )
    assert found(tmp_path) == [
        "sub/Location-1.ndjson",
        "Organization.ndjson",
        "Patient.000.ndjson",
        "Condition.ndjson",
        "Patient2.ndjson",
    ]


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    """Hidden files and other kinds of files in a folder are no input."""
    write(tmp_path, "a.ndjson", "README.md", ".b.ndjson", ".git/c.json", "d.csv")
    assert found(tmp_path) == ["a.ndjson"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    """A file named beside its folder is one file."""
    write(tmp_path, "a.ndjson")
    assert len(find_files([tmp_path, tmp_path / "a.ndjson"]).files) == 1


def test_what_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """A missing path, an empty folder, an empty file and another kind of file are each told with what to do."""
    write(tmp_path, "x.csv")
    (tmp_path / "empty").mkdir()
    (tmp_path / "none.ndjson").touch()
    paths = [tmp_path / name for name in ("missing", "empty", "none.ndjson", "x.csv")]
    result = find_files(paths)
    assert [Path(problem.where).name for problem in result.problems] == ["missing", "empty", "none.ndjson", "x.csv"]
    assert all(problem.remedy for problem in result.problems)
    assert [path.name for path, _ in result.files] == ["none.ndjson"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look on as somebody without rights")
def test_a_folder_without_rights_as_seen_by_another(tmp_path: Path) -> None:
    """A folder that may not be read is a problem; the folders beside it are read."""
    write(tmp_path, "a/x.ndjson", "b/y.ndjson", "c/z.ndjson")
    (tmp_path / "b").chmod(0)
    for parent in [tmp_path, *tmp_path.parents]:
        if parent == Path(tempfile.gettempdir()):
            break
        parent.chmod(0o755)
    program = (
        "import os, sys; from pathlib import Path; from xinglin.intake.files import find_files; os.setuid(65534); "
        "f = find_files([Path(sys.argv[1])]); print(*[p.name for p, _ in f.files]); "
        "print(*[p.where for p in f.problems])"
    )
    told = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["x.ndjson z.ndjson", str(tmp_path / "b")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_rights(tmp_path: Path) -> None:
    """A folder that may not be read is a problem; the folders beside it are read."""
    write(tmp_path, "a/x.ndjson", "b/y.ndjson")
    (tmp_path / "b").chmod(0)
    result = find_files([tmp_path])
    (tmp_path / "b").chmod(0o755)
    assert [path.name for path, _ in result.files] == ["x.ndjson"]
    assert [problem.where for problem in result.problems] == [str(tmp_path / "b")]
