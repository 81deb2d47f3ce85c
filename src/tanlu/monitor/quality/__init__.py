"""质量 How good readings are: rules that doubt them, values that are missing, scores, alerts."""

from tanlu.monitor.quality.alerts import alerts
from tanlu.monitor.quality.attention import attention
from tanlu.monitor.quality.found import explain
from tanlu.monitor.quality.judging import Judged, judge, judging
from tanlu.monitor.quality.limits import limits, rules
from tanlu.monitor.quality.missing import estimate
from tanlu.monitor.quality.newly import Checked, check_new
from tanlu.monitor.quality.scores import figures

__all__ = [
    "Checked",
    "Judged",
    "alerts",
    "attention",
    "check_new",
    "estimate",
    "explain",
    "figures",
    "judge",
    "judging",
    "limits",
    "rules",
]
