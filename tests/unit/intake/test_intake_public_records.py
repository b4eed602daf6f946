"""Public test records of other systems go through the door."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from shared_material import PUBLIC
from xinglin.core.clock import system_clock
from xinglin.intake.door import Intake
from xinglin.log.sql import SqlLog


@pytest.fixture
def intake(engine: Engine) -> Intake:
    return Intake(engine, SqlLog(engine), system_clock)


@pytest.mark.skipif(not (PUBLIC / "fhir-small").exists(), reason="the shared public records are not here")
def test_ndjson_of_synthea(intake: Intake) -> None:
    """All 11,455 resources of the bulk export are accepted."""
    report = intake.load([PUBLIC / "fhir-small"])
    assert (report.lines, report.accepted, report.refused, report.held, report.problems) == (11_455, 11_455, 0, 0, ())


@pytest.mark.skipif(not (PUBLIC / "fhir-bundles").exists(), reason="the shared public records are not here")
def test_bundles_of_synthea(intake: Intake) -> None:
    """All entries of the transaction Bundles are accepted; institutions that recur in several are duplicates."""
    report = intake.load([PUBLIC / "fhir-bundles"])
    assert (report.files, report.lines) == (8, 1_745)
    assert report.accepted + report.duplicates == report.lines
    assert (report.refused, report.held) == (0, 0)
