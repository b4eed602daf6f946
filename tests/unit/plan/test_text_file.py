"""A plan's text out of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from xinglin.core.errors import InputError
from xinglin.plan.text_file import plan_text

WORDS = "一、主要任务\r\n（一）家庭医生签约率达45%以上。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_both_encodings_and_newlines_are_kept(tmp_path: Path, encoding: str) -> None:
    """UTF-8 and GB18030 give the same text, newlines untouched, so that offsets are those of the file."""
    file = tmp_path / "plan.txt"
    file.write_bytes(WORDS.encode(encoding))
    assert plan_text(file) == WORDS


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04rest", "Word"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1", "old Word"),
        (b"text\x00text", "no text"),
        (b"\xff\xff\xff\x81", "neither"),
    ],
)
def test_what_is_no_text_is_refused_with_a_remedy(tmp_path: Path, content: bytes, word: str) -> None:
    """Word, PDF, binary and unknown encodings are refused in words that say what to do."""
    file = tmp_path / "plan"
    file.write_bytes(content)
    with pytest.raises(InputError, match=word) as caught:
        plan_text(file)
    assert caught.value.problems[0].remedy


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    """A file that is not there is an input error with its name, not a traceback."""
    with pytest.raises(InputError, match=r"nowhere\.txt"):
        plan_text(tmp_path / "nowhere.txt")
