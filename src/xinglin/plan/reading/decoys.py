"""Numbers that are no targets, by declared classes, and what evidence a Chinese numeral must bring.

Arabic digits with a classifier are a quantity unless a class below claims them. Chinese numerals
are the other way round: prose is full of them (一体化, 三项措施, 四个意识), so each must bring
evidence.
"""

from __future__ import annotations

import re

from xinglin.plan.reading.numbers import Quantity
from xinglin.plan.reading.outline import Outline
from xinglin.plan.reading.page import Page

# How far a rule looks to the left and right of a number phrase.
_NEAR = 16

_FURNITURE = re.compile(r"浏览|索引号|点击|阅读量|阅读次数|字体|访问量|信息来源|发布日期")
_ORDINAL = re.compile(r"(?:第|前|排名|位列|位居|居全[省国市])$")
_INDEFINITE = re.compile(r"(?:数|几|上|若干|成)$")
_POINTS_BACK = re.compile(r"(?:上述|以上|这|该|(?<![读样版课书基资文])(?<![^完]成)本|另|同|某|每一|任)$")
_LIFETIME = re.compile(r"寿命|年龄")

# Durations are mostly criteria (24小时值班, 3个月内): only a time that is itself measured counts.
_TIME_MEASURED = re.compile(
    r"(?:控制在|控制到|缩短[至到]?|压缩[至到]?|缩减[至到]?|缩至|降[至到]|降低[至到]|下降[至到]|"
    r"减少[至到]?|不超过|不高于|(?<!不)少于|(?<!不)低于|(?<!不)小于|"
    r"(?:时间|时长|时限|住院日|间隔|周期)(?:[^,。;]{0,6}(?:达|达到|为|至|到|在))?|用|实现)约?$"
)
_TIME_NAME = re.compile(r"^[^,。;]{0,6}?(?:圈|网络|监控|值班|服务|开机|不间断|热线|响应机制|隔离)")
_LENGTH_NAME = re.compile(r"^[^,。;]{0,4}?(?:圈|网络)")


def _any(listed: str) -> str:
    return "|".join(listed.split())


# Words that head a list announced or pointed back to, however they are counted.
_LIST_HEAD = re.compile(
    r"方面|环节|维度|层面|阶段|坚持|意识|自信|维护|确立|全面|率先|先行|聚焦|着力|统一|结合|到位|"
    r"转变|必须|关键|不放过|一律|明确|注重|突出"
)
# Chinese numerals before these count the parts of a programme, not things in the world.
_PROGRAMME = re.compile(
    r"^[^,。;、]{0,8}?(?:行动|措施|作用|体系|机制|任务|工作|制度|举措|改革|工程|计划|动能|优势|"
    r"抓手|原则|支撑|清单|合作|重点|方向|问题|"
    r"领域|能力|活动|内容|目标|主题|特色|品牌|工作法|关系|根本|理念|定位|格局|合力|要素|主体|"
    r"渠道|抓|强化|提升|转型|保障|统筹)"
)
_NAMED_SETS = re.compile(r"^(?:医疗质量安全|医疗质量|医疗)?核心制度|^期工程|^(?:禁令|不准|严禁|纪律|铁律)")
_CLAUSES_OF_POLICY = re.compile(r"^[^,。;]{0,4}(?:措施|意见|政策|举措|规定|硬核|办法)")

_CREATE = _any(
    "新增 新建 建成 建设 建立 创建 创成 打造 培育 设立 成立 组建 引进 招聘 招录 招引 选派 选送 "
    "选拔 选树 培养 评选 遴选 举办 承办 召开 获批 改造 扩建 迁建 改建 配备 配置 购置 添置 开设 "
    "立项 争创 争取 建好 布局 增设 增加 命名 认定 申报"
)
_CREATES = re.compile(rf"(?:{_CREATE})(?:了|出|好|完成|成功)?(?:[^,。;、]{{0,3}})$")
_CREATES_BEFORE = re.compile(_CREATE)
_DOES = re.compile(r"(?:推进|实施|完成|开展|组织|启动|支持|推动)(?:了|好)?$")
_BOUND_BEFORE = re.compile(
    r"(?:至少|不少于|不低于|不超过|不多于|最多|最少|超过|各)(?:有|新增|新建|建成|建设|建|开展|"
    r"举办|组织|配备|设立|设置|安排|创建|培育|打造)?$"
)
_BOUND_AFTER = re.compile(r"^\(?(?:含\)?)?(?:及)?(?:以上|以内|以下|左右)")
_OFTEN = re.compile(r"每(?:年|半年|月|季度|季|周|天|日|学期)(?!度)[^,。;]{0,12}$")
_CONCRETE_UNITS = frozenset(_any("家 所 名 座 张 台 辆 场 间 处 人 位 次 例 套 人次 场次 期 批 篇 门").split("|"))
_CONCRETE = re.compile(
    r"^[^,。;]{0,18}?(?:医院|中心|基地|站|馆|室|门诊|病区|病房|专科|学科|机构|项目|课题|园|"
    r"院区|服务点|点位|学校|社区|村|乡镇|院|专家|人才|"
    r"团队|医师|护士|大会|论坛|培训班|竞赛|演练|床位|设备|车)"
)
# What a list of things made ends with: 新建工作室两个, 新增CT1台、DSA一台.
_CONCRETE_END = re.compile(r"(?:中心|基地|站|馆|室|门诊|病区|病房|专科|学科|项目|课题|点|院|团队)$")
_TRAILING_SINGLES = frozenset(_any("家 所 座 个 台 套 辆 张 处 间 名 位").split("|"))
_SINGLE_UNITS = frozenset(_any("家 所 座 个 项").split("|"))
_SINGLE_NOT = re.compile(r"^(?:体|批|系列|张|件事|平台|体系|机制|整体|模式|品牌)")


def refusal(page: Page, outline: Outline, quantity: Quantity) -> str | None:
    """The class of decoy that a number phrase belongs to, or None if it is a quantity."""
    sentence_start, sentence_end = page.sentence(quantity.start)
    start = max(sentence_start, quantity.start - 2 * _NEAR)
    left = page.tight(start, quantity.start)
    right = page.tight(quantity.end, min(sentence_end, quantity.end + 2 * _NEAR))
    return (
        _in_name(page, outline, quantity)
        or _in_order(left, right, quantity)
        or _criterion(left, right, quantity)
        or _list_counter(left, right, quantity)
        or (_without_evidence(outline, left, right, quantity) if quantity.chinese else None)
    )


def _in_name(page: Page, outline: Outline, quantity: Quantity) -> str | None:
    quote = page.quote(quantity.start)
    if quote is not None:
        title = page.text[quote[0]] in "《〔"
        if title or quantity.style not in ("rate", "density"):
            return "quoted name"
    if outline.commitment_at(quantity.start) is None:
        line_start = page.text.rfind("\n", 0, quantity.start) + 1
        if _FURNITURE.search(page.text, max(line_start, quantity.start - 200), quantity.start):
            return "page furniture"
    return None


def _in_order(left: str, right: str, quantity: Quantity) -> str | None:
    if _ORDINAL.search(left):
        return "ordinal"
    if left.endswith("每"):
        return "base of a density"
    if quantity.unit in ("日", "号") and left.endswith("月"):
        return "date"
    if _INDEFINITE.search(left) and quantity.value >= 10 and quantity.chinese:
        return "indefinite quantity"
    if quantity.unit == "次" and right.startswith(("性", "元", "供水")):
        return "name"
    if quantity.style == "rate" and quantity.unit == "%" and quantity.chinese:
        tail = right[:1]
        if left.endswith("分") or (tail and tail not in "以左的多,。;、)%及余"):
            return None if "分之" in left + right or quantity.value < 1 else "name"
    return None


def _criterion(left: str, right: str, quantity: Quantity) -> str | None:
    clause = re.split(r"[,。;:]", left)[-1]
    if quantity.style == "age":
        return None if _LIFETIME.search(clause) else "age group"
    measured = _TIME_MEASURED.search(clause) and not _TIME_NAME.search(right)
    if quantity.style == "time" and not measured:
        return "period"
    if quantity.unit in ("公里", "千米", "米") and _LENGTH_NAME.search(right):
        return "named network"
    if quantity.style == "score" and not re.search(r"得分|评分|满意度|考核|指数|达|成绩|分值", clause):
        return "name"
    return None


def _list_counter(left: str, right: str, quantity: Quantity) -> str | None:
    if quantity.style != "count":
        return None
    if _LIST_HEAD.match(right) or _POINTS_BACK.search(left):
        return "list counter"
    if _NAMED_SETS.search(right):
        return "named set"
    if quantity.unit == "条" and _CLAUSES_OF_POLICY.search(right):
        return "clauses of a policy"
    if quantity.unit == "种" and quantity.chinese:
        return "list counter"
    if quantity.unit == "类" and not (_BOUND_AFTER.search(right) or _BOUND_BEFORE.search(left)):
        # Kinds are named classes (4类人群) unless a bound shows that they are counted.
        return "list counter"
    return None


def _without_evidence(outline: Outline, left: str, right: str, quantity: Quantity) -> str | None:
    """Why a Chinese numeral is prose, or None where the text shows that it counts something."""
    if quantity.style not in ("count", "money", "time", "age"):
        return None
    if outline.in_title(quantity.start):
        return "list counter"
    if _BOUND_AFTER.search(right) or _BOUND_BEFORE.search(left):
        return None
    if quantity.unit in ("次", "场", "期") and _OFTEN.search(left):
        return None
    if quantity.value == 1:
        new = _CREATES.search(left) and quantity.unit in _SINGLE_UNITS
        plain = quantity.unit in ("家", "所", "座") or _CONCRETE.search(right)
        trailing = not right or right[0] in ",。;、)"
        if trailing and quantity.unit in _TRAILING_SINGLES and _CREATES_BEFORE.search(left):
            return None
        return None if new and plain and not _SINGLE_NOT.search(right) else "indefinite quantity"
    if _PROGRAMME.search(right) and quantity.unit not in _CONCRETE_UNITS:
        return None if _CONCRETE.search(right) and _CREATES.search(left) else "list counter"
    if _CREATES.search(left) and (quantity.unit in _CONCRETE_UNITS or _CONCRETE.search(right)):
        return None
    if _DOES.search(left) and _CONCRETE.search(right):
        return None
    trailing = not right or right[0] in ",。;、)"
    things = quantity.unit in _CONCRETE_UNITS or (quantity.unit == "个" and _CONCRETE_END.search(left))
    if trailing and things and _CREATES_BEFORE.search(left):
        return None
    if quantity.value > 10 and (quantity.unit in _CONCRETE_UNITS or _CONCRETE.search(right)):
        return None
    return "numeral in prose"
