"""What the plan store must keep, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from xinglin.core.clock import CHINA
from xinglin.core.errors import InputError
from xinglin.plan.colours import MonthMark
from xinglin.plan.reading import to_json
from xinglin.plan.store import PlanStore, StoredPlan

AT = datetime(2025, 3, 1, 9, 30, tzinfo=CHINA)
TEXT = (
    "2025年卫生健康工作要点\n"
    "一、提升基层能力\n"
    "1.扩大签约覆盖。年末家庭医生签约率达45%以上。（责任科室：基层卫生健康科）\n"
    "2.普及急救知识。新增自动体外除颤器20台，院前急救平均反应时间控制在12分钟以内。（责任科室：应急办公室）\n"
)


class PlanStoreContract:
    """What every plan store keeps. Subclasses give `url`, the address of an empty database."""

    @pytest.fixture
    def plans(self, engine: Engine) -> PlanStore:
        return PlanStore(engine)

    @pytest.fixture
    def plan(self, plans: PlanStore) -> StoredPlan:
        return plans.add("要点", 2025, TEXT, by="officer", at=AT)

    def test_an_empty_store_has_no_plan(self, plans: PlanStore) -> None:
        """Before any plan there is none, and nothing is bound, reported or coloured."""
        assert (plans.current(), plans.get(1), plans.count()) == (None, None, 0)
        assert (plans.bindings(1), plans.reports(1), plans.marks(1)) == ({}, {}, {})

    def test_a_plan_comes_back_as_it_was_read(self, plans: PlanStore, plan: StoredPlan, engine: Engine) -> None:
        """Text, reading, author and moment survive the database, for another process too."""
        again = PlanStore(engine).current()
        assert again is not None
        assert (again.id, again.name, again.year, again.text) == (plan.id, "要点", 2025, TEXT)
        assert (again.added_by, again.added_at) == ("officer", AT)
        assert again.added_at.utcoffset() == timedelta(hours=8)
        assert again.reading == plan.reading
        assert to_json(again.reading) == to_json(plan.reading)
        assert [target.value for target in again.reading.targets] == [0.45, 20, 12]
        assert again.target(plan.reading.targets[0].id) == plan.reading.targets[0]
        assert again.target("none") is None
        assert plans.get(plan.id) == plan

    def test_the_current_plan_is_that_of_the_latest_year(self, plans: PlanStore, plan: StoredPlan) -> None:
        """An older year's plan added later is kept and is not current; a second of the year replaces the first."""
        plans.add("去年", 2024, TEXT, by="officer", at=AT)
        assert plans.current() == plan
        second = plans.add("修订", 2025, TEXT, by="officer", at=AT)
        assert plans.current() == second
        assert plans.count() == 3

    def test_a_text_that_is_no_plan_is_refused(self, plans: PlanStore) -> None:
        """A text without a single commitment is told so, and nothing is kept."""
        with pytest.raises(InputError, match="no commitment"):
            plans.add("letter", 2025, "你好。", by="officer", at=AT)
        assert plans.count() == 0

    def test_a_binding_stands_until_it_is_replaced_or_ended(self, plans: PlanStore, plan: StoredPlan) -> None:
        """One binding of a target is in force; those before it are kept with who made them."""
        target, other = (target.id for target in plan.reading.targets[:2])
        self._bind(plans, plan, target, "a.rate", "wang")
        self._bind(plans, plan, other, "a.count", "wang")
        self._bind(plans, plan, target, "b.rate", "li", at=AT + timedelta(days=1))
        in_force = plans.bindings(plan.id)
        assert {key: found.indicator for key, found in in_force.items()} == {target: "b.rate", other: "a.count"}
        assert (in_force[target].by, in_force[target].at) == ("li", AT + timedelta(days=1))
        assert (in_force[target].place_kind, in_force[target].place, in_force[target].why) == ("area", "990101", "相符")
        plans.unbind(plan.id, target, by="li", at=AT + timedelta(days=2))
        assert set(plans.bindings(plan.id)) == {other}
        history = plans.binding_history(plan.id, target)
        assert [(found.indicator, found.by) for found in history] == [("a.rate", "wang"), ("b.rate", "li")]

    def test_unbinding_what_is_not_bound_changes_nothing(self, plans: PlanStore, plan: StoredPlan) -> None:
        """Two officers who end the same binding leave one end; a target that had none stays without."""
        target = plan.reading.targets[0].id
        self._bind(plans, plan, target, "a.rate", "wang")
        for _ in range(2):
            plans.unbind(plan.id, target, by="li", at=AT)
        plans.unbind(plan.id, "none", by="li", at=AT)
        assert plans.bindings(plan.id) == {}
        assert len(plans.binding_history(plan.id, target)) == 1
        assert plans.binding_history(plan.id, "none") == []

    def test_bindings_are_their_own_plans(self, plans: PlanStore, plan: StoredPlan) -> None:
        """The same target id in another plan is another target."""
        second = plans.add("修订", 2025, TEXT, by="officer", at=AT)
        target = plan.reading.targets[0].id
        self._bind(plans, plan, target, "a.rate", "wang")
        assert plans.bindings(second.id) == {}
        assert set(plans.bindings(plan.id)) == {target}

    def test_reports_are_kept_in_order_of_their_day(self, plans: PlanStore, plan: StoredPlan) -> None:
        """A report added late for an earlier day stands before the later one; all words come back."""
        target = plan.reading.targets[1].id
        for value, day in ((12, date(2025, 4, 30)), (7.5, date(2025, 3, 31)), (12.5, date(2025, 4, 30))):
            plans.report(
                plan.id, target, value=value, day=day, sentence="已安装。", evidence="照片.jpg", by="wang", at=AT
            )
        (found,) = plans.reports(plan.id).values()
        assert [(report.value, report.day) for report in found] == [
            (7.5, date(2025, 3, 31)),
            (12, date(2025, 4, 30)),
            (12.5, date(2025, 4, 30)),
        ]
        first = found[0]
        assert (first.target_id, first.sentence, first.evidence) == (target, "已安装。", "照片.jpg")
        assert (first.by, first.at) == ("wang", AT)

    def test_only_changed_colours_are_added(self, plans: PlanStore, plan: StoredPlan) -> None:
        """The same colours stated again add nothing; a changed one is added, with the colour it had before."""
        january, february = MonthMark("2025-01", 1.0, 2.0, "red"), MonthMark("2025-02", None, 4.0, "grey")
        keep = {"t1": [january, february], "t2": [january]}
        assert plans.keep_marks(plan.id, keep, figures_version=1, at=AT) == 3
        assert plans.keep_marks(plan.id, keep, figures_version=2, at=AT) == 0
        made_up = MonthMark("2025-01", 2.5, 2.0, "yellow", "red")
        assert plans.keep_marks(plan.id, {"t1": [made_up, february]}, figures_version=3, at=AT) == 1
        assert plans.keep_marks(plan.id, {"t1": [made_up, february]}, figures_version=4, at=AT) == 0
        marks = plans.marks(plan.id)
        assert marks == {"t1": [made_up, february], "t2": [january]}

    def test_a_colour_that_changes_back_is_stated_again(self, plans: PlanStore, plan: StoredPlan) -> None:
        """Red, green, red: each change is a statement, and the last keeps the colour just before it."""
        for version, colour in enumerate(("red", "green", "red"), 1):
            mark = MonthMark("2025-01", 1.0, 2.0, colour)
            assert plans.keep_marks(plan.id, {"t": [mark]}, figures_version=version, at=AT) == 1
        assert plans.marks(plan.id) == {"t": [MonthMark("2025-01", 1.0, 2.0, "red", "green")]}

    def _bind(
        self, plans: PlanStore, plan: StoredPlan, target: str, indicator: str, by: str, at: datetime = AT
    ) -> None:
        plans.bind(plan.id, target, indicator=indicator, place_kind="area", place="990101", by=by, at=at, why="相符")


class TestSqlite(PlanStoreContract):
    """Plans in a SQLite file."""

    @pytest.fixture
    def url(self, sqlite_file_url: str) -> str:
        return sqlite_file_url


class TestPostgres(PlanStoreContract):
    """Plans in PostgreSQL."""

    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url
