"""A plan's text out of a file, with words for every way that can fail."""

from __future__ import annotations

from pathlib import Path

from xinglin.core.errors import InputError, Problem

LARGEST = 50 * 1024 * 1024
_SIGNATURES = {b"PK\x03\x04": "a Word or zip file", b"%PDF": "a PDF", b"\xd0\xcf\x11\xe0": "an old Word file (.doc)"}


def plan_text(file: Path) -> str:
    """The text of a UTF-8 or GB18030 file, newlines untouched, so that offsets are those of the file.

    Raises InputError for a file that is missing, too large, no text, or in another encoding.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise _refused(file, "is larger than 50 MB.", "a work plan's text", "Check that this is the right file.")
        content = file.read_bytes()
    except OSError as error:
        found = f"cannot be read: {error.strerror}."
        raise _refused(file, found, "a text file", "Check the name and rights.") from error
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            raise _refused(file, f"is {kind}.", "plain text", "Save it as text (.txt, UTF-8) and read that.")
    if b"\x00" in content:
        raise _refused(file, "holds bytes that are no text.", "UTF-8 or GB18030", "Save it as UTF-8 text.")
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(file, "is neither UTF-8 nor GB18030.", "one of these encodings", "Save it as UTF-8 text.")


def _refused(file: Path, found: str, expected: str, remedy: str) -> InputError:
    return InputError(Problem(str(file), found, expected, remedy))
