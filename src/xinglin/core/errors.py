"""How Xinglin tells a person that something is wrong: where, what was found, what would be right, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in an input. `where` is a file and line, an element path or an option; never a person's data."""

    where: str
    found: str
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        parts = [f"{self.where}  {self.found}"]
        if self.expected:
            parts.append(f"  Expected: {self.expected}")
        if self.remedy:
            parts.append(f"  Remedy: {self.remedy}")
        return "\n".join(parts)


class XinglinError(Exception):
    """Base of all errors that a user can mend. The command line prints it without a traceback.

    `exit_code` is the command line's exit status for this kind of error.
    """

    exit_code = 1


class InputError(XinglinError):
    """An input cannot be used. Carries every problem found in it, not only the first."""

    exit_code = 2

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StorageError(XinglinError):
    """The data folder or database cannot be read or written (full disk, missing rights, lost connection)."""

    exit_code = 3


class NothingYetError(StorageError):
    """There is nothing to show yet: no records were loaded, or nothing was worked out from them."""


class AccessError(XinglinError):
    """The person asking may not see or do this."""

    exit_code = 4
