"""What goes wrong with a view: a definition that cannot be used, or one resource that has no row in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xinglin.core.errors import InputError

Reason = Literal["not-json", "shape", "many-values"]


class ViewError(InputError):
    """A ViewDefinition cannot be used, or a resource has no row in a view that must be complete."""


class PathFault(Exception):  # noqa: N818 - not an error shown to people: `definition` makes a Problem of it
    """A FHIRPath expression cannot be read or does not fit the elements it is applied to."""

    def __init__(self, found: str, expected: str = "", remedy: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.remedy = found, expected, remedy


class RowFault(Exception):  # noqa: N818 - a result: the resource is left out and counted
    """One resource cannot be turned into rows: an expression that may have one value has several."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A resource that a view could not take: its key, why, and where in it (element path only, never a value)."""

    view: str
    key: str
    reason: Reason
    detail: str
