"""The digest of HL7's definitions."""

from __future__ import annotations

from xinglin.core.fhir import fhir_type, resource_types


def test_all_resource_types_of_r4_are_known() -> None:
    """FHIR R4 (4.0.1) has 146 concrete resource types besides Parameters; abstract ones are not counted."""
    assert {"Patient", "MeasureReport", "EpisodeOfCare", "Parameters"} <= resource_types()
    assert not {"Resource", "DomainResource"} & resource_types()
    assert len(resource_types()) == 147


def test_elements_tell_cardinality_type_and_codes() -> None:
    """Required elements, lists, choices, backbone paths and bound codes are as R4 says."""
    observation = fhir_type("Observation")
    assert observation is not None
    status = observation.elements["status"]
    assert status.required
    assert not status.many
    assert "final" in status.codes
    assert observation.elements["value[x]"].is_choice
    assert observation.elements["component"].types == ("Observation.component",)
    assert observation.elements["component"].many
    component = fhir_type("Observation.component")
    assert component is not None
    assert component.kind == "backbone"


def test_an_unknown_type_is_none() -> None:
    """A name that R4 does not know has no definition."""
    assert fhir_type("Pacient") is None
