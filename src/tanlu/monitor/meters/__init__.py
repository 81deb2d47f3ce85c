"""计量 From what meters show to activities by the hour, nothing lost and nothing made."""

from tanlu.monitor.meters.hourly import Hourly
from tanlu.monitor.meters.passing import pass_on
from tanlu.monitor.meters.sums.balances import Balance, balance

__all__ = ["Balance", "Hourly", "balance", "pass_on"]
