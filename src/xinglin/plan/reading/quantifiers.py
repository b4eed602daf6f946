"""Values that are words: 全覆盖, 均, 所有, 全部, 应签尽签, 零的突破, 不低于 without a number.

Each says something about every member of a named set. Words that only colour an activity (全面开展,
全员培训, 均衡, 全流程) are not listed and so never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from xinglin.plan.reading.page import Page

Sort = Literal["all", "first", "compared", "half", "doubled"]


@dataclass(frozen=True, slots=True)
class Quantifier:
    """A word that stands for a value, and what sort of value."""

    start: int
    end: int
    sort: Sort
    rule: str


# What every member has or does: the verb after 均 or 全部.
_VERBS = (
    "能|可|已|建立|设立|设置|成立|建成|建有|建设|达|实现|完成|开展|配备|配置|配齐|纳入|接入|有|"
    "具备|通过|提供|落实|参加|组建|开设|覆盖|创建|"
    "符合|签订|签约|启用|安装|投入|开通|上线|接种|合格|到位|规范|执行|公开|办结|取得|获得|实行|"
    "实施|推行|使用|应用|由|制定|明确|派驻|派出"
)
_BOTH = re.compile(
    rf"(?<![平人户年日床次例月笔])均(?!衡|等|值|质|摊|分|匀|线|价|势)(?={_VERBS}|不|"
    rf"要|应|须|需)"
)
# 均达45% hands out a number: the number is the value then, not the word.
_HANDS_OUT = re.compile(
    r"均(?:已|要|应|需|须)?(?:达到|达|为|不低于|不少于|超过|控制在|保持在|在|高于|低于|提高到|"
    r"提升至)?约?(?:\d|百分)"
)
_EVERY = re.compile(r"(?:所有|全部(?=[^,。;完建达纳实落开到整上接]))(?!权|制|人|政策|工作|问题|环节|要素|领域|者)")
_EVERY_DOES = re.compile(
    r"均|都|全部|达到|达标|实现|完成|设立|设置|开展|建立|建成|配备|纳入|接入|提供|具备|通过|"
    r"覆盖|落实|参加|开设|贯通|开通|启用|上线|安装|使用|应用|配齐|接种|合格|实行|推行|公开"
)
_WHOLLY = re.compile(
    r"全部(?=纳入|达到|达标|建成|实现|接入|开展|配备|设立|设置|通过|覆盖|上线|入网|签订|贯通|"
    r"建立|实行)"
)
_COVERED = re.compile(r"全覆盖")
# 全覆盖 before another word describes how something is done.
_COVERED_ENDS = re.compile(r"^(?:$|[ ,。;!?、)”:]|和|及|以及|与|目标|工作目标|任务|的目标|\d)")
_MANNERS = re.compile(r"(?:全方位|全流程|全过程|全链条|全周期|全天候|全时段|全领域|多层次)[、,]?$")
_EACH_DUE = re.compile(r"应(.)尽\1")
_DOUBLED = re.compile(r"翻(?:一番|两番|番)")
_HALF = re.compile(r"(?:一半|半数)(?=以上)|(?<=超)一半|(?<=超过)一半|过半(?=[,。;、]|$)")
_FIRST = re.compile(r"零的突破|零突破")
# 不低于省定标准 sets a value elsewhere and is none; 不低于全省平均水平 compares.
_COMPARED = re.compile(
    r"(?:不低于|不高于|不少于|不超过|不多于)"
    r"(?!上级|上年|去年|上一|全|省|市|县|国家|规定|标准|要求|同期|"
    r"[\d约 ,。;、%百一二两三四五六七八九十])(?=[^,。;]{2})"
)
_COMPARED_YEAR = re.compile(
    r"(?:不低于|不高于|不少于)(?=(?:上年|去年|上一年|同期|全[省国市])[^,。;\d]{0,8}(?:水平|"
    r"同期|平均|$))"
)


_SET_WORDS = ("each", "every", "wholly")


def quantifiers(page: Page) -> Iterator[Quantifier]:
    """Every word that stands for a value, left to right.

    所有…均 and 全部…全覆盖 say one thing twice in a clause: the first word is the anchor.
    """
    spoken_for = -1
    end = 0
    for one in sorted(_all(page), key=lambda q: (q.start, q.end)):
        clause = page.clause(one.start)[0]
        repeats = clause == spoken_for and one.rule in (*_SET_WORDS, "covered")
        if repeats or one.start < end:
            continue
        if one.rule in _SET_WORDS:
            spoken_for = clause
        end = one.end
        yield one


def _all(page: Page) -> Iterator[Quantifier]:
    text = page.text
    for match in _COVERED.finditer(text):
        if _covers(page, *match.span()):
            yield Quantifier(*match.span(), "all", "covered")
    for match in _BOTH.finditer(text):
        if not _HANDS_OUT.match(text, match.start()) and _has_subject(page, match.start()):
            yield Quantifier(*match.span(), "all", "each")
    for match in _EVERY.finditer(text):
        rest = text[match.end() : page.clause(match.start())[1]]
        does = _free(page, match.start()) and _EVERY_DOES.search(rest)
        if does or _covering(page, match.start()):
            yield Quantifier(*match.span(), "all", "every")
    for match in _WHOLLY.finditer(text):
        if _has_subject(page, match.start()):
            yield Quantifier(*match.span(), "all", "wholly")
    for match in _EACH_DUE.finditer(text):
        if page.quote(match.start()) is None:
            yield Quantifier(*match.span(), "all", "each-due")
    for match in _FIRST.finditer(text):
        yield Quantifier(*match.span(), "first", "first")
    for match in _DOUBLED.finditer(text):
        if page.quote(match.start()) is None:
            yield Quantifier(*match.span(), "doubled", "doubled")
    for match in _HALF.finditer(text):
        if page.quote(match.start()) is None:
            yield Quantifier(*match.span(), "half", "half")
    for pattern in (_COMPARED, _COMPARED_YEAR):
        for match in pattern.finditer(text):
            yield Quantifier(*match.span(), "compared", "compared")


def _covers(page: Page, start: int, end: int) -> bool:
    quote = page.quote(start)
    if quote is not None:
        # “全覆盖” alone is emphasis; a longer quotation is the name of a programme.
        if quote != (start - 1, end + 1):
            return False
        end += 1
    clause_start, clause_end = page.clause(start)
    if _MANNERS.search(page.tight(max(0, start - 12), start)):
        return False
    return _COVERED_ENDS.match(page.text[end:clause_end]) is not None and start > clause_start


def _free(page: Page, start: int) -> bool:
    """Outside quotations, and the subject of its clause rather than an object of 融入 or 对."""
    before = page.tight(page.clause(start)[0], start)
    return page.quote(start) is None and not re.search(r"融入$|对$|与$|面向$|将$|把$", before)


def _covering(page: Page, start: int) -> bool:
    return page.quote(start) is None and page.tight(max(0, start - 8), start).endswith(
        ("覆盖", "覆盖到", "覆盖全市", "覆盖全县", "覆盖全区")
    )


def _has_subject(page: Page, start: int) -> bool:
    """A set must be named in the clause: at least two words before the quantifier."""
    before = page.tight(page.clause(start)[0], start)
    return page.quote(start) is None and len(before) >= 3
