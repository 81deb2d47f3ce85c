"""Shipments by the codes of what carried them: boxes, pallets, containers, vehicles."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.serve.exchange.epcis.capturing import taken
from tanlu.serve.searching import Searching, carrying
from tanlu.serve.searching.asked import page, spelled
from tanlu.terms import schema
from tests.serving import last
from tests.track.events import made

BOX = "urn:epc:id:grai:4012345.00022.7"
BOX_KEY = "04012345000221.7"


def put(number, parent, *children, action="ADD", **more):
    return made.event(
        type="AggregationEvent", eventID=f"urn:uuid:5d2b4a44-0000-4000-8000-00000000000{number}",
        parentID=parent, childEPCs=list(children), action=action,
        eventTime=f"2026-03-0{number}T08:00:00Z", **more,
    )  # fmt: skip


def take(workspace, *events):
    for each in events:
        each.pop("epcList", None)
    told = taken(workspace, made.packed(made.document(list(events))), name="made", whole=True)
    assert told["success"], told


@pytest.fixture
def searching(home):
    found = Searching(home)
    yield found
    found.close()


def found(searching, q, **more):
    return {row["name"] for row in page(searching, "home", q=q, **more)["shipments"]}


def test_a_box_and_the_container_that_it_came_in_lead_to_all_that_they_carried(
    searching, home, tmp_path
):
    workspace = home.workspace("home")
    names = workspace.scan("activity").select("shipment").drop_nulls().unique().collect()
    one, two, three = names["shipment"].sort().head(3)
    last(searching.update("home"))
    assert found(searching, BOX_KEY) == set()
    # the box carries one, comes back and carries two; once it was in a container
    take(workspace, put(1, BOX, f"waybill:{one}"),
         put(2, BOX, f"waybill:{one}", action="DELETE"), put(3, BOX, f"waybill:{two}"),
         put(4, "container:MSKU1234565", BOX))  # fmt: skip
    assert last(searching.update("home"))["changed"] == 2
    for asked in (BOX_KEY, BOX, f"grai:{BOX_KEY}", "https://id.gs1.org/8003/040123450002217",
                  "(8003)040123450002217", "04012345000221", "msku1234565",
                  "container:MSKU1234565"):  # fmt: skip
        assert (asked, found(searching, asked)) == (asked, {one, two})
    assert found(searching, f"{one} {BOX}") == {one}
    # what is put into the container later reaches the index too, and a new index says the same
    take(workspace, put(5, "container:MSKU1234565", "pallet:P77"),
         put(6, "pallet:P77", f"waybill:{three}"))  # fmt: skip
    last(searching.update("home"))
    assert found(searching, "MSKU1234565") == {one, two, three}
    assert found(searching, "P77") == {three}
    anew = Searching(home, tmp_path / "anew")
    last(anew.update("home"))
    for asked in ("MSKU1234565", "P77", BOX):
        assert found(anew, asked) == found(searching, asked)
    anew.close()


def test_what_an_event_wrongly_said_is_found_no_more_once_it_is_declared_an_error(searching, home):
    workspace = home.workspace("home")
    name = workspace.scan("activity").select("shipment").drop_nulls().first().collect().item()
    take(workspace, put(1, BOX, f"waybill:{name}"))
    last(searching.update("home"))
    assert found(searching, BOX) == {name}
    rows = workspace.scan("event").select("event_id").collect()["event_id"]
    workspace.retract("event", rows)
    last(searching.update("home"))
    assert found(searching, BOX) == set()


def test_a_vehicle_leads_to_its_shipments(searching, home):
    last(searching.update("home"))
    rows = home.workspace("home").scan("activity").select("vehicle", "shipment").drop_nulls()
    vehicle, shipment = rows.sort("vehicle").first().collect().row(0)
    wanted = set(rows.filter(vehicle=vehicle).collect()["shipment"])
    assert shipment in wanted
    assert wanted <= found(searching, vehicle)
    assert found(searching, f"vehicle:{vehicle}") == found(searching, vehicle)


def test_circles_end_and_items_inside_are_not_searched():
    things = pl.DataFrame({"of": ["shipment:S"], "subject": ["waybill:W"]})
    held = pl.DataFrame(
        [("waybill:W", "box:B"), ("box:B", "pallet:P"), ("pallet:P", "box:B"),
         ("sgtin:1.2", "waybill:W"), ("parcel:X", "waybill:W"), ("waybill:V", "box:B")],
        schema={"subject": pl.String, "parent": pl.String}, orient="row",
    )  # fmt: skip
    (codes,) = carrying.carried(things, held)["codes"].to_list()
    # what lay beside it in the box is no code of its own
    assert codes == ["box:B", "pallet:P", "parcel:X"]
    assert carrying.carried(things, carrying.nothing()).is_empty()


def test_a_shipment_has_so_many_codes_and_no_more(monkeypatch):
    monkeypatch.setattr(carrying, "MOST", 3)
    things = pl.DataFrame({"of": ["shipment:S"], "subject": ["waybill:W"]})
    held = pl.DataFrame({"subject": ["waybill:W"] * 9, "parent": [f"box:{n}" for n in range(9)]})
    assert carrying.carried(things, held)["codes"].list.len().to_list() == [3]


@pytest.mark.parametrize(("asked", "sought"), [
    ("urn:epc:id:grai:bad", "urn:epc:id:grai:bad"), ("10:30 西安", "10:30 西安"),
    ("(8003)", "(8003)"),
    ("https://example.com/x", "https://example.com/x"), ("box:", "box:"), ("", ""),
    ("Waybill:TL1", "TL1"), ("x:y", "x:y"),
])  # fmt: skip
def test_what_is_no_code_is_sought_as_it_was_typed(asked, sought):
    assert spelled(asked) == sought


def test_the_columns_that_are_read_are_those_of_events():
    assert {*carrying.COLUMNS, "role"} <= set(schema("event").names)
