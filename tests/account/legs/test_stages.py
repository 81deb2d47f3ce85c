"""The life-cycle stage of a leg follows from its kind and vehicle, or is the activity's own."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.account.legs.stages import STAGES, stage
from tanlu.account.rules import rows


def told(kind: str, vehicle_class: str | None = None, own: str | None = None) -> str | None:
    frame = pl.DataFrame(
        {"kind": [kind], "vehicle_class": [vehicle_class], "stage": [own]},
        schema={"kind": pl.String, "vehicle_class": pl.String, "stage": pl.String},
    )
    return frame.select(stage()).item()


@pytest.mark.parametrize(
    ("kind", "vehicle_class", "expected"),
    [
        ("goods.material", None, "production"),
        ("packaging.carton", None, "production"),
        ("hub.warehouse", None, "warehousing"),
        ("energy.electricity", None, "warehousing"),
        ("ict.server", None, "warehousing"),
        ("transport.road", "truck.artic.44t", "trunk"),
        ("transport.road", None, "trunk"),
        ("transport.sea", "ship.container", "trunk"),
        ("transport.road", "van.class3", "delivery"),
        ("transport.road", "trike.cargo", "delivery"),
        ("transport.parcel", None, "delivery"),
        ("product.use", None, "use"),
        ("waste.landfill", None, "disposal"),
        ("product.end_of_life", None, "disposal"),
        ("travel.air", None, None),
    ],
)
def test_each_kind_falls_into_the_stage_of_its_work(
    kind: str, vehicle_class: str | None, expected: str | None
) -> None:
    assert expected == told(kind, vehicle_class)


def test_a_vehicle_whose_name_only_begins_like_a_family_is_not_of_it() -> None:
    assert told("transport.road", "vanadium.truck") == "trunk"


def test_what_the_activity_says_of_itself_holds() -> None:
    assert told("transport.road", "van.class3", "returns") == "returns"


def test_every_rule_names_a_stage_that_is_known() -> None:
    assert {row["stage"] for row in rows("legs/stages.csv")} <= set(STAGES)
