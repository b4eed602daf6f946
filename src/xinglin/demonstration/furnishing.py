"""What a simulated county is furnished with so that a newcomer can look around: accounts, its plan, bindings."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec

from xinglin.app import House
from xinglin.core.errors import InputError, Problem
from xinglin.core.text import Text
from xinglin.packs.indicator import Indicator
from xinglin.plan.candidates import Candidate, candidates, sure_candidate
from xinglin.plan.store import StoredPlan
from xinglin.plan.text_file import plan_text

LOGINS_FILE = "demonstration-logins.json"
OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Login:
    """An account that the start prints. The password is made for this data folder alone."""

    login: str
    password: str
    title_zh: str
    title_en: str


def furnish(house: House, plan_file: Path, year: int) -> None:
    """Make the demonstration's accounts, add its plan and bind what is sure.

    Does nothing that was done before, and what a stopped start left undone.
    """
    _make_accounts(house)
    if house.plans.current() is None and plan_file.exists():
        house.plans.add(plan_file.stem, year, plan_text(plan_file), by=OFFICER, at=house.clock())
    plan = house.plans.current()
    if plan is not None and (plan.name, plan.added_by) == (plan_file.stem, OFFICER):
        _bind_sure_targets(house, plan)


def logins(house: House) -> list[Login]:
    """The demonstration's accounts, or none in a real city's data folder."""
    file = house.folder / LOGINS_FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Login]) if file.exists() else []
    except msgspec.MsgspecError as error:
        remedy = "Delete it; a new password is set by: xinglin account password LOGIN."
        raise InputError(Problem(str(file), "is no list of logins.", "", remedy)) from error


def _make_accounts(house: House) -> None:
    known = {user.login for user in house.accounts.list_accounts()}
    made = logins(house)
    if known and not made:
        return
    if not made:
        made = [_login(login, title) for login, title, _, _ in _people(house)]
        _write_logins(house.folder / LOGINS_FILE, made)
    passwords = {login.login: login.password for login in made}
    for login, title, area, institution in _people(house):
        if login in known:
            continue
        house.accounts.create_account(
            login=login,
            name=f"{title.zh}（演示）",
            role=login,
            password=passwords[login],
            area=area,
            institution=institution,
            at=house.clock(),
        )


def _write_logins(file: Path, made: list[Login]) -> None:
    """All of them or none: written beside its place, for its owner's eyes only."""
    half = file.with_suffix(".part")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(msgspec.json.format(msgspec.json.encode(made)))
    half.replace(file)


def _login(login: str, title: Text) -> Login:
    return Login(login, f"{login}-{secrets.token_urlsafe(6)}", title.zh, title.en)


def _people(house: House) -> list[tuple[str, Text, str, str]]:
    """Login (which is the role), title, area and institution of each demonstration account."""
    places = house.places()
    county = places.root.code if places.root else ""
    towns = places.of_kind("area", ("town",))
    township = next(iter(places.of_kind("institution", ("township-hospital",))), None)
    hospital = next(iter(places.of_kind("institution", ("county-hospital",))), None)
    town = township.area[:9] if township and township.area else (towns[0].code if towns else county)
    return [
        ("leader", Text(zh="县卫健局领导", en="commission leader"), county, ""),
        (OFFICER, Text(zh="业务科室", en="section officer"), county, ""),
        ("epidemiologist", Text(zh="疾控中心", en="CDC epidemiologist"), county, ""),
        ("engineer", Text(zh="信息中心", en="information-centre engineer"), county, ""),
        ("doctor", Text(zh="乡镇医生", en="township doctor"), town, township.code if township else ""),
        ("hospital", Text(zh="医院管理者", en="hospital manager"), "", hospital.code if hospital else "none"),
        ("administrator", Text(zh="系统管理员", en="administrator"), county, ""),
    ]


def _bind_sure_targets(house: House, plan: StoredPlan) -> None:
    """A demonstration officer binds what is beyond doubt, and leaves the rest for the visitor to try."""
    root = house.places().root
    if root is None:
        return
    indicators = list(house.library.of(Indicator).values())
    for target in plan.reading.targets:
        found = candidates(target, indicators, context=plan.commitment_text(target))
        best = sure_candidate(found) if target.kind == "target" else None
        if best is not None and not house.plans.binding_history(plan.id, target.id):
            _bind(house, plan.id, target.id, best, root.code)


def _bind(house: House, plan_id: int, target_id: str, best: Candidate, area: str) -> None:
    why = "；".join(reason.zh for reason in best.reasons)
    house.plans.bind(
        plan_id,
        target_id,
        indicator=best.indicator,
        place_kind="area",
        place=area,
        by=OFFICER,
        at=house.clock(),
        why=f"演示：{why}",
    )
