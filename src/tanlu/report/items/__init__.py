"""条目 The sums behind the reports, and which rows a sum may take."""

from tanlu.report.items.totals import KEYS, one_sum

__all__ = ["KEYS", "one_sum"]
