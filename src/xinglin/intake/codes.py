"""Which codes the door lets in: lists for our own systems, forms for the great ones.

The packs' code tables come first; the lists here are those of `docs/records.md`, for a system that no pack defines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from xinglin.core import systems
from xinglin.packs.codes import Codes

#: Says whether a code belongs to its system.
Check = Callable[[str], bool]

RECORDS_CODES: Mapping[str, frozenset[str]] = {
    systems.INSTITUTION_TYPE: frozenset(
        "commission statistics-bureau county-hospital tcm-hospital mch-hospital township-hospital village-clinic cdc "
        "ambulance-station pharmacy school".split()
    ),
    systems.ENCOUNTER_TYPE: frozenset(
        "outpatient fever-clinic emergency inpatient hypertension-follow-up diabetes-follow-up elder-examination "
        "child-check newborn-visit postnatal-visit delivery ambulance-run".split()
    ),
    systems.PROGRAMME: frozenset(
        "health-record family-doctor-contract hypertension diabetes elder maternal child".split()
    ),
    systems.CONDITION_CATEGORY: frozenset({"encounter-diagnosis", "notifiable-report"}),
    systems.REFERRAL: frozenset({"up", "down"}),
    systems.SCREENING: frozenset({"cervical-cancer", "breast-cancer", "colorectal-cancer", "child-development"}),
    systems.RETURN_ITEM: frozenset(
        "permanent registered permanent-65-plus permanent-0-6 permanent-0-3 estimated-hypertension "
        "estimated-diabetes women-35-64 medical-income drug-income material-income test-income staff primary-staff "
        "open-bed-days outpatient-visits discharges nursery-places aed-installed".split()
    ),
}

#: Forms of codes whose lists are too large, too local or licensed. ICD-10 as the Chinese editions write it: I10,
#: J18.9, I10.x00, J18.900x001, dagger and asterisk. ICD-9-CM-3: 47.01, 36.0600x004. ATC: A, A10, A10B, A10BA, A10BA02.
FORMS: Mapping[str, str] = {
    systems.ICD_10: r"[A-Z][0-9]{2}(?:\.(?:[0-9]{1,3}|[0-9]{0,2}[xX][0-9]{1,3}|[0-9xX][0-9]{2}[xX][0-9]{3}))?[+*]?",
    systems.ICD_9_CM_3: r"[0-9]{2}(?:\.[0-9xX]{1,4}(?:[xX][0-9]{3})?)?",
    systems.LOINC: r"(?:[0-9]{1,7}|L[APGL][0-9]{1,7})-[0-9]",
    systems.ATC: r"[ABCDGHJLMNPRSV](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?",
    systems.AREA: r"[0-9]{6}|[0-9]{9}|[0-9]{12}",
}


def code_checks(codes: Codes | None = None) -> dict[str, Check]:
    """A check for each system that has one. A system with no entry here is let through."""
    listed = dict(RECORDS_CODES)
    for system in codes.systems() if codes else ():
        listed[system] = frozenset(entry.code for entry in codes.of(system)) if codes else frozenset()
    checks: dict[str, Check] = {system: _formed(form) for system, form in FORMS.items()}
    return checks | {system: known.__contains__ for system, known in listed.items()}


def _formed(form: str) -> Check:
    fits = re.compile(form).fullmatch

    @lru_cache(maxsize=20_000)
    def check(code: str) -> bool:
        return fits(code) is not None

    return check
