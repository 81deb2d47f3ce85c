"""How the log follows the ledger."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.log import audit, begin_log, log_of
from tanlu.terms.proof import cbor
from tests.store.activities import activities, emissions


@pytest.fixture
def log(workspace):
    return begin_log(workspace)


def types(log) -> list[str]:
    return [each.statement.type for each in log.statements()]


def test_each_part_is_stated_once_and_the_head_at_the_end(workspace, log, result) -> None:
    rows = activities(30)
    workspace.commit({"activity": rows, "emission": emissions(rows)})

    assert result(log.catch_up()) == {"entries": 3, "size": 4, "version": 2}
    assert types(log) == ["key", "batch", "batch", "head"]
    assert result(log.catch_up())["entries"] == 0
    workspace.append("activity", activities(5, first=50))
    assert result(log_of(open_workspace(workspace.path)).catch_up())["entries"] == 2
    assert types(log) == ["key", "batch", "batch", "head", "batch", "head"]


def test_a_batch_statement_holds_the_bytes_of_the_seal(workspace, log, result) -> None:
    workspace.append("activity", activities(30))
    result(log.catch_up())
    stated = log.statements("batch")[0].statement
    seal = workspace.log("seal")[0]["seals"][0]

    assert stated.payload == (workspace.path / seal["payload"]).read_bytes()
    assert stated.subject == "activity/00000001"
    assert stated.content["part"].hex() == workspace.parts("activity")[0].sha256


def test_the_head_names_the_last_line_of_the_manifest(workspace, log, result) -> None:
    workspace.append("activity", activities(3))
    result(log.catch_up())
    content = log.statements("head")[-1].statement.content

    assert content["version"] == workspace.version == 2
    assert content["line"].hex() == workspace.manifest.head


def test_packs_editions_cards_and_erasures_are_stated(workspace, log, result) -> None:
    import polars as pl

    held = workspace.originals.keep(b"a pack")
    pack = {"pack_id": "p", "semver": "1.0.0", "hash": "00" * 32, "original": held}
    workspace.adopt([pack], why="first use")
    workspace.adopt([{"hash": held, "original": held}], why="a card", kind="cards")
    persons = pl.DataFrame({"pseudonym": ["p:1"], "field": ["driver"], "value": ["Zhang"]})
    commit = workspace.append("activity", activities(3), personal=persons)
    workspace.publish_edition(
        "2026", profile="iso14083", gwp_set="AR6", spec_hash="s", factors_hash="f",
        code_version="0", co2e_ug="12",
    )  # fmt: skip
    gone = next(part.file for part in commit.parts if part.personal)
    workspace.retire(gone, reason="Zhang asked for it")
    result(log.catch_up())

    assert types(log) == ["key", "factorset", "card", "edition", "erasure", "batch", "head"]
    content = {each.statement.type: each.statement.content for each in log.statements()}
    assert content["factorset"]["packs"] == [pack]
    assert content["edition"]["edition"]["edition"] == "2026"
    assert content["erasure"]["file"] == gone
    assert not any(b"Zhang" in log.entry(index) for index in range(log.size))
    lines = {line["line"] for line in workspace.log()}
    assert {content[name]["line"].hex() for name in ("factorset", "card", "edition")} < lines


def test_a_long_list_of_packs_is_kept_among_the_originals(workspace, log, result) -> None:
    held = workspace.originals.keep(b"a pack")
    packs = [
        {"pack_id": f"p{n}", "semver": "1.0.0", "hash": "00" * 32, "original": held}
        for n in range(100)
    ]
    workspace.adopt(packs, why="many")
    result(log.catch_up())
    sha256 = log.statements("factorset")[0].statement.content["packs"]

    assert cbor.decode(workspace.originals.get(sha256.hex()).read_bytes()) == packs


def test_an_interrupted_catch_up_is_continued(workspace, log, result, monkeypatch) -> None:
    monkeypatch.setattr("tanlu.store.log.following.TOGETHER", 2)
    for first in range(0, 50, 10):
        workspace.append("activity", activities(10, first=first))
    steps = log.catch_up()
    while next(steps).step != "state":
        pass
    steps.close()
    assert types(log) == ["key", "batch", "batch"]
    result(log_of(open_workspace(workspace.path)).catch_up())

    assert types(log) == ["key", *["batch"] * 5, "head"]
    parts = [each.statement.content["part"] for each in log.statements("batch")]
    assert len(set(parts)) == 5


def test_two_that_catch_up_at_once_state_nothing_twice(workspace, log, result) -> None:
    for first in (0, 10):
        workspace.append("activity", activities(10, first=first))
    other = log_of(open_workspace(workspace.path)).catch_up()
    while next(other).step == "seal":
        pass
    result(log.catch_up())
    list(other)

    assert types(log) == ["key", "batch", "batch", "head"]


def test_the_progress_counts_entries(workspace, log) -> None:
    workspace.append("activity", activities(10))
    steps = [step for step in log.catch_up() if step.step == "state"]

    assert [(step.done, step.total, step.unit) for step in steps] == [(2, 2, "entries")] * 2


def quantified(workspace, spec: str, first: int) -> None:
    rows = emissions(activities(3, first=first))
    workspace.append("emission", rows, source={"by": "quantify", "pins": {"spec": spec}})


def test_formulas_are_told_once_and_before_the_numbers_they_gave(workspace, log, result) -> None:
    one, two = "ab" * 32, "cd" * 32
    for spec, first in ((one, 0), (one, 10)):
        quantified(workspace, spec, first)
    result(log.catch_up())
    quantified(workspace, one, 20)
    quantified(workspace, two, 30)
    result(log.catch_up())

    batch, head = ["batch"], ["head"]
    assert types(log) == [
        "key", "calcspec", *batch * 2, *head, "calcspec", *batch * 2, *head,
    ]  # fmt: skip
    told = [each.statement.content["sha256"].hex() for each in log.statements("calcspec")]
    assert told == [one, two]


def test_a_correction_tells_how_many_rows_of_which_table_no_longer_hold(
    workspace, log, result
) -> None:
    rows = activities(5)
    workspace.append("activity", rows)
    workspace.append("activity", activities(2, first=50, supersedes=rows["activity_id"][0]))
    workspace.retract("activity", rows["activity_id"].head(3), reason="Zhang was wrong")
    result(log.catch_up())

    told = [each.statement.content for each in log.statements("correction")]
    assert [(each["version"], each["tables"]) for each in told] == [
        (2, [{"table": "activity", "rows": 2}]),
        (3, [{"table": "retraction", "rows": 3}]),
    ]
    assert types(log)[:3] == ["key", "correction", "correction"]


def test_an_erased_original_is_not_named_by_the_hash_of_its_text(workspace, log, result) -> None:
    held = workspace.originals.keep(b"13800138000")
    workspace.append("activity", activities(3), source={"file": held, "name": "one.csv"})
    workspace.retire(f"originals/{held}", reason="asked for")
    result(log.catch_up())

    assert log.statements("erasure")[0].statement.content["file"] == "originals"
    for index in range(log.size):
        assert held.encode() not in log.entry(index)
        assert bytes.fromhex(held) not in log.entry(index)


def test_nothing_is_stated_of_an_older_ledger_put_under_a_newer_log(workspace, log, result) -> None:
    file = workspace.path / "manifest.jsonl"
    workspace.append("activity", activities(3))
    older = file.read_bytes()
    workspace.append("activity", activities(3, first=50))
    result(log.catch_up())
    log.checkpoint()
    size = log.size
    file.write_bytes(older)
    for count in range(6):
        behind = open_workspace(workspace.path)
        with pytest.raises(TanluError, match="TL622"):
            result(log_of(behind).catch_up())
        behind.append("activity", activities(3, first=100 + 10 * count))

    assert log_of(open_workspace(workspace.path)).size == size


def test_a_seal_that_was_changed_behind_the_ledger_is_not_signed(workspace, log, result) -> None:
    workspace.append("activity", activities(3))
    result(workspace.seal())
    path = next((workspace.path / "seals").glob("*.cbor"))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"activity", b"activitx"))
    with pytest.raises(TanluError, match="TL603"):
        result(log.catch_up())
    path.unlink()
    with pytest.raises(TanluError, match="TL603"):
        result(log.catch_up())

    assert types(log) == ["key"]


def test_a_head_covers_no_part_that_another_process_wrote_meanwhile(workspace, log, result) -> None:
    workspace.append("activity", activities(3))
    steps = log.catch_up()
    while next(steps).step != "seal":
        pass
    open_workspace(workspace.path).append("activity", activities(3, first=50))
    list(steps)
    log.checkpoint()

    assert types(log) == ["key", "batch", "batch", "head"]
    assert result(audit(workspace.path))["findings"] == []


def test_the_same_bytes_written_twice_are_two_parts_with_two_statements(
    workspace, log, result, monkeypatch
) -> None:
    # as before parts had salts of their own
    monkeypatch.setattr("tanlu.store.ledger.parts.token_hex", lambda _: "")
    for _ in range(2):
        workspace.append("activity", activities(3))
    result(log.catch_up())
    workspace.append("activity", activities(3))
    result(log.catch_up())
    log.checkpoint()

    assert len({part.sha256 for part in workspace.parts("activity")}) == 1
    assert [each.statement.content["version"] for each in log.statements("batch")] == [1, 2, 4]
    assert result(audit(workspace.path))["findings"] == []
