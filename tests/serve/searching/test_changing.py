"""Which shipments a stretch of the ledger touched."""

from __future__ import annotations

import polars as pl

from tanlu.serve.searching.changing import changed


def test_each_way_of_touching_a_shipment_is_seen(home):
    workspace = home.workspace("home")
    legs = workspace.scan("activity").filter(kind="transport.road").collect()
    names = legs["shipment"].unique(maintain_order=True)

    def told(write):
        since = workspace.version
        write()
        return changed(workspace, since, workspace.version)

    def leg(at):
        return legs.filter(shipment=names[at])[:1]

    moved = leg(0).with_columns(
        activity_id=pl.lit("moved"), supersedes=pl.col("activity_id"), shipment=pl.lit("ELSE")
    )
    assert told(lambda: workspace.append("activity", moved)) == {
        "shipment:ELSE", f"shipment:{names[0]}",
    }  # fmt: skip
    assert told(lambda: workspace.retract("activity", leg(1)["activity_id"])) == {
        f"shipment:{names[1]}"
    }
    emission = workspace.scan("emission").filter(shipment=names[2]).collect()[:1]
    assert told(lambda: workspace.retract("emission", emission["emission_id"])) == {
        f"shipment:{names[2]}"
    }

    def finding(number, about):
        row = {"finding_id": [number], "code": ["TL331"], "severity": ["info"],
               "subject": [about], "count": [1]}  # fmt: skip
        workspace.append("finding", pl.DataFrame(row))

    of_leg = f"activity:{leg(3)['activity_id'][0]}"
    assert told(lambda: finding("a", of_leg)) == {f"shipment:{names[3]}"}
    assert told(lambda: finding("b", f"waybill:{names[4]}")) == {f"shipment:{names[4]}"}
    assert told(lambda: finding("c", "park:none")) == set()
    gone = pl.Series(["a"])
    assert told(lambda: workspace.retract("finding", gone)) == {f"shipment:{names[3]}"}
