"""Circles end, and time goes with every step."""

from __future__ import annotations

from pathlib import Path

from examples.trace import order

from tanlu.store import Workspace, open_workspace
from tanlu.track.trace import reaching, trace
from tanlu.track.trace.reaching import reach


def made(folder: Path, *rows: tuple[object, ...]) -> Workspace:
    workspace = open_workspace(folder, create=True)
    workspace.append("event", order.events(rows))
    return workspace


def packed(event: str, day: float, child: str, parent: str, action: str = "add"):
    return (event, day, "aggregation", action, "child", child, parent, None)


def things(found: reaching.Reached, relation: str) -> list[str]:
    return found.things.filter(relation=relation)["thing"].to_list()


def test_boxes_in_boxes_are_followed_in_the_time_they_share(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        packed("a", 1, "item:1", "box:1"), packed("b", 3, "item:1", "box:1", "delete"),
        packed("c", 2, "box:1", "pallet:1"), packed("d", 9, "box:1", "pallet:1", "delete"),
        # when this box came onto that pallet the item was gone
        packed("e", 5, "box:1", "pallet:2"),
    )  # fmt: skip
    found = reach(workspace, "item:1", "both", None)
    spans = found.boxes.filter(carrier="pallet:1").select("since", "until").row(0)

    assert things(found, "carrier") == ["box:1", "pallet:1"]
    assert [(at - order.BEGIN) / order.DAY for at in spans] == [2, 3]


def test_an_aggregation_in_a_circle_is_a_finding_and_ends(tmp_path: Path) -> None:
    workspace = made(
        tmp_path, packed("a", 1, "box:1", "box:2"), packed("b", 2, "box:2", "box:3"),
        packed("c", 3, "box:3", "box:1"),
    )  # fmt: skip
    found = reach(workspace, "box:1", "both", None)
    told = [row for each in found.findings for row in each.iter_rows(named=True)]

    assert {row["code"] for row in told} == {"TL431"}
    assert "box:1 → box:2 → box:3 → box:1" in {row["value"] for row in told}
    assert things(found, "carrier") == ["box:2", "box:3"]


def test_a_box_that_went_round_in_time_is_no_circle(tmp_path: Path) -> None:
    workspace = made(
        tmp_path, packed("a", 1, "box:1", "box:2"), packed("b", 2, "box:1", "box:2", "delete"),
        packed("c", 3, "box:2", "box:1"),
    )  # fmt: skip

    assert reach(workspace, "box:1", "both", None).findings == []


def test_what_is_recycled_into_itself_ends(tmp_path: Path) -> None:
    steps = [
        ("melt", day, "transformation", None, role, subject, None, None)
        for day, role, subject in (
            (1, "input", "steel:1"), (1, "output", "can:1"), (2, "input", "can:1"),
        )
    ]  # fmt: skip
    again = [("cast", 2, "transformation", None, role, subject, None, None)
             for role, subject in (("input", "can:1"), ("output", "steel:1"))]  # fmt: skip
    workspace = made(tmp_path, *steps[:2], *again)
    found = reach(workspace, "steel:1", "forwards", None)

    assert things(found, "output") == ["can:1"]
    assert found.findings == []


def test_what_was_made_before_is_not_made_of_it(tmp_path: Path) -> None:
    rows = [("first", 1, "transformation", None, "input", "vat:1", None, None),
            ("first", 1, "transformation", None, "output", "cake:1", None, None),
            ("later", 2, "transformation", None, "input", "milk:1", None, None),
            ("later", 2, "transformation", None, "output", "vat:1", None, None)]  # fmt: skip
    workspace = made(tmp_path, *rows)

    assert things(reach(workspace, "milk:1", "forwards", None), "output") == ["vat:1"]
    assert things(reach(workspace, "cake:1", "backwards", None), "input") == ["vat:1"]


def test_a_trace_too_large_is_cut_and_says_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(reaching, "MOST", 5)
    workspace = made(tmp_path, *(packed("a", 1, f"item:{n}", "box:1") for n in range(9)))
    found = reach(workspace, "box:1", "backwards", None)

    assert found.things.height == 5
    assert [each["code"][0] for each in found.findings] == ["TL435"]
    assert [each["value"][0] for each in found.findings] == ["5"]


def test_what_went_in_by_one_event_comes_out_by_another_of_its_transformation(
    tmp_path: Path,
) -> None:
    workspace = made(
        tmp_path,
        ("in", 1.0, "transformation", None, "input", "material:1", "urn:t:1", None),
        ("out", 2.0, "transformation", None, "output", "product:1", "urn:t:1", None),
        ("other", 2.0, "transformation", None, "output", "product:2", "urn:t:2", None),
    )

    assert things(reach(workspace, "product:1", "both", None), "input") == ["material:1"]
    assert things(reach(workspace, "material:1", "both", None), "output") == ["product:1"]


def test_a_box_in_itself_is_a_circle_told_once(tmp_path) -> None:
    rows = (("e", 1.0, "aggregation", "add", "child", "box:S", "box:S", "packing"),)
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("event", order.events(rows))
    found = trace(workspace, "box:S")

    assert found.findings.select("code", "value").rows() == [("TL431", "box:S → box:S")]
    assert found.things["thing"].to_list() == ["box:S"]


def test_a_parent_that_is_named_as_its_own_is_no_circle(tmp_path) -> None:
    rows = (
        ("e", 1.0, "aggregation", "add", "parent", "box:S", "box:S", "packing"),
        ("e", 1.0, "aggregation", "add", "child", "waybill:1", "box:S", "packing"),
    )
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("event", order.events(rows))

    assert trace(workspace, "waybill:1").findings.is_empty()
    assert trace(workspace, "waybill:1").things["thing"].to_list() == ["waybill:1", "box:S"]
