"""The nouns a pack can say, and the library that holds what all packs said.

A noun is one module that registers itself with `register`: its folder in a pack, the class that reads one file of
it, and its checks against the whole library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field

from xinglin.core.errors import Problem
from xinglin.core.text import Text
from xinglin.packs.codes import Codes
from xinglin.packs.example import Example

PACK_ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
CONTENT_ID = r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$"
PART_ID = r"^[a-z][a-z0-9_]*$"


class Content(BaseModel):
    """What every definition in a pack has. `id` is written in full everywhere: `<pack>.<name>`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str = Field(pattern=CONTENT_ID)
    title: Text
    why: str = ""


class Pack(BaseModel):
    """`pack.yaml`: what a programme's folder is, who owns it and on whose authority it speaks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=PACK_ID)
    title: Text
    version: str
    owner: str
    authority: str


C = TypeVar("C", bound=Content)


@dataclass(frozen=True)
class Library:
    """All loaded packs.

    `sources`: the file that a definition came from, by its id. `examples`: by their file,
    `packs/family-doctor/examples/contract.yaml`. `codes`: the packs' code systems.
    """

    packs: tuple[Pack, ...] = ()
    contents: Mapping[type[Content], Mapping[str, Content]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, Example] = field(default_factory=dict)
    codes: Codes = field(default_factory=Codes)

    def of(self, kind: type[C]) -> Mapping[str, C]:
        """All definitions of a noun by id: `library.of(Indicator)["family-doctor.contract_rate"]`."""
        return cast("Mapping[str, C]", self.contents.get(kind, {}))


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of content: its name, its folder, its class, and its check, given the place to blame and the library.

    A check may add to the place the path of the part at fault, `f"{where} numerator where"`: the loader turns it into
    the part's line.
    """

    name: str
    folder: str
    model: type[Content]
    check: Callable[[str, Any, Library], Iterable[Problem]]


_NOUNS: dict[str, Noun] = {}


def register(noun: Noun) -> Noun:
    """Make a noun known to the loader."""
    _NOUNS[noun.name] = noun
    return noun


def nouns() -> tuple[Noun, ...]:
    """All registered nouns, in the order they were registered."""
    return tuple(_NOUNS.values())
