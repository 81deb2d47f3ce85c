"""Records that pass between rooms are frozen."""

from __future__ import annotations

import dataclasses

import pytest

from tanlu.terms import Chart, Document, Progress, Section


@pytest.mark.parametrize(
    "record",
    [
        Progress("read", 1, None),
        Chart("bar", "t", "kg"),
        Section("s"),
        Document("d", "en", (Section("s"),)),
    ],
)
def test_no_record_can_be_changed(record):
    name = dataclasses.fields(record)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, name, "other")
    with pytest.raises((AttributeError, TypeError)):
        record.colour = "red"


def test_progress_counts_rows_unless_told_otherwise():
    assert Progress("read", 1, 2) == Progress("read", 1, 2, unit="rows", result=None)


def test_two_documents_do_not_share_their_facts():
    first, second = Document("a", "en", ()), Document("b", "zh", ())
    first.facts["x"] = 1
    assert second.facts == {}
