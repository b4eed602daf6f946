"""A simulated county with known truth, for trying, testing and teaching. Outside the house: imports only `core`."""

from xinglin.city.make import CityReport, make
from xinglin.city.mark import Findings, Marks, mark

__all__ = ["CityReport", "Findings", "Marks", "make", "mark"]
