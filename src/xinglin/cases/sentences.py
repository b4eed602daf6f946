"""What happened to a case, as a sentence in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from xinglin.access.model import SYSTEM
from xinglin.cases.model import ASSIGN, ATTACH, OPEN, UNDO, CaseEvent
from xinglin.core.text import Text
from xinglin.packs.loop import Loop


def sentence(event: CaseEvent, loop: Loop | None, names: Mapping[str, str]) -> Text:
    """An event in words, without its time. `names`: people by login. Without its loop, states appear by their ids."""
    who = _name(event.by, names)
    told = _TELLERS.get(event.move, _moved)(event, loop, names)
    additions = list(_additions(event))
    return Text(
        zh=f"{who.zh}{told.zh}" + "".join(f"，{more.zh}" for more in additions) + "。",
        en=f"{who.en} {told.en}" + "".join(f"; {more.en}" for more in additions) + ".",
    )


def _opened(event: CaseEvent, loop: Loop | None, names: Mapping[str, str]) -> Text:
    state = _state(loop, event.to_state)
    return Text(zh=f"新建事项，进入“{state.zh}”", en=f"opened the case in {state.en!r}")


def _assigned(event: CaseEvent, loop: Loop | None, names: Mapping[str, str]) -> Text:
    if not event.note:
        return Text(zh="取消了指派", en="gave the case back to its role")
    person = _name(event.note, names)
    return Text(zh=f"将事项指派给{person.zh}", en=f"assigned the case to {person.en}")


def _attached(event: CaseEvent, loop: Loop | None, names: Mapping[str, str]) -> Text:
    return Text(zh="补充了材料", en="added evidence")


def _undone(event: CaseEvent, loop: Loop | None, names: Mapping[str, str]) -> Text:
    move, state = _move(loop, event.note), _state(loop, event.to_state)
    return Text(
        zh=f"撤回了“{move.zh}”，事项回到“{state.zh}”",
        en=f"took back {move.en!r}; the case is in {state.en!r} again",
    )


def _moved(event: CaseEvent, loop: Loop | None, names: Mapping[str, str]) -> Text:
    move, before, after = _move(loop, event.move), _state(loop, event.from_state), _state(loop, event.to_state)
    return Text(
        zh=f"办理“{move.zh}”，由“{before.zh}”转为“{after.zh}”",
        en=f"made the move {move.en!r}, from {before.en!r} to {after.en!r}",
    )


_TELLERS: dict[str, Callable[[CaseEvent, Loop | None, Mapping[str, str]], Text]] = {
    OPEN: _opened,
    ASSIGN: _assigned,
    ATTACH: _attached,
    UNDO: _undone,
}


def _additions(event: CaseEvent) -> list[Text]:
    found = []
    if event.late:
        found.append(Text(zh="此时已超期", en="it was overdue"))
    if event.reply:
        found.append(Text(zh=f"答复：{event.reply}", en=f"reply: {event.reply}"))
    if event.reason:
        found.append(Text(zh=f"理由：{event.reason}", en=f"reason: {event.reason}"))
    if event.evidence:
        count = len(event.evidence)
        found.append(Text(zh=f"材料 {count} 份", en=f"{count} file{'s' if count > 1 else ''}"))
    if event.asked_due_at:
        day = _minute(event.asked_due_at)
        found.append(Text(zh=f"申请延期至 {day}", en=f"asking for time until {day}"))
    elif event.due_at and event.from_state != event.to_state:
        day = _minute(event.due_at)
        found.append(Text(zh=f"期限 {day}", en=f"due {day}"))
    return [_without_stop(addition) for addition in found]


def _without_stop(text: Text) -> Text:
    return Text(zh=text.zh.rstrip("。. "), en=text.en.rstrip("。. "))


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _name(login: str, names: Mapping[str, str]) -> Text:
    if login == SYSTEM.login:
        return Text(zh="系统", en="The system")
    name = names.get(login, login)
    return Text(zh=name, en=name)


def _state(loop: Loop | None, state_id: str) -> Text:
    titles = {state.id: state.title for state in loop.states} if loop else {}
    return titles.get(state_id, Text(zh=state_id, en=state_id))


def _move(loop: Loop | None, move_id: str) -> Text:
    titles = {move.id: move.title for move in loop.moves} if loop else {}
    return titles.get(move_id, Text(zh=move_id, en=move_id))
