"""What a repository knows, by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu.store import Workspace, open_workspace
from tanlu.track.events.queries import RESOURCES, listed, page, read_query
from tanlu.track.events.queries.listing import _spelt
from tanlu.track.events.words.gs1 import read_uri
from tests.track.events import made
from tests.track.events.queries.test_reading import ledger


@pytest.fixture(scope="module")
def standard(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A ledger of all the examples of GS1."""
    folder = tmp_path_factory.mktemp("standard")
    return ledger(folder, *map(json.loads, made.examples(shared).values()))


@pytest.mark.parametrize("resource", RESOURCES)
def test_each_name_that_is_listed_finds_events_and_pages_are_the_whole(
    standard: Workspace, resource: str
) -> None:
    names, after = [], None
    while True:
        some, after = listed(standard, resource, size=3, after=after)
        names += some
        if after is None:
            break

    assert names == listed(standard, resource, size=1000)[0]
    assert len(set(names)) == len(names) > 2
    for name in names:
        assert listed(standard, resource, size=1, name=name) == ([name], None)
        if name != "AssociationEvent":
            query = read_query({RESOURCES[resource].parameter: [name]})
            assert not page(standard, query, size=1).epcis.is_empty(), name


def test_what_is_not_there_is_not_listed(standard: Workspace) -> None:
    for resource in RESOURCES:
        assert listed(standard, resource, size=1, name="https://example.com/none") == ([], None)
    assert "https://id.gs1.org/01/04012345111118" not in listed(standard, "epcs", size=1000)[0]


def test_an_empty_repository_knows_the_types_of_the_standard(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)

    assert listed(workspace, "eventTypes", size=30)[0] == [
        "AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent",
        "TransformationEvent",
    ]  # fmt: skip
    assert listed(workspace, "epcs", size=30) == ([], None)


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:id:sscc:4012345.3111111111", "urn:epc:id:sgtin:4012345.011111.9(8",
        "urn:epc:id:itip:4012345.011111.01.02.77", "urn:epc:id:cpi:4012345.A%23B.12",
        "urn:epc:id:giai:4012345.a.b", "urn:epc:id:gdti:4012345.00005.ab",
        "urn:epc:id:sgcn:4012345.00005.12", "urn:epc:id:grai:4012345.00005.7%2F7",
        "urn:epc:id:sgln:4012345.00005.0", "urn:epc:id:sgln:4012345.00005.A-1",
    ],
)  # fmt: skip
def test_a_subject_is_spelt_as_the_link_that_reads_as_it(uri: str) -> None:
    subject = read_uri(uri).subject

    assert read_uri(_spelt(subject)).subject == subject
    assert _spelt("https://example.com/x") == "https://example.com/x"
