"""Refusals: what was received and not accepted, why, how to mend it; and mending, replaying, dismissing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, ClassVar, get_args
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from xinglin.core.clock import CHINA
from xinglin.core.text import Language
from xinglin.intake.fault import Fault
from xinglin.intake.reasons import REASONS
from xinglin.intake.refusal import UNSETTLED, Refusal, RefusalState
from xinglin.web import formats
from xinglin.web.faults import missing
from xinglin.web.guard import MendsRefusals, SeesFeeds, Visitor
from xinglin.web.layout import back, page
from xinglin.web.naming import sender_name, user_name
from xinglin.web.parts import Choice, Pages, Start, pages
from xinglin.web.rendering import PageContext
from xinglin.web.words import phrase

router = APIRouter(prefix="/refusals")

PAGE_SIZE = 50
LARGEST_BODY = 2_000_000
STATES: tuple[RefusalState, ...] = get_args(RefusalState)
COLOURS: dict[RefusalState, str] = {
    "open": "red", "waiting": "yellow", "mended": "green", "replayed": "green", "dismissed": "grey",
}  # fmt: skip

Words = Annotated[str, Form(max_length=1000)]


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """One refusal in the list: where it came from and what is wrong, without what it said."""

    id: str
    href: str
    reason: str
    path: str
    what: str
    sender: str
    file: str
    received: str
    state: str
    colour: str


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One fault of a refused resource."""

    title: str
    path: str
    found: str
    expected: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RefusalsPage(PageContext):
    """The refusals that match. `replay_reason`: the reason all of whose refusals may be tried again, "" for none."""

    template: ClassVar[str] = "refusals.html"
    reasons: tuple[Choice, ...]
    states: tuple[Choice, ...]
    rows: tuple[RefusalRow, ...]
    pages: Pages
    count: int
    replay_reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RefusalPage(PageContext):
    """One refusal. `body` is None for those who may not see what was sent; `attempt_faults`: why a mend was refused."""

    template: ClassVar[str] = "refusal.html"
    row: RefusalRow
    faults: tuple[FaultRow, ...]
    decided: str
    body: str | None
    may_mend: bool
    attempt_faults: tuple[FaultRow, ...]


@router.get("")
def show(request: Request, visitor: SeesFeeds, reason: str = "", state: str = "open", start: Start = 0) -> Response:
    context = build_refusals(visitor, reason, state, max(0, start))
    return page(request, visitor, context, section="feeds")


def build_refusals(visitor: Visitor, reason: str, state: str, start: int) -> RefusalsPage:
    language, intake = visitor.language, visitor.house.intake
    known_reason = reason if reason in REASONS else None
    known_state = next((one for one in STATES if one == state), None)
    sender = _only_sender(visitor)
    found = intake.refusals(state=known_state, reason=known_reason, sender=sender, limit=PAGE_SIZE, offset=start)
    count = intake.count_refusals(state=known_state, reason=known_reason, sender=sender)
    query = {"reason": reason, "state": state}
    used = sorted({used_reason for used_reason, _, _ in intake.refusal_reasons()})
    return RefusalsPage(
        reasons=tuple(Choice(one, _reason(visitor, one), one == known_reason) for one in used),
        states=tuple(Choice(one, phrase(f"refusal_{one}", language), one == known_state) for one in STATES),
        rows=tuple(_row(visitor, refusal) for refusal in found),
        pages=pages(
            language,
            start=start,
            here=len(found),
            size=PAGE_SIZE,
            count=count,
            at=lambda offset: f"/refusals?{urlencode({**query, 'start': offset})}",
        ),
        count=count,
        replay_reason=known_reason if known_reason and visitor.may("mend_refusals") else "",
        remedy=REASONS[known_reason].remedy[language] if known_reason else "",
    )


@router.get("/{refusal_id}")
def show_one(request: Request, visitor: SeesFeeds, refusal_id: str) -> Response:
    refusal = _refusal(visitor, refusal_id)
    return page(request, visitor, build_refusal(visitor, refusal), section="feeds")


def build_refusal(
    visitor: Visitor, refusal: Refusal, *, attempt: str | None = None, attempt_faults: Sequence[Fault] = ()
) -> RefusalPage:
    """The page of one refusal. `attempt`: a mended body that was refused again, to be mended further."""
    may_mend = visitor.may("mend_refusals")
    body = attempt if attempt is not None else _shown_body(visitor, refusal) if may_mend else None
    return RefusalPage(
        row=_row(visitor, refusal),
        faults=tuple(_fault(visitor, fault) for fault in refusal.faults),
        decided=_decided(visitor, refusal),
        body=body,
        may_mend=may_mend and refusal.state in UNSETTLED,
        attempt_faults=tuple(_fault(visitor, fault) for fault in attempt_faults),
    )


@router.post("/{refusal_id}/mend")
def mend(
    request: Request, visitor: MendsRefusals, refusal_id: str, body: Annotated[str, Form(max_length=LARGEST_BODY)]
) -> Response:
    refusal = _refusal(visitor, refusal_id)
    result = visitor.house.intake.mend(refusal.id, body.encode(), by=visitor.user.login)
    _audit(visitor, "mend-refusal", refusal.id, str(result.accepted))
    if result.accepted:
        return back(f"/refusals/{refusal.id}", done="mended")
    context = build_refusal(visitor, refusal, attempt=body, attempt_faults=result.faults)
    return page(request, visitor, context, section="feeds", status=422)


@router.post("/{refusal_id}/dismiss")
def dismiss(visitor: MendsRefusals, refusal_id: str, why: Words) -> Response:
    refusal = _refusal(visitor, refusal_id)
    visitor.house.intake.dismiss(refusal.id, by=visitor.user.login, why=why.strip())
    _audit(visitor, "dismiss-refusal", refusal.id, "")
    return back(f"/refusals/{refusal.id}", done="dismissed")


@router.post("/replay")
def replay(visitor: MendsRefusals, reason: Words) -> Response:
    if reason not in REASONS:
        raise missing()
    visitor.house.intake.replay(reason=reason, by=visitor.user.login)
    _audit(visitor, "replay-refusals", reason, "")
    return back("/refusals", reason=reason, done="replayed")


def _refusal(visitor: Visitor, refusal_id: str) -> Refusal:
    refusal = visitor.house.intake.refusal(refusal_id)
    institutions = visitor.scope.institutions
    if refusal is None or (institutions is not None and refusal.sender not in institutions):
        raise missing()
    return refusal


def _only_sender(visitor: Visitor) -> str | None:
    """The one sender whose refusals a hospital may list; None where all may be seen."""
    return None if visitor.scope.institutions is None else visitor.user.institution


def _shown_body(visitor: Visitor, refusal: Refusal) -> str:
    """What was sent, laid out when it is JSON. It may tell of a person: the look is kept."""
    house = visitor.house
    house.audit.record(
        at=house.clock(),
        by=visitor.user.login,
        action="look-person",
        subject=f"refusal {refusal.id}",
        place=refusal.sender,
    )
    body = refusal.mended_body or refusal.body
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return body[:LARGEST_BODY].decode("utf-8", "replace")


def _row(visitor: Visitor, refusal: Refusal) -> RefusalRow:
    language = visitor.language
    return RefusalRow(
        id=refusal.id,
        href=f"/refusals/{refusal.id}",
        reason=_reason(visitor, refusal.reason),
        path=refusal.path,
        what="/".join(part for part in (refusal.resource_type, refusal.resource_id) if part),
        sender=sender_name(visitor, refusal.sender),
        file=_where(refusal, language),
        received=formats.moment(refusal.received_at.astimezone(CHINA), language),
        state=phrase(f"refusal_{refusal.state}", language),
        colour=COLOURS[refusal.state],
    )


def _where(refusal: Refusal, language: Language) -> str:
    """The file with the folder that it lay in (a feed's day), and the line; not where on the server they lie."""
    parts = PurePath(refusal.file).parts[-2:] if refusal.file else ()
    return phrase("refusal_line", language, file="/".join(parts), line=refusal.line) if parts else formats.NOTHING


def _fault(visitor: Visitor, fault: Fault) -> FaultRow:
    language = visitor.language
    return FaultRow(
        fault.title[language], fault.path, fault.found[language], fault.expected[language], fault.remedy[language]
    )


def _reason(visitor: Visitor, code: str) -> str:
    known = REASONS.get(code)
    return known.title[visitor.language] if known else code


def _decided(visitor: Visitor, refusal: Refusal) -> str:
    if refusal.decided_at is None:
        return ""
    who = user_name(visitor, refusal.decided_by or "system")
    at = formats.moment(refusal.decided_at.astimezone(CHINA), visitor.language)
    return " · ".join(part for part in (at, who, refusal.why) if part)


def _audit(visitor: Visitor, command: str, subject: str, result: str) -> None:
    visitor.house.audit.record(
        at=visitor.house.clock(),
        by=visitor.user.login,
        action="command",
        subject=subject,
        detail={"command": command, "accepted": result} if result else {"command": command},
    )
