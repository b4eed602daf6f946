"""The words around a value: which of them name the indicator, and how far its text reaches.

Plans say a number in three shapes: 签约率达40% (name before), 新增90个床位 (name behind) and
70%以上的诊所达标 (share of what stands behind).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xinglin.plan.reading.numbers import Quantity
from xinglin.plan.reading.page import Page

# Words at the head of a clause that belong to the sentence and not to the indicator.
_LEAD = re.compile(
    r"[ \n,、()\]”:]+|(?:及)?(?:以上|以内|以下)|左右|其中|"
    r"同时|并且|并(?!发)|且|以及|及(?![时早格])|和(?!谐)|力争|争取|努力|"
    r"力求|确保|保证|保障|实现(?!率)|"
    r"全年|年内|今年|本年度|(?:到|至)?20\d\d ?年(?:底|末)?前?|(?:到|至)?年底前?|"
    r"全[市县区省州镇]|[我本][市县区省州]|累计|共计|总计|"
    r"共(?![享同济建青产识])|已|预计|要(?!素)|将|为(?!民)|使(?!用)|推动(?=[^,]*全覆盖)|"
    r"[一二三四五六七八九]是(?!否)|的"
)
# Verbs that lead to a rate but are no part of its name.
_LEAD_OF_RATE = re.compile(r"推动|推进|提升(?=[^、]{2,}率)|提高(?=[^、]{2,}率)|促进|巩固|保持|完成(?=[^、]{2,}率)")
# Cues at the end of what stands before a value.
_CUE = re.compile(
    r"(?:[ ,、:≥≤<>=]|分别|各自|各|均|都|约|近|拥有|设有|建有|要|已|应|需|平均|达到|达|为|至少|"
    r"最少|不低于|不少于|不小于|不超过|不高于|不大于|不多于|最多|少于|低于|小于|高于|大于|"
    r"超过|突破|首次过|控制在|控制到|稳定在|保持在|维持在|巩固在|力争|提高到|提高至|提升到|"
    r"提升至|增加到|增加至|上升到|上升至|降至|降到|降低到|降低至|下降到|下降至|"
    r"缩短到|缩短至|缩至|增至|升至|压缩到|压缩至|减少到|减少至|扩大到|实现(?!率)|完成(?!率)|保证|超|占|"
    r"有|了|在|到|至|共计?|总计|合计)$"
)
_CHANGE = re.compile(
    r"(?:较|(?<!占)比(?![重例])|与)[^,。;]{0,14}?(?:年|期|月|度|初|末|底|相比)(?:同期|相比|度|末|底)?[^,。;]{0,4}?"
    r"(?:增长|提高|提升|上升|增加|下降|降低|减少|压减|缩短)?$|(?:同比|环比|年均)(?:增长|提高|"
    r"上升|增加|下降|降低|减少)?$"
    r"|(?:增长|提高|提升|上升|增加|下降|降低|减少|压减|缩短)$"
)
_RATE_HEAD = re.compile(
    r"(?:率|比|比例|比重|占比|水平|程度|满意度|覆盖面|知晓度|指数|增幅|增速|数|量|值|合格|达标|"
    r"公开)$"
)
_BOUND_BEHIND = re.compile(r" ?(?:\(?含\)?)?及?(?:以上|以内|以下|之内|左右|上下)(?:的)?| ?内(?=[,。;、]|$)| ?的")
_END_OF_NOUN = re.compile(r"[,。;:!?、]|并|且|\)$")
_VERB = re.compile(
    r"^(?:新增配置|新增立项|新建成|新改扩建|新增|新建|建成|建设|建立|创建成功|创建|打造|"
    r"培育建设|培育|设立|成立|组建|引进|招聘|招录|选派|选送|选拔|培养|培训|"
    r"评选|遴选|举办|承办|召开|完成|实施|推进|开展|组织|改造|迁建|改建|配备|配置|购置|添置|"
    r"开设|立项|提供|发放|免费|支持|命名|获批|争创|争取)"
)
_SPLIT = re.compile(r"、|以及|(?<=..)及(?!时|早|格)|(?<=..)和(?!谐)|(?<=..)与")
_INSIDE = re.compile(r"“[^”]*”|《[^》]*》|[(（][^()（）]*[)）]")
_JOINED_ON = re.compile(r" ?(?:、|和|及|与)")
_BARE_ACTION = re.compile(r"(?:新|改|扩|迁|重|建|设|购|增|提升|改造|续|升级|[、和])+")


@dataclass(frozen=True, slots=True)
class Wording:
    """The name of an indicator, how far the text of its target reaches, and its shape."""

    name: str
    start: int
    end: int
    shape: str


def before(page: Page, start: int, value_start: int, *, rate: bool) -> tuple[str, int]:
    """The name that stands before a value, and where it starts; "" when only cues stand there."""
    begin = _skip_leads(page.text, start, value_start, rate=rate)
    end = _drop_cues(page.text, begin, value_start)
    return page.words(begin, end), begin


def _skip_leads(text: str, start: int, end: int, *, rate: bool) -> int:
    moved = True
    while moved and start < end:
        match = _LEAD.match(text, start, end) or (_LEAD_OF_RATE.match(text, start, end) if rate else None)
        moved = match is not None
        if match:
            # 为 or 和 at the head of 和谐, 为主 is followed by its word; a cue never ends a name.
            start = match.end()
    return start


# No cue is longer; looking no further back keeps long clauses cheap.
_LONGEST_CUE = 36


def _drop_cues(text: str, start: int, end: int) -> int:
    """Where the name ends, once the cues between it and the value are taken off."""
    stop = end
    while stop > start:
        near = text[max(start, stop - _LONGEST_CUE) : stop].rstrip()
        match = _CUE.search(near) or _CHANGE.search(near)
        if match is None or match.start() == match.end():
            return max(start, stop - _LONGEST_CUE) + len(near)
        stop = max(start, stop - _LONGEST_CUE) + match.start()
    return start


def behind(page: Page, value_end: int, end: int) -> tuple[str, int]:
    """The noun that stands behind a value up to the end of its clause, and where it ends."""
    text = page.text
    match = _BOUND_BEHIND.match(text, value_end, end)
    start = match.end() if match else value_end
    if text[start : start + 1] == "的":
        start += 1
    stop = end
    if _JOINED_ON.match(text, start, end):
        return "", value_end
    if enumeration := re.compile("、").search(text, start, end):
        # A list behind a value is part of its noun unless the list holds another value.
        stop = enumeration.start() if re.search(r"\d", text[enumeration.start() : end]) else end
    if text[stop : stop + 1].isdigit():
        stop = max(start, _drop_cues(text, start, stop))
    words = page.words(start, stop).rstrip(")）、和及与共 ")
    return words, start + len(text[start:stop].rstrip(" )、和及"))


def bound_end(page: Page, value_end: int, end: int) -> int:
    """Where the words that bound a value (以上, 以内) end."""
    match = _BOUND_BEHIND.match(page.text, value_end, end)
    return match.end() if match and not match.group().endswith("的") else value_end


def word(page: Page, quantity: Quantity, start: int, end: int) -> Wording:
    """The indicator of a quantity that stands between `start` and `end` of its clause."""
    rate = quantity.style in ("rate", "points", "density", "times")
    name, begin = before(page, start, quantity.start, rate=rate)
    noun, noun_end = behind(page, quantity.end, end)
    closed = bound_end(page, quantity.end, end)
    if rate and name.endswith("的"):
        return Wording(_share_before(name), begin, closed, "share-before")
    if rate:
        if name and (_RATE_HEAD.search(name) or not noun):
            return Wording(name, begin, closed, "name-before")
        if noun:
            first = begin if name else quantity.start
            return Wording(f"{name}{_attribute(noun)}比例", first, noun_end, "share-of")
        return Wording(name, begin, closed, "name-before")
    if noun and not (quantity.style == "money" and name) and not noun.startswith(("的", "(", "（")):
        action = _action(name)
        first = begin if name else quantity.start
        return Wording(f"{action}{noun}", first, noun_end, "name-behind")
    return Wording(name, begin, closed, "name-before")


def _share_before(name: str) -> str:
    """床位数达到总床位数的 10% is the share of beds in all beds."""
    parts = re.split("达到|达|占", name.removesuffix("的"), maxsplit=1)
    return f"{parts[0]}占{parts[1]}的比例" if len(parts) == 2 else f"{name}比例"


def _attribute(noun: str) -> str:
    """乡镇卫生院达到标准 as 达到标准的乡镇卫生院."""
    for match in re.finditer("能够|能|达到|达标|完成|建成|设立|开展|实现|通过|具备|配备|提供|纳入", noun):
        if match.start() > 1:
            return f"{noun[match.start() :]}的{noun[: match.start()]}"
    return noun


def _action(name: str) -> str:
    """What stands before a counted noun, if it is an action: 新增 of 全市新增, not 为全市."""
    found = list(re.finditer(_VERB.pattern.removeprefix("^"), name))
    if not found:
        return ""
    return name[found[-1].start() :] if len(name) - found[-1].end() <= 6 else ""


def verb_of(indicator: str) -> str:
    """The verb that opens an indicator: 新增 of 新增托位."""
    match = _VERB.match(indicator)
    return match.group() if match else ""


_ACTION_AND_NOUN = re.compile(r"新?[(（][^()（）]*[)）]建|")


def noun_of(indicator: str) -> str:
    """What an indicator counts, without the verb that opens it: 托位 of 新增托位."""
    action = _ACTION_AND_NOUN.match(indicator)
    opened = action.end() if action else 0
    return _LEVEL.sub("", indicator[opened or len(verb_of(indicator)) :], count=1)


def has_verb(indicator: str) -> bool:
    """Whether an indicator names its own action."""
    return re.search(_VERB.pattern.removeprefix("^"), indicator) is not None


def members(name: str, wanted: int | None, *, rate: bool) -> tuple[str, ...]:
    """The names of a coordinated list A、B和C, or the name alone.

    With `wanted` the list must have just that many members. Without it every member must be a name
    in its own right: one that ends like a rate, where a rate is meant.
    """
    pieces = _pieces(name)
    if wanted is not None:
        if len(pieces) < wanted:
            return (name,)
        return _with_head(pieces[len(pieces) - wanted :]) if rate else pieces[len(pieces) - wanted :]
    if rate and not all(_RATE_HEAD.search(piece) and len(piece) > 2 for piece in pieces):
        return (name,)
    return pieces


_SHARED_HEAD = re.compile(r"(?:患者|人群|居民|儿童|医院|机构|病人|人员)[^、]*$|[^、]{2,4}率$")


_GROUP_WORD = re.compile(r"^(?:患者|人群|居民|儿童|医院|机构|病人|人员)")
_OWN_GROUP = re.compile(r"(?:患者|人|人群|居民|儿童|妇女|孕产妇|婴幼儿|医院|机构|人员)$")


def _with_head(names: tuple[str, ...]) -> tuple[str, ...]:
    """高血压、糖尿病患者管理率 shares its head: the rate is meant of both."""
    head = _SHARED_HEAD.search(names[-1])
    if head is None:
        return names
    rate = _GROUP_WORD.sub("", head.group(), count=1)
    return tuple(_headed(one, head.group(), rate) for one in names)


def _headed(name: str, head: str, rate: str) -> str:
    """A member that names its own group (65岁以上老年人) takes only the rate from the head."""
    if _RATE_HEAD.search(name):
        return name
    return name + (rate if _OWN_GROUP.search(name) else head)


def _pieces(name: str) -> tuple[str, ...]:
    """The members of a list; a quotation or a bracket is never cut."""
    masked = _INSIDE.sub(lambda match: "#" * len(match.group()), name)
    pieces, at = [], 0
    for match in _SPLIT.finditer(masked):
        pieces.append(name[at : match.start()].strip())
        at = match.end()
    return tuple(piece for piece in (*pieces, name[at:].strip()) if piece)


_LEVEL = re.compile(r"(?:国家|省|市|县|区|乡|镇)+级(?:以上)?")


def is_level(name: str) -> bool:
    """Whether a name says only of what level: 省级 of 国家级专科2个、省级15个."""
    return _LEVEL.fullmatch(name) is not None


def is_bare_action(name: str) -> bool:
    """Whether a name says what is done and not to what: 改扩建 of 新建5家，改扩建3家."""
    return _BARE_ACTION.fullmatch(name) is not None


def earlier_name(page: Page, clause_start: int, sentence_start: int) -> str:
    """The last words of the clause before, for a value whose own clause names nothing."""
    if clause_start - 1 <= sentence_start:
        return ""
    start, end = page.clause(clause_start - 2)
    start = _skip_leads(page.text, max(start, sentence_start), end, rate=True)
    return page.words(start, _drop_cues(page.text, start, end))
