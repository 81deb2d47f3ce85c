"""Charts as options of ECharts, from the same records that `report` draws, and drawn from them."""

from tanlu.ui.charts.drawing import Pictures
from tanlu.ui.charts.options import options

__all__ = ["Pictures", "options"]
