"""Notifiable diseases of the simulated county: how often, when in the year, at what ages, and how they come to be
reported.

Codes are those of the pack `notifiable-disease`. Rates are of the order reported in China in the 2020s.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random


@dataclass(frozen=True, slots=True)
class Disease:
    """`rate`: cases a year in 100,000. `peak`, `strength`: day of the year with most cases, and how much it stands out
    (0 to 1).

    `ages`: weights of ages under 6, 6-14, 15-44, 45-64, 65 and over. `lag`: mean days from onset to diagnosis. `fever`:
    seen at fever clinics. `hospital`: diagnosed at a county hospital only. `laboratory`: share confirmed later.
    """

    code: str
    name: str
    icd: str
    rate: float
    ages: tuple[float, float, float, float, float]
    peak: int = 15
    strength: float = 0.0
    lag: float = 1.2
    fever: bool = False
    hospital: bool = False
    laboratory: float = 0.5
    power: int = 1


DISEASES = (
    Disease("influenza", "流行性感冒", "J11.1", 620, (3, 5, 2, 1.5, 2), 5, 0.95, 1.1, fever=True, power=4),
    Disease("covid-19", "新型冠状病毒感染", "U07.1", 160, (1, 1, 2, 2, 4), 200, 0.6, 1.5, fever=True),
    Disease("hand-foot-mouth", "手足口病", "B08.4", 110, (20, 2, 0.05, 0, 0), 165, 0.8, 1.0),
    Disease("infectious-diarrhoea", "其他感染性腹泻病", "A08.4", 95, (8, 3, 1, 1, 1.5), 20, 0.4, 0.9),
    Disease("tuberculosis", "肺结核", "A16.2", 45, (0, 0.3, 1, 1.5, 3), 90, 0.2, 25, hospital=True, laboratory=0.7),
    Disease(
        "viral-hepatitis", "病毒性肝炎", "B18.1", 95, (0, 0.1, 2, 3, 2), 90, 0.1, 12, hospital=True, laboratory=0.9
    ),
    Disease("syphilis", "梅毒", "A53.9", 42, (0, 0, 2, 2, 3), 180, 0.05, 15, hospital=True, laboratory=0.9),
    Disease("gonorrhoea", "淋病", "A54.9", 8, (0, 0, 4, 1, 0), 180, 0.1, 4, hospital=True, laboratory=0.9),
    Disease("mumps", "流行性腮腺炎", "B26.9", 9, (4, 8, 0.5, 0, 0), 140, 0.5, 1.5),
    Disease("scarlet-fever", "猩红热", "A38", 4, (5, 6, 0, 0, 0), 150, 0.5, 1.5, fever=True),
    Disease("pertussis", "百日咳", "A37.9", 30, (10, 8, 0.4, 0.2, 0.2), 130, 0.6, 9, hospital=True, laboratory=0.8),
    Disease("dysentery", "细菌性和阿米巴性痢疾", "A03.9", 3, (4, 2, 1, 1, 2), 210, 0.8, 1.2),
    Disease("brucellosis", "布鲁氏菌病", "A23.9", 3, (0, 0.1, 1, 3, 2), 150, 0.4, 14, hospital=True, laboratory=0.9),
    Disease("haemorrhagic-fever", "流行性出血热", "A98.5", 1, (0, 0.2, 1, 2, 1), 330, 0.5, 4, hospital=True),
)
BY_CODE = {disease.code: disease for disease in DISEASES}
_BANDS = (6, 15, 45, 65)

#: Days from onset to diagnosis, at most.
LONGEST_LAG = 90


def draw_age_band(disease: Disease, random: Random) -> tuple[float, float]:
    """The ages, from and to, in which the next case is to be found."""
    sums = list(accumulate(disease.ages))
    band = bisect(sums, random.random() * sums[-1])
    edges = (0, *_BANDS, 105)
    return edges[band], edges[band + 1]


def draw_lag(disease: Disease, random: Random) -> int:
    """Whole days from onset to diagnosis."""
    return min(LONGEST_LAG, int(random.expovariate(1 / disease.lag)))
