"""Sum emissions, but only what may be summed: one profile and one basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.uncertainty import combine
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["total"]


def total(
    frame: pl.DataFrame | pl.LazyFrame,
    by: Sequence[str] = (),
    *,
    boundaries: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Give the sum of emissions with its interval, or refuse.

    Parameters
    ----------
    frame
        Schema ``emission``.
    by
        Columns to group by.
    boundaries
        Boundaries to add up: ttw and wtt together are the well-to-wheel total. All by default.

    Raises
    ------
    TanluError
        TL512 when the rows are of several profiles, GWP sets or bases. Basis ``none`` knows no
        basis and goes with either; location and market never meet.
    """
    rows = frame.lazy()
    if boundaries is not None:
        rows = rows.filter(pl.col("boundary").is_in(list(boundaries)))
    found = rows.select("profile", "basis", "gwp_set").unique().collect(engine="streaming")
    for name in ("profile", "basis", "gwp_set"):
        kinds = sorted(set(found[name].to_list()) - ({"none"} if name == "basis" else set()))
        if len(kinds) > 1:
            raise TanluError("TL512", value=", ".join(kinds))
    return combine(rows, by)
