"""FHIRPath text → syntax tree: a tokenizer and a Pratt parser.

Grammar: HL7 FHIRPath N1, the part that SQL on FHIR views use. The tree says only what was written; `resolve` finds out
what it means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from xinglin.views.errors import PathFault

LiteralKind = Literal["string", "integer", "decimal", "boolean", "date", "dateTime", "time", "empty"]


@dataclass(frozen=True, slots=True)
class Word:
    """An element name: `family` of `base`, or of the focus when there is no base. Also a type name as an argument."""

    base: Syntax | None
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function: `base.name(arguments)`, of the focus when there is no base."""

    base: Syntax | None
    name: str
    arguments: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Subscript:
    """`base[index]`."""

    base: Syntax
    index: Syntax


@dataclass(frozen=True, slots=True)
class Variable:
    """`%name`."""

    name: str


@dataclass(frozen=True, slots=True)
class This:
    """`$this`."""


@dataclass(frozen=True, slots=True)
class Value:
    """A literal."""

    value: str | int | Decimal | bool | None
    kind: LiteralKind


@dataclass(frozen=True, slots=True)
class Operation:
    """`left operator right`."""

    operator: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Minus:
    """`-operand`."""

    operand: Syntax


Syntax = Word | Call | Subscript | Variable | This | Value | Operation | Minus

_TOKENS = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<time>@T\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?)
    |(?P<dateTime>@\d{4}(?:-\d{2}(?:-\d{2})?)?T(?:\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?)?)
    |(?P<date>@\d{4}(?:-\d{2}(?:-\d{2})?)?)
    |(?P<decimal>\d+\.\d+)
    |(?P<integer>\d+)
    |(?P<string>'(?:[^'\\]|\\.)*')
    |(?P<variable>%(?:[A-Za-z_]\w*|`[^`]+`|'[^']+'))
    |(?P<this>\$\w+)
    |(?P<quoted>`[^`]+`)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign><=|>=|!=|!~|[=~<>+\-*/&|.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)

_BINDING = {
    **dict.fromkeys(("implies",), 1),
    **dict.fromkeys(("or", "xor"), 2),
    **dict.fromkeys(("and",), 3),
    **dict.fromkeys(("in", "contains"), 4),
    **dict.fromkeys(("=", "!=", "~", "!~"), 5),
    **dict.fromkeys(("<", "<=", ">", ">="), 6),
    **dict.fromkeys(("|",), 7),
    **dict.fromkeys(("is", "as"), 8),
    **dict.fromkeys(("+", "-", "&"), 9),
    **dict.fromkeys(("*", "/", "div", "mod"), 10),
}
_UNARY = 11
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse_path(text: str) -> Syntax:
    """The syntax tree of a FHIRPath expression. Raises PathFault naming the character where reading stopped."""
    parser = _Parser(tuple(_tokens(text)))
    tree = parser.expression(0)
    parser.expect_end()
    return tree


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKENS.match(text, at)
        if found is None:
            raise PathFault(
                f"character {at + 1} ({text[at]!r}) is not FHIRPath.", "an element path such as name.family"
            )
        if found.lastgroup != "space":
            tokens.append(_Token(str(found.lastgroup), found.group(), at))
        at = found.end()
    return [*tokens, _Token("end", "", len(text))]


class _Parser:
    """Reads tokens from left to right; `expression(binding)` takes operators that bind tighter than `binding`."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens = tokens
        self._next = 0

    def expression(self, binding: int) -> Syntax:
        left = self._prefix()
        while True:
            operator = self._peek.text if self._peek.kind in ("sign", "word") else ""
            strength = _BINDING.get(operator, 0)
            if strength <= binding:
                return left
            self._take()
            left = Operation(operator, left, self.expression(strength))

    def expect_end(self) -> None:
        if self._peek.kind != "end":
            raise self._unexpected("the end of the path or an operator")

    def _prefix(self) -> Syntax:
        token = self._take()
        match token.kind, token.text:
            case "sign", "-":
                return Minus(self.expression(_UNARY))
            case "sign", "+":
                return self.expression(_UNARY)
            case "sign", "(":
                inner = self.expression(0)
                self._expect(")")
                return self._postfix(inner)
            case "sign", "{":
                self._expect("}")
                return Value(None, "empty")
        return self._postfix(self._term(token))

    def _term(self, token: _Token) -> Syntax:
        match token.kind:
            case "word" if token.text in ("true", "false"):
                return Value(token.text == "true", "boolean")
            case "word" | "quoted":
                return self._word(None, token)
            case "variable":
                return Variable(token.text[1:].strip("`'"))
            case "this" if token.text == "$this":
                return This()
            case "this":
                raise PathFault(f"{token.text} is not supported.", "$this")
            case "string":
                return Value(_unescape(token.text[1:-1]), "string")
            case "integer":
                return Value(int(token.text), "integer")
            case "decimal":
                return Value(Decimal(token.text), "decimal")
            case "date":
                return Value(token.text[1:], "date")
            case "dateTime":
                return Value(token.text[1:].rstrip("T"), "dateTime")
            case "time":
                return Value(token.text[2:], "time")
        self._next -= 1
        raise self._unexpected("an element, a function or a literal")

    def _postfix(self, base: Syntax) -> Syntax:
        while True:
            match self._peek.text if self._peek.kind == "sign" else "":
                case ".":
                    self._take()
                    token = self._take()
                    if token.kind not in ("word", "quoted"):
                        self._next -= 1
                        raise self._unexpected("an element or a function after '.'")
                    base = self._word(base, token)
                case "[":
                    self._take()
                    base = Subscript(base, self.expression(0))
                    self._expect("]")
                case _:
                    return base

    def _word(self, base: Syntax | None, token: _Token) -> Syntax:
        name = token.text.strip("`")
        if self._peek.text != "(" or self._peek.kind != "sign":
            return Word(base, name)
        self._take()
        arguments: list[Syntax] = []
        while self._peek.text != ")":
            if arguments:
                self._expect(",")
            arguments.append(self.expression(0))
        self._expect(")")
        return Call(base, name, tuple(arguments))

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        if token.kind == "end":
            raise self._unexpected("more of the path")
        self._next += 1
        return token

    def _expect(self, sign: str) -> None:
        if self._peek.text != sign:
            raise self._unexpected(repr(sign))
        self._next += 1

    def _unexpected(self, expected: str) -> PathFault:
        token = self._peek
        found = "the path ends here" if token.kind == "end" else f"{token.text!r} is not expected here"
        return PathFault(f"at character {token.at + 1}: {found}.", expected)


def _unescape(text: str) -> str:
    """Escapes of a string literal: \\n \\r \\t \\f \\uXXXX, and any other character for itself."""

    def replace(found: re.Match[str]) -> str:
        body = found.group(1)
        return chr(int(body[1:], 16)) if len(body) == 5 else _ESCAPES.get(body, body)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", replace, text, flags=re.DOTALL)
