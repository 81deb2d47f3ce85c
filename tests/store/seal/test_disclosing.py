from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store import disclose
from tanlu.store.log import begin_log
from tanlu.terms.disclosed import Disclosure
from tests.store.activities import activities, emissions


@pytest.fixture
def logged(workspace, result):
    rows = activities(300)
    workspace.append("activity", rows)
    workspace.append("emission", emissions(rows))
    log = begin_log(workspace, origin="test/books")
    result(log.catch_up())
    log.checkpoint()
    return workspace, log


def test_the_records_of_a_subject_are_shown_with_the_groups_asked_for(logged) -> None:
    workspace, log = logged
    rows = workspace.scan("emission").collect()
    subject = rows["activity_id"][70]
    found = Disclosure.decode(disclose(workspace, log, subject, ["result", "places"]))
    (piece,) = found.pieces

    expected = rows.with_row_index("at").filter(rows["activity_id"] == subject)["at"].to_list()
    assert list(piece.records) == expected
    assert piece.groups == (0, 2)
    assert found.origin == "test/books"
    assert piece.data[0].startswith(rows["emission_id"][expected[0]].encode())


def test_records_of_several_parts_share_one_checkpoint(logged, result) -> None:
    workspace, log = logged
    again = activities(300).with_columns(activity_id=activities(300)["activity_id"] + "x")
    workspace.append("activity", again)
    workspace.append("emission", emissions(again))
    result(log.catch_up())
    log.checkpoint()
    subject = workspace.scan("emission").collect()["subject"][0]
    found = Disclosure.decode(disclose(workspace, log, subject, ["result"]))

    assert len(found.pieces) == 2
    assert [piece.entry for piece in found.pieces] == sorted(p.entry for p in found.pieces)


def test_a_record_that_was_replaced_is_not_shown(logged, result) -> None:
    workspace, log = logged
    rows = workspace.scan("emission").collect()
    ids = rows.filter(rows["activity_id"] == rows["activity_id"][0])["emission_id"]
    workspace.retract("emission", ids)
    result(log.catch_up())
    log.checkpoint()

    with pytest.raises(TanluError, match=r"TL855.*no record"):
        disclose(workspace, log, rows["activity_id"][0])


def test_what_is_not_logged_yet_is_refused(logged) -> None:
    workspace, log = logged
    more = activities(3, first=900)
    workspace.append("activity", more)
    workspace.append("emission", emissions(more))

    with pytest.raises(TanluError, match=r"TL855.*not in the log"):
        disclose(workspace, log, more["activity_id"][0])


def test_an_unknown_group_or_subject_is_refused(logged) -> None:
    workspace, log = logged
    with pytest.raises(TanluError, match=r"TL855.*result, activity, places, parties"):
        disclose(workspace, log, "x", ["salary"])
    with pytest.raises(TanluError, match=r"TL855"):
        disclose(workspace, log, "x", [])
    with pytest.raises(TanluError, match=r"TL855.*no record"):
        disclose(workspace, log, "waybill:nobody")


def test_another_profile_shows_nothing(logged) -> None:
    workspace, log = logged
    subject = workspace.scan("emission").collect()["activity_id"][0]

    with pytest.raises(TanluError, match=r"TL855"):
        disclose(workspace, log, subject, profile="iso14067")


def test_a_statement_of_other_content_is_not_ours(logged, monkeypatch) -> None:
    workspace, log = logged
    from tanlu.store.seal import disclosing

    real = disclosing.open_sealed
    monkeypatch.setattr(
        disclosing, "open_sealed", lambda *each: real(*each)._replace(payload=b"other")
    )

    with pytest.raises(TanluError, match=r"TL855.*something else"):
        disclose(workspace, log, workspace.scan("emission").collect()["activity_id"][0])
