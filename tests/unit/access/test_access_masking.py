"""Masking: what is hidden stays hidden, whatever was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.access.masking import HIDDEN, mask_address, mask_id_card, mask_name, mask_phone

DIGITS = st.sampled_from("0123456789")
HAN = st.sampled_from("王李张刘陈杨黄赵吴周文静丽强磊洋勇杰娜艳伟芳")


def number(length: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=length, max_size=length)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三丰", "张*丰"),
        ("张三", "张*"),
        ("张", "*"),
        ("", ""),
        ("  李四 ", "李*"),
        ("欧阳文静", "欧*静"),
        ("买买提·艾力", "买*·艾*"),
        ("阿卜杜拉•买买提・力", "阿*·买*·*"),
        ("·", ""),
        ("𠮷野家", "𠮷*家"),
    ],
)
def test_names(name: str, masked: str) -> None:
    """A name keeps its first and last character; a short one, and each part of one with dots, only its first."""
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("card", "masked"),
    [
        ("110105194912310 02X".replace(" ", ""), "110105********002X"),
        ("11010519491231002x", "110105********002X"),
        ("110105491231002", "110105******002"),
        ("E12345678", HIDDEN),
        ("", ""),
        ("1101051949123100", HIDDEN),
        ("张三的身份证号码是不是十八个字啊哈", HIDDEN),
        ("１１０１０５１９４９１２３１００２４", HIDDEN),
    ],
)
def test_id_cards(card: str, masked: str) -> None:
    """An identity number keeps its area and its last four; what is not shaped like one is hidden whole."""
    assert mask_id_card(card) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "138****5678"),
        ("86-13812345678", "138****5678"),
        ("0571-87654321", HIDDEN),
        ("120", HIDDEN),
        ("", ""),
    ],
)
def test_phones(phone: str, masked: str) -> None:
    """A mobile number keeps three and four digits; any other is hidden whole."""
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("某省某市某县城关镇幸福村3组12号", "某省某市某县城关镇***"),
        ("江苏省镇江市丹徒区高桥镇高桥村", "江苏省镇江市丹徒区高桥镇***"),
        ("河南省新乡市新乡县古固寨镇三王庄村", "河南省新乡市新乡县古固寨镇***"),
        ("上海市黄浦区南京东路街道12号", "上海市黄浦区南京东路街道***"),
        ("杏林县东乡一村", "杏林县东乡***"),
        ("内蒙古自治区阿鲁科尔沁旗巴彦温都尔苏木", "内蒙古自治区阿鲁科尔沁旗巴彦温都尔苏木***"),
        ("杏林县解放路12号家乡小区", HIDDEN),
        ("人民路3号", HIDDEN),
        ("镇", HIDDEN),
        ("", ""),
    ],
)
def test_addresses(address: str, masked: str) -> None:
    """An address is told to its township and no finer; one without a township is hidden whole."""
    assert mask_address(address) == masked


@given(st.text(HAN, min_size=1, max_size=1), st.text(HAN, min_size=1, max_size=6), st.text(HAN, min_size=1, max_size=6))
def test_the_middle_of_a_name_cannot_be_told(first: str, one: str, other: str) -> None:
    """Two names that differ only in what is hidden are masked alike, however long."""
    assert mask_name(f"{first}{one}丰") == mask_name(f"{first}{other}丰") == f"{first}*丰"


@given(st.text(max_size=12), st.text(max_size=12))
def test_masked_names_never_hold_the_hidden_part(one: str, other: str) -> None:
    """Whatever was typed, of each part at most two characters are shown and every longer stretch is gone."""
    name = f"{one}·{other}"
    masked = mask_name(name)
    shown = masked.replace("*", "").replace("·", "")
    assert len(shown) <= len([part for part in name.split("·") if part]) * 2
    for hidden in (one.strip()[1:-1], other.strip()[1:-1]):
        if len(hidden) > 2 and not any(mark in hidden for mark in "*·•・‧∙⋅"):
            assert hidden not in masked


@given(number(6), number(8), number(8), number(3), st.sampled_from("0123456789Xx"))
def test_the_birth_date_of_an_id_card_cannot_be_told(area: str, one: str, other: str, serial: str, check: str) -> None:
    """Two numbers that differ only in the hidden eight digits are masked alike."""
    masked = mask_id_card(area + one + serial + check)
    assert masked == mask_id_card(area + other + serial + check)
    assert masked == f"{area}********{serial}{check.upper()}"


@given(number(2), number(4), number(4), number(4))
def test_the_middle_of_a_phone_cannot_be_told(start: str, one: str, other: str, end: str) -> None:
    """Two numbers that differ only in the hidden four digits are masked alike."""
    assert mask_phone(f"1{start}{one}{end}") == mask_phone(f"1{start}{other}{end}") == f"1{start}****{end}"


@given(st.sampled_from(["杏林县城关镇", "江苏省镇江市丹徒区高桥镇", "某市某区东路街道"]), st.text(max_size=20))
def test_what_follows_the_township_cannot_be_told(town: str, rest: str) -> None:
    """Whatever follows the township, an address shows the township and no more."""
    assert mask_address(town + rest) == town + HIDDEN


@given(st.text(max_size=40))
def test_odd_input_neither_crashes_nor_shows_a_number(text: str) -> None:
    """Any text at all can be masked; in what is shown of an address there is no digit, in odd numbers nothing."""
    mask_name(text)
    assert not any(character.isascii() and character.isdigit() for character in mask_address(text))
    for masked in (mask_id_card(text), mask_phone(text)):
        assert masked in {"", HIDDEN} or any(character.isdigit() for character in text)
