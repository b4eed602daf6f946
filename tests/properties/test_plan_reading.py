"""What holds for any text that is given to the reader of plans."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.plan.reading import Reading, read_plan, to_json
from xinglin.plan.reading.page import fold

# Pieces that plans are made of, in any order: far more telling than random letters.
MARKS = "一、 二、 （一） （二） 1. 2． (1) 一是 二是 一要 一方面， （责任科室： | —"
STOPS = "。 ， ； ： 、 \n “ ” （ ） 《 》 ～"
CUES = "达 达到 以上 以内 不低于 分别 各 其中 较去年 增长 下降 控制在 新增 建成 力争 每个县 至少"
WORDS = "均 所有 全部 全覆盖 应签尽签 零的突破 签约率 床位 医院 十四五 三项 一家 60岁以上"
NUMBERS = "5个 10% 3.5‰ 1-2家 8.2万名 100% 2025年 /10万 百分之 三分之二 万 亿 余 多 〇 １"
TITLES = "2024年工作总结 2025年工作要点"
PIECES = [piece for listed in (MARKS, STOPS, CUES, WORDS, NUMBERS, TITLES) for piece in listed.split(" ")]
plans = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60).map("".join)


def check(text: str, reading: Reading) -> None:
    assert reading.text_length == len(text)
    end = 0
    for one in reading.commitments:
        assert end <= one.start < one.end <= len(text)
        end = one.end
    ids = [one.id for one in reading.commitments]
    assert len(ids) == len(set(ids))
    for heading in reading.headings:
        assert 0 <= heading.start < heading.end <= len(text)
    places = [one.value_start for one in reading.targets]
    assert places == sorted(places)
    for target in reading.targets:
        assert 0 <= target.start <= target.value_start < target.value_end <= target.end <= len(text)
        assert target.value_text == text[target.value_start : target.value_end]
        assert target.text == text[target.start : target.end]
        assert target.commitment is None or target.commitment in ids


@given(plans)
def test_any_mixture_of_a_plans_pieces_is_read_soundly(text: str) -> None:
    """Offsets are valid, commitments are disjoint and ordered, values are quoted exactly."""
    check(text, read_plan(text))


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_soundly(text: str) -> None:
    """No text makes the reader fail."""
    check(text, read_plan(text))


@settings(max_examples=50)
@given(plans)
def test_reading_twice_gives_the_same(text: str) -> None:
    """A reading depends on its text and on nothing else."""
    assert to_json(read_plan(text, name="a")) == to_json(read_plan(text, name="a"))


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    """Folded text has one code point for each of the original."""
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "建成5个",
        "达到35%、",
        "(1)。一是：二是",
        "“（",
        "每千",
        "较去年",
        "（责任科室：",
        "\n一、",
        "1",
        "一二十百",
        " 1",
    ],
)
def test_a_text_that_repeats_one_piece_is_read_to_its_end(piece: str) -> None:
    """Thirty kilobytes of any one pattern are read with valid offsets: no rule backtracks without end."""
    text = (piece * 30_000)[: 30_000 // 3]
    reading = read_plan(text)
    check(text, reading)
    assert reading.text_length == len(text)
