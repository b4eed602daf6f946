"""Events as sentences, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from xinglin.access.model import Scope
from xinglin.cases.commands import assign_case, attach_evidence, undo
from xinglin.cases.model import Evidence
from xinglin.cases.sentences import sentence
from xinglin.core.text import Language

NAMES = {"wang": "王磊", "li": "李娜"}
FILE = Evidence("a" * 64, "a.pdf", "application/pdf", 1)


def told(desk: Any, case_id: str, language: Language) -> list[str]:
    return [sentence(event, desk.slip, NAMES)[language] for event in desk.store.events(case_id)]


def history(desk: Any) -> str:
    slip = desk.open()
    by = {"case_id": slip.id, "scope": Scope.everything()}
    assign_case(desk.store, desk.library, assignee="wang", by=desk.people["li"], why="分工。", at=desk.monday, **by)
    desk.move(slip, "sign", "wang", at=desk.monday + timedelta(days=2))
    attach_evidence(desk.store, desk.library, evidence=[FILE], by=desk.people["wang"], why="", at=desk.monday, **by)
    desk.move(slip, "ask", "wang", reason="人手不足", due=desk.monday + timedelta(days=28))
    undo(desk.store, desk.library, by=desk.people["wang"], why="", at=desk.monday, **by)
    assign_case(desk.store, desk.library, assignee="", by=desk.people["li"], why="", at=desk.monday, **by)
    return str(slip.id)


def test_a_history_in_chinese(desk: Any) -> None:
    """Each event is a sentence with who, what, why, how late and until when."""
    assert told(desk, history(desk), "zh") == [
        "李娜新建事项，进入“待签收”，理由：十月为红色，期限 2025-11-04 09:00。",
        "李娜将事项指派给王磊，理由：分工。",
        "王磊办理“签收”，由“待签收”转为“办理中”，此时已超期，期限 2025-11-17 09:00。",
        "王磊补充了材料，材料 1 份。",
        "王磊办理“申请延期”，由“办理中”转为“延期申请”，理由：人手不足，申请延期至 2025-12-01 09:00。",
        "王磊撤回了“申请延期”，事项回到“办理中”，期限 2025-11-17 09:00。",
        "李娜取消了指派。",
    ]


def test_a_history_in_english(desk: Any) -> None:
    """The same in English."""
    assert told(desk, history(desk), "en")[2:5] == [
        "王磊 made the move 'Sign', from 'To sign' to 'In hand'; it was overdue; due 2025-11-17 09:00.",
        "王磊 added evidence; 1 file.",
        "王磊 made the move 'Ask', from 'In hand' to 'Extension asked for'; reason: 人手不足; "
        "asking for time until 2025-12-01 09:00.",
    ]


def test_a_history_without_its_loop(desk: Any) -> None:
    """When the pack is gone the history can still be read, by the ids of states and the logins of people."""
    event = desk.store.events(history(desk))[2]
    assert sentence(event, None, {}).zh.startswith("wang办理“sign”，由“to_sign”转为“working”")
