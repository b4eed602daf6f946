"""One hand-made context per page, rich enough that every branch of its template is walked."""

from __future__ import annotations

from dataclasses import replace

from xinglin.web import charts
from xinglin.web.faults import FaultPage
from xinglin.web.pages.alert import AlertPage, CaseBox
from xinglin.web.pages.alerts import AlertRow, AlertsPage
from xinglin.web.pages.case import CasePage, Happened, MoveForm, Step
from xinglin.web.pages.cockpit import CockpitPage, Concern, Headline
from xinglin.web.pages.cockpit_map import RankRow
from xinglin.web.pages.feeds import Cause, FeedsPage, HeatCell, HeatDay, HeatRow
from xinglin.web.pages.indicator import IndicatorPage, LeftOut, PlaceRow, TargetLink
from xinglin.web.pages.indicators import Group, IndicatorsPage, Row
from xinglin.web.pages.people import PeoplePage, Person
from xinglin.web.pages.plan import ColourTab, LateRow, Leaf, Node, NoPlanPage, PlanPage
from xinglin.web.pages.refusals import FaultRow, RefusalPage, RefusalRow, RefusalsPage
from xinglin.web.pages.sign_in import SignInPage
from xinglin.web.pages.target_part import (
    Bound,
    HandReport,
    Month,
    Offer,
    PlaceChoice,
    Sentence,
    TargetPart,
)
from xinglin.web.pages.work import WorkPage, WorkRow
from xinglin.web.parts import Choice, Link, Pages, Tab
from xinglin.web.rendering import PageContext

TOWNS = ("城关镇", "柳河镇", "青山乡", "石桥镇", "望湖镇", "东风街道", "南岭乡", "北塘镇", "云溪乡")
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]


def _square(number: int) -> dict[str, object]:
    x, y = number % 3, number // 3
    ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def _map() -> dict[str, object]:
    features = [
        {"type": "Feature", "properties": {"name": town, "code": f"99010{n}"}, "geometry": _square(n)}
        for n, town in enumerate(TOWNS)
    ]
    places = [
        {"code": f"99010{n}", "name": town, "value": 0.4 + 0.05 * n, "colour": None, "href": "/", "at": [n % 3, n // 3]}
        for n, town in enumerate(TOWNS)
    ]
    places[4]["alert"] = "流感样病例异常升高"
    shapes = {"type": "FeatureCollection", "features": features}
    return {"name": "家庭医生签约率", "percent": True, "unit": "", "shapes": shapes, "places": places}


CURVE = charts.curve(
    MONTHS,
    [
        charts.line("实际", "actual", [*(0.05 * n for n in range(1, 11)), None, None]),
        charts.line("目标进度", "target", [0.06 * n for n in range(1, 13)]),
        charts.line("预测", "forecast", [*[None] * 9, 0.5, 0.55, 0.61]),
    ],
    unit="%",
)
DAILY = charts.curve(
    [f"2025-10-{day:02}" for day in range(1, 32)],
    [
        charts.line("每日例数", "actual", [(day * 7) % 5 + (14 if 20 <= day <= 26 else 0) for day in range(1, 32)]),
        charts.line("基线", "baseline", [2.4] * 31),
        charts.line("预警阈值", "threshold", [7.1] * 31),
    ],
    bars=True,
    marked={"from": "2025-10-20", "to": "2025-10-26", "name": "预警"},
)
PERSON = Person(
    "张*丰", "男", "1956", "110105********002X", "138****1234", "", "柳河镇王家村", "柳河镇卫生院", "2025-10-21"
)
PAGES = Pages("第 1–50 条，共 120 条", "/?start=0", "/?start=50")

PART = TargetPart(
    id="t1",
    href="/plan/targets/1",
    title="家庭医生签约率",
    text="家庭医生签约率达到60%以上",
    commitment="做实家庭医生签约服务",
    owners="基层卫生科、各乡镇卫生院",
    colour="red",
    reason="为应达进度的 83%",
    value=("41.6", "%"),
    goal="≥ 60.0%",
    expected="50.0%",
    forecast="49.8%",
    sentence=Sentence(
        "3.做实家庭医生签约服务。推进全专结合，", "家庭医生签约率达到", "60%", "以上", "，重点人群签约率达到80%以上。"
    ),
    months=tuple(
        Month(f"{n}月", colour, "当月曾为红，后已补上" if n == 3 else "")
        for n, colour in enumerate(
            ("green", "green", "yellow", "green", "green", "yellow", "red", "red", "red", "red"), 1
        )
    ),
    curve=CURVE,
    bound=Bound(
        "family-doctor.contract_rate", "家庭医生签约率", "杏川县", "李科长", "1月10日 09:00", "与上级口径一致", "/"
    ),
    offers=(Offer("family-doctor.contract_rate", "家庭医生签约率", 100, "同名：家庭医生签约率；单位相符（%）"),),
    places=(PlaceChoice("area:990100", "杏川县"),),
    reports=(HandReport("2025年9月30日", "40.0%", "三季度集中签约，完成重点人群。", "签约情况.xlsx", "/e", "李科长"),),
    may_bind=True,
    may_report=True,
    slip=Link("DB-2025-0007 办理中", "/cases/DB-2025-0007"),
    may_slip=True,
    unit="%",
    today="2025-10-31",
)

_ROW = RefusalRow(
    "r1",
    "/refusals/r1",
    "日期或时间错误",
    "Patient.birthDate",
    "Patient/h1-p1",
    "柳河镇卫生院",
    "2025-10-30.ndjson:17",
    "11月1日 08:00",
    "待处理",
    "red",
)
_FAULT = FaultRow("日期或时间错误", "Patient.birthDate", "10 个字符的文本", "确有此日的日期", "写作 2025-10-31")
_CARD = WorkRow(
    "DB-2025-0007",
    "/cases/DB-2025-0007",
    "督办：家庭医生签约率未达进度",
    "督办单",
    "待签收",
    "white",
    "杏川县",
    "科室负责人",
    "剩余 2 天",
    "11月4日 17:00",
    False,
)

SAMPLES: dict[str, PageContext] = {
    "sign_in": SignInPage(next="/plan", login="zhang", fault="账号或密码不正确。"),
    "fault": FaultPage(404, "没有这个页面", "地址有误，或者所指的内容不存在。", ("day: lies ahead",)),
    "cockpit": CockpitPage(
        plan_colours=(("red", 4), ("yellow", 3), ("green", 21), ("grey", 6)),
        headlines=(
            Headline("目标按进度完成", "75.0", "%", "none", "21 / 28 项", "/plan"),
            Headline("红色目标", "4", "项", "red", "共 34 项目标", "/plan?colour=red"),
            Headline("未关闭预警", "3", "项", "red", "近 7 天新增 1", "/alerts"),
            Headline("超期事项", "2", "项", "red", "在办 9 项", "/work?show=late"),
            Headline("家庭医生签约率", "41.6", "%", "red", "目标 60.0%", "/plan/targets/t1"),
            Headline("高血压规范管理率", "72.3", "%", "yellow", "目标 75.0%", "/plan/targets/t2"),
            Headline("新增托位", "1,236", "个", "green", "目标 1,200 个", "/plan/targets/t3"),
            Headline("县域内住院率", "90.4", "%", "green", "目标 90.0%", "/plan/targets/t4"),
        ),
        shown_title="家庭医生签约率",
        shown_note="2025年1月至10月 · 单位：% · 颜色越亮数值越大，▲ 有预警 · 点击进入",
        ranking=tuple(RankRow(town, f"{80 - 5 * n}.0%", 1 - 0.06 * n, "/") for n, town in enumerate(TOWNS)),
        map=_map(),
        trend=None,
        choices=(Choice("a", "家庭医生签约率", True), Choice("b", "高血压规范管理率", False)),
        warnings=(
            Concern("望湖镇 · 流感样病例", "10月21日 · 单日 17 例，预期 2.4", "red", "/alerts/1"),
            Concern(
                "城关镇 · 手足口病",
                "10月18日起 · 单日 9 例，预期 1.1 例",
                "red",
                "/alerts/2",
                "待核实 · 疾控中心",
                "YJ-1",
            ),
            Concern("家庭医生签约率", "为应达进度的 83%", "red", "/plan/targets/t1"),
            Concern("适龄妇女两癌筛查", "为应达进度的 71%", "red", "/plan/targets/t5"),
        ),
        deadlines=(Concern("督办：新增托位", "办理中 · 李科长 · 剩余 2 天", "white", "/cases/DB-1", case="DB-1"),),
        closed=(Concern("青山乡：流感样病例", "已结案 · 10月12日 16:00", "green", "/cases/YJ-2", case="YJ-2"),),
        freshness=(Link("指标数据第 3 版", "/indicators"), Link("当日数据已到 41 / 43 家机构", "/feeds")),
    ),
    "no_plan": NoPlanPage(),
    "plan": PlanPage(
        name="杏川县卫生健康委员会2025年工作要点",
        year=2025,
        lead="28 项工作任务，34 个量化目标，其中 25 个由指标自动计算",
        tabs=(ColourTab("全部", "/plan", "", 34, True), ColourTab("红", "/plan?colour=red", "red", 4, False)),
        nodes=(
            Node(
                "一、",
                "提升基层服务能力",
                "",
                "red",
                False,
                True,
                (
                    Node(
                        "3.",
                        "做实家庭医生签约服务",
                        "基层卫生科、各乡镇卫生院",
                        "red",
                        True,
                        True,
                        (),
                        (
                            Leaf("/plan/targets/1", "家庭医生签约率 60%", "41.6%", "red", True),
                            Leaf("/plan/targets/2", "重点人群签约率 80%", "", "grey", False),
                        ),
                    ),
                    Node("4.", "加强村卫生室建设", "基层卫生科", "grey", True, False, (), ()),
                ),
                (),
            ),
        ),
        late=(LateRow("家庭医生签约率 60%", "/plan/targets/1", "red", "基层卫生科", "41.6%", "60.0%", "2025年7月"),),
        silent=(),
        silent_count=6,
        part=PART,
    ),
    "plan_closed": PlanPage(
        name="杏川县卫生健康委员会2025年工作要点",
        year=2025,
        lead="28 项工作任务",
        tabs=(),
        nodes=(),
        late=(LateRow("家庭医生签约率 60%", "/plan/targets/1", "red", "基层卫生科", "41.6%", "60.0%", "2025年7月"),),
        silent=(LateRow("住院患者满意度 90%", "/plan/targets/2", "grey", "医政科", "—", "90.0%", "—"),),
        silent_count=6,
        part=None,
    ),
    "indicators": IndicatorsPage(
        place="杏川县",
        period="2025年1月至10月",
        query="",
        count=2,
        groups=(
            Group(
                "家庭医生",
                (
                    Row(
                        "家庭医生签约率",
                        "签约人数 ÷ 常住人口",
                        "/indicators/a",
                        "2025年1月至10月",
                        "41.6%",
                        0.416,
                        "+3.2 pp",
                        charts.spark([0.1, 0.2, 0.25, 0.4]),
                        "red",
                    ),
                    Row("首诊人次", "诊疗人次", "/indicators/b", "2025年1月至10月", "12,345", 12345.0, "—", "", ""),
                ),
            ),
        ),
    ),
    "indicator": IndicatorPage(
        id="family-doctor.contract_rate",
        title="家庭医生签约率",
        pack="家庭医生",
        place="杏川县",
        period="2025年1月至10月",
        value=("41.6", "%"),
        numerator="8,320",
        denominator="20,000",
        before="+1.1 pp",
        year_before="+3.2 pp",
        direction="越高越好",
        provenance="县统计局 2024 年常住人口",
        note="本期未结束",
        kinds=(Tab("本年累计", "/", True), Tab("本月", "/", False)),
        sides=(Tab("按地区", "/", True), Tab("按机构", "/", False)),
        ranking=tuple(
            PlaceRow(
                town,
                "/",
                f"{80 - 5 * n}.0%",
                0.8 - 0.05 * n,
                "400",
                "1,000",
                "+1.0 pp",
                "-0.5 pp",
                1 - 0.06 * n,
                n == 2,
            )
            for n, town in enumerate(TOWNS)
        ),
        progress=CURVE,
        trend=CURVE,
        targets=(TargetLink("家庭医生签约率达到60%以上", "red", "/plan/targets/t1"),),
        formula="签约人数 ÷ 常住人口 × 100%",
        why="国家基本公共卫生服务规范",
        sql='SELECT COUNT(DISTINCT resident) FROM "family-doctor.contract"',
        source="family-doctor/indicators/contract_rate.yaml",
        data_version="指标第 3 版，记录至第 1,024,331 条，截至 2025年10月31日",
        left_out=(LeftOut("没有地区", "12"),),
        people_href="/indicators/a/people",
    ),
    "people": PeoplePage("家庭医生签约率", "/indicators/a", "柳河镇", "2025年10月", (PERSON,) * 3, PAGES),
    "alerts": AlertsPage(
        tabs=(Tab("未关闭", "/alerts?show=open", True), Tab("已关闭", "/alerts?show=closed", False)),
        rows=(
            AlertRow(
                "/alerts/1",
                "流感样病例",
                "望湖镇",
                "10月20日–10月26日",
                "2025-10-26",
                "17",
                "2.40",
                "7.10",
                "未关闭",
                "red",
                "/cases/YJ-2025-0001",
                "待核实",
            ),
            AlertRow(
                "/alerts/2", "手足口病", "城关镇", "3月2日", "2025-03-02", "9", "1.10", "5.00", "已结束", "grey", "", ""
            ),
        ),
        count=2,
        pages=PAGES,
        watches=("流感样病例", "手足口病", "感染性腹泻"),
    ),
    "alert": AlertPage(
        title="流感样病例",
        place="望湖镇",
        place_href="/indicators/a",
        state="未关闭",
        colour="red",
        note="",
        first_day="2025年10月20日",
        last_day="2025年10月26日",
        peak_day="10月22日",
        days=7,
        observed=("17", "例"),
        expected=("2.4", "例"),
        threshold=("7.1", "例"),
        raised_at="10月21日 08:00",
        method="ears_c2 (baseline = 7, gap = 2, limit = 3) · Hutwagner et al. 2003",
        why="《国家流感监测方案》",
        curve=DAILY,
        map=_map(),
        map_title="预警期间各地例数",
        people=(PERSON,) * 4,
        people_more=True,
        case=CaseBox(
            "YJ-2025-0001", "/cases/YJ-2025-0001", "待核实", "white", "疾控中心流行病学人员", "剩余 20 小时", False
        ),
    ),
    "work": WorkPage(
        tabs=(Tab("待我办理 2", "/work", True), Tab("超期 1", "/work?show=late", False)),
        rows=(
            replace(
                _CARD,
                title="望湖镇：流感样病例（2025-10-20起）",
                kind="预警处置",
                state="待核实",
                colour="red",
                due="超期 3 小时",
                due_at="10月31日 08:00",
                overdue=True,
            ),
            _CARD,
        ),
        pages=PAGES,
        mine=True,
        open_count=9,
    ),
    "case": CasePage(
        id="YJ-2025-0001",
        title="望湖镇：流感样病例（2025-10-20起）",
        kind="预警处置",
        state="待核实",
        colour="red",
        overdue=True,
        place="望湖镇",
        who="疾控中心流行病学人员",
        owner="疾控中心流行病学人员",
        opened="10月21日 08:00 · 系统",
        due="超期 3 小时",
        due_at="10月22日 08:00",
        limit_at="10月28日 08:00",
        closed_at="",
        version=2,
        subject=Link("查看预警", "/alerts/1"),
        steps=(
            Step("待核实", False, True),
            Step("调查中", False, False),
            Step("处置中", False, False),
            Step("已关闭", False, False),
        ),
        moves=(
            MoveForm("verify", "核实", "调查中", frozenset({"reply"}), False, True),
            MoveForm("dismiss", "排除", "已关闭", frozenset({"reason", "evidence"}), False, False),
            MoveForm("extend", "申请延期", "待核实", frozenset({"due", "reason"}), True, False),
        ),
        events=(
            Happened("10月21日 09:00", "王敏将事项指派给王敏。", (Link("通话记录.pdf (12 KB)", "/e"),), False),
            Happened("10月21日 08:00", "系统新建事项，进入“待核实”，期限 2025-10-22 08:00。", (), True),
        ),
        files=(Link("通话记录.pdf (12 KB)", "/e"),),
        may_attach=True,
        may_undo=True,
        may_assign=True,
        people=(Choice("wang", "王敏 · 疾控中心流行病学人员", True),),
    ),
    "feeds": FeedsPage(
        days=tuple(HeatDay(f"10月{day}日", str(day) if day == 1 or day % 5 == 0 else "") for day in range(1, 32)),
        rows=tuple(
            HeatRow(
                f"{town}卫生院",
                tuple(
                    HeatCell("missed", "×", False, "漏报")
                    if (n * 5 + day) % 29 == 3
                    else HeatCell("late-day", "!", False, "迟报")
                    if (n * 3 + day) % 23 == 2
                    else HeatCell(f"h{1 + (day + n) % 4}", "", (day * n) % 11 == 5, "接收 120，拒收 1")
                    for day in range(31)
                ),
                "3,720",
                "12",
                "10月31日 18:20",
                1,
                2,
            )
            for n, town in enumerate(TOWNS)
        ),
        accepted="43,210",
        duplicates="532",
        refused_open="120",
        waiting="8",
        missed_yesterday=("石桥镇卫生院",),
        causes=(Cause("日期或时间错误", "写作 2025-10-31", "/refusals?reason=bad-date", 80, 0, 3),),
        first="2025年10月1日",
        last="2025年10月31日",
    ),
    "refusals": RefusalsPage(
        reasons=(Choice("bad-date", "日期或时间错误", True),),
        states=(Choice("open", "待处理", True),),
        rows=(_ROW,),
        pages=PAGES,
        count=120,
        replay_reason="bad-date",
        remedy="写作 2025-10-31",
    ),
    "refusal": RefusalPage(
        row=_ROW,
        faults=(_FAULT,),
        decided="",
        body='{\n  "resourceType": "Patient"\n}',
        may_mend=True,
        attempt_faults=(_FAULT,),
    ),
}
