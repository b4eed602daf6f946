"""Which codes the door lets in: lists for our own systems, forms for the great ones.

The packs' code tables come first; the lists here are those of `docs/records.md`, for a system that no pack defines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xinglin.core import systems
from xinglin.packs.codes import Codes

Schema = dict[str, Any]


def _listed(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


RECORDS_CODES: Mapping[str, frozenset[str]] = {
    systems.INSTITUTION_TYPE: _listed(
        "commission statistics-bureau county-hospital tcm-hospital mch-hospital township-hospital village-clinic cdc "
        "ambulance-station pharmacy school"
    ),
    systems.ENCOUNTER_TYPE: _listed(
        "outpatient fever-clinic emergency inpatient hypertension-follow-up diabetes-follow-up elder-examination "
        "child-check newborn-visit postnatal-visit delivery ambulance-run"
    ),
    systems.PROGRAMME: _listed("health-record family-doctor-contract hypertension diabetes elder maternal child"),
    systems.CONDITION_CATEGORY: _listed("encounter-diagnosis notifiable-report"),
    systems.REFERRAL: _listed("up down"),
    systems.SCREENING: _listed("cervical-cancer breast-cancer colorectal-cancer child-development"),
    systems.RETURN_ITEM: _listed(
        "permanent registered permanent-65-plus permanent-0-6 permanent-0-3 estimated-hypertension "
        "estimated-diabetes women-35-64 medical-income drug-income material-income test-income staff primary-staff "
        "open-bed-days outpatient-visits discharges nursery-places aed-installed"
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


def code_schemas(codes: Codes | None = None) -> dict[str, Schema]:
    """What a code of each system must be, as JSON Schema. A system with no entry here is let through."""
    listed = dict(RECORDS_CODES)
    if codes is not None:
        listed |= {system: frozenset(entry.code for entry in codes.of(system)) for system in codes.systems()}
    formed: dict[str, Schema] = {system: {"pattern": f"^(?:{form})$"} for system, form in FORMS.items()}
    return formed | {system: {"enum": sorted(known)} for system, known in listed.items()}


def known_code(schemas: Mapping[str, Schema]) -> Schema:
    """What a Coding must be: one look at whether its system is among ours, and only then which."""
    each = [
        {"if": _of_system({"const": system}), "then": {"properties": {"code": schema}}}
        for system, schema in sorted(schemas.items())
    ]
    return {"if": _of_system({"enum": sorted(schemas)}), "then": {"allOf": each}}


def _of_system(which: Schema) -> Schema:
    return {"properties": {"system": which}, "required": ["system"]}
