"""Evidence files: kept whole, once, under harmless names and types."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.cases.evidence import LARGEST, LONGEST_NAME, UNKNOWN_TYPE, EvidenceFolder, clean_name, media_type
from xinglin.core.errors import InputError, StorageError


def test_a_file_is_kept_by_its_content(tmp_path: Path) -> None:
    """The same content under two names is one file on disk and reads back as it came."""
    folder = EvidenceFolder(tmp_path / "evidence")
    one = folder.put("证明.pdf", b"%PDF-1.7 proof")
    two = folder.put("copy.pdf", b"%PDF-1.7 proof")
    assert one.hash == two.hash
    assert (one.name, one.media_type, one.size) == ("证明.pdf", "application/pdf", 14)
    assert folder.read(one.hash) == b"%PDF-1.7 proof"
    assert [path.name for path in (tmp_path / "evidence").rglob("*") if path.is_file()] == [one.hash]


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_an_empty_or_too_large_file_is_refused(tmp_path: Path, size: int) -> None:
    """Nothing and more than 20 MB are refused with the limit; exactly 20 MB is kept."""
    folder = EvidenceFolder(tmp_path)
    with pytest.raises(InputError, match="20 MB"):
        folder.put("a.pdf", b"x" * size)
    assert list(tmp_path.iterdir()) == []
    if size:
        assert folder.put("a.pdf", b"x" * LARGEST).size == LARGEST


def test_a_changed_or_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is gone or no longer what was kept is an error, never given out."""
    folder = EvidenceFolder(tmp_path)
    kept = folder.put("a.txt", b"proof")
    (tmp_path / kept.hash[:2] / kept.hash).write_bytes(b"forged")
    with pytest.raises(StorageError, match="no longer"):
        folder.read(kept.hash)
    with pytest.raises(StorageError):
        folder.read("0" * 64)
    with pytest.raises(StorageError):
        folder.read("../../etc/passwd")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """When the folder is no folder the file is not said to be kept."""
    (tmp_path / "evidence").write_text("in the way")
    with pytest.raises(StorageError, match="not kept"):
        EvidenceFolder(tmp_path / "evidence").put("a.txt", b"proof")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("scan.exe", b"%PDF-1.7", "application/pdf"),
        ("photo.html", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("page.html", b"<html><script>", UNKNOWN_TYPE),
        ("drawing.svg", b"<svg onload=", UNKNOWN_TYPE),
        ("表.XLSX", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("notes", b"text", UNKNOWN_TYPE),
    ],
)
def test_the_type_is_told_by_the_content(name: str, content: bytes, kind: str) -> None:
    """The first bytes go before the name, and nothing that a browser would run keeps a type of its own."""
    assert media_type(name, content) == kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\wang\\证明.pdf", "证明.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\u202e.txt", "ab.txt"),
        ("", "evidence"),
        ("..", "evidence"),
    ],
)
def test_names_are_cleaned(name: str, kept: str) -> None:
    """A file keeps its own name without folders, line ends or characters that turn the line around."""
    assert clean_name(name) == kept


@given(st.text(max_size=300))
def test_any_name_becomes_a_name(name: str) -> None:
    """Whatever the browser sends, the kept name is short, printable and no path."""
    kept = clean_name(name)
    assert 0 < len(kept) <= LONGEST_NAME
    assert not set(kept) & set("/\\\r\n\0")
    assert clean_name(kept) == kept
