"""Syntax tree → typed tree: element names and functions checked against the FHIR R4 definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches

from xinglin.core.fhir import Element, FhirType, fhir_type, resource_types
from xinglin.views import fhirpath as fp
from xinglin.views.errors import PathFault
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
)


@dataclass(frozen=True)
class Context:
    """Where a path stands: the type of its focus, the resource, and the view's constants by name."""

    focus: str
    resource: str
    constants: Mapping[str, Constant]


@dataclass(frozen=True)
class _Choice(Node):
    """`value[x]` before `ofType` says which: never leaves this module."""

    type: str
    many: bool
    base: Node
    element: Element

    @property
    def stem(self) -> str:
        return self.element.name.removesuffix("[x]")

    def member(self, type_name: str) -> Node:
        key = self.stem + type_name[0].upper() + type_name[1:]
        return _member(self.base, key, type_name, self.element.many)


def resolve(syntax: fp.Syntax, context: Context) -> Node:
    """The typed tree of a path. Raises PathFault for an unknown, ambiguous or ill-typed part."""
    return _decided(_resolve(syntax, context))


def single(node: Node) -> Node:
    """`node` where only one value can stand."""
    return Single(node.type, node) if node.many else node


def _resolve(syntax: fp.Syntax, context: Context) -> Node:
    match syntax:
        case fp.Word(base, name):
            return _word(base, name, context)
        case fp.Call(base, name, arguments):
            return _call(base, name, arguments, context)
        case fp.Subscript(base, index):
            return _at(resolve(base, context), _whole_number(index, context))
        case fp.Variable(name):
            return _variable(name, context)
        case fp.This():
            return Focus(context.focus)
        case fp.Value(value, kind):
            return Constant(kind, value)
        case fp.Minus(operand):
            return _minus(single(resolve(operand, context)))
        case fp.Operation(operator, left, right):
            return _operation(operator, left, right, context)


def _decided(node: Node) -> Node:
    if isinstance(node, _Choice):
        ways = [f"{node.stem}.ofType({name})" for name in node.element.types]
        raise PathFault(f"{node.stem!r} has several types.", ", ".join(ways[:12]), "Say with ofType() which is meant.")
    return node


def _word(base: fp.Syntax | None, name: str, context: Context) -> Node:
    if base is None and name == context.focus:
        return Focus(context.focus)
    return _element(Focus(context.focus) if base is None else resolve(base, context), name)


def _element(base: Node, name: str) -> Node:
    known = fhir_type(base.type)
    if base.kind != "complex" or known is None:
        raise PathFault(f"{name!r}: a {base.type} has no elements.", "", "End the path here.")
    element = known.elements.get(name)
    if element is not None and not element.is_choice:
        if element.types == ("Resource",):
            raise PathFault(f"{name!r}: contained resources are not opened by views.", "an element of the resource")
        return _member(base, name, element.types[0], element.many)
    choice = known.elements.get(f"{name}[x]")
    if choice is not None:
        decided = _Choice("", base.many or choice.many, base, choice)
        return decided.member(choice.types[0]) if len(choice.types) == 1 else decided
    raise _unknown_element(known, name)


def _member(base: Node, key: str, type_name: str, many: bool) -> Node:
    return Member(type_name, base.many or many, base, key, many)


def _unknown_element(known: FhirType, name: str) -> PathFault:
    written: dict[str, str] = {}
    for element in known.elements.values():
        stem = element.name.removesuffix("[x]")
        written[stem] = stem
        if element.is_choice:
            written |= {stem + t[0].upper() + t[1:]: f"{stem}.ofType({t})" for t in element.types}
    near = get_close_matches(name, written, n=1, cutoff=0.6)
    remedy = f"Did you mean {written[near[0]]!r}?" if near else ""
    names = sorted(name.removesuffix("[x]") for name in known.elements)
    return PathFault(f"{known.name} has no element {name!r}.", ", ".join(names), remedy)


def _variable(name: str, context: Context) -> Node:
    if name == "rowIndex":
        return RowIndex()
    if name in ("resource", "context"):
        return Root(context.resource)
    if name in context.constants:
        return context.constants[name]
    known = ", ".join(f"%{known}" for known in context.constants) or "no constants are defined"
    near = get_close_matches(name, context.constants, n=1)
    raise PathFault(f"%{name} is not defined.", known, f"Did you mean %{near[0]}?" if near else "Add it to 'constant'.")


def _at(base: Node, index: int) -> Node:
    if base.many:
        return At(base.type, base, index)
    return base if index == 0 else Constant("empty", None)


def _whole_number(syntax: fp.Syntax, context: Context) -> int:
    node = resolve(syntax, context)
    if isinstance(node, Constant) and isinstance(node.value, int) and node.kind == "integer" and node.value >= 0:
        return node.value
    raise PathFault("a position is not a whole number.", "a whole number from 0, such as [0]")


def _text(syntax: fp.Syntax, context: Context) -> str:
    node = resolve(syntax, context)
    if isinstance(node, Constant) and isinstance(node.value, str):
        return node.value
    raise PathFault("an argument is not a text.", "a text in single quotes, or a constant")


def _minus(node: Node) -> Node:
    if isinstance(node, Constant) and isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
        return Constant(node.type, -node.value)
    return _arithmetic("-", Constant("integer", 0), node)


def _truth(node: Node) -> Node:
    """`node` as a criterion."""
    if node.kind not in ("boolean", "empty"):
        raise PathFault(
            f"a condition is a {node.type}, not true or false.", "a boolean", "Compare it, or add .exists()."
        )
    return single(node)


def _of_kind(node: Node, kind: str, what: str) -> Node:
    if node.kind not in (kind, "empty"):
        raise PathFault(f"{what} works on a {kind}, not on a {node.type}.")
    return single(node)


# --- operators -------------------------------------------------------------------------------------------------------


def _operation(operator: str, left: fp.Syntax, right: fp.Syntax, context: Context) -> Node:
    if operator == "as":
        return _of_type(_resolve(left, context), (right,), context)
    a, b = resolve(left, context), resolve(right, context)
    match operator:
        case "and" | "or" | "xor" | "implies":
            return Logic(operator, _truth(a), _truth(b))
        case "=":
            return _equal(a, b)
        case "!=":
            return Not(_equal(a, b))
        case "<" | "<=" | ">" | ">=":
            _comparable(a, b)
            return Compare(operator, single(a), single(b))
        case "&":
            return Concat(_of_kind(a, "string", "'&'"), _of_kind(b, "string", "'&'"), lenient=True)
        case "+" if "string" in (a.kind, b.kind):
            return Concat(_of_kind(a, "string", "'+'"), _of_kind(b, "string", "'+'"), lenient=False)
        case "+" | "-" | "*" | "/":
            return _arithmetic(operator, single(a), single(b))
    raise PathFault(f"operator {operator!r} is not supported.", "= != < <= > >= and or xor implies + - * / &")


def _arithmetic(operator: str, left: Node, right: Node) -> Node:
    for node in (left, right):
        if node.kind not in ("integer", "decimal", "empty"):
            raise PathFault(f"{operator!r} works on numbers, not on a {node.type}.")
    if "empty" in (left.kind, right.kind):
        return Constant("empty", None)
    whole = left.kind == right.kind == "integer" and operator != "/"
    match operator:
        case "+" | "-" | "*" | "/":
            return Arithmetic("integer" if whole else "decimal", operator, left, right)
    raise PathFault(f"operator {operator!r} is not supported.")


_DATES = ("date", "dateTime")
_NUMBERS = ("integer", "decimal")


def _comparable(left: Node, right: Node) -> None:
    a, b = left.kind, right.kind
    if "complex" in (a, b):
        complex_type = left.type if a == "complex" else right.type
        raise PathFault(
            f"a {complex_type} cannot be compared.", "an element with a value", "Compare one of its elements."
        )
    if a == b or "empty" in (a, b) or (a in _DATES and b in _DATES) or (a in _NUMBERS and b in _NUMBERS):
        return
    remedy = "Write dates as @2025-10-31." if {a, b} & {*_DATES, "time"} and "string" in (a, b) else ""
    raise PathFault(f"a {left.type} is compared with a {right.type}.", "two values of one kind", remedy)


def _equal(left: Node, right: Node) -> Node:
    _comparable(left, right)
    if "empty" in (left.kind, right.kind):
        return Constant("empty", None)
    if (left.many or right.many) and left.kind not in (*_DATES, "time"):
        return SameLists(left, right)
    return Compare("=", single(left), single(right))


# --- functions -------------------------------------------------------------------------------------------------------

_Function = Callable[[Node, tuple[fp.Syntax, ...], Context], Node]


def _call(base: fp.Syntax | None, name: str, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    entry = FUNCTIONS.get(name)
    if entry is None:
        near = get_close_matches(name, FUNCTIONS, n=1)
        remedy = f"Did you mean {near[0]}()?" if near else ""
        if name in ("today", "now", "timeOfDay"):
            remedy = "A view does not depend on the day it is worked out: compare dates in the indicator."
        raise PathFault(f"function {name}() is not supported.", ", ".join(sorted(FUNCTIONS)), remedy)
    function, least, most = entry
    if not least <= len(arguments) <= most:
        takes = str(least) if least == most else f"{least} to {most}"
        raise PathFault(f"{name}() has {len(arguments)} arguments.", f"{takes} of them")
    target: Node = Focus(context.focus) if base is None else _resolve(base, context)
    if name not in ("ofType", "exists", "empty"):
        target = _decided(target)
    return function(target, arguments, context)


def _inside(base: Node, context: Context) -> Context:
    return replace(context, focus=base.type)


def _where(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    return Where(base.type, base.many, base, _truth(resolve(arguments[0], _inside(base, context))))


def _exists(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    if isinstance(base, _Choice) and not arguments:
        ways = [Exists(base.member(name)) for name in base.element.types]
        found: Node = ways[0]
        for way in ways[1:]:
            found = Logic("or", found, way)
        return found
    base = _decided(base)
    return Exists(_where(base, arguments, context) if arguments else base)


def _of_type(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    name = _type_name(arguments[0])
    if isinstance(base, _Choice):
        if name in base.element.types:
            return base.member(name)
        near = get_close_matches(name, base.element.types, n=1)
        remedy = f"Did you mean {near[0]}?" if near else ""
        raise PathFault(f"{base.stem!r} is never a {name}.", ", ".join(base.element.types), remedy)
    if base.type == name:
        return base
    raise PathFault(f"a {base.type} is never a {name}.", base.type)


def _type_name(syntax: fp.Syntax) -> str:
    match syntax:
        case fp.Word(None | fp.Word(None, "FHIR" | "System"), name):
            return name
    raise PathFault("the argument is not the name of a type.", "a type such as Quantity")


def _extension(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    if base.kind != "complex":
        raise PathFault(f"extensions of a {base.type} value are not read.", "an extension of an element with parts")
    extensions = _element(base, "extension")
    criteria = Compare("=", _element(Focus("Extension"), "url"), Constant("string", _text(arguments[0], context)))
    return Where("Extension", extensions.many, extensions, criteria)


def _resource_key(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    if base.type != context.resource:
        raise PathFault("getResourceKey() stands inside an element.", "%resource.getResourceKey()")
    return ResourceKey(context.resource)


def _reference_key(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    if base.type != "Reference":
        raise PathFault(f"getReferenceKey() works on a Reference, not on a {base.type}.")
    target = _type_name(arguments[0]) if arguments else None
    if target is not None and target not in resource_types():
        near = get_close_matches(target, resource_types(), n=1)
        raise PathFault(f"{target!r} is no resource type.", "", f"Did you mean {near[0]}?" if near else "")
    return ReferenceKey(_element(base, "reference"), target, base.many)


def _join(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    if base.kind not in ("string", "empty"):
        raise PathFault(f"join() works on texts, not on a {base.type}.")
    return Join(base, _text(arguments[0], context) if arguments else "")


def _substring(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    numbers = [_whole_number(argument, context) for argument in arguments]
    return Substring(_of_kind(base, "string", "substring()"), numbers[0], numbers[1] if len(numbers) > 1 else None)


def _choose(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    condition = _truth(resolve(arguments[0], context))
    then = single(resolve(arguments[1], context))
    otherwise = single(resolve(arguments[2], context)) if len(arguments) > 2 else Constant("empty", None)
    if "complex" in (then.kind, otherwise.kind):
        raise PathFault("iif() chooses between values, not elements with parts.")
    if "empty" not in (then.kind, otherwise.kind) and then.kind != otherwise.kind:
        raise PathFault(f"iif() gives a {then.type} or a {otherwise.type}.", "two values of one kind")
    return Choose(otherwise.type if then.kind == "empty" else then.type, condition, then, otherwise)


def _boundary(low: bool) -> _Function:
    def build(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
        if base.kind not in (*_DATES, "time"):
            found = f"the boundary of a {base.type} is not supported: its precision is not kept."
            raise PathFault(found, "a date, dateTime or time")
        return Boundary(base.type, single(base), low)

    return build


def _text_test(test: str) -> _Function:
    def build(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
        part = _of_kind(resolve(arguments[0], context), "string", f"{test}()")
        text = _of_kind(base, "string", f"{test}()")
        match test:
            case "startsWith" | "endsWith" | "contains":
                return TextMatch(test, text, part)
        raise PathFault(f"{test}() is not supported.")

    return build


#: name → what it builds, least and most arguments
FUNCTIONS: dict[str, tuple[_Function, int, int]] = {
    "where": (_where, 1, 1),
    "exists": (_exists, 0, 1),
    "empty": (lambda base, _, context: Not(_exists(base, (), context)), 0, 0),
    "all": (lambda b, a, c: All(b, _truth(resolve(a[0], _inside(b, c)))), 1, 1),
    "first": (lambda base, _, __: _at(base, 0), 0, 0),
    "last": (lambda base, _, __: At(base.type, base, -1) if base.many else base, 0, 0),
    "single": (lambda base, _, __: single(base), 0, 0),
    "count": (lambda base, _, __: Count(base), 0, 0),
    "not": (lambda base, _, __: Not(_truth(base)), 0, 0),
    "ofType": (_of_type, 1, 1),
    "extension": (_extension, 1, 1),
    "getResourceKey": (_resource_key, 0, 0),
    "getReferenceKey": (_reference_key, 0, 1),
    "join": (_join, 0, 1),
    "startsWith": (_text_test("startsWith"), 1, 1),
    "endsWith": (_text_test("endsWith"), 1, 1),
    "contains": (_text_test("contains"), 1, 1),
    "substring": (_substring, 1, 2),
    "toInteger": (lambda base, _, __: ToInteger(_of_kind(base, "string", "toInteger()")), 0, 0),
    "iif": (_choose, 2, 3),
    "lowBoundary": (_boundary(True), 0, 0),
    "highBoundary": (_boundary(False), 0, 0),
}
