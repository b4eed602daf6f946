"""The pages of the small county, asked for as a browser does and parsed: who sees what, in which words."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from page_clients import SignedIn

from xinglin.access.model import Scope
from xinglin.app import House
from xinglin.cases.store import Worklist
from xinglin.packs.indicator import Indicator
from xinglin.web.server import create_web

PAGES = ("/", "/plan", "/plan/targets/1", "/indicators", "/indicators/family-doctor.contract_rate", "/alerts", "/work")
EVERYONE = ("leader", "officer", "epidemiologist", "engineer", "doctor", "hospital", "administrator")
WHOLE_COUNTY = ("leader", "officer", "epidemiologist", "engineer", "administrator")
ID_CARD = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


def parsed(client: TestClient, path: str, *, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return BeautifulSoup(answer.text, "html.parser")


def any_alert(house: House) -> str:
    return house.alerts.list(scope=Scope.everything())[0].id


def any_case(house: House) -> str:
    admin = house.accounts.get("officer")
    assert admin
    return house.cases.worklist(admin, Scope.everything(), Worklist("all"), at=house.clock())[0].id


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("login", WHOLE_COUNTY)
def test_whoever_may_see_figures_sees_the_pages(signed_in: SignedIn, login: str, path: str) -> None:
    """Every page of figures answers every user of the whole county, with the way to where they are marked."""
    page = parsed(signed_in(login), path)
    assert page.select_one("nav.menu a[aria-current=page]")
    assert page.h1


@pytest.mark.parametrize("login", ["doctor", "hospital"])
def test_a_narrow_scope_still_has_its_pages(signed_in: SignedIn, login: str) -> None:
    """A township doctor and a hospital manager see the same pages, of their own places."""
    for path in ("/", "/plan", "/indicators", "/alerts", "/work"):
        assert parsed(signed_in(login), path).h1


def test_a_hospital_sees_no_town(signed_in: SignedIn, small_house: House) -> None:
    """An area's figures are outside a hospital's scope: the page is not there for it."""
    town = small_house.places().of_kind("area", ("town",))[0]
    client = signed_in("hospital")
    path = f"/indicators/family-doctor.contract_rate?kind=area&place={town.code}"
    assert client.get(path).status_code == 404
    assert town.name not in parsed(client, "/").select_one("ol.rank, .wall").get_text()


def test_a_doctor_sees_only_the_own_town(signed_in: SignedIn, small_house: House) -> None:
    """Another town's figures, people and alerts are not there for a township doctor."""
    doctor = small_house.accounts.get("doctor")
    assert doctor
    others = [town for town in small_house.places().of_kind("area", ("town",)) if town.code != doctor.area]
    if not others:
        pytest.skip("the small county has one town")
    for path, period in (("", "month"), ("/people", "2025-10")):
        query = f"?kind=area&place={others[0].code}&period={period}"
        assert signed_in("doctor").get(f"/indicators/chronic-care.hypertension_managed{path}{query}").status_code == 404


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/feeds", ("doctor",)),
        ("/refusals", ("doctor",)),
        (
            "/indicators/chronic-care.hypertension_managed/people?period=2025-10",
            ("leader", "officer", "engineer", "administrator"),
        ),
    ],
)
def test_who_may_not_see_is_told_so_in_words(signed_in: SignedIn, path: str, refused: tuple[str, ...]) -> None:
    """A page outside a role's permissions answers 403 with a page in words, and is not in that role's menu."""
    for login in refused:
        page = parsed(signed_in(login), path, status=403)
        assert "没有权限" in page.get_text()
        assert not page.find("pre")


@pytest.mark.parametrize("login", ["leader", "engineer", "hospital"])
def test_commands_are_refused_to_those_who_may_not(signed_in: SignedIn, login: str, small_house: House) -> None:
    """A form sent by a role that has no such form changes nothing."""
    before = small_house.plans.reports(1)
    form = {"value": "1", "day": "2025-10-01", "sentence": "x"}
    assert signed_in(login).post("/plan/targets/1/report", data=form).status_code == 403
    assert small_house.plans.reports(1) == before


def test_people_are_masked_and_the_look_is_kept(signed_in: SignedIn, small_house: House) -> None:
    """A list of people shows no whole identity number, phone or name, and leaves its trace in the audit log."""
    before = small_house.audit.count(by="epidemiologist", action="look-person")
    page = parsed(signed_in("epidemiologist"), "/indicators/chronic-care.hypertension_managed/people?period=2025-10")
    rows = page.select("table.people tbody tr")
    assert len(rows) > 3
    assert all("*" in row.td.get_text() for row in rows)
    assert small_house.audit.count(by="epidemiologist", action="look-person") == before + 1
    assert "脱敏" in page.get_text()


@pytest.mark.parametrize("login", EVERYONE)
def test_no_page_shows_a_whole_identity(signed_in: SignedIn, login: str, small_house: House) -> None:
    """Whoever looks, wherever: no unmasked identity number, no whole phone number."""
    client = signed_in(login)
    paths = [*PAGES, "/feeds", "/refusals", f"/alerts/{any_alert(small_house)}", f"/cases/{any_case(small_house)}"]
    people = "/indicators/chronic-care.hypertension_managed/people?period=2025-10"
    for path in [*paths, people]:
        text = BeautifulSoup(client.get(path).text, "html.parser").get_text(" ")
        assert not ID_CARD.search(text), path
        assert not PHONE.search(text), path


def test_a_line_list_is_for_those_who_may(signed_in: SignedIn, small_house: House) -> None:
    """The epidemiologist sees an alert's people, the leader is told that they may not."""
    path = f"/alerts/{any_alert(small_house)}"
    assert parsed(signed_in("epidemiologist"), path).select("table.people")
    leader = parsed(signed_in("leader"), path)
    assert not leader.select("table.people")
    assert "不能查看" in leader.get_text()


def test_an_indicator_is_opened_to_its_formula_and_sql(signed_in: SignedIn, small_house: House) -> None:
    """Every indicator's page tells formula, SQL, data version and file; every number of the list leads to one."""
    listed = parsed(signed_in("leader"), "/indicators")
    links = {str(anchor["href"]).split("?")[0] for anchor in listed.select("table.list a")}
    assert len(links) >= 25
    for indicator in list(small_house.library.of(Indicator).values())[:8]:
        page = parsed(signed_in("leader"), f"/indicators/{indicator.id}").get_text()
        assert indicator.formula.zh in page
        assert "SELECT" in page.upper()
        assert indicator.id in page


def test_every_headline_can_be_clicked(signed_in: SignedIn) -> None:
    """The cockpit shows five to eight numbers and each leads to where it comes from."""
    client = signed_in("leader")
    headlines = parsed(client, "/").select("a.headline")
    assert 5 <= len(headlines) <= 8
    for headline in headlines:
        assert client.get(str(headline["href"])).status_code == 200


def test_the_plan_shows_its_sentence_and_the_form_to_bind(signed_in: SignedIn) -> None:
    """A target opens beside the tree with its own words marked, for those who may with the candidates to bind."""
    page = parsed(signed_in("officer"), "/plan/targets/1")
    assert page.select_one(".prose mark b")
    assert page.select_one(".leaf[aria-current]")
    assert page.select("form[action$='/bind'], form[action$='/unbind']")
    assert not parsed(signed_in("epidemiologist"), "/plan/targets/1").select("form[action*='/bind']")


def test_targets_without_figures_invite_to_bind_or_report(signed_in: SignedIn) -> None:
    """The plan names the targets without data, and the page of one asks its owner to bind or to report by hand."""
    officer = signed_in("officer")
    link = parsed(officer, "/plan").select_one("[aria-labelledby=silent-title] tbody a")
    assert link
    page = parsed(officer, str(link["href"]))
    assert page.select_one(".invite a[href='#report-title']")
    assert page.select_one("#report-value")


def test_a_red_target_says_whose_it_is_and_since_when(signed_in: SignedIn) -> None:
    """The cockpit's list names the responsible units and the first month, as the plan's page does."""
    leader = signed_in("leader")
    rows = parsed(leader, "/plan").select("[aria-labelledby=late-title] tbody tr")
    assert rows
    cells = [cell.get_text(strip=True) for cell in rows[0].select("td")]
    told = [note.get_text() for note in parsed(leader, "/").select(".warnings .note")]
    assert any(cells[2] in note and f"{cells[5]}起" in note for note in told)


def test_who_supervises_finds_what_to_review(signed_in: SignedIn) -> None:
    """Reports of others wait in a list of the leader's own, which an officer does not have."""
    assert parsed(signed_in("leader"), "/work").select_one(".tabs a[href='/work?show=review']")
    assert not parsed(signed_in("officer"), "/work").select_one(".tabs a[href='/work?show=review']")


def test_a_fault_leads_back_to_where_one_was(signed_in: SignedIn) -> None:
    """From an error one gets back to the page one came from, and to no page of another house."""
    client = signed_in("leader")
    address = f"{client.base_url}plan?colour=red" if str(client.base_url).endswith("/") else f"{client.base_url}/plan"
    page = BeautifulSoup(client.get("/nowhere", headers={"referer": address}).text, "html.parser")
    assert page.select_one("a[data-back][href^='/plan']")
    elsewhere = client.get("/nowhere", headers={"referer": "https://elsewhere.example/plan"})
    assert "data-back" not in elsewhere.text


def test_refusals_do_not_tell_where_files_lie_on_the_server(signed_in: SignedIn, small_house: House) -> None:
    """A refusal's file is named by its day and sender, not by the server's folders."""
    text = signed_in("engineer").get("/refusals").text
    assert str(small_house.folder) not in text
    assert ".ndjson" in text


def test_english_by_a_switch(signed_in: SignedIn) -> None:
    """The switch changes every word of the frame, comes back to the page it was pressed on and is remembered."""
    client = signed_in("leader", english=True)
    answer = client.post(
        "/language", data={"language": "en"}, headers={"Referer": "http://testserver/work?show=all&done=moved"}
    )
    assert str(answer.url).endswith("/work?show=all")
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.html
    assert page.html["lang"] == "en"
    assert "My work" in page.get_text()
    assert (
        "language=en" in client.post("/language", data={"language": "en"}, follow_redirects=False).headers["set-cookie"]
    )


def test_the_switch_never_leads_elsewhere(signed_in: SignedIn) -> None:
    """A forged referer does not turn the language switch into a way out of the house."""
    client = signed_in("leader")
    answer = client.post(
        "/language", data={"language": "zh"}, headers={"Referer": "http://evil.example/x"}, follow_redirects=False
    )
    assert answer.headers["location"] == "/"


def test_the_door_asks_who_you_are(stranger: TestClient) -> None:
    """Without a session every page leads to the door, which leads back; a program is told 401 in JSON."""
    answer = stranger.get("/plan", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/plan")
    asked = stranger.get("/plan", headers={"Accept": "application/json"})
    assert asked.status_code == 401
    assert asked.json()["error"]["code"] == "sign-in-needed"


def test_signing_in_and_out(stranger: TestClient, passwords: dict[str, str]) -> None:
    """The right password opens the page that was wanted, signing out closes it; the cookie is for the browser only."""
    form = {"login": "leader", "password": passwords["leader"], "next": "/plan"}
    answer = stranger.post("/sign-in", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/plan"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert stranger.get("/plan").status_code == 200
    stranger.post("/sign-out")
    assert stranger.get("/plan", follow_redirects=False).status_code == 303


def test_a_wrong_password_is_told_without_telling_more(stranger: TestClient) -> None:
    """A wrong password and an unknown login get the same words, and the password is not sent back."""
    told = [
        stranger.post("/sign-in", data={"login": login, "password": "wrong password"}) for login in ("leader", "nobody")
    ]
    assert [answer.status_code for answer in told] == [401, 401]
    words = [BeautifulSoup(answer.text, "html.parser").select_one("[role=alert]") for answer in told]
    assert words[0]
    assert words[1]
    assert words[0].get_text() == words[1].get_text()
    assert "wrong password" not in told[0].text


def test_a_write_from_elsewhere_is_refused(signed_in: SignedIn, small_house: House) -> None:
    """Another site cannot press our buttons: its requests are refused before anything is done."""
    case = any_case(small_house)
    before = len(small_house.cases.events(case))
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = signed_in("officer").post(f"/cases/{case}/moves/sign", headers=headers)
        assert answer.status_code == 403
    assert len(small_house.cases.events(case)) == before


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/health", "/static/xinglin.css"])
def test_every_answer_carries_its_guards(signed_in: SignedIn, path: str) -> None:
    """Content policy, no sniffing, no framing, no caching of pages: on pages, errors and files alike."""
    headers = signed_in("leader").get(path).headers
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_files_with_their_hash_are_kept_by_the_browser(signed_in: SignedIn) -> None:
    """Styles, scripts and charts come from this server, each under an address that changes with its content."""
    client = signed_in("leader")
    page = parsed(client, "/")
    addresses = [str(tag.get("src") or tag.get("href")) for tag in page.select("script[src], link[rel=stylesheet]")]
    assert addresses
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["/nowhere", "/alerts/none", "/cases/none", "/indicators/a.b", "/plan/targets/99999"])
def test_what_is_not_there_is_told_in_words(signed_in: SignedIn, path: str) -> None:
    """A missing page is a page in words to a person and one JSON shape to a program."""
    assert "没有这个页面" in parsed(signed_in("leader"), path, status=404).get_text()
    shape = signed_in("leader").get(path, headers={"Accept": "application/json"}).json()
    assert set(shape["error"]) == {"status", "code", "message", "problems"}
    assert set(shape["error"]["message"]) == {"zh", "en"}


@pytest.mark.parametrize(
    "path",
    ["/plan/targets/one", "/indicators/family-doctor.contract_rate?period=never", "/alerts?start=x"],
)
def test_nonsense_in_an_address_is_no_crash(signed_in: SignedIn, path: str) -> None:
    """An address that cannot be meant answers 404 or 422 in words, never 500."""
    assert signed_in("leader").get(path).status_code in (404, 422)


def test_a_period_that_is_none_names_the_known_forms(signed_in: SignedIn) -> None:
    """A wrong period in the address is explained as the command line would."""
    page = signed_in("epidemiologist").get("/indicators/chronic-care.hypertension_managed/people?period=soon")
    assert page.status_code == 422
    assert "2025-Q4" in page.text


def test_health_tells_no_one_anything(stranger: TestClient) -> None:
    """The health answer needs no session and holds no name."""
    shape = stranger.get("/health").json()
    assert shape["status"] == "ok"
    assert set(shape) == {"status", "log_position", "views_position", "figures_version"}


def test_an_unforeseen_error_shows_no_trace(small_house: House) -> None:
    """When the program itself fails, the reader gets a page in words without a word of the program."""
    web = create_web(small_house)

    @web.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret of the program")

    with TestClient(web, raise_server_exceptions=False, headers={"Accept": "text/html"}) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "系统出错了" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_hospital_counts_only_its_own_refusals(signed_in: SignedIn, small_house: House) -> None:
    """What other institutions' records were refused for is not told to a hospital, not even as a count."""
    hospital = small_house.accounts.get("hospital")
    assert hospital
    own = small_house.intake.count_refusals(sender=hospital.institution)
    listed = parsed(signed_in("hospital"), "/refusals?state=any").select("tbody tr")
    assert len(listed) == own
    figures = [figure.get_text() for figure in parsed(signed_in("hospital"), "/feeds").select(".facts a .figure")]
    unsettled = [
        small_house.intake.count_refusals(sender=hospital.institution, state=one) for one in ("open", "waiting")
    ]
    assert figures == [str(count) for count in unsettled]
