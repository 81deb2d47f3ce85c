"""The drawer of this process: charts without a browser, by the bundle that browsers load."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from tanlu.ui.charts import Pictures
from tanlu.ui.frame.files import built

__all__ = ["pictures"]


@cache
def pictures() -> Pictures | None:
    """Give the drawer; None where the bundle is not built or no engine is installed."""
    found = built()
    if found is None or find_spec("quickjs") is None:
        return None
    return Pictures(found.text("picture.js"))
