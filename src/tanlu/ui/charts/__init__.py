"""Charts as options of ECharts, from the same records that `report` draws."""

from tanlu.ui.charts.options import options

__all__ = ["options"]
