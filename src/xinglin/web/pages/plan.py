"""计划: the plan as its own tree, each unit with its colour and owner, each target with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.core.period import parse_period
from xinglin.plan.reading.model import Commitment, Heading, Target
from xinglin.plan.scorecard import Scorecard
from xinglin.plan.store import StoredPlan
from xinglin.web import formats
from xinglin.web.guard import SeesFigures, Visitor
from xinglin.web.layout import page
from xinglin.web.pages.target_part import TargetPart
from xinglin.web.rendering import PageContext
from xinglin.web.standing import GRAVITY, Standing, behind_since, gravest, standing_of
from xinglin.web.words import phrase

router = APIRouter()

LONGEST_TITLE = 60
SILENT_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Leaf:
    """A target in the tree."""

    href: str
    title: str
    value: str
    colour: str
    current: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A heading or a commitment. `colour`: the gravest below it. `unfolded`: shown with what is below it."""

    marker: str
    title: str
    owners: str
    colour: str
    is_commitment: bool
    unfolded: bool
    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class ColourTab:
    """A choice of which targets the tree shows."""

    label: str
    href: str
    colour: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class LateRow:
    """A target that is behind or has no figure: whose it is and since which month."""

    title: str
    href: str
    colour: str
    owners: str
    value: str
    goal: str
    since: str


@dataclass(frozen=True, slots=True)
class PlanPage(PageContext):
    """The plan. `part`: the target opened beside the tree; while none is, `late` stands there: what is
    behind, and the first of those `silent`, for which there is no figure yet.
    """

    template: ClassVar[str] = "plan.html"
    name: str
    year: int
    lead: str
    tabs: tuple[ColourTab, ...]
    nodes: tuple[Node, ...]
    late: tuple[LateRow, ...]
    silent: tuple[LateRow, ...]
    silent_count: int
    part: TargetPart | None


@dataclass(frozen=True, slots=True)
class NoPlanPage(PageContext):
    """Before a plan has been read: how to bring one."""

    template: ClassVar[str] = "no_plan.html"


@router.get("/plan")
def show(request: Request, visitor: SeesFigures, colour: str = "") -> Response:
    standing = standing_of(visitor)
    context = build_plan(visitor, standing, colour=colour) if standing else NoPlanPage()
    return page(request, visitor, context, section="plan")


def build_plan(visitor: Visitor, standing: Standing, *, colour: str = "", part: TargetPart | None = None) -> PlanPage:
    reading = standing.plan.reading
    shown = [card for card in standing.cards if not colour or card.colour == colour]
    return PlanPage(
        name=plan_title(standing.plan),
        year=standing.plan.year,
        lead=phrase(
            "plan_lead",
            visitor.language,
            commitments=len(reading.commitments),
            targets=len(standing.cards),
            bound=sum(card.indicator is not None for card in standing.cards),
        ),
        tabs=_tabs(visitor, standing, colour),
        nodes=_Tree(visitor, standing, shown, part.id if part else "", whole=not colour).nodes(),
        late=() if part else tuple(_rows(visitor, standing, ("red", "yellow"))),
        silent=() if part else tuple(_rows(visitor, standing, ("grey",)))[:SILENT_SHOWN],
        silent_count=sum(card.colour == "grey" for card in standing.cards),
        part=part,
    )


def _rows(visitor: Visitor, standing: Standing, colours: Sequence[str]) -> Iterator[LateRow]:
    """The targets of some colours, the gravest first, else in the order of the plan."""
    titles = {target.id: target_title(target) for target in standing.plan.reading.targets}
    late = [card for card in standing.cards if card.colour in colours]
    for card in sorted(late, key=lambda card: GRAVITY.index(card.colour)):
        yield LateRow(
            title=titles[card.target_id],
            href=standing.href(card.target_id),
            colour=card.colour,
            owners=standing.owners(card),
            value=formats.amount(card.value, card.unit, visitor.language),
            goal=formats.amount(card.goal, card.unit, visitor.language),
            since=_since(visitor, card),
        )


def _since(visitor: Visitor, card: Scorecard) -> str:
    since = behind_since(card)
    return formats.period_name(parse_period(since), visitor.language) if since else formats.NOTHING


def plan_title(plan: StoredPlan) -> str:
    """What the document calls itself in its first line; its name where that line is no title."""
    first = next((line.strip() for line in plan.text.splitlines() if line.strip()), "")
    return first if 4 <= len(first) <= LONGEST_TITLE and not first.endswith(("。", "：")) else plan.name


def _tabs(visitor: Visitor, standing: Standing, colour: str) -> tuple[ColourTab, ...]:
    every = ColourTab(phrase("plan_all", visitor.language), "/plan", "", len(standing.cards), not colour)
    tabs = (
        ColourTab(phrase(f"colour_{one}", visitor.language), f"/plan?colour={one}", one, count, one == colour)
        for one, count in standing.colours()
    )
    return (every, *tabs)


class _Tree:
    """The outline of the plan with its targets hung on it. `whole`: units without a shown target appear too."""

    def __init__(
        self, visitor: Visitor, standing: Standing, cards: Sequence[Scorecard], current: str, *, whole: bool
    ) -> None:
        reading = standing.plan.reading
        self._visitor = visitor
        self._standing = standing
        self._current = current
        self._whole = whole
        self._cards = cards
        self._targets = {target.id: target for target in reading.targets}
        self._units: list[Heading | Commitment] = sorted(
            [*reading.headings, *reading.commitments], key=lambda unit: (unit.start, len(unit.path))
        )

    def nodes(self) -> tuple[Node, ...]:
        loose = tuple(self._leaf(card) for card in self._cards if not card.commitment_id)
        tops = self._below(())
        if not loose:
            return tops
        title = phrase("plan_loose", self._visitor.language)
        return (*tops, Node("", title, "", gravest([leaf.colour for leaf in loose]), False, True, (), loose))

    def _below(self, path: tuple[str, ...]) -> tuple[Node, ...]:
        deeper = [unit for unit in self._units if len(unit.path) > len(path) and unit.path[: len(path)] == path]
        depths = sorted({len(unit.path) for unit in deeper})
        level = [unit for unit in deeper if depths and len(unit.path) == depths[0]]
        nodes = (self._node(unit) for unit in level)
        return tuple(node for node in nodes if self._whole or node.nodes or node.leaves)

    def _node(self, unit: Heading | Commitment) -> Node:
        if isinstance(unit, Commitment):
            leaves = tuple(self._leaf(card) for card in self._cards if card.commitment_id == unit.id)
            nodes: tuple[Node, ...] = ()
            owners = "、".join(unit.responsible) + ("等" if unit.responsible_etc else "")
        else:
            leaves, nodes, owners = (), self._below(unit.path), ""
        colours = [*(leaf.colour for leaf in leaves), *(node.colour for node in nodes)]
        holds_current = any(leaf.current for leaf in leaves) or any(node.unfolded and _current(node) for node in nodes)
        unfolded = holds_current or len(unit.path) == 1 or not self._whole or gravest(colours) == "red"
        return Node(
            unit.marker, unit.title, owners, gravest(colours), isinstance(unit, Commitment), unfolded, nodes, leaves
        )

    def _leaf(self, card: Scorecard) -> Leaf:
        target = self._targets[card.target_id]
        value = formats.amount(card.value, card.unit, self._visitor.language) if card.value is not None else ""
        return Leaf(
            self._standing.href(card.target_id),
            target_title(target),
            value,
            card.colour,
            card.target_id == self._current,
        )


def target_title(target: Target) -> str:
    """A target in a line: what is measured and how much."""
    amount = "" if target.value_text in target.indicator else f" {target.value_text}"
    return f"{target.indicator}{amount}" if target.indicator else target.text


def _current(node: Node) -> bool:
    return any(leaf.current for leaf in node.leaves) or any(_current(each) for each in node.nodes)
