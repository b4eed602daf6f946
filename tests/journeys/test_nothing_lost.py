"""Nothing is lost and nothing is counted twice: through kill -9, in any order, and sent again."""

from __future__ import annotations

import math
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from house_contents import HouseContents, all_figures, all_periods, contents, figure_key, view_rows
from killable import BATCH
from small_county import SENDER, fill_house, new_house, patient_line, shuffled

from xinglin.access.accounts import Accounts
from xinglin.app import House, open_house
from xinglin.demonstration.county import County
from xinglin.demonstration.furnishing import furnish, logins
from xinglin.flow import NUMBERS, load, work_out
from xinglin.indicators.figures import Figure
from xinglin.indicators.referee import referee
from xinglin.packs.indicator import Indicator
from xinglin.plan.store import PlanStore

PROGRAM = Path(__file__).with_name("killable.py")
KILLS_WHILE_LOADING = 10
KILLS_WHILE_REFRESHING = 5


def test_the_county_has_every_kind_of_mishap(expected: HouseContents) -> None:
    """The comparisons below compare something: kept out, waiting, deleted, corrected, figures, an alert, slips."""
    kept_out = {(reason, state) for _, _, reason, _, _, _, state, _ in expected.refusals}
    assert {
        ("not-json", "open"),
        ("identifier-check-digit", "open"),
        ("unknown-code", "open"),
        ("unresolved-reference", "waiting"),
    } <= kept_out
    standing = {id: (stated_at, deleted) for kind, id, stated_at, deleted, _ in expected.current if kind == "Encounter"}
    assert standing[f"{SENDER}-deleted-before-it-came"][1]
    assert standing[f"{SENDER}-corrected"] == ("2025-10-21T04:00:00.000000Z", False)
    assert f"{SENDER}-held-for-ever" not in standing
    assert len(expected.versions) > len(expected.current)
    assert expected.alerts
    assert len(expected.cases) > len(expected.alerts)
    assert sum(figure.value is not None for figure in expected.figures.values()) > 10_000


def test_killed_at_any_moment(
    county: County, expected: HouseContents, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """kill -9 ten times while loading and five times while working out, each begun again: as if undisturbed.

    Between the kills the log's positions stay dense and hold what was acknowledged, and the views and figures in
    force are those of one whole version.
    """
    random, data = Random(), tmp_path / "data"
    new_house(data, county).close()
    half = _load_with_kills(data, county, random)
    _refresh_with_kills(data, half, expected, random)
    house = open_house(data)
    _same(contents(house), expected)
    settled = {(reason, state) for reason, state, _ in house.intake.refusal_reasons()}
    assert {("unresolved-reference", "replayed"), ("deletion-of-unknown", "replayed")} <= settled
    house.close()
    assert "Traceback" not in capfd.readouterr().err


def test_any_order_and_everything_twice(
    county: County, expected: HouseContents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The county's lines shuffled into other files, every file sent twice: the same rows, figures, refusals, alerts."""
    monkeypatch.setattr("xinglin.intake.door.BATCH_RESOURCES", 97)
    seed = Random().getrandbits(32)
    for copy in ("once", "again"):
        shuffled(county.feeds, tmp_path / copy, 30, Random(f"{seed}{copy}"))
    house = new_house(tmp_path / "data", county)
    fill_house(house, county, [tmp_path / "once", tmp_path / "again", county.feeds])
    _same(contents(house), expected)
    house.close()


def test_two_refreshes_at_once(county: County, expected: HouseContents, tmp_path: Path) -> None:
    """Two processes that work the same out at the same moment both end well, with the rows and figures of one."""
    house = new_house(tmp_path, county)
    load(house, [county.feeds])
    for process in [_started(["refresh", str(tmp_path)]) for _ in range(2)]:
        assert _lines(process)[-1] == "done"
    assert view_rows(house) == expected.views
    assert all_figures(house) == expected.figures
    house.close()


def test_lost_views_are_made_anew_under_the_figures_in_force(
    undisturbed: House, expected: HouseContents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With views/ deleted the same rows come back from the log; stopped before new figures stand, the old ones do."""
    shutil.copytree(undisturbed.folder, data := tmp_path / "data")
    shutil.rmtree(data / "views")
    house = open_house(data)
    house.views.refresh(house.log)
    assert view_rows(house) == expected.views
    shutil.rmtree(data / "views")
    (tmp_path / "more.ndjson").write_bytes(patient_line("more") + b"\n")
    assert load(house, [tmp_path / "more.ndjson"]).accepted == 1
    snapshot = house.views.refresh(house.log)
    with monkeypatch.context() as patched:
        patched.setattr("xinglin.indicators.stored.pq.write_table", _stopping_after(print, 0))
        with pytest.raises(KeyboardInterrupt):
            house.figures.refresh(snapshot, as_of=house.as_of)
    house.close()
    house = open_house(data)
    assert all_figures(house) == expected.figures
    house.close()


def test_a_start_stopped_while_furnishing(county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped among the accounts and among the bindings, the next start makes what is missing; logins stay."""
    house = new_house(tmp_path, county)
    load(house, [min(path for path in county.feeds.iterdir() if path.name.startswith("20"))])
    house.views.refresh(house.log)
    for kind, name, done in ((Accounts, "create_account", 3), (PlanStore, "bind", 2)):
        with monkeypatch.context() as patched:
            patched.setattr(kind, name, _stopping_after(getattr(kind, name), done))
            with pytest.raises(KeyboardInterrupt):
                furnish(house, county.plan, county.plan_year)
    told = logins(house)
    assert len(house.accounts.list_accounts()) == len(told)
    plan = house.plans.current()
    assert plan is not None
    assert len(house.plans.bindings(plan.id)) == 2
    for _ in range(2):
        furnish(house, county.plan, county.plan_year)
        assert logins(house) == told
        assert {user.login for user in house.accounts.list_accounts()} == {login.login for login in told}
        assert len(house.plans.bindings(plan.id)) > 10
        assert all(len(house.plans.binding_history(plan.id, target)) == 1 for target in house.plans.bindings(plan.id))
        assert house.plans.count() == 1
    assert all(house.accounts.verify(login.login, login.password) for login in told[:4])
    house.close()


def test_figures_equal_the_referees(undisturbed: House, expected: HouseContents) -> None:
    """Every indicator, place and period of every kind: what is served is what plain Python works out from the rows."""
    house, library, places = undisturbed, undisturbed.library, undisturbed.places()
    indicators = list(library.of(Indicator).values())
    first, last = house.figures.first_day(), house.figures.as_of()
    rows = {tally.view: _dicts(house, tally.view) for indicator in indicators for tally in indicator.tallies}
    told = list(referee(rows, library, indicators, places, all_periods(first, last), first, last))
    served = expected.figures
    pairs = [(served.get(figure_key(figure)), figure) for figure in told]
    differing = [(one, other) for one, other in pairs if one is None or not _agree(one, other)]
    assert differing[:5] == []
    assert {figure_key(figure) for figure in told} == set(served)
    kinds = {kind for indicator in indicators for kind in indicator.periods}
    assert {figure.period.kind for figure in told} == kinds


def _load_with_kills(data: Path, county: County, random: Random) -> HouseContents:
    """Load with ten kills spread over the county, then to the end. Half-way, work out what is there and return it."""
    loading = ["load", str(data), str(county.feeds)]
    batches = sum(file.read_bytes().count(b"\n") for file in county.feeds.rglob("*.ndjson")) // BATCH
    before, half = 0, None
    for kill in range(KILLS_WHILE_LOADING):
        count = 1 + int((batches - 6) * (kill + random.random()) / KILLS_WHILE_LOADING)
        told = _killed(loading, partial(_have_told, count), random.uniform(0, 0.02))
        assert told[-1] != "done"
        house = open_house(data)
        positions = [record.position for record in house.log.read()]
        assert positions == list(range(1, len(positions) + 1))
        assert house.log.last_position() == len(positions) >= max(before, _acknowledged(told))
        before = len(positions)
        if kill == KILLS_WHILE_LOADING // 2:
            work_out(house, NUMBERS)
            furnish(house, county.plan, county.plan_year)
            half = contents(house)
        house.close()
    told = _lines(_started(loading))
    assert told[-1] == "done"
    assert half is not None
    return half


def _refresh_with_kills(data: Path, half: HouseContents, whole: HouseContents, random: Random) -> None:
    """Work out with five kills spread over its steps, then to the end; readers see `half` or `whole`, no mixture."""
    shutil.copytree(data, copy := data.with_name("counted"))
    steps = _lines(_started(["refresh", str(copy)]))[:-1]
    for kill in range(KILLS_WHILE_REFRESHING):
        step = steps[int(len(steps) * (kill + random.random()) / KILLS_WHILE_REFRESHING)]
        _killed(["refresh", str(data)], partial(_last_told, step), random.uniform(0, 0.05))
        house = open_house(data)
        assert view_rows(house) in (half.views, whole.views), step
        assert all_figures(house) in (half.figures, whole.figures), step
        house.close()
    assert _lines(_started(["refresh", str(data)]))[-1] == "done"


def _stopping_after(work: Callable[..., Any], times: int) -> Callable[..., Any]:
    """`work`, until it was done so many times; then the process is told to stop."""
    left = iter(range(times))

    def stopping(*given: Any, **named: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return work(*given, **named)

    return stopping


def _have_told(count: int, told: list[str]) -> bool:
    return len(told) == count


def _last_told(words: str, told: list[str]) -> bool:
    return told[-1] == words


def _acknowledged(told: list[str]) -> int:
    return max((int(words.split()[1]) for words in told if words.startswith("position")), default=0)


def _started(arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(PROGRAM), *arguments], stdout=subprocess.PIPE, text=True)


def _lines(process: subprocess.Popen[str]) -> list[str]:
    told = process.communicate()[0].splitlines()
    assert process.returncode == 0
    return told


def _killed(arguments: list[str], is_time: Callable[[list[str]], bool], delay: float) -> list[str]:
    """What a process told until it was killed, `delay` seconds after `is_time` of what it had told so far."""
    process, told = _started(arguments), []
    assert process.stdout is not None
    for line in process.stdout:
        told.append(line.rstrip("\n"))
        if is_time(told):
            break
    time.sleep(delay)
    process.kill()
    told += [line.rstrip("\n") for line in process.stdout if line.endswith("\n")]
    assert process.wait() in (-signal.SIGKILL, 0)
    return told


def _same(found: HouseContents, wanted: HouseContents) -> None:
    """Part by part, so that a failure names the part and its first differences."""
    for part in fields(HouseContents):
        one, other = getattr(found, part.name), getattr(wanted, part.name)
        assert one == other, f"{part.name}: {_first_differences(one, other)}"


def _first_differences(one: Any, other: Any) -> str:
    if isinstance(one, dict):
        keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
        return "; ".join(f"{key}: {_first_differences(one.get(key), other.get(key))}" for key in keys[:3])
    if isinstance(one, list) and isinstance(other, list):
        lost, added = ([row for row in a if row not in b][:3] for a, b in ((other, one), (one, other)))
        return f"lost {lost}, added {added}"
    return f"{one} is not {other}"


def _dicts(house: House, view: str) -> list[dict[str, Any]]:
    answer = house.session().execute(f'SELECT * FROM "{view}"')
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _agree(one: Figure, other: Figure) -> bool:
    """Sums agree exactly; the division may round its last bit differently."""
    if (one.value is None) != (other.value is None):
        return False
    close = one.value is None or other.value is None or math.isclose(one.value, other.value, rel_tol=1e-12)
    return close and replace(one, value=None) == replace(other, value=None)
