"""我的工作: what waits for this visitor, what is due first at the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.cases.model import Case
from xinglin.cases.store import MINE, Worklist
from xinglin.web import formats
from xinglin.web.guard import AnyVisitor, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import place_name, responsible, state_title
from xinglin.web.parts import Pages, Start, Tab, pages
from xinglin.web.rendering import PageContext
from xinglin.web.words import phrase
from xinglin.web.work_list import to_review

router = APIRouter()

PAGE_SIZE = 50
SHOWN = {
    "mine": MINE,
    "role": Worklist("role"),
    "all": Worklist("all"),
    "late": Worklist("all", overdue=True),
    "closed": Worklist("all", closed=True),
}


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One case in the list. `due`: how long still, or since when overdue."""

    id: str
    href: str
    title: str
    kind: str
    state: str
    colour: str
    place: str
    who: str
    due: str
    due_at: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class WorkPage(PageContext):
    """The worklist. `mine`: what waits for the visitor; `open_count`: how many cases are open wherever they may see."""

    template: ClassVar[str] = "work.html"
    tabs: tuple[Tab, ...]
    rows: tuple[WorkRow, ...]
    pages: Pages
    mine: bool
    open_count: int


@router.get("/work")
def show(request: Request, visitor: AnyVisitor, show: str = "", start: Start = 0) -> Response:
    return page(request, visitor, build_work(visitor, show, max(0, start)), section="work")


def build_work(visitor: Visitor, shown: str, start: int) -> WorkPage:
    house, language, now = visitor.house, visitor.language, visitor.house.clock()
    review = to_review(visitor)
    lists = SHOWN if review is None else {"mine": MINE, "review": review, **SHOWN}
    counts = {one: house.cases.count(visitor.user, visitor.scope, asked, at=now) for one, asked in lists.items()}
    if shown not in lists:
        shown = "review" if counts.get("review") and not counts["mine"] else "mine"
    cases = house.cases.worklist(visitor.user, visitor.scope, lists[shown], at=now, limit=PAGE_SIZE, offset=start)
    return WorkPage(
        tabs=tuple(
            Tab(f"{phrase(f'work_{one}', language)} {counts[one]}", f"/work?show={one}", one == shown) for one in lists
        ),
        rows=tuple(_row(visitor, case) for case in cases),
        pages=pages(
            language,
            start=start,
            here=len(cases),
            size=PAGE_SIZE,
            count=counts[shown],
            at=lambda offset: f"/work?show={shown}&start={offset}",
        ),
        mine=shown == "mine",
        open_count=counts["all"],
    )


def _row(visitor: Visitor, case: Case) -> WorkRow:
    language, now = visitor.language, visitor.house.clock()
    return WorkRow(
        id=case.id,
        href=f"/cases/{case.id}",
        title=case.title[language],
        kind=phrase(f"case_kind_{case.kind}", language),
        state=state_title(visitor, case.loop, case.state),
        colour=case.colour,
        place=place_name(visitor, case.place_kind, case.place),
        who=responsible(visitor, case),
        due=formats.waiting(case.due_at, now, language) if case.closed_at is None else "",
        due_at=formats.moment(case.due_at if case.closed_at is None else case.closed_at, language),
        overdue=case.overdue,
    )
