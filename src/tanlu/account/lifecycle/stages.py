"""The stages of a life: six of e-commerce, and use; sums by stage for all orders at once.

S1 counts six: production, warehousing with its servers, trunk transport, delivery, returns and
disposal. ``use`` stands beside them where a product has one. A stage without rows is a finding,
never a zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.uncertainty import combine
from tanlu.account.unquantified import no_findings
from tanlu.errors import TanluError, say
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FOR_ALL", "SIX", "STAGES", "UNTOLD", "by_stage", "keyed", "missing"]

SIX = ("production", "warehousing", "trunk", "delivery", "returns", "disposal")
STAGES = ("production", "warehousing", "trunk", "delivery", "use", "returns", "disposal")
# what a row is called whose stage nobody told
UNTOLD = "untold"
# subjects of these types are where something is done for all, not what it is done for
GROUNDS = (
    *("site", "park", "hub", "warehouse", "plant", "office", "meter", "device", "vehicle"),
    *("entity", "server"),
)
OWN = pl.when(~pl.col("subject").str.split(":").list.first().is_in(GROUNDS)).then("subject")
SKU = pl.col("labels").str.json_path_match("$.sku")
# what people call the thing that is asked for, and the column that names it
KEYS = {
    "order": pl.coalesce("shipment", OWN),
    "parcel": pl.coalesce(OWN, "shipment"),
    "consignment": pl.col("consignment"),
    "sku": SKU,
}
# what is emitted for all: no order, parcel, consignment or SKU is named
FOR_ALL = pl.all_horizontal(
    pl.col("shipment").is_null(), OWN.is_null(), pl.col("consignment").is_null(), SKU.is_null()
)


def keyed(rows: pl.LazyFrame, by: str) -> pl.LazyFrame:
    """Give emissions with the column ``key``: the order, parcel, consignment or SKU of each row.

    Rows that belong to none are left out, among them those of a site or a vehicle.

    Raises
    ------
    TanluError
        TL502 for another word.
    """
    if by not in KEYS:
        raise TanluError("TL502", value=by, known=", ".join(KEYS))
    return rows.with_columns(KEYS[by].alias("key")).filter(pl.col("key").is_not_null())


def by_stage(rows: pl.DataFrame | pl.LazyFrame, keys: Sequence[str] = ()) -> pl.DataFrame:
    """Give sums of emissions by stage with interval, for all keys at once.

    Parameters
    ----------
    rows
        Emissions or rows of a footprint: stage, co2e_ug, sigma_ln_ppm, factor_hash.
    keys
        Columns to cut by before the stage, for example ``key`` or ``demand``.

    Returns
    -------
    DataFrame
        The keys, stage (``untold`` where none of the seven is told), co2e_ug (Int128), lower_ug,
        upper_ug, sigma_ln_ppm: in order of keys and of the life.
    """
    told = pl.when(pl.col("stage").is_in(STAGES)).then("stage").otherwise(pl.lit(UNTOLD))
    found = combine(rows.lazy().with_columns(told.alias("stage")), [*keys, "stage"])
    order = pl.Enum([*STAGES, UNTOLD])
    return found.sort([*keys, pl.col("stage").cast(order)])


def missing(rows: pl.DataFrame, about: Mapping[str, Any]) -> pl.DataFrame:
    """Give a finding (TL529) for each of the six stages of which nothing is known.

    What a study excludes with a reason is told by the study, not found here. Rows without a told
    stage are a finding too: their stage is not known.
    """
    excluded = set(about.get("excluded", {}))
    present = set(rows["stage"].unique())
    gaps = [stage for stage in SIX if stage not in present and stage not in excluded]
    untold = rows.filter(~pl.col("stage").is_in(STAGES) | pl.col("stage").is_null()).height
    found = [(stage, 1) for stage in gaps] + ([(UNTOLD, untold)] if untold else [])
    if not found:
        return no_findings()
    hint = say("TL529", value="…").partition("; ")[2]
    of = str(about.get("id", about.get("product", "ledger")))
    return schema("finding").fit(
        pl.DataFrame(
            [
                {"finding_id": f"TL529|{of}|{stage}", "code": "TL529", "severity": "warning",
                 "subject": f"product:{of}", "column": "stage", "value": stage, "hint": hint,
                 "count": count}
                for stage, count in found
            ]
        )
    )  # fmt: skip
