"""What was planted stands in the data as the truth says."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from city_county import County

from xinglin.core import systems
from xinglin.core.identifiers import id_card_fault

VISITS = {"outpatient", "fever-clinic", "emergency"}


def _code(concept: dict[str, list[dict[str, str]]]) -> str:
    return concept["coding"][0]["code"]


def test_outbreaks_stand_out(county: County) -> None:
    """Each planted outbreak shows at least eight cards of its disease in its town within ten days of its start."""
    assert county.truth["outbreaks"]
    cards = [
        (_code(body["code"]), body["extension"][2]["valueCode"][:9], date.fromisoformat(body["recordedDate"][:10]))
        for key, body in county.current().items()
        if key.startswith("Condition/") and _code(body["category"][0]) == "notifiable-report"
    ]
    for one in county.truth["outbreaks"]:
        first = date.fromisoformat(one["first_day"])
        place = (one["disease"], one["area"])
        near = [day for *where, day in cards if tuple(where) == place and first <= day <= first + timedelta(days=10)]
        assert len(near) >= max(8, one["extra_reports"] * 0.8)


def test_one_outbreak_is_still_running_at_the_end(county: County) -> None:
    """The last outbreak has cases in the last ten days, so that a live alert can be seen."""
    assert any(one["running"] for one in county.truth["outbreaks"])


def test_honest_institutions_declare_what_their_lines_add_up_to(county: County) -> None:
    """Declared visits and discharges equal those counted from lines that stand, but for the planted false months."""
    false = {(one["institution"], month["month"]) for one in county.truth["declarations"] for month in one["months"]}
    visits: Counter[tuple[str, str]] = Counter()
    discharges: Counter[tuple[str, str]] = Counter()
    current = county.current()
    for key, body in current.items():
        if key.startswith("Encounter/") and body["status"] == "finished":
            sender = body["serviceProvider"]["reference"].split("/")[1]
            visits[sender, body["period"]["start"][:7]] += _code(body["type"][0]) in VISITS
            discharges[sender, body["period"]["end"][:7]] += body["class"]["code"] == "IMP"
    compared = 0
    for body in current.values():
        if body.get("measure") == f"{systems.RETURN_MEASURE}declared":
            place = (body["reporter"]["reference"].split("/")[1], body["period"]["start"][:7])
            figures = {_code(group["code"]): group["measureScore"]["value"] for group in body["group"]}
            equal = figures["outpatient-visits"] == visits[place]
            assert equal == (place not in false), place
            assert figures.get("discharges", discharges[place]) == discharges[place]
            compared += 1
    assert compared >= 20


def test_false_months_declare_about_fifteen_per_cent_too_much(county: County) -> None:
    """The truth keeps both figures of each false month."""
    months = [month for one in county.truth["declarations"] for month in one["months"]]
    assert months
    assert all(1.1 * month["counted"] < month["declared"] < 1.25 * month["counted"] + 2 for month in months)


def test_second_registrations_are_as_told(county: County) -> None:
    """Both Patients of a pair exist at one institution; their ID cards agree, differ validly or one is missing."""
    current = county.current()
    assert county.truth["duplicate_persons"]
    for pair in county.truth["duplicate_persons"]:
        first, second = current[pair["a"]], current[pair["b"]]
        assert first["name"] == second["name"]
        assert first["managingOrganization"] == second["managingOrganization"]
        cards = [
            next((one["value"] for one in body.get("identifier", ()) if one["system"] == systems.ID_CARD), None)
            for body in (first, second)
        ]
        match pair["kind"]:
            case "same-id":
                assert cards[0] == cards[1]
            case "mistyped-id":
                assert cards[1]
                assert cards[0] != cards[1]
                assert id_card_fault(cards[1]) is None
            case _:
                assert cards[1] is None


def test_noise_is_counted(county: County) -> None:
    """Lines sent again equal the truth's count of duplicates; deletions equal the Bundles; spoilt lines are named."""
    counts = county.truth["noise"]["counts"]
    times = Counter(line for _, _, line in county.lines)
    assert sum(count - 1 for count in times.values()) == counts["duplicate"]
    assert sum(body["resourceType"] == "Bundle" for body in county.resources()) == counts["deletion"]
    broken = [line for _, _, line in county.lines if not line.endswith(b"}")]
    assert len(broken) <= counts["broken-json"]
    for kind, keys in county.truth["noise"]["spoilt"].items():
        assert len(keys) == counts.get(kind, 0)


def test_late_feeds_arrive_in_a_later_file(county: County) -> None:
    """Nothing of a late feed's day lies in that day's file, and some lines of that day lie in a later one."""
    by_file: dict[tuple[str, str], list[str]] = {}
    for sender, day, line in county.lines:
        if b'"lastUpdated":"' in line:
            by_file.setdefault((sender, day), []).append(line.split(b'"lastUpdated":"')[1][:10].decode())
    late = [(sender, day, lag) for sender, days in county.truth["noise"]["late_feeds"].items() for day, lag in days]
    assert late
    carried = 0
    for sender, day, lag in late:
        later = (date.fromisoformat(day) + timedelta(days=lag)).isoformat()
        carried += day in by_file.get((sender, later), ())
    assert carried >= len(late) // 4
