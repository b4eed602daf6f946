"""URIs of identifier systems, code systems and extensions in the records that Xinglin reads.

Object identifiers of Chinese identifiers are those of WS 363 / the shared-document standards (arc 2.16.156.10011.1);
what has no published URI is named in `urn:xinglin:`. `docs/records.md` tells how institutions use them.
"""

ID_CARD = "urn:oid:2.16.156.10011.1.3"
HEALTH_RECORD_NUMBER = "urn:oid:2.16.156.10011.1.2"
CREDIT_CODE = "urn:gb:32100"
AREA = "urn:gb:t:2260"

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
ICD_9_CM_3 = "urn:xinglin:icd-9-cm-3"
UCUM = "http://unitsofmeasure.org"
ENCOUNTER_CLASS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

INSTITUTION_TYPE = "urn:xinglin:institution-type"
ENCOUNTER_TYPE = "urn:xinglin:encounter-type"
PROGRAMME = "urn:xinglin:programme"
NOTIFIABLE_DISEASE = "urn:xinglin:notifiable-disease"
CONDITION_CATEGORY = "urn:xinglin:condition-category"
REFERRAL = "urn:xinglin:referral"
SCREENING = "urn:xinglin:screening"
VACCINE = "urn:xinglin:vaccine"
RETURN_ITEM = "urn:xinglin:return-item"
RETURN_MEASURE = "urn:xinglin:return:"

AREA_CODE_EXTENSION = "urn:xinglin:area-code"
OPERATION_LEVEL_EXTENSION = "urn:xinglin:operation-level"
MINIMALLY_INVASIVE_EXTENSION = "urn:xinglin:minimally-invasive"
REPORTER_EXTENSION = "urn:xinglin:reporter"
GESTATION_WEEK_EXTENSION = "urn:xinglin:gestation-week"
ASSERTED_DATE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
BOUNDARY_EXTENSION = "http://hl7.org/fhir/StructureDefinition/location-boundary-geojson"

SENDER_PREFIX = "urn:xinglin:sender:"
