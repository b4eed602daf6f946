"""The commands on a case that its page sends: moves, evidence, taking back, assigning; and its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import Response

from xinglin.cases.commands import assign_case, attach_evidence, move_case, undo
from xinglin.cases.model import Evidence
from xinglin.core.clock import CHINA
from xinglin.core.errors import InputError, Problem
from xinglin.web.downloads import download
from xinglin.web.faults import missing
from xinglin.web.guard import AnyVisitor, Visitor
from xinglin.web.layout import back
from xinglin.web.pages.case import seen_case

router = APIRouter(prefix="/cases")

Words = Annotated[str, Form(max_length=5000)]
Version = Annotated[int | None, Form()]
Files = Annotated[list[UploadFile] | None, File()]


@router.post("/{case_id}/moves/{move}")
def make_move(
    visitor: AnyVisitor,
    case_id: str,
    move: str,
    version: Version = None,
    reason: Words = "",
    reply: Words = "",
    due: Annotated[str, Form(max_length=40)] = "",
    evidence: Files = None,
) -> Response:
    case, house = seen_case(visitor, case_id), visitor.house
    move_case(
        house.cases,
        house.library,
        case_id=case.id,
        move=move,
        by=visitor.user,
        scope=visitor.scope,
        at=house.clock(),
        seen_version=version,
        reason=reason,
        reply=reply,
        evidence=_kept(visitor, evidence),
        due=_due(due),
    )
    return back(f"/cases/{case.id}", done="moved")


@router.post("/{case_id}/evidence")
def attach(visitor: AnyVisitor, case_id: str, why: Words = "", evidence: Files = None) -> Response:
    case, house = seen_case(visitor, case_id), visitor.house
    attach_evidence(
        house.cases,
        house.library,
        case_id=case.id,
        evidence=_kept(visitor, evidence),
        by=visitor.user,
        scope=visitor.scope,
        why=why,
        at=house.clock(),
    )
    return back(f"/cases/{case.id}", done="attached")


@router.post("/{case_id}/undo")
def take_back(visitor: AnyVisitor, case_id: str, version: Version = None, why: Words = "") -> Response:
    case, house = seen_case(visitor, case_id), visitor.house
    undo(
        house.cases,
        house.library,
        case_id=case.id,
        by=visitor.user,
        scope=visitor.scope,
        why=why,
        at=house.clock(),
        seen_version=version,
    )
    return back(f"/cases/{case.id}", done="undone")


@router.post("/{case_id}/assign")
def assign(
    visitor: AnyVisitor,
    case_id: str,
    assignee: Annotated[str, Form(max_length=64)] = "",
    why: Words = "",
    version: Version = None,
) -> Response:
    case, house = seen_case(visitor, case_id), visitor.house
    assign_case(
        house.cases,
        house.library,
        case_id=case.id,
        assignee=assignee,
        by=visitor.user,
        scope=visitor.scope,
        why=why,
        at=house.clock(),
        seen_version=version,
    )
    return back(f"/cases/{case.id}", done="assigned")


@router.get("/{case_id}/evidence/{content_hash}")
def evidence_file(visitor: AnyVisitor, case_id: str, content_hash: str) -> Response:
    case, house = seen_case(visitor, case_id), visitor.house
    file = next((one for one in house.cases.evidence(case.id) if one.hash == content_hash), None)
    if file is None:
        raise missing()
    return download(house.evidence.read(file.hash), file.name, file.media_type)


def _kept(visitor: Visitor, files: Sequence[UploadFile] | None) -> list[Evidence]:
    """The files of a form, kept; an empty file field sends a file without a name."""
    named = [file for file in files or () if file.filename]
    return [visitor.house.evidence.put(file.filename or "", file.file.read()) for file in named]


def _due(written: str) -> datetime | None:
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
        moment = moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment
        return moment.astimezone(UTC).astimezone(CHINA)
    except (ValueError, OverflowError) as error:
        problem = Problem("due", "is not a date and time.", "2025-11-30T17:00", "Choose one in the form.")
        raise InputError(problem) from error
