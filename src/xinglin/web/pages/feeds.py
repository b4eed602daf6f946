"""数据接入: which institution sent how much on which day, who is late, who missed a day, what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.core.clock import CHINA
from xinglin.intake.reasons import REASONS
from xinglin.intake.refusal import FeedDay, RefusalState
from xinglin.web import formats
from xinglin.web.guard import SeesFeeds, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import sender_name
from xinglin.web.rendering import PageContext
from xinglin.web.words import phrase

router = APIRouter()

DAYS = 31
#: What is stated on a day should have arrived by this many hours after the day's end.
LATE_AFTER = timedelta(hours=12)
#: A day without anything counts as missed from this many records a day on: of fewer, an empty day is no surprise
#: (a Poisson count with mean 5 is zero on fewer than one day in a hundred).
MISSED_FROM = 5.0


@dataclass(frozen=True, slots=True)
class HeatDay:
    """A column of the calendar. `named`: written out above it."""

    label: str
    named: str


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One sender's day. `look`: h0 to h4 by amount, late-day, missed. `mark` is what it says without colour."""

    look: str
    mark: str
    refused: bool
    words: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One sender's month."""

    name: str
    cells: tuple[HeatCell, ...]
    total: str
    refused: str
    last: str
    missed: int
    late: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Refusals of one reason."""

    title: str
    remedy: str
    href: str
    open: int
    waiting: int
    settled: int


@dataclass(frozen=True, slots=True)
class FeedsPage(PageContext):
    """The feeds of the last month and the refusals by cause."""

    template: ClassVar[str] = "feeds.html"
    days: tuple[HeatDay, ...]
    rows: tuple[HeatRow, ...]
    accepted: str
    duplicates: str
    refused_open: str
    waiting: str
    missed_yesterday: tuple[str, ...]
    causes: tuple[Cause, ...]
    first: str
    last: str


@router.get("/feeds")
def show(request: Request, visitor: SeesFeeds) -> Response:
    return page(request, visitor, build_feeds(visitor), section="feeds")


def build_feeds(visitor: Visitor) -> FeedsPage:
    house, language, last = visitor.house, visitor.language, visitor.house.as_of
    first = last - timedelta(days=DAYS - 1)
    days = [first + timedelta(days=ahead) for ahead in range(DAYS)]
    found = [day for day in house.intake.feeds(first, last) if _may_see(visitor, day.sender)]
    rows = tuple(_rows(visitor, found, days))
    causes = tuple(_causes(visitor))
    return FeedsPage(
        days=tuple(HeatDay(formats.short_day(day, language), str(day.day) if _named(day) else "") for day in days),
        rows=rows,
        accepted=f"{sum(day.accepted for day in found):,}",
        duplicates=f"{sum(day.duplicates for day in found):,}",
        refused_open=f"{sum(cause.open for cause in causes):,}",
        waiting=f"{sum(cause.waiting for cause in causes):,}",
        missed_yesterday=tuple(row.name for row in rows if row.cells[-1].look == "missed"),
        causes=causes,
        first=formats.day(first, language),
        last=formats.day(last, language),
    )


def _may_see(visitor: Visitor, sender: str) -> bool:
    return visitor.scope.institutions is None or sender in visitor.scope.institutions


def _named(day: date) -> bool:
    return day.day == 1 or day.day % 5 == 0


def _rows(visitor: Visitor, found: Sequence[FeedDay], days: Sequence[date]) -> Iterator[HeatRow]:
    senders: dict[str, dict[date, FeedDay]] = {}
    for one in found:
        senders.setdefault(one.sender, {})[one.day] = one
    for sender in sorted(senders, key=lambda sender: -sum(day.accepted for day in senders[sender].values())):
        yield _row(visitor, sender, senders[sender], days)


def _row(visitor: Visitor, sender: str, by_day: Mapping[date, FeedDay], days: Sequence[date]) -> HeatRow:
    amounts = [day.accepted for day in by_day.values() if day.accepted]
    usual = median(amounts) if amounts else 0.0
    daily = sum(amounts) >= MISSED_FROM * len(days)
    firsts = [moment for day in by_day.values() if (moment := _moment(day.first_received_at))]
    since = min(firsts).date() if firsts else date.max
    cells = tuple(_cell(visitor, by_day.get(day), day, usual, daily, since) for day in days)
    latest = max((day.last_stated_at for day in by_day.values()), default="")
    return HeatRow(
        name=sender_name(visitor, sender),
        cells=cells,
        total=f"{sum(amounts):,}",
        refused=f"{sum(day.refused for day in by_day.values()):,}",
        last=formats.moment(_moment(latest), visitor.language),
        missed=sum(cell.look == "missed" for cell in cells),
        late=sum(cell.look == "late-day" for cell in cells),
    )


def _cell(visitor: Visitor, found: FeedDay | None, day: date, usual: float, daily: bool, since: date) -> HeatCell:
    """`since`: when this sender's first record came; what it sent of earlier days is history, and not late."""
    language, said = visitor.language, formats.short_day(day, visitor.language)
    if found is None or not found.accepted:
        missed = daily
        words = phrase("feeds_cell_missed" if missed else "feeds_cell_none", language, day=said)
        return HeatCell("missed" if missed else "h0", "×" if missed else "", bool(found and found.refused), words)
    words = phrase("feeds_cell", language, day=said, accepted=f"{found.accepted:,}", refused=f"{found.refused:,}")
    if day >= since and _late(found, day):
        return HeatCell("late-day", "!", found.refused > 0, f"{words} · {phrase('feeds_late', language)}")
    share = found.accepted / usual if usual else 0.0
    look = 1 if share < 0.5 else 2 if share < 0.9 else 3 if share < 1.3 else 4
    return HeatCell(f"h{look}", "", found.refused > 0, words)


def _late(found: FeedDay, day: date) -> bool:
    """Whether even the first of the day's records came after its time; a straggler does not make the day late."""
    moment = _moment(found.first_received_at)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=CHINA)
    return moment is not None and moment > end + LATE_AFTER


def _moment(written: str) -> datetime | None:
    if not written:
        return None
    moment = datetime.fromisoformat(written)
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(CHINA)


def _refusal_counts(visitor: Visitor) -> Iterator[tuple[str, RefusalState, int]]:
    """Refusals by reason and state: all of them, or those of a visitor's own institution."""
    intake = visitor.house.intake
    everywhere = visitor.scope.institutions is None
    for reason, state, count in intake.refusal_reasons():
        sender = visitor.user.institution
        own = count if everywhere else intake.count_refusals(reason=reason, state=state, sender=sender)
        if own:
            yield reason, state, own


def _causes(visitor: Visitor) -> Iterator[Cause]:
    counts: dict[str, dict[str, int]] = {}
    for reason, state, count in _refusal_counts(visitor):
        counts.setdefault(reason, {})[state] = count
    for reason, by_state in sorted(counts.items(), key=lambda pair: -pair[1].get("open", 0)):
        known = REASONS.get(reason)
        settled = sum(count for state, count in by_state.items() if state not in ("open", "waiting"))
        yield Cause(
            title=known.title[visitor.language] if known else reason,
            remedy=known.remedy[visitor.language] if known else "",
            href=f"/refusals?reason={reason}",
            open=by_state.get("open", 0),
            waiting=by_state.get("waiting", 0),
            settled=settled,
        )
