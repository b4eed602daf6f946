"""Scope: which places a user may see, by role."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import column, select
from sqlalchemy.dialects import sqlite

from xinglin.access.model import PERMISSIONS, ROLE_IDS, SYSTEM, Scope, User
from xinglin.access.roles import ROLES, may, require
from xinglin.access.scope import in_scope, scope_of
from xinglin.core.errors import AccessError
from xinglin.core.place import Place, Places

PLACES = Places(
    (
        Place("area", "990100", "杏林县", "county"),
        Place("area", "990100001", "东镇", "town", "990100"),
        Place("area", "990100002", "西镇", "town", "990100"),
        Place("area", "990100001001", "一村", "village", "990100001"),
        Place("area", "990100002001", "二村", "village", "990100002"),
        Place("institution", "H1", "县医院", "county-hospital", "", "990100"),
        Place("institution", "T1", "东镇卫生院", "township-hospital", "", "990100001"),
        Place("institution", "V1", "一村卫生室", "village-clinic", "T1", "990100001001"),
        Place("institution", "T2", "西镇卫生院", "township-hospital", "", "990100002"),
    )
)


def user(role: str, area: str = "", institution: str = "", active: bool = True) -> User:
    assert role in ROLE_IDS
    return User("u", "某人", role, area, institution, active)


@pytest.mark.parametrize("role", ["engineer", "epidemiologist", "leader", "officer", "administrator"])
@pytest.mark.parametrize("area", ["", "990100"])
def test_county_roles_see_everything(role: str, area: str) -> None:
    """Roles of the county have no bounds, whether or not their account names the county."""
    assert scope_of(user(role, area), PLACES).is_everything


def test_a_county_role_may_be_narrowed() -> None:
    """A county role whose account names a part of the installation sees that part."""
    scope = scope_of(user("epidemiologist", "990100001"), PLACES)
    assert scope == Scope(frozenset({"990100001", "990100001001"}), frozenset({"T1", "V1"}))


@pytest.mark.parametrize("area", ["990100001", ""])
def test_a_doctor_sees_their_town_and_institution(area: str) -> None:
    """A town doctor sees the town's areas and their own institution with its clinics: nothing of the next town."""
    scope = scope_of(user("doctor", area, "T1"), PLACES)
    assert scope == Scope(frozenset({"990100001", "990100001001"}), frozenset({"T1", "V1"}))
    assert not scope.allows("area", "990100002001")
    assert not scope.allows("area", "990100")
    assert not scope.allows("institution", "H1")


def test_a_village_doctor_without_area_sees_the_town() -> None:
    """A doctor whose account names only a village clinic is placed in the clinic's town."""
    scope = scope_of(user("doctor", institution="V1"), PLACES)
    assert scope == Scope(frozenset({"990100001", "990100001001"}), frozenset({"V1"}))


def test_a_hospital_sees_itself() -> None:
    """A hospital manager sees the hospital and no area."""
    assert scope_of(user("hospital", "990100", "H1"), PLACES) == Scope(frozenset(), frozenset({"H1"}))


@pytest.mark.parametrize("someone", [user("resident", "990100"), user("leader", active=False)])
def test_no_place_for_residents_and_closed_accounts(someone: User) -> None:
    """A resident's record is reached by no place, and a closed account reaches nothing."""
    scope = scope_of(someone, PLACES)
    assert scope == Scope.nothing()
    assert not scope.allows("area", "990100")


def test_before_there_are_places_only_ones_own() -> None:
    """While no place is known, a narrow account opens its own code and nothing else."""
    assert scope_of(user("doctor", "990100001", "T1"), Places()).areas == {"990100001"}
    assert scope_of(user("leader"), Places()).is_everything
    assert not scope_of(user("leader", "990100001"), Places()).is_everything


@pytest.mark.parametrize(
    "scope",
    [Scope.everything(), Scope.nothing(), Scope(frozenset({"990100001"}), None), Scope(None, frozenset({"T1"}))],
)
def test_the_condition_says_what_the_scope_says(scope: Scope) -> None:
    """A query under the condition returns exactly the places that the scope allows."""
    condition = in_scope(scope, column("kind"), column("place"))
    query = str(select(condition).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    for place in PLACES.all:
        values = f"WITH t(kind, place) AS (VALUES ('{place.kind}', '{place.code}')) {query} FROM t"
        found = sqlite3.connect(":memory:").execute(values).fetchone()[0]
        assert bool(found) == scope.allows(place.kind, place.code)


def test_every_role_is_defined_and_every_permission_held() -> None:
    """Each role has an entry, and no permission exists that no role holds."""
    assert set(ROLES) == set(ROLE_IDS)
    assert frozenset().union(*(role.permissions for role in ROLES.values())) == frozenset(PERMISSIONS)
    assert ROLES["resident"].permissions == frozenset()


def test_a_permission_is_required_by_name() -> None:
    """Without the permission the refusal says which; with it nothing happens; a closed account holds none."""
    require(user("epidemiologist"), "see_sensitive")
    with pytest.raises(AccessError, match="see_people"):
        require(user("leader"), "see_people")
    assert not may(user("epidemiologist", active=False), "see_figures")
    assert not may(SYSTEM, "see_people")
