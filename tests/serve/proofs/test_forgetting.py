"""Who is erased stands on no public page any more, and neither does a parcel of his."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.serve.access import acts
from tanlu.serve.proofs import Shelf, forgotten
from tanlu.store.log import begin_log
from tests.serve.proofs.making import published


def _parcels(home):
    """Give waybills of the small network, with the one that is theirs."""
    rows = home.workspace("home").scan("emission").select("subject").drop_nulls().collect()
    return sorted({name for name in rows["subject"] if name.startswith("waybill:")})


def _belongs(home, subject, **columns):
    """Write an activity of a parcel with other columns: the parcel is a person's from then on."""
    workspace = home.workspace("home")
    rows = workspace.scan("activity").filter(pl.col("subject") == subject).collect().head(1)
    made = rows.with_columns(
        activity_id=pl.lit(f"{subject}/more"), **{name: pl.lit(x) for name, x in columns.items()}
    )
    workspace.append("activity", made)


def _gone(home, code):
    with pytest.raises(TanluError, match="TL933"):
        Shelf(home.state).found(code)


def test_the_proof_of_a_parcel_that_he_gets_is_taken_back_and_no_other(home):
    his, driven, other = _parcels(home)[:3]
    person = "p:" + "ab" * 16
    _belongs(home, his, consignee=person)
    # who drove it is on no page of it, and the parcel is somebody else's
    _belongs(home, driven, vehicle=person)
    codes = {name: published(home, of=name) for name in (his, driven, other)}
    found = forgotten(home.state, home.workspace("home"), person, ["王五"], "keeper")
    assert [(each.organisation, each.code, each.subject) for each in found] == [
        ("home", codes[his], his)
    ]
    _gone(home, codes[his])
    for name in (driven, other):
        assert Shelf(home.state).found(codes[name]).code == codes[name]
    with home.state.of("home") as scoped:
        act = acts.page(scoped, limit=1)[0]
    assert (act["what"], act["object"], act["kind"]) == ("proof retract", codes[his], "keeper")
    assert forgotten(home.state, home.workspace("home"), person, [], "keeper") == []


def test_a_proof_that_shows_him_is_taken_back_whosever_the_parcel_is(home):
    """The group of the activity has the vehicle in it."""
    workspace = home.workspace("home")
    begin_log(workspace)
    shown = workspace.scan("emission").filter(pl.col("vehicle").is_not_null()).collect()
    subject, vehicle = shown.select("subject", "vehicle").row(0)
    open_, closed = published(home, "result", "activity", of=subject), published(home, of=subject)
    found = forgotten(home.state, workspace, vehicle, [], "keeper")
    assert [each.code for each in found] == [open_]
    _gone(home, open_)
    assert Shelf(home.state).found(closed).code == closed


def test_a_proof_whose_parcel_is_called_after_him_is_taken_back(home):
    subject = _parcels(home)[0]
    code = published(home, of=subject)
    name = subject.partition(":")[2]
    assert forgotten(home.state, home.workspace("home"), "p:" + "0" * 32, ["x"], "k") == []
    found = forgotten(home.state, home.workspace("home"), "p:" + "0" * 32, [name[:8]], "k")
    assert code in [each.code for each in found]


def test_a_ledger_that_no_organisation_of_the_server_has_is_told_apart_from_none(home, tmp_path):
    from tanlu.store import open_workspace

    strange = open_workspace(tmp_path / "strange", create=True)
    assert forgotten(home.state, strange, "p:" + "0" * 32, [], "k") is None
