"""质量 How good readings are: rules that doubt them, values that are missing, scores, alerts."""

from tanlu.monitor.quality.found import explain
from tanlu.monitor.quality.judging import Judged, judge, judging
from tanlu.monitor.quality.limits import limits, rules
from tanlu.monitor.quality.scores import figures

__all__ = ["Judged", "explain", "figures", "judge", "judging", "limits", "rules"]
