"""Syntax tree → typed tree: element names and functions checked against the FHIR R4 definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from xinglin.core.fhir import resource_types
from xinglin.views import fhirpath as fp
from xinglin.views.elements import ChoiceElement, decided, element
from xinglin.views.errors import PathFault
from xinglin.views.nodes import (
    All,
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
    Node,
    Not,
    ReferenceKey,
    ResourceKey,
    Root,
    RowIndex,
    Substring,
    TextMatch,
    ToInteger,
    Where,
)
from xinglin.views.operators import DATES, arithmetic, comparable, equal, minus, of_kind, single, truth


@dataclass(frozen=True)
class Context:
    """Where a path stands: the type of its focus, the resource, and the view's constants by name."""

    focus: str
    resource: str
    constants: Mapping[str, Constant]


def resolve(syntax: fp.Syntax, context: Context) -> Node:
    """The typed tree of a path. Raises PathFault for an unknown, ambiguous or ill-typed part."""
    return decided(_resolve(syntax, context))


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
            return minus(single(resolve(operand, context)))
        case fp.Operation(operator, left, right):
            return _operation(operator, left, right, context)


def _word(base: fp.Syntax | None, name: str, context: Context) -> Node:
    if base is None and name == context.focus:
        return Focus(context.focus)
    return element(Focus(context.focus) if base is None else resolve(base, context), name)


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


def _operation(operator: str, left: fp.Syntax, right: fp.Syntax, context: Context) -> Node:
    if operator == "as":
        return _of_type(_resolve(left, context), (right,), context)
    a, b = resolve(left, context), resolve(right, context)
    match operator:
        case "and" | "or" | "xor" | "implies":
            return Logic(operator, truth(a), truth(b))
        case "=":
            return equal(a, b)
        case "!=":
            return Not(equal(a, b))
        case "<" | "<=" | ">" | ">=":
            comparable(a, b)
            return Compare(operator, single(a), single(b))
        case "&":
            return Concat(of_kind(a, "string", "'&'"), of_kind(b, "string", "'&'"), lenient=True)
        case "+" if "string" in (a.kind, b.kind):
            return Concat(of_kind(a, "string", "'+'"), of_kind(b, "string", "'+'"), lenient=False)
        case "+" | "-" | "*" | "/":
            return arithmetic(operator, single(a), single(b))
    raise PathFault(f"operator {operator!r} is not supported.", "= != < <= > >= and or xor implies + - * / &")


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
        target = decided(target)
    return function(target, arguments, context)


def _inside(base: Node, context: Context) -> Context:
    return replace(context, focus=base.type)


def _where(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    return Where(base.type, base.many, base, truth(resolve(arguments[0], _inside(base, context))))


def _exists(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    if isinstance(base, ChoiceElement) and not arguments:
        ways = [Exists(base.member(name)) for name in base.element.types]
        found: Node = ways[0]
        for way in ways[1:]:
            found = Logic("or", found, way)
        return found
    base = decided(base)
    return Exists(_where(base, arguments, context) if arguments else base)


def _of_type(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    name = _type_name(arguments[0])
    if isinstance(base, ChoiceElement):
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
    extensions = element(base, "extension")
    criteria = Compare("=", element(Focus("Extension"), "url"), Constant("string", _text(arguments[0], context)))
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
    return ReferenceKey(element(base, "reference"), target, base.many)


def _join(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    if base.kind not in ("string", "empty"):
        raise PathFault(f"join() works on texts, not on a {base.type}.")
    return Join(base, _text(arguments[0], context) if arguments else "")


def _substring(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    numbers = [_whole_number(argument, context) for argument in arguments]
    return Substring(of_kind(base, "string", "substring()"), numbers[0], numbers[1] if len(numbers) > 1 else None)


def _choose(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
    condition = truth(resolve(arguments[0], context))
    then = single(resolve(arguments[1], context))
    otherwise = single(resolve(arguments[2], context)) if len(arguments) > 2 else Constant("empty", None)
    if "complex" in (then.kind, otherwise.kind):
        raise PathFault("iif() chooses between values, not elements with parts.")
    if "empty" not in (then.kind, otherwise.kind) and then.kind != otherwise.kind:
        raise PathFault(f"iif() gives a {then.type} or a {otherwise.type}.", "two values of one kind")
    return Choose(otherwise.type if then.kind == "empty" else then.type, condition, then, otherwise)


def _boundary(low: bool) -> _Function:
    def build(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
        if base.kind not in (*DATES, "time"):
            found = f"the boundary of a {base.type} is not supported: its precision is not kept."
            raise PathFault(found, "a date, dateTime or time")
        return Boundary(base.type, single(base), low)

    return build


def _text_test(test: str) -> _Function:
    def build(base: Node, arguments: tuple[fp.Syntax, ...], context: Context) -> Node:
        part = of_kind(resolve(arguments[0], context), "string", f"{test}()")
        text = of_kind(base, "string", f"{test}()")
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
    "all": (lambda b, a, c: All(b, truth(resolve(a[0], _inside(b, c)))), 1, 1),
    "first": (lambda base, _, __: _at(base, 0), 0, 0),
    "last": (lambda base, _, __: At(base.type, base, -1) if base.many else base, 0, 0),
    "single": (lambda base, _, __: single(base), 0, 0),
    "count": (lambda base, _, __: Count(base), 0, 0),
    "not": (lambda base, _, __: Not(truth(base)), 0, 0),
    "ofType": (_of_type, 1, 1),
    "extension": (_extension, 1, 1),
    "getResourceKey": (_resource_key, 0, 0),
    "getReferenceKey": (_reference_key, 0, 1),
    "join": (_join, 0, 1),
    "startsWith": (_text_test("startsWith"), 1, 1),
    "endsWith": (_text_test("endsWith"), 1, 1),
    "contains": (_text_test("contains"), 1, 1),
    "substring": (_substring, 1, 2),
    "toInteger": (lambda base, _, __: ToInteger(of_kind(base, "string", "toInteger()")), 0, 0),
    "iif": (_choose, 2, 3),
    "lowBoundary": (_boundary(True), 0, 0),
    "highBoundary": (_boundary(False), 0, 0),
}
