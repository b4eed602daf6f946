"""The fast engine, expressions: typed tree → DuckDB SQL over nested columns.

A single value is a SQL value, NULL for nothing. A collection is a LIST without NULLs in it; NULL and the empty list
both mean nothing. Elements of the resource are the columns of the row; those of another focus are fields of a struct.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from xinglin.views.nodes import (
    All,
    Arithmetic,
    At,
    Boundary,
    Choose,
    Compare,
    Concat,
    Constant,
    Count,
    Exists,
    Focus,
    Join,
    Logic,
    Member,
    Node,
    Not,
    ReferenceKey,
    ResourceKey,
    Root,
    RowIndex,
    SameLists,
    Single,
    Substring,
    TextMatch,
    ToInteger,
    Where,
    kind_of,
)
from xinglin.views.values import MOMENT

DECIMAL = "DECIMAL(18,6)"
SQL_TYPES = {"boolean": "BOOLEAN", "integer": "BIGINT", "decimal": DECIMAL}
MANY_VALUES = "xinglin: many values"
#: A literal reference: Type/id, after any server's address and before any version.
REFERENCE_FORM = r"^(?:[^#?]*/)?({})/([^/#?|]+)(?:/_history/[^/#?|]+)?$"
ANY_TYPE = "[A-Z][A-Za-z]+"


@dataclass(frozen=True)
class Scope:
    """What names mean: SQL of the focus (None: the resource's columns), of the row index; how deep lambdas are."""

    focus: str | None = None
    index: str = "0"
    depth: int = 0

    def inside(self, focus: str | None) -> Scope:
        return replace(self, focus=focus)

    def item(self) -> Scope:
        """The scope of a lambda, whose parameter is its focus."""
        return replace(self, focus=f"_x{self.depth}", depth=self.depth + 1)


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def sql(node: Node, scope: Scope) -> str:
    """The SQL of an expression."""
    return SQL[type(node)](node, scope)


def sql_type(type_name: str) -> str:
    """How values of a FHIR type are held in an expression."""
    return SQL_TYPES.get(kind_of(type_name), "VARCHAR")


def as_list(node: Node, scope: Scope) -> str:
    """The SQL of an expression as a list, [] for nothing."""
    inner = sql(node, scope)
    if node.many:
        return f"coalesce({inner}, [])"
    return f"CASE WHEN {inner} IS NULL THEN [] ELSE [{inner}] END"


def _focus(node: Focus, scope: Scope) -> str:
    # The resource itself has no column: where only its presence counts, it is there.
    return scope.focus or "TRUE"


def _constant(node: Constant, scope: Scope) -> str:
    match node.value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if node.value else "FALSE"
        case str():
            return text(node.value)
        case _ if node.kind == "decimal":
            return f"{node.value:f}::{DECIMAL}"
        case _:
            return f"{node.value}::BIGINT"


def _member(node: Member, scope: Scope) -> str:
    if not node.base.many:
        inner = _field(node.base, node.key, scope)
        if node.repeats:
            return _without_holes(inner, node, scope)
        return f"TRY_CAST({inner} AS {DECIMAL})" if node.kind == "decimal" else inner
    x = scope.item().focus
    found = f"list_transform({sql(node.base, scope)}, lambda {x}: {x}.{quoted(node.key)})"
    return _without_holes(f"flatten({found})" if node.repeats else found, node, scope, always=not node.repeats)


def _without_holes(found: str, node: Member, scope: Scope, *, always: bool = False) -> str:
    x = scope.item().focus
    if node.kind == "decimal":
        found = f"list_transform({found}, lambda {x}: TRY_CAST({x} AS {DECIMAL}))"
    elif node.kind == "complex" and not always:
        return found  # the shape lets no hole into a list of elements
    return f"list_filter({found}, lambda {x}: {x} IS NOT NULL)"


def _field(base: Node, key: str, scope: Scope) -> str:
    match base:
        case Focus() if scope.focus is None:
            return quoted(key)
        case Root():
            return quoted(key)
        case Where(base=inner, criteria=criteria):
            tried = _criterion_on(inner, criteria, scope)
            return f"CASE WHEN {tried} THEN {_field(inner, key, scope)} END"
    return f"({sql(base, scope)}).{quoted(key)}"


def _criterion_on(base: Node, criteria: Node, scope: Scope) -> str:
    is_resource = isinstance(base, Root) or (isinstance(base, Focus) and scope.focus is None)
    focus = None if is_resource else sql(base, scope)
    return sql(criteria, scope.inside(focus))


def _where(node: Where, scope: Scope) -> str:
    if not node.many:
        return f"CASE WHEN {_criterion_on(node.base, node.criteria, scope)} THEN {sql(node.base, scope)} END"
    item = scope.item()
    return f"list_filter({sql(node.base, scope)}, lambda {item.focus}: {sql(node.criteria, item)})"


def _all(node: All, scope: Scope) -> str:
    if not node.base.many:
        tried = _criterion_on(node.base, node.criteria, scope)
        return f"({sql(node.base, scope)} IS NULL OR coalesce({tried}, FALSE))"
    item = scope.item()
    failing = f"lambda {item.focus}: NOT coalesce({sql(node.criteria, item)}, FALSE)"
    return f"(coalesce(len(list_filter({sql(node.base, scope)}, {failing})), 0) = 0)"


def _at(node: At, scope: Scope) -> str:
    return f"({sql(node.base, scope)})[{node.index + 1 if node.index >= 0 else node.index}]"


def _single(node: Single, scope: Scope) -> str:
    many = sql(node.base, scope)
    return f"CASE WHEN len({many}) > 1 THEN error({text(MANY_VALUES)}) ELSE ({many})[1] END"


def _exists(node: Exists, scope: Scope) -> str:
    inner = sql(node.base, scope)
    return f"(coalesce(len({inner}), 0) > 0)" if node.base.many else f"({inner} IS NOT NULL)"


def _count(node: Count, scope: Scope) -> str:
    inner = sql(node.base, scope)
    return f"coalesce(len({inner}), 0)" if node.base.many else f"({inner} IS NOT NULL)::BIGINT"


def _join(node: Join, scope: Scope) -> str:
    if not node.base.many:
        return sql(node.base, scope)
    inner = sql(node.base, scope)
    return f"CASE WHEN len({inner}) > 0 THEN array_to_string({inner}, {text(node.separator)}) END"


def _resource_key(node: ResourceKey, scope: Scope) -> str:
    return f'({text(node.resource + "/")} || "id")'


def _reference_key(node: ReferenceKey, scope: Scope) -> str:
    form = text(REFERENCE_FORM.format(node.target or ANY_TYPE))

    def key(reference: str) -> str:
        # Nearly every reference is a plain Type/id: no need of the slow form to tell.
        is_type = f"starts_with({reference}, {text((node.target or '') + '/')})"
        plain = f"{is_type} AND regexp_full_match({reference}, '[^/#?|]+/[^/#?|]+')"
        found = f"nullif(regexp_replace(regexp_extract({reference}, {form}, 0), {form}, '\\1/\\2'), '')"
        return f"CASE WHEN {plain} THEN {reference} ELSE {found} END" if node.target else found

    inner = sql(node.base, scope)
    if not node.many:
        return key(inner)
    x = scope.item().focus or ""
    return f"list_filter(list_transform({inner}, lambda {x}: {key(x)}), lambda {x}: {x} IS NOT NULL)"


def _not(node: Not, scope: Scope) -> str:
    return f"(NOT {sql(node.base, scope)})"


def _logic(node: Logic, scope: Scope) -> str:
    left, right = (f"({sql(side, scope)})::BOOLEAN" for side in (node.left, node.right))
    match node.operator:
        case "and" | "or":
            return f"({left} {node.operator.upper()} {right})"
        case "xor":
            return f"({left} <> {right})"
        case "implies":
            return f"(NOT {left} OR {right})"


def _compare(node: Compare, scope: Scope) -> str:
    left, right = sql(node.left, scope), sql(node.right, scope)
    kinds = {node.left.kind, node.right.kind}
    if "empty" in kinds:
        return "NULL::BOOLEAN"
    if kinds == {"time"}:
        left, right = (
            f"rpad(CASE WHEN contains({v}, '.') THEN {v} ELSE {v} || '.' END, 18, '0')" for v in (left, right)
        )
    if kinds & {"date", "dateTime"}:
        return _compare_dates(node.operator, left, right, with_time=kinds != {"date"})
    return f"({left} {node.operator} {right})"


def _compare_dates(operator: str, left: str, right: str, *, with_time: bool) -> str:
    common = f"least(length({left}), length({right}), 10)"
    a, b = f"left({left}, {common})", f"left({right}, {common})"
    same = "TRUE" if "=" in operator else "FALSE"
    by_date = f"WHEN {a} <> {b} THEN {a} {operator} {b} WHEN length({left}) = length({right}) THEN {same}"
    if not with_time:
        return f"(CASE {by_date} END)"
    x, y = moment(left), moment(right)
    return f"(CASE WHEN length({left}) > 10 AND length({right}) > 10 THEN {x} {operator} {y} {by_date} END)"


def moment(value: str) -> str:
    """Microseconds since 1970 of a dateTime with time and offset; NULL for anything else."""
    return f"CASE WHEN regexp_full_match({value}, {text(MOMENT)}) THEN epoch_us(TRY_CAST({value} AS TIMESTAMPTZ)) END"


def _same_lists(node: SameLists, scope: Scope) -> str:
    left, right = as_list(node.left, scope), as_list(node.right, scope)
    if node.left.kind != node.right.kind:
        left, right = f"({left})::{DECIMAL}[]", f"({right})::{DECIMAL}[]"
    return f"CASE WHEN len({left}) > 0 AND len({right}) > 0 THEN {left} = {right} END"


def _arithmetic(node: Arithmetic, scope: Scope) -> str:
    left, right = sql(node.left, scope), sql(node.right, scope)
    if node.type == "integer":
        return f"TRY_CAST(({left})::HUGEINT {node.operator} ({right})::HUGEINT AS BIGINT)"
    left, right = f"TRY_CAST({left} AS {DECIMAL})", f"TRY_CAST({right} AS {DECIMAL})"
    if node.operator == "/":
        return _divided(left, right)
    # Operands one digit wider than they are: in 18 digits DuckDB stops at a result that does not fit.
    return f"TRY_CAST(({left})::DECIMAL(19,6) {node.operator} ({right})::DECIMAL(19,6) AS {DECIMAL})"


def _divided(left: str, right: str) -> str:
    """Long division in whole millionths, half away from zero: DuckDB itself divides decimals as binary fractions."""
    a, b = (f"({side} * 1000000)::HUGEINT" for side in (f"({left})::DECIMAL(25,6)", f"({right})::DECIMAL(25,6)"))
    quotient = f"((2000000::HUGEINT * abs({a}) + abs({b})) // (2 * abs({b})))"
    signed = f"CASE WHEN ({left} < 0) = ({right} < 0) THEN {quotient} ELSE -{quotient} END"
    millionths = f"TRY_CAST({signed} AS DECIMAL(19,0)) * 0.000001::DECIMAL(6,6)"
    return f"CASE WHEN {right} <> 0 THEN TRY_CAST({millionths} AS {DECIMAL}) END"


def _concat(node: Concat, scope: Scope) -> str:
    left, right = sql(node.left, scope), sql(node.right, scope)
    return f"(coalesce({left}, '') || coalesce({right}, ''))" if node.lenient else f"({left} || {right})"


_TEXT_TESTS = {"startsWith": "starts_with", "endsWith": "ends_with", "contains": "contains"}


def _text_match(node: TextMatch, scope: Scope) -> str:
    return f"{_TEXT_TESTS[node.test]}({sql(node.base, scope)}, {sql(node.part, scope)})"


def _substring(node: Substring, scope: Scope) -> str:
    base = sql(node.base, scope)
    length = "" if node.length is None else f", {node.length}"
    return f"CASE WHEN {node.start} < length({base}) THEN substr({base}, {node.start + 1}{length}) END"


def _to_integer(node: ToInteger, scope: Scope) -> str:
    base = sql(node.base, scope)
    return f"CASE WHEN regexp_full_match({base}, '[+-]?[0-9]{{1,18}}') THEN {base}::BIGINT END"


def _choose(node: Choose, scope: Scope) -> str:
    branches = f"THEN {sql(node.then, scope)} ELSE {sql(node.otherwise, scope)}"
    return f"(CASE WHEN {sql(node.condition, scope)} {branches} END)::{sql_type(node.type)}"


def _boundary(node: Boundary, scope: Scope) -> str:
    value = sql(node.base, scope)
    fraction = text("." + ("000" if node.low else "999"))
    if node.kind == "time":
        return f"CASE WHEN length({value}) = 8 THEN {value} || {fraction} ELSE {value} END"
    last_day = f"strftime(last_day(TRY_CAST({value} || '-01' AS DATE)), '%Y-%m-%d')"
    year = text("-01-01" if node.low else "-12-31")
    month = f"{value} || '-01'" if node.low else last_day
    day = f"CASE length({value}) WHEN 4 THEN {value} || {year} WHEN 7 THEN {month} WHEN 10 THEN {value} END"
    if node.kind == "date":
        return day
    rest = text("T00:00:00.000+14:00" if node.low else "T23:59:59.999-12:00")
    form = r"^(.{19})(Z|[+-]\d{2}:\d{2})$"
    exact = f"regexp_replace({value}, {text(form)}, {text(chr(92) + '1' + fraction[1:-1] + chr(92) + '2')})"
    return f"CASE WHEN length({value}) > 10 THEN {exact} ELSE {day} || {rest} END"


SQL: dict[type[Node], Callable[[Any, Scope], str]] = {
    Focus: _focus,
    Root: lambda node, scope: "TRUE",
    RowIndex: lambda node, scope: scope.index,
    Constant: _constant,
    Member: _member,
    Where: _where,
    All: _all,
    At: _at,
    Single: _single,
    Exists: _exists,
    Count: _count,
    Join: _join,
    ResourceKey: _resource_key,
    ReferenceKey: _reference_key,
    Not: _not,
    Logic: _logic,
    Compare: _compare,
    SameLists: _same_lists,
    Arithmetic: _arithmetic,
    Concat: _concat,
    TextMatch: _text_match,
    Substring: _substring,
    ToInteger: _to_integer,
    Choose: _choose,
    Boundary: _boundary,
}
