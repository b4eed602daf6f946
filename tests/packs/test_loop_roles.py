"""Roles named in packs are the roles that accounts can have."""

from __future__ import annotations

from xinglin.access.roles import ROLES as ACCOUNT_ROLES
from xinglin.packs.loop import ROLES


def test_roles_of_loops_are_roles_of_accounts() -> None:
    """A loop can name exactly the roles that an account can have: no move waits for somebody who cannot sign in."""
    assert set(ROLES) == set(ACCOUNT_ROLES)
