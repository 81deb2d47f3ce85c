"""Lines follow one another from the workspace to the head, and tell what may not be missing."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.verify.offline.making import Draft, chained, honest

from tanlu.errors import TanluError
from tanlu.verify.offline import ledger


@pytest.fixture
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    place: Path = tmp_path_factory.getbasetemp() / "ledger-once"
    place.mkdir(exist_ok=True)
    return honest(place)


def told(draft: Draft) -> ledger.History:
    workspace = draft.files["ledger/workspace.json"]
    data, _ = chained(draft.lines, workspace)
    link = ledger.workspace(workspace, SimpleNamespace(ledger=json.loads(workspace)))
    return ledger.history(ledger.lines([data], "m", 10**7), link)


def missing(draft: Draft, files: set[str], span: tuple[int, int] | None = None) -> list[str]:
    period = draft.about["period"]
    start, end = span or (period["start_us"], period["end_us"])
    about = SimpleNamespace(start_us=start, end_us=end, parts=files)
    return [part.file for part in ledger.missing(told(draft), about)]


def test_the_lines_of_a_ledger_are_followed_to_its_head(draft: Draft) -> None:
    found = told(draft)

    assert (found.version, len(found.parts)) == (len(draft.lines), 4)
    assert found.head == chained(draft.lines, draft.files["ledger/workspace.json"])[1]
    assert {pins["profile"] for pins in found.pins.values()} == {"iso14083"}
    assert len(found.packs) == 1


def test_a_line_changed_dropped_or_swapped_is_named(draft: Draft) -> None:
    workspace = draft.files["ledger/workspace.json"]
    lines = chained(draft.lines, workspace)[0].splitlines(keepends=True)
    link = ledger.workspace(workspace, SimpleNamespace(ledger=json.loads(workspace)))
    wrong: dict[str, list[bytes]] = {
        "ledger/manifest.jsonl:2": [lines[0], lines[1].replace(b'"at":1', b'"at":2')],
        "ledger/manifest.jsonl:1": lines[1:],
        "ledger/manifest.jsonl:3": [*lines[:2], lines[3]],
    }
    for where, found in wrong.items():
        with pytest.raises(TanluError, match="TL718") as caught:
            ledger.history(iter(found), link)
        assert caught.value.fields["value"] == where


def test_the_first_line_belongs_to_its_workspace(draft: Draft) -> None:
    data, _ = chained(draft.lines, draft.files["ledger/workspace.json"])

    with pytest.raises(TanluError, match="TL718"):
        ledger.history(ledger.lines([data], "m", 10**7), "0" * 64)


def test_a_workspace_of_another_ledger_or_format_is_not_taken(draft: Draft) -> None:
    data = draft.files["ledger/workspace.json"]
    about = json.loads(data)
    for other, code in (({"id": "x"}, "TL718"), ({"zone": "UTC"}, "TL718")):
        with pytest.raises(TanluError, match=code):
            ledger.workspace(data, SimpleNamespace(ledger=about | other))
    newer = {name: value for name, value in about.items() if name != "line"} | {"format": 2}
    newer["line"] = ledger.sha256(ledger._bytes(newer)).hexdigest()
    with pytest.raises(TanluError, match="TL707"):
        ledger.workspace(ledger._bytes(newer) + b"\n", SimpleNamespace(ledger=about))


def test_every_part_that_the_period_needs_is_asked_for(draft: Draft) -> None:
    parts = sorted(told(draft).parts)

    assert sorted(missing(draft, set())) == parts
    assert missing(draft, set(parts)) == []


def test_a_period_without_rows_needs_only_what_supersedes_or_retracts(draft: Draft) -> None:
    assert missing(draft, set(), (0, 1)) == []

    for line in draft.lines:
        for part in line.get("parts", ()):
            if part["table"] == "activity":
                part["superseding"] = 1
            if part["table"] == "finding":
                part |= {"table": "retraction", "file": "parts/retraction/00000003.parquet"}
    kinds = [file.split("/")[1] for file in missing(draft, set(), (0, 1))]
    assert kinds == ["activity", "retraction"]


def test_a_part_whose_times_are_not_told_is_needed(draft: Draft) -> None:
    for line in draft.lines:
        for part in line.get("parts", ()):
            part["ranges"].pop("start", None)

    assert len(missing(draft, set(), (0, 1))) == 4


@pytest.mark.parametrize(
    "member", [{"parts": 3}, {"parts": [{}]}, {"parts": [{"personal": False, "ranges": 3}]},
               {"source": {"by": "quantify"}}, {"kind": "packs", "packs": [3]}]
)  # fmt: skip
def test_a_line_with_strange_members_is_named_not_raised(
    draft: Draft, member: dict[str, Any]
) -> None:
    draft.lines[1] |= member

    with pytest.raises(TanluError, match="TL718"):
        told(draft)


def test_lines_are_cut_and_bounded() -> None:
    assert list(ledger.lines([b"a\nb", b"c\n"], "m", 10)) == [b"a\n", b"bc\n"]
    for pieces, code in (
        ([b"a\nb"], "TL718"),
        ([b"x" * 11], "TL706"),
        ([b"x" * 11 + b"\n"], "TL706"),
    ):
        with pytest.raises(TanluError, match=code):
            list(ledger.lines(pieces, "m", 10))
