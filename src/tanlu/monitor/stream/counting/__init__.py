"""窗口 Which numbers of which devices came: names as small numbers, windows that are exact."""

from tanlu.monitor.stream.counting.names import Names, marks
from tanlu.monitor.stream.counting.windows import Windows, fingerprints

__all__ = ["Names", "Windows", "fingerprints", "marks"]
