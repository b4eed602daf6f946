"""Elements of a path: a name below a typed node → the member it is, by the FHIR R4 definitions."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from xinglin.core.fhir import Element, FhirType, fhir_type
from xinglin.views.errors import PathFault
from xinglin.views.nodes import Member, Node


@dataclass(frozen=True)
class ChoiceElement(Node):
    """`value[x]` before `ofType` says which: never stands in a finished tree."""

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


def decided(node: Node) -> Node:
    if isinstance(node, ChoiceElement):
        ways = [f"{node.stem}.ofType({name})" for name in node.element.types]
        raise PathFault(f"{node.stem!r} has several types.", ", ".join(ways[:12]), "Say with ofType() which is meant.")
    return node


def element(base: Node, name: str) -> Node:
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
        decided = ChoiceElement("", base.many or choice.many, base, choice)
        return decided.member(choice.types[0]) if len(choice.types) == 1 else decided
    raise _unknown(known, name)


def _member(base: Node, key: str, type_name: str, many: bool) -> Node:
    return Member(type_name, base.many or many, base, key, many)


def _unknown(known: FhirType, name: str) -> PathFault:
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
