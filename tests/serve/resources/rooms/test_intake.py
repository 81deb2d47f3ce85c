"""Quantified over HTTP: asked it writes nothing, run it gives what the command gives."""

from __future__ import annotations

ROW = {
    "activity_id": "Q1", "kind": "transport.road", "start": "2026-10-01T08:00:00+08:00",
    "mass_mg": "12500000000", "distance_m": "120000", "distance_type": "actual", "shipment": "Q",
}  # fmt: skip


def test_an_estimate_is_what_the_ledger_will_say_and_writes_nothing(asked, home):
    workspace = home.workspace("home")
    before = workspace.version
    bad = {**ROW, "activity_id": "Q2", "mass_mg": "x"}
    aside = {"activity_id": "Q3", "kind": "transport.road", "start": "2026-10-01"}
    told = asked.post("/v1/estimates", json={"activities": [ROW, bad, aside]}).json()
    assert workspace.version == before
    assert [each["line"] for each in told["refused"]] == [2]
    assert {each["subject"] for each in told["unquantified"]} == {"activity:Q3"}
    asked.post("/v1/activities", json={"activities": [ROW]})
    done = asked.post("/v1/quantify").json()
    assert done["new"]["activities"] == 1
    held = asked.get("/v1/emissions?activity_id=Q1").json()["items"]
    amounts = [(each["boundary"], each["co2e_ug"]) for each in held]
    estimated = [(each["boundary"], each["co2e_ug"]) for each in told["emissions"]]
    assert sorted(amounts) == sorted(estimated)
    assert len(amounts) == 2
    shipment = asked.get("/v1/shipments/Q").json()
    assert shipment["amount"]["co2e_ug"] == str(sum(int(amount) for _, amount in amounts))


def test_more_than_a_thousand_are_no_question(asked):
    many = {"activities": [ROW] * 1001}
    told = asked.post("/v1/estimates", json=many)
    assert (told.status_code, told.json()["code"]) == (413, "TL467")


def test_rules_and_zones_that_there_are_not_are_refused(asked):
    for query in ("profile=nothing", "zone=Nowhere/There"):
        told = asked.post(f"/v1/estimates?{query}", json={"activities": [ROW]})
        assert told.status_code in {400, 404, 422}, told.text
        assert told.json()["code"].startswith("TL")
