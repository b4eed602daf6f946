"""The roles of a city's health services and what each may do. The one table to read when someone asks "who may…?"."""

from __future__ import annotations

from xinglin.access.model import Permission, Role, RoleId, User
from xinglin.core.errors import AccessError
from xinglin.core.text import Text


def _role(role_id: RoleId, zh: str, en: str, *permissions: Permission) -> Role:
    return Role(role_id, Text(zh=zh, en=en), frozenset(permissions))


#: Residents hold no permission: they have no pages of their own yet and cannot sign in.
ROLES: dict[RoleId, Role] = {
    role.id: role
    for role in (
        _role("engineer", "信息中心工程师", "Information-centre engineer", "see_figures", "see_feeds", "mend_refusals"),
        _role(
            "epidemiologist",
            "疾控中心流行病学人员",
            "CDC epidemiologist",
            "see_figures",
            "see_people",
            "see_sensitive",
            "see_feeds",
            "act_alerts",
            "act_slips",
        ),
        _role("leader", "委领导", "Commission leader", "see_figures", "see_feeds", "supervise", "bind_targets"),
        _role(
            "officer",
            "科室负责人",
            "Section officer",
            "see_figures",
            "see_feeds",
            "act_slips",
            "supervise",
            "bind_targets",
            "report_targets",
        ),
        _role("doctor", "乡镇（村）医生", "Township or village doctor", "see_figures", "see_people", "act_slips"),
        _role("hospital", "医院管理人员", "Hospital manager", "see_figures", "see_people", "see_feeds", "act_slips"),
        _role("resident", "居民", "Resident"),
        _role(
            "administrator", "系统管理员", "Administrator", "see_figures", "see_feeds", "mend_refusals", "administer"
        ),
    )
}


def may(user: User, permission: Permission) -> bool:
    """True when the user's role holds the permission and the account is active."""
    return user.active and permission in ROLES[user.role].permissions


def require(user: User, permission: Permission) -> None:
    """Raise AccessError unless the user holds the permission."""
    if not may(user, permission):
        title = ROLES[user.role].title
        raise AccessError(
            f"{title.zh}无此权限（{permission}）。The role {title.en} does not hold the permission {permission}."
        )
