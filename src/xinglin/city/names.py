"""Names of the simulated county's residents: surnames by frequency, given names by era and sex."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random

#: Surnames with their share per thousand, after the Ministry of Public Security's yearly name reports, rounded.
_SURNAMES = (
    "王72李71张68刘54陈45杨31黄22赵21吴20周20徐15孙15马13朱13胡12郭12何11高10林10罗9郑9梁8谢8宋7唐7许6邓6韩6冯6曹6"
    "彭5曾5肖5田5董5袁5潘4于4蒋4蔡4余4杜4叶4程4苏4魏4吕4丁4任4沈3姚3卢3姜3崔3钟3谭3陆3汪3范3金3石3廖3贾3夏3韦2"
    "付2方2白2邹2孟2熊2秦2邱2江2尹2薛2闫2段2雷2侯2龙2史2陶2黎2贺2顾2毛2郝2龚2邵2万2钱2严2覃2武1戴1莫1孔1向1汤1"
)
_MEN = {
    1900: "福贵根生德明国荣金水长发树林银松永兴文华少东志大有才善庆元顺义正祥",
    1950: "建国卫东志强红军国华援朝跃进永胜向阳保学文爱民兴旺树海青山新光明忠铁柱",
    1970: "军勇伟强刚涛斌峰磊海波杰建华志明辉鹏飞云龙永俊晓东平宏利超江洪亮健",
    1990: "伟鹏浩杰俊宇超凯帅翔博文志豪嘉晨阳旭东斌龙飞航天成磊亮鑫泽林子涵明",
    2005: "子轩浩宇梓涵宇航博文奕辰俊熙泽昊天睿沐宸铭一诺景行承恩煜祺嘉懿知远皓",
}
_WOMEN = {
    1900: "秀英桂兰玉珍凤莲素贞翠花淑芬金枝银娣菊香巧云月娥春梅彩霞惠芳荷妹福",
    1950: "桂英秀兰玉梅淑珍红霞爱华建英凤琴春花丽华素芳金凤月琴文秀惠娟巧珍美玲",
    1970: "丽艳敏静红霞芳燕玲娟萍英华玉梅兰琴霞萍春秋云慧洁莉晓红海燕雪梅丹凤",
    1990: "婷丽娜静雪倩敏悦晓婷莹佳怡梦欣颖慧琳露雅文思雨晴蕾媛洁冰瑶璐珊丹莎",
    2005: "子涵欣怡梓萱诗涵一诺雨桐可馨若曦语汐思彤沐晴芷若艺涵舒妍佳琪依诺安琪",
}


def _parse(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    names: list[str] = []
    weights: list[int] = []
    for character in text:
        if character.isdigit():
            weights[-1] = weights[-1] * 10 + int(character)
        else:
            names.append(character)
            weights.append(0)
    return tuple(names), tuple(accumulate(weights))


_NAMES, _TOTALS = _parse(_SURNAMES)
_ERAS = tuple(sorted(_MEN))


def surname(random: Random) -> str:
    return _NAMES[bisect(_TOTALS, random.random() * _TOTALS[-1])]


def given_name(random: Random, birth_year: int, male: bool) -> str:
    """One or two characters in the fashion of the birth year; short names were commonest from the 1970s to the
    1990s."""
    era = _ERAS[max(0, bisect(_ERAS, birth_year) - 1)]
    characters = (_MEN if male else _WOMEN)[era]
    first = characters[int(random.random() * len(characters))]
    if random.random() < (0.3 if 1970 <= birth_year < 2000 else 0.08):
        return first
    return first + characters[int(random.random() * len(characters))]


def phone(random: Random) -> str:
    """A mobile number of a block that no operator has been given (10x)."""
    return f"10{int(random.random() * 1e9):09}"
