"""Candidates: which indicators could answer a target, and why."""

from __future__ import annotations

from xinglin.core.text import Text
from xinglin.packs.indicator import Indicator
from xinglin.packs.tally import Tally
from xinglin.plan.candidates import candidates, sure_candidate
from xinglin.plan.reading.model import Comparator, Target


def _indicator(id: str, name: str, unit: str, *synonyms: str) -> Indicator:
    return Indicator(
        id=f"test.{id}",
        title=Text(zh=name, en=name),
        unit=unit,
        numerator=Tally(view="test.rows", on="day", count="rows"),
        formula=Text(zh="行数", en="rows"),
        synonyms=synonyms,
    )


def _target(indicator: str, unit: str, *, comparator: Comparator = ">=", per_unit: str | None = None) -> Target:
    return Target(
        id="t1",
        commitment=None,
        text=indicator,
        start=0,
        end=1,
        value_text="1",
        value_start=0,
        value_end=1,
        indicator=indicator,
        comparator=comparator,
        value=1.0,
        value_high=None,
        unit=unit,
        scope="",
        deadline=None,
        per_unit=per_unit,
        kind="target",
        relative_to=None,
        hedged=False,
        rule="test",
    )


CONTRACTS = _indicator("contracts", "家庭医生签约率", "%", "家庭医生签约服务覆盖率")
SCREENED = _indicator("screened", "两癌筛查人数", "人", "适龄妇女两癌免费检查")
BEDS = _indicator("beds", "病床使用率", "%")
ALL = (BEDS, SCREENED, CONTRACTS)


def test_the_same_name_and_unit_come_first_with_full_score() -> None:
    """A target that uses an indicator's own name and unit is answered by it beyond doubt."""
    best, *_ = candidates(_target("家庭医生签约率", "%"), ALL)
    assert (best.indicator, best.score) == ("test.contracts", 1.0)
    assert [reason.zh for reason in best.reasons] == ["同名：家庭医生签约率", "单位相符（%）"]


def test_a_synonym_counts_as_the_name() -> None:
    """A plan's other name for the same thing finds the indicator through its synonyms."""
    best, *_ = candidates(_target("家庭医生签约服务覆盖率", "%"), ALL)
    assert (best.indicator, best.score) == ("test.contracts", 1.0)


def test_a_name_with_more_words_around_it_is_found() -> None:
    """Words of place or programme around a name lower the score but do not hide the indicator."""
    best, *_ = candidates(_target("全县常住人口家庭医生签约率", "%"), ALL)
    assert best.indicator == "test.contracts"
    assert 0.75 <= best.score < 1


def test_another_unit_weighs_against() -> None:
    """A count cannot be answered by a rate of the same name: it falls below what is shown as sure, and says why."""
    found = candidates(_target("家庭医生签约率", "个"), ALL)
    assert found[0].score < 0.75
    assert any("单位不同" in reason.zh for reason in found[0].reasons)


def test_nothing_alike_gives_no_candidate() -> None:
    """A target that no indicator resembles has no candidates: its owner reports by hand."""
    assert candidates(_target("打造越医文化馆", "家"), ALL) == ()


def test_a_name_that_only_stands_inside_another_is_not_the_same() -> None:
    """The head of a Chinese name is at its end: residents are not what a rate per thousand residents counts."""
    population = _indicator("population", "常住人口", "人")
    assert sure_candidate(candidates(_target("每千常住人口基层卫生人员数", "人"), (population,))) is None


def test_a_list_that_leaves_words_out_is_completed_by_its_commitment() -> None:
    """Of two indicators with the same ending, the one whose other words the commitment says comes clearly first."""
    pressure = _indicator("pressure", "高血压患者规范管理率", "%")
    sugar = _indicator("sugar", "糖尿病患者规范管理率", "%")
    target, text = _target("规范管理率", "%"), "高血压患者健康管理率达60%，规范管理率达60%。"
    assert sure_candidate(candidates(target, (pressure, sugar))) is None
    best = sure_candidate(candidates(target, (pressure, sugar), context=text))
    assert best is not None
    assert best.indicator == "test.pressure"
    assert "任务原文提到" in [reason.zh for reason in best.reasons]


def test_densities_and_growths_agree_in_their_own_way() -> None:
    """人 after 每千人 is 人/千人; a growth in % says nothing against a count."""
    staff = _indicator("staff", "每千人卫生人员数", "人/千人")
    referrals = _indicator("referrals", "下转人次", "人次")
    dense = candidates(_target("每千人卫生人员数", "人", per_unit="每千人"), (staff,))
    growing = candidates(_target("下转人次", "%", comparator="increase_by"), (referrals,))
    assert dense[0].score == growing[0].score == 1.0
