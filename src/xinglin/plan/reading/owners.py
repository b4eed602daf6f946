"""Who is responsible: the names in （责任科室：甲科、乙科等有关科室） and its kin."""

from __future__ import annotations

import re

# Provinces differ in the word for the duty and in the word for the office.
_LABEL = re.compile(
    r"(?:责任|牵头|配合|承办|主办|协办|落实)(?:科室|处室|股室|单位|部门|领导|"
    r"人)?[^:：()（）\n。]{0,6}[:：]\s*"
)
_OPEN = re.compile(rf"[(（\[【]\s*(?={_LABEL.pattern})")
_LINE = re.compile(rf"(?:^|\n)[ \u3000]*(?={_LABEL.pattern})")
_ETC = re.compile(r"等(?:有关|相关|各有关|各相关|各)?(?:科室|处室|股室|单位|部门)?$")
_BRACKETS = {"(": 1, "（": 1, "[": 1, "【": 1, ")": -1, "）": -1, "]": -1, "】": -1}
_BRACKETS |= {"〈": 1, "〉": -1, "<": 1, ">": -1}


def cut_owners(title: str) -> str:
    """A title without the names of those responsible behind it."""
    match = _OPEN.search(title)
    return title[: match.start()] if match else title


def owners(text: str) -> tuple[tuple[str, ...], bool]:
    """The names of those responsible, in order, and whether "and others" is added."""
    names: list[str] = []
    etc = False
    for inside in _statements(text):
        for piece in _split(_LABEL.sub("、", inside)):
            shorn = _ETC.sub("", piece)
            etc = etc or shorn != piece
            if shorn and shorn not in names:
                names.append(shorn)
    return tuple(names), etc


def _statements(text: str) -> list[str]:
    """What stands between the brackets of each statement of owners, or on its own line."""
    found = [text[match.end() : _closing(text, match.end())] for match in _OPEN.finditer(text)]
    if found:
        return found
    line = _LINE.search(text)
    return [text[line.end() :].split("\n\n", maxsplit=1)[0].rstrip("。 \n")] if line else []


def _closing(text: str, start: int) -> int:
    depth = 1
    for at in range(start, min(len(text), start + 400)):
        depth += _BRACKETS.get(text[at], 0)
        if depth == 0:
            return at
    return min(len(text), start + 400)


def _split(names: str) -> list[str]:
    """Names between commas; a comma inside brackets belongs to a name."""
    pieces, depth, current = [], 0, ""
    for letter in names:
        depth += _BRACKETS.get(letter, 0)
        if depth == 0 and letter in "、,，;；":
            pieces.append(current)
            current = ""
        elif not letter.isspace():
            current += letter
    return [piece.strip("。.") for piece in (*pieces, current) if piece.strip("。.")]
