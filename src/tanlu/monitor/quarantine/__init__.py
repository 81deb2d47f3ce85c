"""The rows that were refused and are open: looked at one by one, mended, and fed in again."""

from tanlu.monitor.quarantine.mending import mend
from tanlu.monitor.quarantine.open import Refused, counted, one, page

__all__ = ["Refused", "counted", "mend", "one", "page"]
