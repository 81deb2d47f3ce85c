"""追溯报告 One order on paper: as words, as facts, as GeoJSON and as one picture."""

from tanlu.report.tracing.features import geojson
from tanlu.report.tracing.overview import overview
from tanlu.report.tracing.sheet import tracing

__all__ = ["geojson", "overview", "tracing"]
