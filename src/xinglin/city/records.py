"""FHIR R4 lines about persons and their care, written as `docs/records.md` says.

Each function returns one line of NDJSON without its line end. The simulation writes a million of them, so lines are
filled into text directly; values put in are codes, names and numbers of our own making and never need escaping. A unit
test reads every kind back and checks it against the R4 definitions.

`sender`: the institution that states it. `stated`: meta.lastUpdated. Times are written whole, with +08:00.
"""

from __future__ import annotations

from xinglin.core import systems

_OBSERVATION = "http://terminology.hl7.org/CodeSystem/observation-category"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_DISPOSITION = "http://terminology.hl7.org/CodeSystem/discharge-disposition"


def _head(kind: str, key: str, sender: str, stated: str) -> str:
    return (
        f'{{"resourceType":"{kind}","id":"{key}","meta":{{"lastUpdated":"{stated}",'
        f'"source":"{systems.SENDER_PREFIX}{sender}"}},'
    )


def patient(
    key: str,
    sender: str,
    stated: str,
    *,
    card: str,
    record_number: str,
    name: str,
    male: bool,
    birth: str,
    phone: str,
    address: str,
    village: str,
    deceased: str = "",
) -> str:
    identifiers = []
    if card:
        identifiers.append(f'{{"system":"{systems.ID_CARD}","value":"{card}"}}')
    if record_number:
        identifiers.append(f'{{"system":"{systems.HEALTH_RECORD_NUMBER}","value":"{record_number}"}}')
    identifier = f'"identifier":[{",".join(identifiers)}],' if identifiers else ""
    died = f',"deceasedDateTime":"{deceased}"' if deceased else ""
    return (
        f'{_head("Patient", key, sender, stated)}{identifier}"name":[{{"text":"{name}"}}],'
        f'"telecom":[{{"system":"phone","value":"{phone}"}}],"gender":"{"male" if male else "female"}",'
        f'"birthDate":"{birth}"{died},"address":[{{"extension":[{{"url":"{systems.AREA_CODE_EXTENSION}",'
        f'"valueCode":"{village}"}}],"text":"{address}"}}],'
        f'"managingOrganization":{{"reference":"Organization/{sender}"}}}}'
    )


def episode(
    key: str, sender: str, stated: str, *, programme: str, subject: str, start: str, end: str = "",
    finished: bool = False, gestation_week: int = 0,
) -> str:  # fmt: skip
    until = f',"end":"{end}"' if end else ""
    week = (
        f'"extension":[{{"url":"{systems.GESTATION_WEEK_EXTENSION}","valueInteger":{gestation_week}}}],'
        if gestation_week
        else ""
    )
    return (
        f'{_head("EpisodeOfCare", key, sender, stated)}{week}"status":"{"finished" if finished else "active"}",'
        f'"type":[{{"coding":[{{"system":"{systems.PROGRAMME}","code":"{programme}"}}]}}],'
        f'"patient":{{"reference":"Patient/{subject}"}},"managingOrganization":{{"reference":"Organization/{sender}"}},'
        f'"period":{{"start":"{start}"{until}}}}}'
    )


def encounter(
    key: str, sender: str, stated: str, *, kind: str, place: str, subject: str, start: str, end: str = "",
    icd: str = "", icd_name: str = "", disposition: str = "", history: str = "",
) -> str:  # fmt: skip
    """`place`: AMB, IMP, EMER, HH or FLD. Without `end` it is going on."""
    until = f',"end":"{end}"' if end else ""
    reason = (
        f'"reasonCode":[{{"coding":[{{"system":"{systems.ICD_10}","code":"{icd}","display":"{icd_name}"}}]}}],'
        if icd
        else ""
    )
    discharge = (
        f'"hospitalization":{{"dischargeDisposition":{{"coding":[{{"system":"{_DISPOSITION}","code":"{disposition}"}}]}}}},'
        if disposition
        else ""
    )
    return (
        f'{_head("Encounter", key, sender, stated)}"status":"{"finished" if end else "in-progress"}",{history}'
        f'"class":{{"system":"{systems.ENCOUNTER_CLASS}","code":"{place}"}},'
        f'"type":[{{"coding":[{{"system":"{systems.ENCOUNTER_TYPE}","code":"{kind}"}}]}}],'
        f'"subject":{{"reference":"Patient/{subject}"}},"period":{{"start":"{start}"{until}}},{reason}{discharge}'
        f'"serviceProvider":{{"reference":"Organization/{sender}"}}}}'
    )


def ambulance_history(called: str, left: str, arrived: str, ended: str) -> str:
    """The statusHistory of a run: planned from the call, arrived from reaching the scene."""
    return (
        f'"statusHistory":[{{"status":"planned","period":{{"start":"{called}","end":"{left}"}}}},'
        f'{{"status":"in-progress","period":{{"start":"{left}","end":"{arrived}"}}}},'
        f'{{"status":"arrived","period":{{"start":"{arrived}","end":"{ended}"}}}}],'
    )


def diagnosis(
    key: str, sender: str, stated: str, *, subject: str, encounter: str, icd: str, icd_name: str, recorded: str
) -> str:
    return (
        f"{_head('Condition', key, sender, stated)}"
        f'"clinicalStatus":{{"coding":[{{"system":"{_CLINICAL}","code":"active"}}]}},'
        f'"verificationStatus":{{"coding":[{{"system":"{_VERIFICATION}","code":"confirmed"}}]}},'
        f'"category":[{{"coding":[{{"system":"{systems.CONDITION_CATEGORY}","code":"encounter-diagnosis"}}]}}],'
        f'"code":{{"coding":[{{"system":"{systems.ICD_10}","code":"{icd}","display":"{icd_name}"}}]}},'
        f'"subject":{{"reference":"Patient/{subject}"}},"encounter":{{"reference":"Encounter/{encounter}"}},'
        f'"recordedDate":"{recorded}"}}'
    )


def report_card(
    key: str, sender: str, stated: str, *, subject: str, disease: str, icd: str, name: str, verification: str,
    onset: str, diagnosed: str, recorded: str, reporter: str, village: str,
) -> str:  # fmt: skip
    """A card of the infectious-disease reporting system. A card entered in error bears no clinical status (con-5)."""
    clinical = (
        ""
        if verification == "entered-in-error"
        else f'"clinicalStatus":{{"coding":[{{"system":"{_CLINICAL}","code":"active"}}]}},'
    )
    return (
        f"{_head('Condition', key, sender, stated)}"
        f'"extension":[{{"url":"{systems.ASSERTED_DATE_EXTENSION}","valueDateTime":"{diagnosed}"}},'
        f'{{"url":"{systems.REPORTER_EXTENSION}","valueReference":{{"reference":"Organization/{reporter}"}}}},'
        f'{{"url":"{systems.AREA_CODE_EXTENSION}","valueCode":"{village}"}}],{clinical}'
        f'"verificationStatus":{{"coding":[{{"system":"{_VERIFICATION}","code":"{verification}"}}]}},'
        f'"category":[{{"coding":[{{"system":"{systems.CONDITION_CATEGORY}","code":"notifiable-report"}}]}}],'
        f'"code":{{"coding":[{{"system":"{systems.NOTIFIABLE_DISEASE}","code":"{disease}","display":"{name}"}},'
        f'{{"system":"{systems.ICD_10}","code":"{icd}"}}]}},"subject":{{"reference":"Patient/{subject}"}},'
        f'"onsetDateTime":"{onset}","recordedDate":"{recorded}"}}'
    )


def blood_pressure(
    key: str, sender: str, stated: str, *, subject: str, encounter: str, at: str, systolic: int, diastolic: int
) -> str:
    unit = f'"unit":"mm[Hg]","system":"{systems.UCUM}","code":"mm[Hg]"'
    return (
        f"{_observation_head(key, sender, stated, 'vital-signs', '85354-9')}"
        f"{_observation_about(sender, subject, encounter, at)}"
        f'"component":[{{"code":{{"coding":[{{"system":"{systems.LOINC}","code":"8480-6"}}]}},'
        f'"valueQuantity":{{"value":{systolic},{unit}}}}},'
        f'{{"code":{{"coding":[{{"system":"{systems.LOINC}","code":"8462-4"}}]}},'
        f'"valueQuantity":{{"value":{diastolic},{unit}}}}}]}}'
    )


def measurement(
    key: str, sender: str, stated: str, *, category: str, loinc: str, unit: str, subject: str, encounter: str,
    at: str, value: float,
) -> str:  # fmt: skip
    """One number: fasting glucose, HbA1c or body temperature."""
    return (
        f"{_observation_head(key, sender, stated, category, loinc)}{_observation_about(sender, subject, encounter, at)}"
        f'"valueQuantity":{{"value":{value},"unit":"{unit}","system":"{systems.UCUM}","code":"{unit}"}}}}'
    )


def _observation_head(key: str, sender: str, stated: str, category: str, loinc: str) -> str:
    return (
        f'{_head("Observation", key, sender, stated)}"status":"final",'
        f'"category":[{{"coding":[{{"system":"{_OBSERVATION}","code":"{category}"}}]}}],'
        f'"code":{{"coding":[{{"system":"{systems.LOINC}","code":"{loinc}"}}]}},'
    )


def _observation_about(sender: str, subject: str, encounter: str, at: str) -> str:
    return (
        f'"subject":{{"reference":"Patient/{subject}"}},"encounter":{{"reference":"Encounter/{encounter}"}},'
        f'"effectiveDateTime":"{at}","performer":[{{"reference":"Organization/{sender}"}}],'
    )


def prescription(
    key: str, sender: str, stated: str, *, subject: str, encounter: str, at: str, atc: str, drug: str, grams: float
) -> str:
    return (
        f'{_head("MedicationRequest", key, sender, stated)}"status":"completed","intent":"order",'
        f'"medicationCodeableConcept":{{"coding":[{{"system":"{systems.ATC}","code":"{atc}","display":"{drug}"}}]}},'
        f'"subject":{{"reference":"Patient/{subject}"}},"encounter":{{"reference":"Encounter/{encounter}"}},'
        f'"authoredOn":"{at}","performer":{{"reference":"Organization/{sender}"}},'
        f'"dispenseRequest":{{"quantity":{{"value":{grams},"unit":"g","system":"{systems.UCUM}","code":"g"}}}}}}'
    )


def operation(
    key: str, sender: str, stated: str, *, subject: str, encounter: str, start: str, end: str, code: str, name: str,
    level: int, minimally_invasive: bool,
) -> str:  # fmt: skip
    minimal = "true" if minimally_invasive else "false"
    return (
        f"{_head('Procedure', key, sender, stated)}"
        f'"extension":[{{"url":"{systems.OPERATION_LEVEL_EXTENSION}","valueInteger":{level}}},'
        f'{{"url":"{systems.MINIMALLY_INVASIVE_EXTENSION}","valueBoolean":{minimal}}}],'
        f'"status":"completed","category":{{"text":"手术"}},'
        f'"code":{{"coding":[{{"system":"{systems.ICD_9_CM_3}","code":"{code}","display":"{name}"}}]}},'
        f'"subject":{{"reference":"Patient/{subject}"}},"encounter":{{"reference":"Encounter/{encounter}"}},'
        f'"performedPeriod":{{"start":"{start}","end":"{end}"}},'
        f'"performer":[{{"actor":{{"reference":"Organization/{sender}"}}}}]}}'
    )


def screening(key: str, sender: str, stated: str, *, subject: str, at: str, code: str, name: str) -> str:
    return (
        f'{_head("Procedure", key, sender, stated)}"status":"completed",'
        f'"code":{{"coding":[{{"system":"{systems.SCREENING}","code":"{code}","display":"{name}"}}]}},'
        f'"subject":{{"reference":"Patient/{subject}"}},"performedDateTime":"{at}",'
        f'"performer":[{{"actor":{{"reference":"Organization/{sender}"}}}}]}}'
    )


def vaccination(key: str, sender: str, stated: str, *, subject: str, at: str, code: str, name: str) -> str:
    return (
        f'{_head("Immunization", key, sender, stated)}"status":"completed",'
        f'"vaccineCode":{{"coding":[{{"system":"{systems.VACCINE}","code":"{code}","display":"{name}"}}]}},'
        f'"patient":{{"reference":"Patient/{subject}"}},"occurrenceDateTime":"{at}",'
        f'"performer":[{{"actor":{{"reference":"Organization/{sender}"}}}}]}}'
    )


def referral(
    key: str, sender: str, stated: str, *, subject: str, at: str, direction: str, receiver: str, accepted: bool
) -> str:
    return (
        f'{_head("ServiceRequest", key, sender, stated)}"status":"{"completed" if accepted else "revoked"}",'
        f'"intent":"order","code":{{"coding":[{{"system":"{systems.REFERRAL}","code":"{direction}"}}]}},'
        f'"subject":{{"reference":"Patient/{subject}"}},"authoredOn":"{at}",'
        f'"requester":{{"reference":"Organization/{sender}"}},"performer":[{{"reference":"Organization/{receiver}"}}]}}'
    )
