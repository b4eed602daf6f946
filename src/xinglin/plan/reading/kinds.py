"""Whether a number is promised, reported or a fact; whom it covers, until when, how firmly."""

from __future__ import annotations

import re

from xinglin.plan.reading.model import PlanKind, TargetKind

_DONE = re.compile(
    r"(?<!较)(?<!比)(?:截至|截止到?|目前|现已|去年|上年|上一年)|已(?:经)?(?:累计|完成|建成|有|"
    r"达|实现|在|开展|纳入|创建|建立|全部|下达|获)"
)
_NOT_DONE = re.compile(r"(?:较|比|在|与|同)(?:去年|上年|上一年|目前)[^,。;]{0,8}|在[^,。;]{0,12}基础上")
_PROMISED = re.compile(r"力争|争取|确保|计划|将|预计|拟")
_STOCK = re.compile(r"现有|拥有|共有|辖区?内?有|常住人口|户籍人口|总人口|原有")
# 现有机构432家，其中公立医院4家、卫生院18家: the stock goes on until something is done or promised.
_STANDING = re.compile(
    r"(?:现有|辖有|(?<!公)共有)[^,。;]{0,20}?\d(?![^。;]*(?:新增|新建|建成|完成|开展|组建|投入|实现|"
    r"接种|同比|较|达|力争|确保|提高|年底|到20))"
)
_TURNS_FROM = re.compile(r"(?:由|从)(?:20\d\d年的?|去年的?|上年的?|原来的?|目前的?|现在的?)?$")
_TURNS_TO = re.compile(r"^(?:左右|以上|以下)?(?:提高|提升|上升|增加|增长|扩大|增|升|下降|降|减|压|缩)")
_POPULACE = re.compile(r"^(?:各族)?(?:群众|市民|居民|人民|百姓|人口)")
_TROUBLES = re.compile(
    r"^(?:(?:当前|目前|工作中?|仍?存在的?|面临的?|主要|突出)+(?:问题|困难|不足|短板|挑战)(?!整改)|"
    r"(?:问题|困难|不足|短板)[与和及、](?:问题|困难|不足|短板|挑战))"
)
_PEOPLE = re.compile(r"生育登记|出生人口|常住人口|户籍人口|总人口|[一二三]孩$|目标人数|人群$|人口$")
_STAFF = re.compile(r"^[^,。;]{0,4}(?:干部职工|医务人员|职工|党员干部|卫生人员|卫技人员)")
_OWNERS_OF_STAFF = re.compile(r"(?:全系统|现有|共有|使|使全系统)$")
_LISTED = re.compile(r"等$")
_MADE = re.compile(r"新增|新建|建成|创建|打造|培育|设立|组建|遴选|选派|改造|建设|推进|实施|完成")
_INSPECTS = re.compile(r"检查|督导|抽查|监管|监督|巡查|评估|摸排|走访")
_NEXT = re.compile(r"下一步|明年|预计|拟|到20\d\d年")
_SOFT = re.compile(r"力争|争取|努力实现|力求")
_FIRM = re.compile(r"确保|保证|务必|实现|完成")
_YEAR = re.compile(r"(20\d\d) ?年(?:(?: ?(\d{1,2}) ?月)?(?: ?\d{1,2} ?日)?(?:底|年底|末)?(?:前|之前)?)")
_MONTH = re.compile(r"(?<!\d)(\d{1,2}) ?月(?:底|末|份|中旬|上旬|下旬)?(?:之?前)")
_THIS_YEAR = re.compile(r"全年|年内|年底|年末|今年|本年度|年度内|年度(?=[^考计目任重])")
_REGION = re.compile(r"全[市县区省州盟镇]域?|[我本][市县区省州]|主城区|城区|农村地区|各[市县区]")
_GROUP = re.compile(
    r"(?:[省市县区]级|[一二三]级|基层|公立|各级|乡镇)[^、,。;的在为对]{0,4}?(?:医院|医疗机构|"
    r"卫生院|中医馆)|重点人群|"
    r"\d+-\d+岁(?:婴幼儿|儿童|青少年|人群)|医疗机构"
)
_PER_HEAD = re.compile(
    r"每(?:百|千|万|十万|百万|\d+万)(?:名|人(?!口)|位|个)?[^,。;%]{0,14}?(?:人口|婴幼儿|儿童|"
    r"老年人|居民|人群|人)"
)
_HAS_PER_HEAD = re.compile(rf"(?:{_PER_HEAD.pattern})(?:拥有|有)?")
# 千人口床位数 leaves 每 out.
_HEADS = re.compile(r"[千万](?:常住|户籍)?人口")
_PER_PLACE = re.compile(
    r"(?:每|各)(?:一)?(?:个|家|所|名|县|区|市|镇|乡|村|街道|社区|年|月|季度|季|周|日|天|"
    r"半年)(?!级|类|项|部门|单位)(?:[^,。;%]{0,24}?"
    r"(?=至少|不少于|不低于|均|都|要|新增|新建|建成|建设|建|设|配|有|开展|举办|组织|达|培|选|"
    r"完成|\d))?"
)
_PER_DAY = re.compile(r"日(?=检测|接诊|服务|处理|均)")
_PLAN_TITLE = re.compile(
    r"(20\d\d) ?年度?[^。,;\n\d]{0,30}?(?:要点|工作计划|工作安排|工作思路|工作打算|重点工作|"
    r"重点任务)"
)


def target_kind(part: PlanKind, sentence: str, left: str, right: str, *, base: bool) -> TargetKind:
    """Promised, reported or a fact.

    `sentence` is what stands before the value in its sentence, `left` and `right` its clause;
    `base` says that the same clause goes on to state what share of these does something.
    """
    left = _HAS_PER_HEAD.sub("", left)
    if base or _PEOPLE.search(left) or _STOCK.search(left) or _STANDING.search(sentence):
        return "background"
    if _TURNS_FROM.search(left) and _TURNS_TO.search(right):
        return "background"
    if part == "summary":
        if _OWNERS_OF_STAFF.search(left) and _STAFF.search(right):
            return "background"
        return "target" if _NEXT.search(sentence) else "achieved"
    if _LISTED.search(left) and not _MADE.search(right) and not right.startswith("项目"):
        return "background"
    if re.search(r"(?:对|针对)[^,。;]{0,6}$", left) and _INSPECTS.search(right):
        return "background"
    if left.endswith("首批"):
        return "background"
    if not _PROMISED.search(left) and _DONE.search(_NOT_DONE.sub("", sentence)):
        return "achieved"
    return "target"


def is_populace(right: str) -> bool:
    """Whether a bare number counts the people whom a plan is for: 全市520万群众."""
    return _POPULACE.match(right) is not None


def tells_troubles(path: tuple[str, ...]) -> bool:
    """Whether a section says what is wrong: its figures are facts and nobody's achievement."""
    return any(_TROUBLES.search(title) for title in path)


def hedged(sentence: str) -> bool:
    """Whether 力争 or 争取 governs what follows: no firmer verb stands between."""
    soft = list(_SOFT.finditer(sentence))
    if not soft:
        return False
    rest = sentence[soft[-1].end() :]
    later = [clause for clause in rest.split(",")[1:] if _FIRM.match(clause)]
    return not later


def deadline(sentence: str, year: str | None) -> str | None:
    """The date by which a sentence promises, as 2025 or 2025-06, or None if it names none."""
    dated = [m for m in _YEAR.finditer(sentence) if not re.search(r"[较比]$", sentence[: m.start()])]
    if dated:
        match = dated[-1]
        month = match.group(2)
        return f"{match.group(1)}-{int(month):02d}" if month else match.group(1)
    if year and (match_month := _MONTH.search(sentence)):
        return f"{year}-{int(match_month.group(1)):02d}"
    return year if _THIS_YEAR.search(sentence) else None


def scope(list_opening: str, indicator: str) -> str:
    """The region that governs a clause, or else the group that opens its indicator."""
    region = _REGION.search(list_opening)
    if region:
        return region.group()
    group = _GROUP.match(indicator)
    return group.group() if group else ""


def per_unit(left: str) -> str | None:
    """每千人, 每个乡镇, 每月: what one value stands for."""
    for pattern in (_PER_HEAD, _PER_PLACE):
        if match := pattern.search(left):
            return match.group()
    return "每日" if _PER_DAY.search(left) else None


def is_density(left: str) -> bool:
    """Whether the indicator is itself a rate per so many people: 每千人托位数."""
    return (_PER_HEAD.search(left) or _HEADS.search(left)) is not None


def plan_year(text: str, name: str) -> str | None:
    """The year that the plan is for: the latest in a title that says it is a plan."""
    years = _PLAN_TITLE.findall(text) or re.findall(r"20\d\d", name)
    return max(years) if years else None
