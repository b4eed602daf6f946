"""A few walks through the pages in a real browser: from an alert to its closing, by keyboard alone, on a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from xinglin.access.model import Scope
from xinglin.app import House
from xinglin.cases.store import Worklist
from xinglin.demonstration.furnishing import logins

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("XINGLIN_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
#: No graphics card, no sandbox in a container, and no request to any other address.
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP, PHONE = (1366, 768), (390, 844)
SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install it, or name one in XINGLIN_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture
def sign_in(browser: Browser, small_server: str, small_house: House) -> Iterator[SignIn]:
    """`sign_in("leader", size=PHONE)`: a page whose user came through the door. Errors in it fail the test."""
    passwords = {login.login: login.password for login in logins(small_house)}
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def through_the_door(login: str, *, size: tuple[int, int] = LAPTOP) -> Page:
        context = browser.new_context(base_url=small_server, viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if is_fault(said) else None)
        page.goto("/")
        page.get_by_label("账号").fill(login)
        page.get_by_label("密码").fill(passwords[login])
        page.get_by_role("button", name="登录").click()
        expect(page.locator("nav.menu")).to_be_visible()
        return page

    yield through_the_door
    for context in contexts:
        context.close()
    assert faults == []


def is_fault(said: ConsoleMessage) -> bool:
    """An error that the page itself caused: not the answer to a form that was meant to be refused."""
    return said.type == "error" and "status of 422" not in said.text


def addresses(house: House) -> list[str]:
    """One page of every kind."""
    alert = house.alerts.list(scope=Scope.everything())[0].id
    refusal = house.intake.refusals(limit=1)[0].id
    officer = house.accounts.get("officer")
    assert officer
    case = house.cases.worklist(officer, Scope.everything(), Worklist("all"), at=house.clock())[0].id
    return [
        "/", "/plan", "/plan/targets/1", "/indicators", "/indicators/chronic-care.hypertension_managed",
        "/indicators/chronic-care.hypertension_managed/people?period=2025-10", "/alerts?show=all", f"/alerts/{alert}",
        "/work?show=all", f"/cases/{case}", "/feeds", "/refusals?state=any", f"/refusals/{refusal}",
    ]  # fmt: skip


def focused(page: Page) -> str:
    """What has the keyboard: its tag and words."""
    told: str = page.evaluate(
        "(() => { const e = document.activeElement; return e.tagName + ' ' + (e.id || '') + ' ' + e.innerText; })()"
    )
    return " ".join(told.split())


def tab_to(page: Page, words: str, *, most: int = 120) -> None:
    """Press Tab until the keyboard is on something that says `words`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in focused(page):
            return
    raise AssertionError(f"Tab never reached {words!r}")


def test_from_alert_to_closed(sign_in: SignIn) -> None:
    """The epidemiologist finds the alert, sees curve and people, verifies, takes a step back, responds and closes."""
    page = sign_in("epidemiologist")
    page.get_by_role("link", name="预警", exact=True).click()
    page.locator("table tbody a").first.click()
    alert = page.url
    expect(page.locator("xl-chart[kind=curve] canvas")).to_be_visible()
    expect(page.locator("table.people tbody tr").first).to_contain_text("*")
    page.get_by_role("link", name="去办理").click()
    expect(page.locator("[aria-current=step]")).to_have_text("待核实")
    for number, (move, state) in enumerate([("核实属实", "调查中"), ("开展处置", "处置中"), ("结案", "已结案")]):
        form = page.locator("details.move", has=page.locator("summary", has_text=move)).first
        form.get_by_label("办理情况").fill("电话核实，病例属实，已采样。")
        form.get_by_role("button", name=move).click()
        expect(page.locator("[role=status]")).to_contain_text("已办理")
        expect(page.locator("[aria-current=step]")).to_have_text(state)
        if number == 0:
            page.get_by_role("button", name="撤回我的上一步").click()
            expect(page.locator("[aria-current=step]")).to_have_text("待核实")
            expect(page.locator(".timeline")).to_contain_text("撤回")
            again = page.locator("details.move", has=page.locator("summary", has_text=move)).first
            again.get_by_label("办理情况").fill("再次核实，病例属实。")
            again.get_by_role("button", name=move).click()
            expect(page.locator("[aria-current=step]")).to_have_text(state)
    page.goto(alert)
    expect(page.locator(".head")).to_contain_text("已关闭")


def test_the_plan_by_keyboard_alone(sign_in: SignIn) -> None:
    """Without a mouse: skip link, menu, the tree unfolded, a target opened beside it, its form reached."""
    page = sign_in("officer")
    page.goto("/plan?colour=green")
    page.keyboard.press("Tab")
    assert "跳到正文" in focused(page)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    leaf = page.locator("a.leaf").first
    leaf.focus()
    outline = leaf.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#part .prose mark")).to_be_visible()
    expect(page.locator("#part xl-chart canvas")).to_be_visible()
    assert "/plan/targets/" in page.url
    tab_to(page, "绑定")


def test_the_keyboard_is_never_trapped(sign_in: SignIn, small_house: House) -> None:
    """On every page Tab comes round to where it began."""
    page = sign_in("epidemiologist")
    for address in addresses(small_house):
        page.goto(address)
        page.keyboard.press("Tab")
        first = focused(page)
        for _ in range(600):
            page.keyboard.press("Tab")
            if focused(page) in (first, "BODY") or page.evaluate("document.activeElement === document.body"):
                break
        else:
            raise AssertionError(f"{address}: Tab does not come round, it is on {focused(page)!r}")


def test_nothing_scrolls_sideways(sign_in: SignIn, small_house: House) -> None:
    """On a phone and on a small laptop every page fits its width, in Chinese and in English."""
    for size, language in ((LAPTOP, "中文"), (PHONE, "中文"), (PHONE, "English")):
        page = sign_in("epidemiologist", size=size)
        if language == "English":
            page.get_by_role("button", name="English").click()
        for address in addresses(small_house):
            page.goto(address)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0], f"{address} at {size[0]} in {language} is {width} wide"


def test_the_language_switch_stays_on_the_page(sign_in: SignIn) -> None:
    """One press changes the words, not the page; the choice is remembered and can be taken back."""
    page = sign_in("leader")
    page.goto("/work?show=all")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("My work")
    assert page.url.endswith("/work?show=all")
    page.goto("/plan")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_a_town_on_the_map_opens_its_figures(sign_in: SignIn) -> None:
    """The cockpit's map is drawn and a click on it leads to the place's own figures."""
    page = sign_in("leader")
    canvas = page.locator("xl-chart[kind=map] canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box
    for share in (0.5, 0.4, 0.6):
        page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * share)
        page.wait_for_timeout(300)
        if "/indicators/" in page.url:
            break
    assert "place=" in page.url


def test_a_table_sorts_by_its_buttons(sign_in: SignIn) -> None:
    """A press on a column's button sorts by it and says so to those who cannot see the arrow."""
    page = sign_in("leader")
    page.goto("/indicators")
    header = page.locator("table.list").first.locator("th").nth(1)
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    cells = page.locator("table.list").first.locator("tbody td:nth-child(2)")
    values = [cells.nth(row).get_attribute("data-sort") for row in range(cells.count())]
    known = [float(value) for value in values if value]
    assert known == sorted(known, reverse=True)


def test_a_target_is_bound_and_unbound(sign_in: SignIn) -> None:
    """The officer ends a binding, chooses among the candidates again, and the target has its number back."""
    page = sign_in("officer")
    page.goto("/plan?colour=green")
    page.locator("a.leaf").first.click()
    page.get_by_role("button", name="解除绑定").click()
    expect(page.locator("[role=status]")).to_contain_text("已解除绑定")
    page.get_by_role("button", name="确认绑定").click()
    expect(page.locator("[role=status]")).to_contain_text("已绑定")
    expect(page.get_by_role("button", name="解除绑定")).to_be_visible()


def test_a_refusal_is_mended_by_hand(sign_in: SignIn, small_house: House) -> None:
    """The engineer opens a refusal, is told path and remedy, and a mend that is still wrong is explained in place."""
    refusal = small_house.intake.refusals(state="open", limit=1)[0]
    page = sign_in("engineer")
    page.goto(f"/refusals/{refusal.id}")
    expect(page.locator("main")).to_contain_text("处理办法")
    with page.expect_response(lambda answer: answer.url.endswith("/mend")) as told:
        page.locator("#body").fill("{}")
        page.get_by_role("button", name="保存并重新提交").click()
    assert told.value.status == 422
    expect(page.locator("[role=alert]")).to_contain_text("仍不符合要求")


def test_paper_shows_the_page_without_its_controls(sign_in: SignIn) -> None:
    """Printed, a page keeps its words and figures and loses menu and forms."""
    page = sign_in("leader")
    page.goto("/indicators/chronic-care.hypertension_managed")
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
