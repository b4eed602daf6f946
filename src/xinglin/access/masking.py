"""Masking of what identifies a person: on by default wherever a person is shown.

What does not look as expected is hidden whole: a mask never guesses which half of an odd text is harmless.
"""

from __future__ import annotations

import re

HIDDEN = "***"

_DOTS = re.compile("[·•・‧∙⋅]")
_MODERN_ID = re.compile(r"[0-9]{17}[0-9Xx]")
_OLD_ID = re.compile(r"[0-9]{15}")
_COUNTRY_CODE = re.compile(r"^(?:\+|00)?86[- ]?(?=1[0-9]{10}$)")
_MOBILE = re.compile(r"1[0-9]{10}")

_TOWN_MARK = re.compile("街道|镇|乡|苏木")
#: Signs of a street or a house. A town's own name may hold some just before its mark (南京东路街道, 周村镇).
_FINER_THAN_TOWN = re.compile("[0-9０-９号栋幢室弄组\\s]|街(?!道)|[路巷村](?!街道|镇|乡|苏木)")
_LONGEST_TOWN = 30
#: Counties and cities whose names hold 镇 or 乡 without being towns (GB/T 2260). One missing here only hides more.
_NOT_TOWNS = re.compile(
    "镇江市|镇海区|镇原县|镇赉县|镇雄县|镇平县|镇安县|镇坪县|镇巴县|镇康县|镇远县|镇宁布依族|镇沅彝族|景德镇市"
    "|新乡市|新乡县|萍乡市|湘乡市|宁乡市|乡宁县|桐乡市|东乡区|东乡族自治县|西乡县|内乡县|金乡县|西乡塘区|城乡"
)


def mask_name(name: str) -> str:
    """张三丰 → 张*丰, 张三 → 张*, 买买提·艾力 → 买*·艾*. The star does not tell how many characters it hides."""
    parts = [part.strip() for part in _DOTS.split(name.strip())]
    if len(parts) > 1:
        return "·".join(_first_only(part) for part in parts if part)
    whole = parts[0]
    return f"{whole[0]}*{whole[-1]}" if len(whole) > 2 else _first_only(whole)


def mask_id_card(number: str) -> str:
    """110105199001010024 → 110105********0024 (the old 15 digits: 110105******001); anything else is hidden whole."""
    number = number.strip()
    if _MODERN_ID.fullmatch(number):
        return f"{number[:6]}********{number[-4:].upper()}"
    if _OLD_ID.fullmatch(number):
        return f"{number[:6]}******{number[-3:]}"
    return HIDDEN if number else ""


def mask_phone(number: str) -> str:
    """13812345678 → 138****5678, with or without 86 before it; landlines and anything else are hidden whole."""
    number = _COUNTRY_CODE.sub("", number.strip())
    if _MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[-4:]}"
    return HIDDEN if number else ""


def mask_address(address: str) -> str:
    """Up to the township: 某县城关镇幸福村3组12号 → 某县城关镇***. Without a township in it, hidden whole."""
    address = address.strip()
    searched = _NOT_TOWNS.sub(lambda found: "□" * len(found[0]), address)
    mark = _TOWN_MARK.search(searched, 1)
    if mark is None or mark.end() > _LONGEST_TOWN or _FINER_THAN_TOWN.search(searched, 0, mark.end()):
        return HIDDEN if address else ""
    return address[: mark.end()] + HIDDEN


def _first_only(part: str) -> str:
    return f"{part[0]}*" if len(part) > 1 else "*" * len(part)
