"""Templates with their declared contexts → HTML.

Each page's context is a frozen dataclass; its fields are the names its template may use, beside the frame's.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any, ClassVar

import jinja2

from xinglin.core.text import Language, Text
from xinglin.web import formats
from xinglin.web.words import phrase


class PageContext:
    """Base of what a page hands its template. `template` is the file under `templates/`."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu. `count`: work waiting there, 0 for none."""

    label: str
    href: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: who looks, in which language, at which county, as of when.

    `user_name` and `role` are empty before sign-in. `notice`: a sentence on what the last command did.
    """

    language: Language
    county: str
    simulated: bool
    as_of: str = ""
    user_name: str = ""
    role: str = ""
    nav: tuple[NavItem, ...] = ()
    notice: str = ""


#: Names that every template may use beside its own context.
FRAME_NAMES = frozenset({"frame", "w", "say", "asset"})


def render(frame: Frame, context: PageContext) -> str:
    """The page as HTML."""
    assert dataclasses.is_dataclass(context)
    names = {field.name: getattr(context, field.name) for field in dataclasses.fields(context)}
    language = frame.language
    return (
        environment()
        .get_template(context.template)
        .render(
            **names,
            frame=frame,
            w=partial(_phrase, language),
            say=partial(_say, language),
            asset=asset,
        )
    )


@cache
def environment() -> jinja2.Environment:
    """Templates escape everything; an unknown name is an error, not an empty place."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("xinglin.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    made.filters["amount"] = formats.amount
    return made


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's hash so that a browser may keep it for good."""
    body = files("xinglin.web").joinpath("static", *name.split("/")).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(body).hexdigest()[:12]}"


def _phrase(language: Language, name: str, **slots: object) -> str:
    return phrase(name, language, **slots)


def _say(language: Language, text: Text | Any) -> str:
    return text[language] if isinstance(text, Text) else str(text)
