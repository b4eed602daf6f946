"""One target's own address, and the commands on it: bind, unbind, report by hand."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from xinglin.cases.evidence import media_type
from xinglin.cases.opening import open_case
from xinglin.core.errors import InputError, Problem
from xinglin.core.text import Text
from xinglin.flow import SLIP_LOOP, SLIP_ROLE
from xinglin.packs.indicator import Indicator
from xinglin.plan.reading.model import Target
from xinglin.plan.scorecard import Scorecard
from xinglin.web.downloads import download
from xinglin.web.faults import missing
from xinglin.web.guard import BindsTargets, ReportsTargets, SeesFigures, Supervises, Visitor
from xinglin.web.layout import back, page
from xinglin.web.pages.plan import build_plan
from xinglin.web.pages.target_part import build_part, slip_key
from xinglin.web.standing import Standing, standing_of

router = APIRouter(prefix="/plan/targets")

Words = Annotated[str, Form(max_length=1000)]


@router.get("/{number}")
def show(request: Request, visitor: SeesFigures, number: int) -> Response:
    standing, target, card = _target(visitor, number)
    part = build_part(visitor, standing, target, card)
    return page(request, visitor, build_plan(visitor, standing, part=part), section="plan")


@router.post("/{number}/bind")
def bind(visitor: BindsTargets, number: int, indicator: Words, place: Words, why: Words = "") -> Response:
    standing, target, _ = _target(visitor, number)
    kind, _, code = place.partition(":")
    known = visitor.house.library.of(Indicator).get(indicator)
    where = visitor.places.get("area" if kind == "area" else "institution", code)
    if known is None or where is None or not visitor.scope.allows(where.kind, where.code):
        raise InputError(
            Problem("binding", "the indicator or the place is not known.", "one of those offered on the page")
        )
    house = visitor.house
    house.plans.bind(
        standing.plan.id,
        target.id,
        indicator=known.id,
        place_kind=where.kind,
        place=where.code,
        by=visitor.user.login,
        at=house.clock(),
        why=why.strip(),
    )
    _audit(visitor, "bind-target", target, {"indicator": known.id, "place": where.code})
    return back(standing.href(target.id), done="bound")


@router.post("/{number}/unbind")
def unbind(visitor: BindsTargets, number: int) -> Response:
    standing, target, _ = _target(visitor, number)
    house = visitor.house
    house.plans.unbind(standing.plan.id, target.id, by=visitor.user.login, at=house.clock())
    _audit(visitor, "unbind-target", target, {})
    return back(standing.href(target.id), done="unbound")


@router.post("/{number}/report")
def report(
    visitor: ReportsTargets,
    number: int,
    value: Annotated[float, Form(allow_inf_nan=False)],
    day: Annotated[date, Form()],
    sentence: Words,
    evidence: Annotated[UploadFile | None, File()] = None,
) -> Response:
    standing, target, card = _target(visitor, number)
    house = visitor.house
    _check_report(day, sentence, house.as_of)
    kept = ""
    if evidence is not None and evidence.filename:
        file = house.evidence.put(evidence.filename, evidence.file.read())
        kept = f"{file.hash}/{file.name}"
    house.plans.report(
        standing.plan.id,
        target.id,
        value=value / 100 if card.unit == "%" else value,
        day=day,
        sentence=sentence.strip(),
        evidence=kept,
        by=visitor.user.login,
        at=house.clock(),
    )
    _audit(visitor, "report-target", target, {"day": day.isoformat()})
    return back(standing.href(target.id), done="reported")


@router.post("/{number}/slip")
def open_slip(visitor: Supervises, number: int, why: Words) -> Response:
    standing, target, card = _target(visitor, number)
    house, root = visitor.house, visitor.places.root
    month = card.months[-1].month if card.months else f"{house.as_of:%Y-%m}"
    case = open_case(
        house.cases,
        house.library,
        loop=SLIP_LOOP,
        title=Text(zh=f"督办：{card.title}", en=f"Slip: {card.title}"),
        subject={"target": f"{standing.plan.id}.{target.id}", "period": month},
        place=(card.place_kind, card.place or (root.code if root else "")),
        assign=SLIP_ROLE,
        by=visitor.user,
        why=why,
        at=house.clock(),
        subject_key=slip_key(standing.plan.id, target.id, month),
    )
    return back(f"/cases/{case.id}", done="slip")


@router.get("/{number}/evidence/{content_hash}")
def evidence(visitor: SeesFigures, number: int, content_hash: str) -> Response:
    standing, target, _ = _target(visitor, number)
    reports = visitor.house.plans.reports(standing.plan.id).get(target.id, [])
    names = {kept_hash: name for kept_hash, _, name in (one.evidence.partition("/") for one in reports)}
    if content_hash not in names:
        raise missing()
    content = visitor.house.evidence.read(content_hash)
    return download(content, names[content_hash], media_type(names[content_hash], content))


def _target(visitor: Visitor, number: int) -> tuple[Standing, Target, Scorecard]:
    standing = standing_of(visitor)
    target = standing.target(number) if standing else None
    card = standing.card(target.id) if standing and target else None
    if standing is None or target is None or card is None:
        raise missing()
    return standing, target, card


def _check_report(day: date, sentence: str, as_of: date) -> None:
    problems = []
    if day > as_of:
        problems.append(Problem("day", "lies ahead of the data.", f"{as_of.isoformat()} or earlier"))
    if not sentence.strip():
        problems.append(Problem("sentence", "is empty.", "one sentence on what was done"))
    if problems:
        raise InputError(problems)


def _audit(visitor: Visitor, command: str, target: Target, detail: dict[str, str]) -> None:
    visitor.house.audit.record(
        at=visitor.house.clock(),
        by=visitor.user.login,
        action="command",
        subject=f"target {target.id}",
        detail={"command": command, **detail},
    )
