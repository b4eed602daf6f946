"""Every template rendered from a hand-made context, in both languages, and parsed as a browser would."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from bs4 import BeautifulSoup
from jinja2 import meta, nodes
from page_samples import SAMPLES

from xinglin.core.text import Language
from xinglin.web import pages as page_modules
from xinglin.web.rendering import FRAME_NAMES, Frame, NavItem, PageContext, environment, render
from xinglin.web.words import LANGUAGES, words

TEMPLATES = files("xinglin.web").joinpath("templates")
#: Templates that are parts of others: named by include, extends or import.
PARTS = {"layout.html", "parts.html", "target_part.html", "people_table.html"}
CHINESE = re.compile("[\u4e00-\u9fff]")


def rendered(name: str, language: Language = "zh") -> BeautifulSoup:
    nav = (NavItem("驾驶舱", "/", True), NavItem("我的工作", "/work", False, 3))
    frame = Frame(language, "杏川县", True, "2025年10月31日", "李建国", "委领导", nav, notice="已办理。")
    return BeautifulSoup(render(frame, SAMPLES[name]), "html.parser")


def source_of(name: str) -> str:
    return TEMPLATES.joinpath(name).read_text(encoding="utf-8")


def with_parts(name: str) -> Iterator[str]:
    """A template and everything it is put together from, the macros apart."""
    yield name
    for other in meta.find_referenced_templates(environment().parse(source_of(name))):
        if other and other != "parts.html":
            yield from with_parts(other)


def every_context() -> Iterator[type[PageContext]]:
    waiting = list(PageContext.__subclasses__())
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        yield found


def test_every_page_has_a_sample_and_a_template() -> None:
    """No template is left without a context that tests it, and no context without a template."""
    assert page_modules.__doc__
    templates = {entry.name for entry in TEMPLATES.iterdir() if entry.name.endswith(".html")} - PARTS
    assert templates == {context.template for context in SAMPLES.values()}
    assert {context.template for context in every_context()} == templates


@pytest.mark.parametrize("name", SAMPLES)
def test_context_declares_exactly_what_its_template_uses(name: str) -> None:
    """A page's context and its template cannot drift apart: what is declared is used, what is used is declared."""
    context = SAMPLES[name]
    assert dataclasses.is_dataclass(context)
    used: set[str] = set()
    macros = {"parts"}
    for template in with_parts(context.template):
        tree = environment().parse(source_of(template))
        used |= meta.find_undeclared_variables(tree)
        macros |= {macro.name for macro in tree.find_all(nodes.Macro)}
    declared = {field.name for field in dataclasses.fields(context)}
    bound_by_with = {"rows"} - declared
    assert used - FRAME_NAMES - macros - bound_by_with == declared


@pytest.mark.parametrize("name", SAMPLES)
def test_context_is_frozen_and_says_what_it_is(name: str) -> None:
    """What a template gets is a documented value that nothing changes on the way."""
    context = SAMPLES[name]
    assert type(context).__doc__
    assert not str(type(context).__doc__).startswith(type(context).__name__ + "(")
    field = dataclasses.fields(context)[0].name if dataclasses.fields(context) else "x"
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
        setattr(context, field, "changed")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_page_renders_in_both_languages(name: str, language: Language) -> None:
    """Every page renders whole in Chinese and in English, with its language, one heading and a main part."""
    page = rendered(name, language)
    assert page.html
    assert page.html["lang"] == ("zh-CN" if language == "zh" else "en")
    assert page.title
    assert len(page.find_all("h1")) == 1
    assert len(page.find_all("main", id="main")) == 1
    assert page.find("a", class_="skip", href="#main")


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_inline_that_the_content_policy_forbids(name: str) -> None:
    """No inline script, style or handler, and nothing from another address: the pages obey their own policy."""
    page = rendered(name)
    for script in page.find_all("script"):
        assert script.get("type") == "application/json" or str(script.get("src", "")).startswith("/static/")
    assert not page.find_all("style")
    for element in page.find_all(True):
        assert not [key for key in element.attrs if key == "style" or key.startswith("on")], element
        for attribute in ("src", "href", "action"):
            assert not re.match(r"(https?:)?//", str(element.get(attribute, "/"))), element


@pytest.mark.parametrize("name", SAMPLES)
def test_every_field_and_chart_has_a_name(name: str) -> None:
    """Someone who hears the page is told what each field, chart, table column and menu is."""
    page = rendered(name)
    for field in page.find_all(["input", "select", "textarea"]):
        if field.get("type") == "hidden":
            continue
        labelled = field.find_parent("label") or page.find("label", attrs={"for": field.get("id")})
        assert labelled, field
    for chart in page.find_all("xl-chart"):
        assert chart.get("role") == "img"
        assert chart.get("aria-label")
        assert json.loads(chart.find("script").string)
    for table in page.find_all("table"):
        assert all(header.get("scope") for header in table.find_all("th"))
    for menu in page.find_all("nav"):
        assert menu.get("aria-label")


@pytest.mark.parametrize("name", SAMPLES)
def test_ids_are_unique(name: str) -> None:
    """Labels and headings find what they name."""
    found = [element["id"] for element in rendered(name).find_all(id=True)]
    assert sorted(set(found)) == sorted(found)


@pytest.mark.parametrize("name", SAMPLES)
def test_colour_is_never_said_by_colour_alone(name: str) -> None:
    """Each coloured light holds a shape and a word."""
    for light in rendered(name).find_all(class_="light"):
        if light.name == "span":
            assert light.find("svg")
            assert light.get_text(strip=True)


def test_simulated_data_say_so_on_every_page() -> None:
    """Who looks at a simulated county is told on each page, the cockpit and the door included."""
    for name in SAMPLES:
        assert "模拟数据" in rendered(name).get_text()


def test_words_are_in_both_languages() -> None:
    """Every phrase has Chinese and English, the English holds no Chinese, and both fill the same slots."""
    slots = re.compile(r"\{(\w+)\}")
    for name, text in words().items():
        assert text.zh or name == "unit_items", name
        assert not CHINESE.search(text.en), name
        assert set(slots.findall(text.zh)) == set(slots.findall(text.en)), name


def test_no_words_are_left_over_and_none_are_missing() -> None:
    """Each phrase is used by a page, and templates hold no Chinese of their own: all of it stands in words.yaml."""
    web = files("xinglin.web")
    code = [
        entry for folder in (web, web.joinpath("pages")) for entry in folder.iterdir() if entry.name.endswith(".py")
    ]
    text = "\n".join(entry.read_text(encoding="utf-8") for entry in code)
    templates = {entry.name: entry.read_text(encoding="utf-8") for entry in TEMPLATES.iterdir()}
    everything = text + "\n".join(templates.values())
    beginnings = set(re.findall(r"""["']([a-z_]+_)(?:["']\s*~|\{)""", everything))
    for name in words():
        made = any(name.startswith(beginning) for beginning in beginnings)
        assert made or re.search(rf'["\']{re.escape(name)}["\']', everything), f"{name} is used nowhere"
    for template, source in templates.items():
        used = re.findall(r'\bw\(["\']([a-z_]+)["\'][,)]', source)
        assert not [name for name in used if name not in words()], template
        shown = re.sub(r"\{#.*?#\}", "", source, flags=re.S)
        rest = re.sub(r'中文|"、"|[（）：]', "", shown)
        assert not CHINESE.search(rest), template


def test_text_from_outside_is_escaped() -> None:
    """Markup in a name or a plan is shown, never obeyed, also inside the charts' data."""
    cockpit = SAMPLES["cockpit"]
    assert dataclasses.is_dataclass(cockpit)
    hostile = dataclasses.replace(cockpit, shown_title="</script><script>alert(1)</script>")
    page = render(Frame("zh", "<b>县</b>", True), hostile)
    assert "<script>alert" not in page
    assert "<b>县</b>" not in page
