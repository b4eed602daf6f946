"""The words of access: a user, a role with its permissions, and the scope of places a user may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from xinglin.core.place import PlaceKind
from xinglin.core.text import Text

Permission = Literal[
    "see_figures",
    "see_people",
    "see_sensitive",
    "act_alerts",
    "act_slips",
    "supervise",
    "bind_targets",
    "report_targets",
    "see_feeds",
    "mend_refusals",
    "administer",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

RoleId = Literal["engineer", "epidemiologist", "leader", "officer", "doctor", "hospital", "resident", "administrator"]
ROLE_IDS: tuple[RoleId, ...] = get_args(RoleId)


@dataclass(frozen=True, slots=True)
class Role:
    """What a kind of user may do. `title` as a commission calls them."""

    id: RoleId
    title: Text
    permissions: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class User:
    """An account without its secret. `area`: the area code, `institution`: the Organization id, "" = none."""

    login: str
    name: str
    role: RoleId
    area: str = ""
    institution: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """The area codes and institution ids that may be seen. None = every one of that kind; an empty set = none."""

    areas: frozenset[str] | None = frozenset()
    institutions: frozenset[str] | None = frozenset()

    @classmethod
    def everything(cls) -> Scope:
        return cls(None, None)

    @classmethod
    def nothing(cls) -> Scope:
        return cls()

    @property
    def is_everything(self) -> bool:
        return self.areas is None and self.institutions is None

    def allows(self, place_kind: PlaceKind, code: str) -> bool:
        allowed = self.areas if place_kind == "area" else self.institutions
        return allowed is None or code in allowed


#: Who acts when no person does: the morning's watches, a target that turned red. Never signs in.
SYSTEM = User("system", "系统", "administrator")
