"""Scalar SQL expressions in packs: read, allowed node by node, and type-checked against a view's columns.

sqlglot parses the text; nothing of the text reaches a database. Each node that is on the list here becomes a node of
`packs.expression_tree`, everything else a problem. Numbers of literals: up to 18 digits before and 9 after the point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeGuard

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from xinglin.core.errors import Problem
from xinglin.packs.expression_tree import FAMILY, Column, Expression, Literal, Node, Operation, Operator, ValueType
from xinglin.packs.faults import nearest
from xinglin.packs.view import ColumnType

#: Functions an expression may call, and how each is written.
FUNCTIONS: dict[str, str] = {
    "coalesce": "coalesce(value, otherwise)",
    "abs": "abs(number)",
    "substr": "substr(text, first, length)",
    "left": "left(text, length)",
    "starts_with": "starts_with(text, prefix)",
    "age_at": "age_at(birth_date, day): completed years",
    "days_between": "days_between(from_date, to_date)",
    "minutes_between": "minutes_between(from_dateTime, to_dateTime)",
}
_REMEDY = "Use columns of the view, literals, comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, CASE, + - * / and "
_OWN: dict[str, tuple[Operator, ValueType]] = {
    "age_at": ("age_at", "date"),
    "days_between": ("days_between", "date"),
    "minutes_between": ("minutes_between", "dateTime"),
}


def parse_expression(where: str, text: str, columns: Mapping[str, ColumnType]) -> Expression | tuple[Problem, ...]:
    """The checked tree of `text` over `columns`, or every problem found in it. `where` is the place to blame."""
    reader = _Reader(where, columns)
    root = reader.read(text)
    if reader.problems or root is None:
        return tuple(reader.problems)
    return Expression(text, root)


@dataclass
class _Reader:
    """One reading of one text: turns parsed nodes into checked ones and gathers what is wrong."""

    where: str
    columns: Mapping[str, ColumnType]
    problems: list[Problem] = field(default_factory=list)

    def read(self, text: str) -> Node | None:
        try:
            # Parentheses on lines of their own: no comment swallows them, no keyword starts a statement.
            statements = sqlglot.parse(f"SELECT (\n{text}\n)", dialect="duckdb")
        except SqlglotError as error:
            details: list[Mapping[str, Any]] = getattr(error, "errors", None) or [{}]
            self.fault(f"cannot be read: {details[0].get('description', 'not an SQL expression').rstrip('.')}.")
            return None
        except RecursionError:
            self.fault("is nested too deeply.")
            return None
        statement = statements[0] if len(statements) == 1 else None
        if not text.strip():
            self.fault("is empty.", "an SQL expression over the view's columns")
            return None
        if not isinstance(statement, exp.Select) or len(statement.expressions) != 1 or "\0" in text:
            self.fault(f"{text!r} is not one expression.")
            return None
        if any(part for name, part in statement.args.items() if name != "expressions"):
            self.fault(f"{text!r} is not one expression.")
            return None
        return self.node(statement.expressions[0])

    def fault(self, found: str, expected: str = "", remedy: str = "") -> None:
        self.problems.append(Problem(self.where, found, expected, remedy))

    def node(self, parsed: exp.Expression) -> Node | None:
        handler = _HANDLERS.get(type(parsed))
        parts = {name for name, part in parsed.args.items() if part not in (None, False, [])}
        # sqlglot may hang a meaning on a node as one more part (NOT LIKE was one): what is not known here is refused.
        if handler is None or not parts <= _PARTS.get(type(parsed), _USUAL_PARTS):
            self._refuse(parsed)
            return None
        return handler(self, parsed)

    def nodes(self, parsed: Sequence[exp.Expression]) -> list[Node] | None:
        """All of them, so that every problem is found; None when one is wrong."""
        made = [self.node(part) for part in parsed]
        right = [node for node in made if node is not None]
        return right if len(right) == len(made) else None

    def typed(self, parsed: exp.Expression, wanted: ValueType) -> Node | None:
        node = self.node(parsed)
        if node is None:
            return None
        node = _as_date(node) if wanted == "date" else node
        if node.type == wanted:
            return node
        self.fault(f"{_sql(parsed)} is {_named(node.type)}.", _named(wanted), self._where_to_find(wanted))
        return None

    def all_typed(self, parsed: Sequence[exp.Expression], wanted: ValueType) -> list[Node] | None:
        made = [self.typed(part, wanted) for part in parsed]
        right = [node for node in made if node is not None]
        return right if len(right) == len(made) else None

    def alike(self, parsed: exp.Expression, parts: Sequence[exp.Expression]) -> list[Node] | None:
        """The parts when all are of one family; a text literal beside a date is read as a date."""
        made = self.nodes(parts)
        if made is None:
            return None
        types = {node.type for node in made} - {"null"}
        if "date" in types:
            made = [_as_date(node) for node in made]
            types = {node.type for node in made} - {"null"}
        if len(types) == 1:
            return made
        named = " with ".join(sorted(_named(kind) for kind in types)) or "nothing but NULL"
        self.fault(f"{_sql(parsed)} mixes {named}.", "values of one type")
        return None

    def _refuse(self, parsed: exp.Expression) -> None:
        if isinstance(parsed, exp.Anonymous | exp.Func):
            name = str(parsed.this) if isinstance(parsed, exp.Anonymous) else parsed.sql_name().lower()
            known = ", ".join(FUNCTIONS.values())
            self.fault(f"function {name!r} is not known.", known, nearest(name.lower(), FUNCTIONS))
        else:
            self.fault(f"{_sql(parsed)} is not allowed here.", "", f"{_REMEDY}{', '.join(FUNCTIONS)}.")

    def _where_to_find(self, wanted: ValueType) -> str:
        fitting = [name for name, kind in self.columns.items() if FAMILY[kind] == wanted]
        return f"Columns of that type: {', '.join(fitting)}." if fitting else ""


def _column(reader: _Reader, parsed: exp.Column) -> Node | None:
    if parsed.table:
        reader.fault(f"{_sql(parsed)} names a table.", "the column's name alone")
        return None
    if kind := reader.columns.get(parsed.name):
        return Column(parsed.name, FAMILY[kind])
    known = ", ".join(reader.columns)
    reader.fault(f"column {parsed.name!r} is not in the view.", known, nearest(parsed.name, reader.columns))
    return None


def _literal(reader: _Reader, parsed: exp.Literal) -> Node | None:
    if parsed.is_string:
        return Literal(str(parsed.this), "text")
    try:
        value = Decimal(str(parsed.this).replace("_", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, str) or exponent < -9 or abs(value) >= 10**18:
        reader.fault(f"number {_sql(parsed)} is too long.", "up to 18 digits before the point and 9 after it")
        return None
    return Literal(value, "number")


def _cast(reader: _Reader, parsed: exp.Cast) -> Node | None:
    """Only DATE '2025-01-31': a literal."""
    inner = parsed.this
    if parsed.to.is_type("date") and isinstance(inner, exp.Literal) and inner.is_string:
        node = _as_date(Literal(str(inner.this), "text"))
        if node.type == "date":
            return node
        reader.fault(f"{inner.this!r} is not a date.", "DATE 'YYYY-MM-DD'")
        return None
    reader.fault(f"{_sql(parsed)} converts a type.", "columns of the right type in the view")
    return None


def _comparison(operator: Operator) -> Callable[[_Reader, Any], Node | None]:
    def read(reader: _Reader, parsed: exp.Expression) -> Node | None:
        sides: tuple[exp.Expression, exp.Expression] = (parsed.args["this"], parsed.args["expression"])
        if any(isinstance(side, exp.Null) for side in sides):
            reader.fault(f"{_sql(parsed)} compares with NULL, which is never true.", "IS NULL or IS NOT NULL")
            return None
        pair = reader.alike(parsed, sides)
        return _checked(reader, parsed, operator, pair, ordered=operator not in ("eq", "ne"))

    return read


def _checked(
    reader: _Reader, parsed: exp.Expression, operator: Operator, nodes: list[Node] | None, *, ordered: bool
) -> Node | None:
    if nodes is None:
        return None
    kinds = {node.type for node in nodes}
    if "dateTime" in kinds or ("boolean" in kinds and ordered):
        found = f"{_sql(parsed)} compares {' with '.join(sorted(_named(kind) for kind in kinds))}."
        remedy = "For a dateTime use a date column of the view, or minutes_between."
        reader.fault(found, "text, numbers or dates", remedy)
        return None
    return Operation(operator, tuple(nodes), "boolean")


def _in(reader: _Reader, parsed: exp.In) -> Node | None:
    listed = parsed.expressions
    if not listed or any(not _is_written(part) for part in listed):
        reader.fault(f"{_sql(parsed)} needs a list of literals.", "IN ('a', 'b')")
        return None
    return _checked(reader, parsed, "in", reader.alike(parsed, (parsed.this, *listed)), ordered=False)


def _between(reader: _Reader, parsed: exp.Between) -> Node | None:
    parts = (parsed.this, parsed.args["low"], parsed.args["high"])
    return _checked(reader, parsed, "between", reader.alike(parsed, parts), ordered=True)


def _is(reader: _Reader, parsed: exp.Is) -> Node | None:
    if not isinstance(parsed.expression, exp.Null):
        reader.fault(f"{_sql(parsed)} is not allowed.", "IS NULL or IS NOT NULL")
        return None
    value = reader.node(parsed.this)
    return None if value is None else Operation("is_null", (value,), "boolean")


def _like(reader: _Reader, parsed: exp.Like) -> Node | None:
    if not (isinstance(parsed.expression, exp.Literal) and parsed.expression.is_string):
        reader.fault(f"{_sql(parsed)} needs a literal pattern.", "LIKE 'I1%'")
        return None
    like = _made("like", reader.all_typed((parsed.this, parsed.expression), "text"), "boolean")
    return Operation("not", (like,), "boolean") if like and parsed.args.get("negate") else like


def _case(reader: _Reader, parsed: exp.Case) -> Node | None:
    subject, branches = parsed.this, parsed.args["ifs"]
    tests = [branch.this for branch in branches]
    if subject:
        tests = [exp.EQ(this=subject.copy(), expression=test) for test in tests]
    conditions = reader.all_typed(tests, "boolean")
    otherwise = parsed.args.get("default") or exp.Null()
    results = reader.alike(parsed, [*(branch.args["true"] for branch in branches), otherwise])
    if conditions is None or results is None:
        return None
    pairs = [part for pair in zip(conditions, results, strict=False) for part in pair]
    return Operation("case", (*pairs, results[-1]), _first_type(results))


def _neg(reader: _Reader, parsed: exp.Neg) -> Node | None:
    value = reader.typed(parsed.this, "number")
    if isinstance(value, Literal) and isinstance(value.value, Decimal):
        return Literal(-value.value, "number")
    return None if value is None else Operation("neg", (value,), "number")


def _coalesce(reader: _Reader, parsed: exp.Coalesce) -> Node | None:
    nodes = reader.alike(parsed, (parsed.this, *parsed.expressions))
    return None if nodes is None else Operation("coalesce", tuple(nodes), _first_type(nodes))


def _substr(reader: _Reader, parsed: exp.Substring) -> Node | None:
    start, length = parsed.args.get("start"), parsed.args.get("length")
    if not (_is_count(start, 1) and _is_count(length, 0)):
        reader.fault(f"{_sql(parsed)} needs whole numbers.", FUNCTIONS["substr"] + ", first from 1")
        return None
    text, bounds = reader.typed(parsed.this, "text"), reader.nodes((start, length))
    return _made("substr", [text, *bounds] if text and bounds else None, "text")


def _left(reader: _Reader, parsed: exp.Left) -> Node | None:
    if not _is_count(parsed.expression, 0):
        reader.fault(f"{_sql(parsed)} needs a whole number.", FUNCTIONS["left"])
        return None
    text, length = reader.typed(parsed.this, "text"), reader.node(parsed.expression)
    return _made("left", [text, length] if text and length else None, "text")


def _own(reader: _Reader, parsed: exp.Anonymous) -> Node | None:
    name = str(parsed.this).lower()
    if name not in _OWN:
        reader._refuse(parsed)
        return None
    operator, wanted = _OWN[name]
    if len(parsed.expressions) != 2:
        reader.fault(f"{_sql(parsed)} needs two values.", FUNCTIONS[name])
        return None
    return _made(operator, reader.all_typed(parsed.expressions, wanted), "number")


def _plain(operator: Operator, wanted: ValueType, result: ValueType) -> Callable[[_Reader, Any], Node | None]:
    """An operator whose arguments are all of one type."""

    def read(reader: _Reader, parsed: exp.Expression) -> Node | None:
        parts = [part for part in (parsed.this, parsed.args.get("expression")) if part is not None]
        return _made(operator, reader.all_typed(parts, wanted), result)

    return read


def _made(operator: Operator, nodes: Sequence[Node] | None, kind: ValueType) -> Node | None:
    return None if nodes is None else Operation(operator, tuple(nodes), kind)


_USUAL_PARTS = frozenset({"this", "expression", "expressions"})
_PARTS: dict[type[exp.Expression], frozenset[str]] = {
    exp.Column: frozenset({"this", "table"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Cast: frozenset({"this", "to", "_type"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Like: frozenset({"this", "expression", "negate"}),
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.Div: frozenset({"this", "expression", "typed", "safe"}),
    exp.DPipe: frozenset({"this", "expression", "safe"}),
    exp.Substring: frozenset({"this", "start", "length"}),
}
_HANDLERS: dict[type[exp.Expression], Callable[[_Reader, Any], Node | None]] = {
    exp.Paren: lambda reader, parsed: reader.node(parsed.this),
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: lambda reader, parsed: Literal(bool(parsed.this), "boolean"),
    exp.Null: lambda reader, parsed: Literal(None, "null"),
    exp.Cast: _cast,
    exp.EQ: _comparison("eq"),
    exp.NEQ: _comparison("ne"),
    exp.LT: _comparison("lt"),
    exp.LTE: _comparison("le"),
    exp.GT: _comparison("gt"),
    exp.GTE: _comparison("ge"),
    exp.In: _in,
    exp.Between: _between,
    exp.And: _plain("and", "boolean", "boolean"),
    exp.Or: _plain("or", "boolean", "boolean"),
    exp.Not: _plain("not", "boolean", "boolean"),
    exp.Is: _is,
    exp.Like: _like,
    exp.Case: _case,
    exp.Add: _plain("add", "number", "number"),
    exp.Sub: _plain("sub", "number", "number"),
    exp.Mul: _plain("mul", "number", "number"),
    exp.Div: _plain("div", "number", "number"),
    exp.Neg: _neg,
    exp.DPipe: _plain("concat", "text", "text"),
    exp.Coalesce: _coalesce,
    exp.Abs: _plain("abs", "number", "number"),
    exp.Substring: _substr,
    exp.Left: _left,
    exp.StartsWith: _plain("starts_with", "text", "boolean"),
    exp.Anonymous: _own,
}


def _as_date(node: Node) -> Node:
    if isinstance(node, Literal) and node.type == "text" and isinstance(node.value, str) and len(node.value) == 10:
        try:
            return Literal(date.fromisoformat(node.value), "date")
        except ValueError:
            return node
    return node


def _first_type(nodes: Sequence[Node]) -> ValueType:
    return next((node.type for node in nodes if node.type != "null"), "null")


def _is_written(parsed: exp.Expression) -> bool:
    inner = parsed.this if isinstance(parsed, exp.Neg | exp.Cast) else parsed
    return isinstance(inner, exp.Literal | exp.Boolean)


def _is_count(parsed: exp.Expression | None, least: int) -> TypeGuard[exp.Literal]:
    if not isinstance(parsed, exp.Literal) or parsed.is_string or not parsed.this.isdigit():
        return False
    return least <= int(parsed.this) < 10**9


def _named(kind: ValueType) -> str:
    names = {"boolean": "a condition (boolean)", "date": "a date", "number": "a number", "null": "NULL"}
    return names.get(kind, "text" if kind == "text" else "a dateTime")


def _sql(parsed: exp.Expression) -> str:
    return repr(parsed.sql(dialect="duckdb")) if parsed.args else repr(parsed.key)
