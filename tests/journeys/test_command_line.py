"""The command line from end to end: what each command answers, its exit codes, and a start that keeps everything."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from xinglin_command import Answer, xinglin, xinglin_process

from xinglin.app import House, open_house
from xinglin.cli import app
from xinglin.core.period import period_of
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import nouns

RATE, CONTRACTS = "family-doctor.contract_rate", "family-doctor.contracts"
#: What the annotation guide for plans asks of a reading, by part.
COMMITMENT_KEYS = {"id", "path", "start", "end", "responsible", "kind", "title", "marker"}
TARGET_KEYS = {
    "id",
    "item_id",
    "text",
    "start",
    "end",
    "value_text",
    "value_start",
    "value_end",
    "indicator",
    "comparator",
    "value",
    "value_high",
    "unit",
    "scope",
    "deadline",
    "per_unit",
    "kind",
    "relative_to",
    "hedged",
    "optional",
    "note",
}


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and group of commands."""
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


@pytest.mark.parametrize("path", list(commands(get_command(app))), ids=lambda path: " ".join(path) or "xinglin")
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    """--help of every command works and says in Chinese and English what it does."""
    answer = xinglin(*path, "--help")
    assert answer.code == 0
    assert "Usage:" in answer.out
    assert any("一" <= letter <= "鿿" for letter in answer.out)


def test_mistakes_are_told_in_words() -> None:
    """An unknown command or option ends with exit code 2 and no traceback; --version answers."""
    for wrong in (["nonsense"], ["load"], ["indicator", "run", "--colour"], ["run", "--residents", "3"]):
        answer = xinglin(*wrong)
        assert answer.code == 2, answer.said
        assert "Traceback" not in answer.said
    assert xinglin_process("--version").out.startswith("xinglin ")


# --- plan


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("plan") / "要点.txt"
    file.write_text(
        "2025年卫生健康工作要点\n一、提升基层能力\n"
        "（一）扩大签约覆盖。力争年末家庭医生签约率达45%以上，重点人群签约率达75%以上。（责任科室：基层科、信息中心）\n"
        "（二）畅通双向转诊。下转患者人次较去年增长10%以上。（责任科室：医政科）\n",
        "utf-8",
    )
    return file


def test_a_plan_is_read_into_the_guides_terms(plan_file: Path) -> None:
    """`plan read --json` gives commitments and targets with the guide's keys, and offsets into the text."""
    text = plan_file.read_text("utf-8")
    reading = xinglin("plan", "read", plan_file, "--json").json()
    assert all(set(one) >= COMMITMENT_KEYS for one in reading["commitments"])
    assert all(set(one) >= TARGET_KEYS for one in reading["targets"])
    assert [one["responsible"] for one in reading["commitments"]] == [["基层科", "信息中心"], ["医政科"]]
    assert [(one["comparator"], one["value"], one["unit"]) for one in reading["targets"]] == [
        (">=", 0.45, "%"),
        (">=", 0.75, "%"),
        ("increase_by", 0.1, "%"),
    ]
    ids = {one["id"] for one in reading["commitments"]}
    for one in reading["targets"]:
        assert one["item_id"] in ids
        assert text[one["start"] : one["end"]] == one["text"]
        assert text[one["value_start"] : one["value_end"]] == one["value_text"]
    shown = xinglin("plan", "read", plan_file)
    assert shown.code == 0
    assert "家庭医生签约率" in shown.out


def test_a_plan_in_gb18030_reads_the_same(plan_file: Path, tmp_path: Path) -> None:
    """A file that a Chinese office saved in GB18030 gives the same reading."""
    (tmp_path / plan_file.name).write_bytes(plan_file.read_text("utf-8").encode("gb18030"))
    one, other = (xinglin("plan", "read", file, "--json") for file in (plan_file, tmp_path / plan_file.name))
    assert one.json() == other.json()


def test_what_is_no_plan_is_told(tmp_path: Path) -> None:
    """A file that is not there, a folder, bytes that are no text: exit code 2 or 3, in words."""
    (tmp_path / "scan.txt").write_bytes(bytes(range(256)) * 4)
    for file in (tmp_path / "absent.txt", tmp_path, tmp_path / "scan.txt"):
        answer = xinglin("plan", "read", file)
        assert answer.code in (2, 3), answer.said
        assert file.name in answer.said
    (tmp_path / "letter.txt").write_text("你好。", "utf-8")
    assert xinglin("plan", "add", tmp_path / "letter.txt", "--year", 2025, "--data", tmp_path / "data").code == 2


# --- indicators


def figures(house: House, *arguments: object) -> list[dict[str, Any]]:
    answer = xinglin("indicator", "run", *arguments, "--data", house.folder, "--json")
    assert answer.code == 0, answer.said
    found: list[dict[str, Any]] = answer.json()
    return found


def test_figures_by_default_are_the_countys_year_to_date(undisturbed: House) -> None:
    """Without places and periods: every indicator that has areas and years to date, once, for the county."""
    found = figures(undisturbed)
    wanted = {i.id for i in undisturbed.library.of(Indicator).values() if "area" in i.places and "ytd" in i.periods}
    assert {figure["indicator"] for figure in found} == wanted
    assert len(found) == len(wanted)
    assert {(figure["place"], figure["period"]) for figure in found} == {("990101", "YTD2025-10-31")}
    keys = {"indicator", "place_kind", "place", "period", "numerator", "denominator", "value", "provenance", "note"}
    assert all(set(figure) == keys for figure in found)


def test_figures_of_chosen_places_and_periods(undisturbed: House) -> None:
    """Ids, places by code or level and periods by code or kind are answered in the order asked."""
    places = undisturbed.places()
    towns = [place.code for place in places.of_kind("area", ("town",))]
    found = figures(undisturbed, RATE, "--place", "town", "--place", "990101", "--period", "2025-10", "--period", "ytd")
    assert [figure["place"] for figure in found[:: len(found) // (len(towns) + 1)]] == [*towns, "990101"]
    assert found[0]["period"] == "2025-10"
    assert {figure["period"] for figure in found} == {
        "2025-10",
        "YTD2025-08-31",
        "YTD2025-09-30",
        "YTD2025-10-31",
    }
    days = figures(undisturbed, CONTRACTS, "--period", "month", "--place", f"institution:{_institution(undisturbed)}")
    assert [figure["period"] for figure in days] == ["2025-08", "2025-09", "2025-10"]
    assert {(figure["place_kind"], figure["place"]) for figure in days} == {("institution", _institution(undisturbed))}


def test_the_towns_add_up_to_the_county(undisturbed: House) -> None:
    """A count of people under contract: the county's is the sum of its towns'."""
    asked = ("--period", period_of("month", date(2025, 10, 31)).code)
    (county,) = figures(undisturbed, CONTRACTS, *asked)
    assert county["value"] == sum(
        figure["value"] for figure in figures(undisturbed, CONTRACTS, "--place", "town", *asked)
    )
    assert county["value"] > 0


def test_unknown_ids_periods_and_places_are_told_together(undisturbed: House) -> None:
    """Two unknown ids, two that are no periods, two unknown places: six problems at once, exit code 2."""
    wrong_ids = ("no.such", "nor.this")
    wrong_periods = ("2025-13", "someday")
    wrong_places = ("12", "institution:nowhere")
    options = [*_options("--period", wrong_periods), *_options("--place", wrong_places)]
    answer = xinglin("indicator", "run", RATE, *wrong_ids, *options, "--data", undisturbed.folder)
    assert answer.code == 2
    assert all(word in answer.said for word in (*wrong_ids, *wrong_periods, *wrong_places))
    assert answer.said.count("Expected:") == 6
    assert answer.out == ""


def test_every_figure_is_checked_by_the_referee(undisturbed: House) -> None:
    """`indicator check` compares every figure with the referee's and exits 0; an unknown id is told."""
    answer = xinglin("indicator", "check", "--data", undisturbed.folder)
    assert answer.code == 0, answer.said
    assert xinglin("indicator", "check", "no.such", "--data", undisturbed.folder).code == 2


def test_an_indicators_sql_runs_on_nothing_else(undisturbed: House) -> None:
    """`indicator sql` prints a statement; an unknown id is told."""
    answer = xinglin("indicator", "sql", RATE, "--data", undisturbed.folder)
    assert answer.code == 0
    assert "SELECT" in answer.out
    assert "family-doctor.contract" in answer.out
    assert xinglin("indicator", "sql", "no.such", "--data", undisturbed.folder).code == 2


def test_before_there_are_figures_it_says_what_to_do(tmp_path: Path) -> None:
    """On a new data folder the commands that need figures or views say so, and end with an exit code."""
    for command in (["indicator", "run"], ["resident", "duplicates"], ["plan", "scorecard"], ["city", "mark"]):
        answer = xinglin(*command, "--data", tmp_path)
        assert answer.code in (2, 3), (command, answer.said)
        assert "Traceback" not in answer.said


# --- packs


def test_our_packs_have_no_problems() -> None:
    """`pack check` passes on what we ship and says how much it checked; `pack list` names every definition."""
    answer = xinglin("pack", "check")
    assert answer.code == 0
    assert "没有问题 No problems." in answer.said
    assert all(noun.name in answer.said for noun in nouns())
    assert RATE in xinglin("pack", "list").out


def test_a_broken_packs_problems_are_told_at_once(tmp_path: Path) -> None:
    """A pack with four faults in three files: all four are told, with file and remedy, exit code 2."""
    pack = tmp_path / "own"
    (pack / "indicators").mkdir(parents=True)
    (pack / "watches").mkdir()
    words = "{zh: 某事, en: something}"
    (pack / "pack.yaml").write_text(f'id: own\ntitle: {words}\nversion: "1"\nowner: 某科\nauthority: 某文\n', "utf-8")
    (pack / "indicators" / "one.yaml").write_text(
        f"id: own.one\ntitle: {words}\nunit: 人\nformula: {words}\ncolour: red\n"
        "numerator: {view: family-doctor.contract, since: since, count: distinct}\n",
        "utf-8",
    )
    (pack / "indicators" / "two.yaml").write_text(
        f"id: own.two\ntitle: {words}\nunit: 人\nformula: {words}\n"
        "numerator: {view: family-doctor.contracts, since: since, count: distinct}\n",
        "utf-8",
    )
    (pack / "indicators" / "three.yaml").write_text(
        f"id: own.three\ntitle: {words}\nunit: 人\nformula: {words}\n"
        "numerator: {view: family-doctor.contract, where: statuss = 'active', since: sinc, count: distinct}\n",
        "utf-8",
    )
    answer = xinglin("pack", "check", tmp_path)
    assert answer.code == 2
    for file, fault in (("one", "colour"), ("two", "family-doctor.contracts"), ("three", "sinc"), ("three", "statuss")):
        assert f"{file}.yaml" in answer.said
        assert fault in answer.said
    assert "Traceback" not in answer.said
    assert xinglin("pack", "check", pack).said == answer.said


# --- the start


@dataclass(frozen=True)
class Started:
    """A data folder after its first `run --check`."""

    data: Path
    answer: Answer
    stands: tuple[object, ...]


SMALLEST = ("--residents", 120, "--days", 30, "--seed", 3)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Started:
    data = tmp_path_factory.mktemp("run") / "data"
    answer = xinglin_process("run", "--check", *SMALLEST, "--port", 0, "--data", data)
    return Started(data, answer, _stands(data))


def test_from_nothing_to_served_and_checked(started: Started) -> None:
    """`run --check` builds, loads, works out, opens every page as every user, and exits 0."""
    assert started.answer.code == 0, started.answer.said
    assert "0 次失败 failed" in started.answer.said
    assert "Traceback" not in started.answer.said
    position, version, figures_version, accounts, targets, *_ = started.stands
    assert (version, figures_version, accounts) == (1, 1, 7)
    assert isinstance(position, int)
    assert position > 300
    assert targets


def test_a_second_start_keeps_everything(started: Started) -> None:
    """The same again, and with no size named: exit 0, and log, views, figures, accounts and bindings as they were."""
    answer = xinglin_process("run", "--check", "--port", 0, "--data", started.data)
    assert answer.code == 0, answer.said
    assert _stands(started.data) == started.stands


def test_another_size_in_the_same_folder_is_refused(started: Started) -> None:
    """A folder holds one county: another size is told in words with every difference, and changes nothing."""
    wrong = ("--residents", 130, "--days", 40, "--seed", 3)
    answer = xinglin("run", "--check", *wrong, "--port", 0, "--data", started.data)
    assert answer.code == 2
    assert "residents 120" in answer.said
    assert "days 30" in answer.said
    assert "seed" not in answer.said
    assert "--data" in answer.said
    assert _stands(started.data) == started.stands


def test_a_real_citys_folder_is_left_alone(tmp_path: Path) -> None:
    """`run` in a folder that holds other data is refused, and makes no county in it."""
    open_house(tmp_path).close()
    answer = xinglin("run", "--check", "--port", 0, "--data", tmp_path)
    assert answer.code == 2
    assert "xinglin serve" in answer.said
    assert not (tmp_path / "county").exists()


def test_a_taken_port_is_told_before_the_work(tmp_path: Path) -> None:
    """Nobody waits minutes to hear that the port is taken: it is told first, and nothing is made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("run", "serve"):
            answer = xinglin(command, "--port", port, "--data", tmp_path / command)
            assert answer.code == 2, answer.said
            assert f"127.0.0.1:{port} cannot be used" in answer.said
            assert "--port 0" in answer.said
        assert not (tmp_path / "run").exists()


def test_findings_are_marked_against_the_truth(started: Started) -> None:
    """`city mark --json` says of each planted thing whether it was found, and counts what answers to nothing."""
    marks = xinglin("city", "mark", "--data", started.data, "--json").json()
    assert marks["planted"]
    assert all(set(one) >= {"kind", "what", "found", "delay", "detail"} for one in marks["planted"])
    assert all(isinstance(one["found"], bool) for one in marks["planted"])
    assert {"alerts", "duplicates", "mismatches"} <= set(marks["false"])
    shown = xinglin("city", "mark", "--data", started.data)
    assert shown.code == 0
    assert all(one["kind"] in shown.out for one in marks["planted"])


def test_lists_say_the_same_as_their_json(started: Started) -> None:
    """Each list that can be had as JSON or as a table has the same entries in both."""
    cards = xinglin("plan", "scorecard", "--data", started.data, "--json").json()
    shown = xinglin("plan", "scorecard", "--data", started.data)
    assert {card["colour"] for card in cards} <= {"green", "yellow", "red", "grey"}
    assert all(card["reason"]["zh"] for card in cards)
    assert all(card["target_id"] in shown.out for card in cards)
    pairs = xinglin("resident", "duplicates", "--data", started.data, "--json").json()
    shown = xinglin("resident", "duplicates", "--data", started.data)
    assert shown.code == 0
    assert all(pair["first"].removeprefix("Patient/") in shown.out for pair in pairs)
    accounts = xinglin("account", "list", "--data", started.data)
    assert all(role in accounts.out for role in ("leader", "officer", "doctor", "engineer"))


def test_a_county_is_made_by_itself(tmp_path: Path) -> None:
    """`city make` writes feeds, plan, truth and county file; a second time in the same folder is refused."""
    make = ("city", "make", "--out", tmp_path / "county", "--residents", 100, "--days", 10)
    assert xinglin(*make).code == 0
    assert {path.name for path in (tmp_path / "county").iterdir()} == {
        "feeds",
        "plan.txt",
        "truth.json",
        "county.json",
    }
    again = xinglin(*make)
    assert again.code == 2
    assert "already holds" in again.said
    both = xinglin("city", "make", "--out", tmp_path / "x", "--residents", 10**9, "--end", "1999-01-01")
    assert both.code == 2
    assert both.said.count("Remedy:") == 2


def _options(name: str, values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        yield from (name, value)


def _institution(house: House) -> str:
    return next(iter(house.places().of_kind("institution", ("township-hospital",)))).code


def _stands(data: Path) -> tuple[object, ...]:
    """Log position, versions, accounts, bindings, months' colours, open cases."""
    house = open_house(data)
    snapshot, plan = house.views.snapshot(), house.plans.current()
    assert snapshot is not None
    assert plan is not None
    bindings, marks = house.plans.bindings(plan.id), house.plans.marks(plan.id)
    everything = (
        house.log.last_position(),
        snapshot.version,
        house.figures.version(),
        len(house.accounts.list_accounts()),
        bindings,
        marks,
        house.plans.count(),
    )
    house.close()
    return everything
