"""One shipment: its legs, its total with interval, the boundaries apart."""

from __future__ import annotations

import polars as pl

from tanlu.account import total
from tests.serve.resources.walking import walk


def test_a_shipment_sums_its_rows_and_only_those_of_one_profile_and_basis(read_only):
    asked = read_only
    name = asked.get("/v1/shipments?limit=1").json()["items"][0]["shipment"]
    told = asked.get(f"/v1/shipments/{name}").json()
    rows = asked.get(f"/v1/emissions?shipment={name}&profile=iso14083&limit=1000").json()["items"]
    wanted = [row for row in rows if row["basis"] != "market"]
    assert int(told["amount"]["co2e_ug"]) == sum(int(row["co2e_ug"]) for row in wanted)
    frame = pl.DataFrame(wanted).with_columns(pl.col("co2e_ug").cast(pl.Int64))
    summed = total(frame).row(0, named=True)
    assert told["amount"]["lower_ug"] == str(summed["lower_ug"])
    assert told["amount"]["upper_ug"] == str(summed["upper_ug"])
    apart = {each["boundary"]: int(each["co2e_ug"]) for each in told["boundaries"]}
    assert set(apart) == {"ttw", "wtt"}
    assert sum(apart.values()) == int(told["amount"]["co2e_ug"])
    legs = sum(int(leg["amount"]["co2e_ug"]) for leg in told["legs"] if leg["amount"])
    assert legs == int(told["amount"]["co2e_ug"])
    assert [leg["activity"]["leg_no"] for leg in told["legs"]] == sorted(
        leg["activity"]["leg_no"] for leg in told["legs"]
    )
    assert asked.get(told["why"]).json()["total"]["co2e_ug"] == told["amount"]["co2e_ug"]


def test_the_list_has_every_shipment_once_with_the_same_totals(read_only):
    asked = read_only
    rows = walk(asked, "/v1/shipments?limit=17")
    names = [row["shipment"] for row in rows]
    assert names == sorted(set(names))
    assert len(names) > 100
    for row in rows[::40]:
        told = asked.get(f"/v1/shipments/{row['shipment']}").json()
        assert told["amount"] == row["amount"]
        assert (told["profile"], told["basis"]) == (row["profile"], row["basis"])


def test_a_period_without_shipments_has_none_and_an_unknown_one_is_not_there(read_only):
    assert read_only.get("/v1/shipments?period=2020").json()["items"] == []
    assert read_only.get("/v1/shipments/nobody").status_code == 404


def test_the_reason_of_an_older_sum_is_of_that_version(asked):
    name = asked.get("/v1/shipments?limit=1").json()["items"][0]["shipment"]
    version = asked.get("/v1/shipments?limit=1").json()["ledger_version"]
    told = asked.get(f"/v1/shipments/{name}", params={"as_of": str(version)}).json()
    assert f"as_of={version}" in told["why"]
    before = asked.get(told["why"]).json()
    assert before["ledger"]["version"] == version
    assert before["total"]["co2e_ug"] == told["amount"]["co2e_ug"]
