"""What an append decides, without a database."""

from __future__ import annotations

from xinglin.log.record import Accepted, Conflict, Duplicate, Entry
from xinglin.log.standing import Standing, decide, with_versions


def entry(id: str, hash: bytes, stated_at: str = "1", sender: str = "h1", deleted: bool = False) -> Entry:
    return Entry("Patient", id, sender, stated_at, deleted, b"", hash)


def test_numbering_goes_on_after_the_position() -> None:
    """New entries get the positions after the last one; duplicates and conflicts get none."""
    appended = decide([entry("a", b"1"), entry("a", b"1"), entry("a", b"2"), entry("b", b"3")], {}, 10)
    assert appended.outcomes == [Accepted(11), Duplicate(), Conflict(11), Accepted(12)]
    assert [(e.id, position, version, prior) for e, position, version, prior in appended.rows] == [
        ("a", 11, 1, 0),
        ("b", 12, 1, 0),
    ]


def test_versions_of_one_call_follow_each_other() -> None:
    """Three versions in one call link back to each other, and the one stated last is current."""
    appended = decide([entry("a", b"1", "2"), entry("a", b"2", "3"), entry("a", b"3", "1")], {}, 0)
    assert [row[1:] for row in appended.rows] == [(1, 1, 0), (2, 2, 1), (3, 3, 2)]
    standing = appended.changed[("Patient", "a")]
    assert (standing.position, standing.latest, standing.version, standing.is_new) == (2, 3, 3, True)
    assert appended.fresh == {}


def test_a_known_resource_is_changed_not_new() -> None:
    """What stands in the log already is moved, not added; an unnamed sender is the one who sent it before."""
    standing = Standing("h1", 4, 4, 1, "1", b"1", False)
    with_versions(standing, [(4, "1", b"1")])
    appended = decide([entry("a", b"2", "2", sender="", deleted=True)], {("Patient", "a"): standing}, 9)
    assert appended.rows[0][0].sender == "h1"
    assert (standing.position, standing.deleted, standing.is_new) == (10, True, False)


def test_an_unstated_time_is_before_every_other() -> None:
    """A version without a stated time never displaces one with a time."""
    appended = decide([entry("a", b"1", "1"), entry("a", b"2", "")], {}, 0)
    assert appended.changed[("Patient", "a")].position == 1
