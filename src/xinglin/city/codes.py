"""What people come with and what is done for them: diagnoses by age, drugs, operations, vaccines.

Frequencies are round numbers of the right order for a Chinese county, good for trying software and for nothing else.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

_BANDS: Final = (6, 18, 45, 65)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`weights`: for ages under 6, 18, 45, 65 and older. `sex`: "m", "f" or "" for both. `winter`: commoner in the
    cold.
    """

    icd: str
    name: str
    weights: tuple[float, float, float, float, float]
    drugs: str = ""
    sex: str = ""
    winter: bool = False


@dataclass(frozen=True, slots=True)
class Drug:
    """`grams`: active substance of one prescription, from and to."""

    atc: str
    name: str
    grams: tuple[float, float]


OUTPATIENT = (
    Diagnosis("J06.9", "急性上呼吸道感染", (30, 22, 12, 8, 6), "cold", winter=True),
    Diagnosis("J20.9", "急性支气管炎", (14, 9, 5, 5, 6), "chest", winter=True),
    Diagnosis("J03.9", "急性扁桃体炎", (6, 7, 3, 1, 0.5), "chest", winter=True),
    Diagnosis("K29.5", "慢性胃炎", (0.2, 2, 7, 9, 7), "stomach"),
    Diagnosis("K30", "消化不良", (4, 3, 3, 3, 3), "stomach"),
    Diagnosis("M54.5", "腰痛", (0, 0.5, 8, 10, 9), "pain"),
    Diagnosis("M17.9", "膝关节骨性关节炎", (0, 0, 1, 6, 9), "pain"),
    Diagnosis("M47.8", "颈椎病", (0, 0, 6, 7, 4), "pain"),
    Diagnosis("L30.9", "皮炎", (6, 5, 5, 4, 4), "skin"),
    Diagnosis("L50.9", "荨麻疹", (3, 3, 3, 2, 1), "skin"),
    Diagnosis("H10.9", "结膜炎", (2, 3, 2, 2, 2), ""),
    Diagnosis("K04.7", "根尖周炎", (1, 3, 5, 4, 3), "pain"),
    Diagnosis("N39.0", "泌尿道感染", (0.5, 0.7, 3, 3, 3), "urine"),
    Diagnosis("N76.0", "急性阴道炎", (0, 0.3, 9, 4, 1), "", "f"),
    Diagnosis("N40", "前列腺增生", (0, 0, 0, 3, 8), "", "m"),
    Diagnosis("S93.4", "踝关节扭伤", (0.5, 4, 4, 2, 1), "pain"),
    Diagnosis("T14.1", "浅表伤口", (3, 4, 4, 3, 2), ""),
    Diagnosis("G47.0", "失眠", (0, 0.3, 4, 6, 6), ""),
    Diagnosis("R51", "头痛", (0.3, 2, 4, 4, 3), "pain"),
    Diagnosis("R42", "头晕", (0, 0.5, 2, 5, 7), ""),
    Diagnosis("J44.9", "慢性阻塞性肺疾病", (0, 0, 0.2, 2, 6), "lung", winter=True),
    Diagnosis("J45.9", "支气管哮喘", (1.5, 2, 1, 1, 1.5), "lung", winter=True),
    Diagnosis("I25.1", "冠状动脉粥样硬化性心脏病", (0, 0, 0.3, 4, 12), "heart"),
    Diagnosis("I69.3", "脑梗死后遗症", (0, 0, 0.1, 2, 6), "heart"),
    Diagnosis("E78.5", "高脂血症", (0, 0, 1.5, 4, 4), "heart"),
)
HYPERTENSION = Diagnosis("I10", "原发性高血压", (0, 0, 1, 1, 1), "pressure")
DIABETES = Diagnosis("E11.9", "2型糖尿病", (0, 0, 1, 1, 1), "sugar")
FEVER = Diagnosis("R50.9", "发热", (1, 1, 1, 1, 1), "cold", winter=True)
PREGNANCY = Diagnosis("Z34.9", "妊娠监督", (0, 0, 1, 0, 0))

INPATIENT = (
    Diagnosis("J18.9", "肺炎", (40, 18, 4, 7, 12), "infection", winter=True),
    Diagnosis("J44.1", "慢性阻塞性肺疾病急性加重", (0, 0, 0.2, 5, 13), "infection", winter=True),
    Diagnosis("I63.9", "脑梗死", (0, 0, 1, 9, 15), "heart", winter=True),
    Diagnosis("I25.1", "冠状动脉粥样硬化性心脏病", (0, 0, 1, 7, 13), "heart"),
    Diagnosis("I50.9", "心力衰竭", (0, 0, 0.3, 2, 6), "heart", winter=True),
    Diagnosis("E11.9", "2型糖尿病", (0, 0.2, 1.5, 5, 5), "sugar"),
    Diagnosis("K80.2", "胆囊结石", (0, 0.3, 5, 6, 4), "surgery"),
    Diagnosis("K35.8", "急性阑尾炎", (0.5, 8, 6, 3, 1), "surgery"),
    Diagnosis("K40.9", "腹股沟疝", (3, 2, 0.7, 2, 3), "surgery"),
    Diagnosis("S72.0", "股骨颈骨折", (0, 0, 0.3, 1.5, 5), "surgery"),
    Diagnosis("S82.2", "胫骨骨折", (0.5, 3, 3, 3, 1.5), "surgery"),
    Diagnosis("M51.2", "腰椎间盘突出", (0, 0.2, 4, 7, 3), "pain"),
    Diagnosis("N20.0", "肾结石", (0, 0.2, 5, 5, 2), "surgery"),
    Diagnosis("H25.9", "老年性白内障", (0, 0, 0, 1.5, 6), "eye"),
    Diagnosis("D25.9", "子宫平滑肌瘤", (0, 0, 5, 4, 0.3), "surgery", "f"),
    Diagnosis("N40", "前列腺增生", (0, 0, 0, 2, 5), "surgery", "m"),
    Diagnosis("C34.9", "肺恶性肿瘤", (0, 0, 0.3, 3, 4), ""),
    Diagnosis("C18.9", "结肠恶性肿瘤", (0, 0, 0.3, 2, 2.5), "surgery"),
    Diagnosis("K52.9", "胃肠炎", (10, 8, 3, 2, 2), "stomach"),
    Diagnosis("S06.0", "脑震荡", (1, 4, 3, 2, 1), "pain"),
    Diagnosis("N39.0", "泌尿道感染", (1, 1, 2, 2, 3), "infection"),
    Diagnosis("J35.0", "慢性扁桃体炎", (3, 9, 1.5, 0.3, 0), "surgery"),
)

DRUGS: dict[str, tuple[Drug, ...]] = {
    "cold": (Drug("N02BE01", "对乙酰氨基酚", (2, 6)), Drug("R05CB06", "氨溴索", (0.27, 0.45))),
    "chest": (Drug("J01CA04", "阿莫西林", (4.5, 9)), Drug("R05CB06", "氨溴索", (0.27, 0.45))),
    "stomach": (Drug("A02BC01", "奥美拉唑", (0.14, 0.56)), Drug("A03FA03", "多潘立酮", (0.2, 0.42))),
    "pain": (Drug("M01AB05", "双氯芬酸", (0.5, 1.05)), Drug("M01AE01", "布洛芬", (4, 8.4))),
    "skin": (Drug("R06AE07", "西替利嗪", (0.07, 0.14)), Drug("D07AC13", "莫米松", (0.01, 0.02))),
    "urine": (Drug("J01MA12", "左氧氟沙星", (1.5, 3.5)),),
    "lung": (Drug("R03DA04", "茶碱", (2.8, 6)), Drug("R03AC02", "沙丁胺醇", (0.02, 0.04))),
    "heart": (Drug("B01AC06", "阿司匹林", (2.8, 3)), Drug("C10AA05", "阿托伐他汀", (0.28, 0.6))),
    "pressure": (Drug("C08CA01", "氨氯地平", (0.14, 0.15)), Drug("C09CA01", "氯沙坦", (1.4, 3))),
    "sugar": (Drug("A10BA02", "二甲双胍", (28, 45)), Drug("A10BB12", "格列美脲", (0.06, 0.12))),
    "infection": (Drug("J01DD04", "头孢曲松", (9, 16)), Drug("J01MA12", "左氧氟沙星", (2.5, 4.5))),
    "surgery": (Drug("J01DC02", "头孢呋辛", (4.5, 10.5)), Drug("N02BE01", "对乙酰氨基酚", (2, 6))),
    "eye": (Drug("J01MA12", "左氧氟沙星", (0.03, 0.05)),),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """`level`: 1 to 4 by 手术分级管理. `invasive`: share done by open surgery; the rest is minimally invasive."""

    code: str
    name: str
    level: int
    invasive: float


OPERATIONS: dict[str, tuple[Operation, ...]] = {
    "K80.2": (Operation("51.2301", "腹腔镜胆囊切除术", 3, 0.0), Operation("51.2200", "胆囊切除术", 2, 1.0)),
    "K35.8": (Operation("47.0100", "腹腔镜阑尾切除术", 2, 0.0), Operation("47.0900", "阑尾切除术", 2, 1.0)),
    "K40.9": (Operation("53.0000", "单侧腹股沟疝修补术", 2, 0.6),),
    "S72.0": (Operation("81.5200", "髋关节部分置换", 4, 1.0),),
    "S82.2": (Operation("79.3600", "胫骨骨折切开复位内固定术", 2, 1.0),),
    "N20.0": (Operation("56.0x00", "经输尿管镜碎石取石术", 3, 0.0),),
    "H25.9": (Operation("13.4100", "白内障超声乳化抽吸术", 3, 0.0),),
    "D25.9": (Operation("68.2900", "子宫肌瘤切除术", 3, 0.5),),
    "N40": (Operation("60.2900", "经尿道前列腺切除术", 3, 0.0),),
    "C18.9": (Operation("45.7500", "结肠部分切除术", 4, 0.6),),
    "J35.0": (Operation("28.2x00", "扁桃体切除术", 2, 0.6),),
    "M51.2": (Operation("80.5100", "椎间盘切除术", 3, 0.5),),
    "I25.1": (Operation("36.0601", "冠状动脉支架植入术", 4, 0.0),),
}
#: How often a stay for a diagnosis ends with one of its operations.
OPERATED = {"M51.2": 0.25, "I25.1": 0.12, "S82.2": 0.75, "S72.0": 0.8, "K80.2": 0.85, "N40": 0.55}

#: Vaccines of the national programme: code, name, age in days.
VACCINES = (
    ("hepatitis-b", "乙型肝炎疫苗", (1, 31, 183)),
    ("bcg", "卡介苗", (2,)),
    ("poliomyelitis", "脊髓灰质炎疫苗", (62, 93, 124, 1465)),
    ("dtap", "无细胞百白破疫苗", (94, 125, 156, 560, 2200)),
    ("mmr", "麻腮风疫苗", (245, 562)),
    ("japanese-encephalitis", "乙型脑炎减毒活疫苗", (246, 735)),
    ("meningococcal-a", "A群流脑疫苗", (190, 280)),
    ("meningococcal-ac", "AC群流脑疫苗", (1100, 1830)),
    ("hepatitis-a", "甲型肝炎减毒活疫苗", (563,)),
)
INFLUENZA_VACCINE = ("influenza", "流感疫苗")

SCREENINGS = {
    "cervical-cancer": "宫颈癌筛查",
    "breast-cancer": "乳腺癌筛查",
    "colorectal-cancer": "结直肠癌筛查",
    "child-development": "儿童发育监测筛查",
}


class Chooser:
    """Draws a diagnosis for a person's age and sex; in winter the cold ones weigh more."""

    def __init__(self, table: tuple[Diagnosis, ...]) -> None:
        self._table = table
        self._sums: dict[tuple[int, bool, bool], list[float]] = {}
        for band in range(len(_BANDS) + 1):
            for male in (False, True):
                for cold in (False, True):
                    weights = (_weight(one, band, male, cold) for one in table)
                    self._sums[band, male, cold] = list(accumulate(weights))

    def draw(self, age: float, male: bool, cold: bool, random: Random) -> Diagnosis:
        sums = self._sums[bisect(_BANDS, age), male, cold]
        return self._table[bisect(sums, random.random() * sums[-1])]


def _weight(one: Diagnosis, band: int, male: bool, cold: bool) -> float:
    if one.sex and one.sex != ("m" if male else "f"):
        return 0.0
    return one.weights[band] * (1.8 if cold and one.winter else 1.0)
