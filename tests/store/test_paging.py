"""Pages of the store: a walk over them is the scan, whatever was superseded or retracted."""

from __future__ import annotations

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.store import open_workspace, page
from tanlu.store import paging as pages
from tests.serve.resources.walking import activities


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["append", "supersede", "retract"]), max_size=8), st.data())
def test_a_page_is_a_slice_of_the_scan(tmp_path_factory, steps, data):
    workspace = open_workspace(tmp_path_factory.mktemp("store"), create=True)
    workspace.append("activity", activities(0, 20))
    first = 20
    for step in steps:
        some = f"A{data.draw(st.integers(0, first - 1))}"
        if step == "retract":
            workspace.retract("activity", pl.Series([some]))
        else:
            old = some if step == "supersede" else None
            workspace.append("activity", activities(first, 4, supersedes=old))
            first += 4
    version = data.draw(st.integers(0, workspace.version))
    subject = data.draw(st.sampled_from([None, "waybill:0", "waybill:9"]))
    between = data.draw(st.sampled_from([None, (3, 30), (100, 200)]))
    limit, after, found = data.draw(st.integers(1, 30)), 0, []
    while after is not None:
        rows, after = page(
            workspace, "activity", version=version, after=after, limit=limit, subject=subject,
            between=between, columns=["activity_id"],
        )  # fmt: skip
        assert rows.height <= limit
        found += rows["activity_id"].to_list()
    scan = workspace.scan("activity", as_of=version, subject=subject, between=between)
    assert found == scan.collect()["activity_id"].to_list()


def test_parts_before_the_place_and_behind_a_full_page_are_not_opened(tmp_path, monkeypatch):
    workspace = open_workspace(tmp_path, create=True)
    for number in range(5):
        workspace.append("activity", activities(number * 10, 10))
    monkeypatch.setattr(pages, "STEP", 10)
    for part in (0, 1, 4):
        (tmp_path / workspace.parts("activity")[part].file).unlink()
    rows, after = page(workspace, "activity", version=5, after=25, limit=3)
    assert rows["activity_id"].to_list() == [f"A{number}" for number in range(25, 28)]
    assert after == 28
