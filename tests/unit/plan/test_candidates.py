"""Candidates: which indicators could answer a target, and why."""

from __future__ import annotations

from xinglin.core.text import Text
from xinglin.packs.indicator import Indicator
from xinglin.packs.tally import Tally
from xinglin.plan.candidates import candidates
from xinglin.plan.reading.model import Target


def _indicator(id: str, name: str, unit: str, *synonyms: str) -> Indicator:
    return Indicator(
        id=f"test.{id}",
        title=Text(zh=name, en=name),
        unit=unit,
        numerator=Tally(view="test.rows", on="day", count="rows"),
        formula=Text(zh="行数", en="rows"),
        synonyms=synonyms,
    )


def _target(indicator: str, unit: str) -> Target:
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
        comparator=">=",
        value=1.0,
        value_high=None,
        unit=unit,
        scope="",
        deadline=None,
        per_unit=None,
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
