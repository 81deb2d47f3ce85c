"""Pages of events: the same as row by row, whole and in order, at one version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store import Workspace, open_workspace
from tanlu.track.events import capture, documents, keep
from tanlu.track.events.queries import Place, page, read_query
from tests.track.events import made
from tests.track.events.queries import asking, naive

# a ledger for each example: making it smaller takes minutes and tells little more
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
SGTIN = "urn:epc:id:sgtin:4012345.011111.9876"


def ledger(folder: Path, *documents_: Any, recorded_us: int = 5) -> Workspace:
    """Give a ledger of some documents, each one commit."""
    workspace = open_workspace(folder, create=True)
    for number, document in enumerate(documents_):
        taken = capture(made.packed(document), recorded_us=recorded_us + number)
        keep(workspace, taken, source={})
    return workspace


def kept(workspace: Workspace) -> list[naive.Kept]:
    """Give the events of a ledger as row by row they are looked at."""
    rows = workspace.scan("epcis").collect().rows(named=True)
    return [
        naive.Kept(
            json.loads(row["document"]), row["event_id"], naive.micro(row["recorded"]),
            {key: iri for each in json.loads(row["context"] or "[]") if isinstance(each, dict)
             for key, iri in each.items()},
        )
        for row in rows
    ]  # fmt: skip


def found(workspace: Workspace, asked: dict[str, Any], size: int = 3) -> list[str]:
    """Give the identities that a question finds, page after page."""
    query, after, version, ids = read_query(asked), None, None, []
    while True:
        got = page(workspace, query, size=size, after=after, as_of=version)
        assert got.epcis.height <= size
        ids += [
            f"{one}!" if wrong else one
            for one, wrong in got.epcis.select("event_id", "corrects").rows()
        ]
        after, version = got.following, got.version
        if after is None:
            return ids


def expected(rows: list[naive.Kept], asked: dict[str, Any]) -> list[str]:
    return [
        f"{one.event_id}!" if "errorDeclaration" in one.event else one.event_id
        for one in rows
        if naive.fits(one, asked)
    ]


@given(st.lists(made.rich(), min_size=4, max_size=14), st.data())
@settings(
    max_examples=30, suppress_health_check=list(HealthCheck), phases=PHASES,
    report_multiple_bugs=False,
)  # fmt: skip
def test_filters_find_what_is_found_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, Any]], data: st.DataObject
) -> None:
    # two commits, so that rows lie in two parts
    half = len(events) // 2
    workspace = ledger(
        tmp_path_factory.mktemp("queries"),
        made.document(events[:half]), made.document(events[half:]),
    )  # fmt: skip
    rows = kept(workspace)
    for _ in range(8):
        asked = data.draw(asking.questions(rows))

        assert found(workspace, asked) == expected(rows, asked), asked


@given(st.lists(made.rich(), min_size=1, max_size=6))
@settings(max_examples=10, suppress_health_check=list(HealthCheck), phases=PHASES)
def test_every_event_is_found_by_all_that_it_tells(
    tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, Any]]
) -> None:
    workspace = ledger(tmp_path_factory.mktemp("queries"), made.document(events))
    for one in kept(workspace):
        for name, value in asking.facts(one.event, one.event_id):
            named = [each.rstrip("!") for each in found(workspace, {name: value}, 100)]

            assert one.event_id in named, (name, value)


# ── examples of GS1 ──


@pytest.fixture(scope="module")
def standard(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A ledger of all the examples of GS1."""
    folder = tmp_path_factory.mktemp("standard")
    return ledger(folder, *map(json.loads, made.examples(shared).values()))


def test_every_example_of_the_standard_is_found_by_all_that_it_tells(standard: Workspace) -> None:
    rows = kept(standard)
    seen: set[str] = set()
    for one in rows:
        for name, value in asking.facts(one.event, one.event_id):
            if f"{name} {value}" in seen:
                continue
            seen.add(f"{name} {value}")
            asked = {name: value}

            assert found(standard, asked, 100) == expected(rows, asked), asked
    assert len(rows) == 48
    assert len(seen) > 300


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"EQ_bizStep": "shipping|receiving"}, 14),
        ({"EQ_bizStep": ["https://ref.gs1.org/cbv/BizStep-shipping", "receiving"]}, 14),
        ({"MATCH_epc": "https://id.gs1.org/01/10614141073464/21/2018"}, 8),
        ({"MATCH_anyEPC": "urn:epc:idpat:sgtin:0614141.107346.*"}, 8),
        ({"EQ_bizTransaction_po": "http://transaction.acme.com/po/12345678"}, 7),
        ({"EXISTS_errorDeclaration": True}, 8),
        ({"EQ_type": "Temperature", "GE_value_CEL": 25}, 9),
        ({"EQ_type": ["Temperature"], "GT_value_CEL": 1000}, 0),
        ({"EXISTS_https://ns.example.com/epcis/myField1": None}, 0),
        ({"WD_readPoint": "urn:epc:id:sgln:4012345.00001.0"}, 7),
    ],
)
def test_questions_about_the_examples_of_the_standard(
    standard: Workspace, asked: dict[str, Any], count: int
) -> None:
    assert len(found(standard, asked, 100)) == count


# ── order, pages, size ──


@pytest.fixture
def days(tmp_path: Path) -> Workspace:
    """Six events on the days 3 1 2 3 2 1, in three commits."""

    def event(number: int, day: int) -> dict[str, Any]:
        at = f"2026-03-0{day}T00:00:00Z"
        step = "shipping" if number % 2 else "receiving"
        return made.event(eventID=f"urn:e:{number}", eventTime=at, bizStep=step)

    pairs = [[event(0, 3), event(1, 1)], [event(2, 2), event(3, 3)], [event(4, 2), event(5, 1)]]
    return ledger(tmp_path / "days", *map(made.document, pairs))


@pytest.mark.parametrize("size", [1, 2, 5, 6, 100])
@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, "012345"),
        ({"orderBy": "eventTime"}, "032415"),
        ({"orderBy": "eventTime", "orderDirection": "ASC"}, "152403"),
        ({"orderBy": "recordTime"}, "452301"),
        ({"orderBy": "eventTime", "eventCountLimit": 3}, "032"),
        ({"eventCountLimit": "2", "EQ_bizStep": "shipping"}, "13"),
        ({"maxEventCount": 6}, "012345"),
        ({"EQ_quantity": 1}, ""),
        ({"MATCH_epc": SGTIN, "orderBy": "eventTime", "EQ_bizStep": "shipping"}, "315"),
    ],
)
def test_pages_of_any_size_are_the_whole_in_order(
    days: Workspace, asked: dict[str, Any], numbers: str, size: int
) -> None:
    assert found(days, asked, size) == [f"urn:e:{number}" for number in numbers]


def test_more_than_the_most_that_is_wished_is_refused(days: Workspace) -> None:
    with pytest.raises(TanluError, match="TL444"):
        page(days, read_query({"maxEventCount": 2, "EQ_bizStep": "shipping"}), size=10)
    with pytest.raises(TanluError, match="TL444"):
        page(days, read_query({"maxEventCount": 5, "MATCH_epc": SGTIN}), size=2)


def test_pages_that_follow_are_of_the_version_of_the_first(days: Workspace) -> None:
    query = read_query({"orderBy": "eventTime", "MATCH_epc": SGTIN})
    first = page(days, query, size=4)
    late = made.event(eventID="urn:e:late", eventTime="2026-03-01T12:00:00Z")
    keep(days, capture(made.packed(made.document([late])), recorded_us=9), source={})
    rest = page(days, query, size=4, after=first.following, as_of=first.version)

    assert [*first.epcis["event_id"], *rest.epcis["event_id"]] == [
        f"urn:e:{number}" for number in "032415"
    ]
    assert page(days, query, size=9).epcis.height == 7


@pytest.mark.parametrize(
    "asked", [{}, {"MATCH_epc": SGTIN}, {"GE_quantity": 0, "EQ_action": "ADD"}]
)
def test_only_what_came_after_a_version(days: Workspace, asked: dict[str, Any]) -> None:
    before = days.version
    news = made.event(
        eventID="urn:e:new", action="ADD", quantityList=[{"epcClass": "a:b", "quantity": 1}]
    )
    keep(days, capture(made.packed(made.document([news])), recorded_us=9), source={})

    assert page(days, read_query(asked), size=9, since=before).epcis["event_id"].to_list() == [
        "urn:e:new"
    ]
    assert page(days, read_query(asked), size=9, since=days.version).epcis.is_empty()


def test_rows_that_no_longer_hold_are_not_found(days: Workspace) -> None:
    import polars as pl

    days.retract("epcis", pl.Series(["urn:e:2", "urn:e:0"]), reason="test")

    assert found(days, {}, 2) == [f"urn:e:{number}" for number in "1345"]
    assert found(days, {"MATCH_epc": SGTIN, "orderBy": "eventTime"}, 2) == [
        f"urn:e:{number}" for number in "3415"
    ]


def test_a_thing_in_very_many_events_is_looked_for_in_the_whole_table(
    days: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tanlu.track.events.queries import reading

    monkeypatch.setattr(reading, "FEW", 2)

    assert found(days, {"MATCH_epc": SGTIN, "orderBy": "eventTime"}, 2) == [
        f"urn:e:{number}" for number in "032415"
    ]


def test_a_query_that_looks_into_too_much_is_refused(
    days: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tanlu.track.events.queries import reading

    monkeypatch.setattr(reading, "LOOKED", 1)
    monkeypatch.setattr(reading, "FIRST", 1)

    with pytest.raises(TanluError, match="TL444"):
        page(days, read_query({"MATCH_epc": SGTIN}), size=1)


def test_an_event_declared_wrong_is_still_found_by_its_things(days: Workspace) -> None:
    wrong = {"declarationTime": "2026-03-05T00:00:00Z", "reason": "did_not_occur"}
    event = made.event(
        eventID="urn:e:2", eventTime="2026-03-02T00:00:00Z", bizStep="receiving",
        errorDeclaration=wrong,
    )  # fmt: skip
    keep(days, capture(made.packed(made.document([event])), recorded_us=9), source={})

    assert found(days, {"MATCH_epc": SGTIN, "EQ_eventID": "urn:e:2"}) == ["urn:e:2", "urn:e:2!"]
    assert found(days, {"EQ_errorReason": "did_not_occur"}) == ["urn:e:2!"]
    assert found(days, {"EXISTS_errorDeclaration": True}) == ["urn:e:2!"]
    assert found(days, {"GE_errorDeclarationTime": "2026-03-06T00:00:00Z"}) == []


def test_persons_are_found_by_their_names_and_shown_by_their_pseudonyms(tmp_path: Path) -> None:
    nurse = "urn:epc:id:gsrn:4012345.1111111111"
    workspace = ledger(tmp_path / "p", made.document([made.event(epcList=[nurse])]))
    got = page(workspace, read_query({"MATCH_epc": nurse}), size=5)

    assert got.epcis.height == 1
    assert nurse not in json.dumps(documents(got.epcis))


def test_the_first_page_of_nothing_has_no_next(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "none", create=True)

    for asked in ({}, {"orderBy": "eventTime"}, {"MATCH_epc": SGTIN}, {"EXISTS_ex:a": True}):
        got = page(workspace, read_query(asked), size=5)
        assert (got.epcis.height, got.following) == (0, None)
    assert page(workspace, read_query({}), size=5, after=Place(0, 7), as_of=0).epcis.is_empty()
